"""How well main text is found in pages that are only lines of text: the cleaner beside its peers.

The pages are those of the article extraction benchmark (HTML and human-made bodies), in `$CORPUSKIT_SHARED` or `../shared`.
They are made plain text by three converters, so that no cleaner can rest on the habits of one. The measure is the
benchmark's own: multisets of token 4-grams, precision and recall averaged over pages, F1 of the two means.

    python benchmarks/plaintext_quality.py             the table
    python benchmarks/plaintext_quality.py --half dev  only the half of the pages that may be looked at while tuning
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import random
import re
import textwrap
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lxml import html as lxml_html

from corpuskit.extract.plaintext import extract_plaintext, page_line_keys

_BLOCK_NAMES = (
    "address article aside blockquote br button dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 "
    "h6 header hr label legend li main nav ol option p pre section select summary table tbody td tfoot th thead tr ul"
)
_HIDDEN_NAMES = "head noscript script style svg template iframe object"
BLOCKS = frozenset(_BLOCK_NAMES.split())
HIDDEN = frozenset(_HIDDEN_NAMES.split())


@dataclass(frozen=True, slots=True)
class Sample:
    """One page: its name, its HTML and the body that a person marked."""

    name: str
    html: str
    body: str

    @property
    def half(self) -> str:
        """Which half of the benchmark the page is in: decided by its name, so that it never moves."""
        return "dev" if hashlib.sha256(self.name.encode()).digest()[0] % 4 else "validation"


def load(folder: Path) -> list[Sample]:
    """All pages of the benchmark, in the order of their names."""
    truth = json.loads((folder / "ground-truth.json").read_text("utf-8"))
    return [
        Sample(
            name,
            gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes()).decode("utf-8", "replace"),
            truth[name]["articleBody"],
        )
        for name in sorted(truth)
    ]


def block_text(page: str) -> str:
    """Every block element on its own line, the way crawlers make text of a page without looking at it."""
    pieces: list[str] = []
    root = lxml_html.fromstring(page.encode(), parser=lxml_html.HTMLParser(encoding="utf-8", huge_tree=True))
    skipping = 0

    def walk(element: lxml_html.HtmlElement) -> None:
        nonlocal skipping
        stack = [(element, False)]
        while stack:
            node, leaving = stack.pop()
            visible = isinstance(node.tag, str)
            hidden = visible and node.tag in HIDDEN
            if leaving:
                skipping -= hidden
                if node.tag in BLOCKS:
                    pieces.append("\n")
                if node.tail and not skipping:
                    pieces.append(re.sub(r"\s+", " ", node.tail))
                continue
            if not visible:
                if node.tail and not skipping:
                    pieces.append(re.sub(r"\s+", " ", node.tail))
                continue
            skipping += hidden
            if node.tag in BLOCKS:
                pieces.append("\n")
            if node.text and not skipping:
                pieces.append(re.sub(r"\s+", " ", node.text))
            stack.append((node, True))
            stack.extend((child, False) for child in reversed(node))

    walk(root)
    lines = (line.strip() for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)


def converters() -> dict[str, Callable[[str], str]]:
    """The converters that are installed, by name."""
    found: dict[str, Callable[[str], str]] = {"block text": block_text}
    try:
        from inscriptis import get_text

        found["inscriptis"] = get_text
    except ImportError:
        print("inscriptis is not installed: left out")
    try:
        from resiliparse.extract.html2text import extract_plain_text

        found["resiliparse"] = extract_plain_text
    except ImportError:
        print("resiliparse is not installed: left out")
    return found


def wrapped(text: str) -> str:
    """The page as a mail or a terminal browser shows it: paragraphs broken at 76 columns."""
    return "\n".join("\n".join(textwrap.wrap(line, 76)) for line in text.split("\n"))


def without_blank_lines(text: str) -> str:
    """The page as in Common Crawl's WET files: no empty lines."""
    return "\n".join(line for line in text.split("\n") if line.strip())


WORD = re.compile(r"\w+")


def shingles(text: str, size: int = 4) -> Counter[tuple[str, ...]]:
    """Multiset of token n-grams; a text shorter than one n-gram is one shingle."""
    tokens = WORD.findall(text)
    if 0 < len(tokens) < size:
        return Counter([tuple(tokens)])
    return Counter(zip(*(tokens[start:] for start in range(size)), strict=False))


def precision_recall(text: str, truth: str, cut: Callable[[str], Counter[tuple[str, ...]]] = shingles) -> tuple[float, float]:
    """Precision and recall of the shingles of one page."""
    found, wanted = cut(text), cut(truth)
    hits = sum((found & wanted).values())
    precision = hits / found.total() if found else float(not wanted)
    recall = hits / wanted.total() if wanted else 1.0
    return precision, recall


def f1(pairs: Sequence[tuple[float, float]]) -> tuple[float, float, float]:
    """F1 of the mean precision and the mean recall, and the two means."""
    precision = sum(p for p, _ in pairs) / len(pairs)
    recall = sum(r for _, r in pairs) / len(pairs)
    return 2 * precision * recall / (precision + recall or 1), precision, recall


# Advertising of the kind that is injected into pages, written for this measurement: boasts, prices, addresses, calls.
_SPAM_LINES = """\
Best Replica Watches Online Shop - Free Shipping Worldwide!
Buy cheap pills without prescription, fast delivery to your door!!!
We Are Professional Manufacturer Of Hydraulic Pumps, Welcome To Visit Our Factory!
Our company supplies LED strip lights of every colour at the lowest price.
>>> CLICK HERE FOR 70% OFF DESIGNER BAGS <<<
Win up to $5,000 tonight at LuckySpin Casino, no deposit needed.
Quality first, service foremost: contact our sales team today for a free quotation.
Essay writing service: top grades guaranteed, 24/7 support, order now.
Payday loans up to £1000 - instant decision - bad credit welcome
Plastic Injection Mould Factory, ISO 9001 Certified, OEM and ODM Accepted.
Hot Sale Brazilian Hair Bundles Wholesale Price Factory Direct
Call 1-800-555-0142 now and save on your car insurance!
Strict quality control from raw material to packing, your satisfaction is our goal.
Cheap jerseys from China, all teams in stock, visit www.jerseys-outlet.example
Meet single ladies in your area tonight, sign up free.
Lose 10 kg in 2 weeks with this one simple trick!
Crypto signals with 98% accuracy: join our Telegram channel.
We sincerely welcome customers at home and abroad to establish long-term cooperation with us.
SEO backlinks, 1000 high quality links for only $29, rank on page one.
Stainless steel pipe, seamless tube, flange and fittings supplier since 1998."""
# Other styles and languages. The first ten were seen while the rules were made; nothing was fitted to the last ten.
_OTHER_SPAM_LINES = """\
Our main products include garden furniture, parasols and outdoor heaters for hotels and restaurants.
Luxury Chronometers Outlet: Swiss Movement, Sapphire Glass, 80 Percent Off
Credit repair specialists: erase late payments from your report in days.
Hire vetted developers within forty-eight hours, cancel whenever you like.
Our engineers will answer your enquiry within one working day.
Betting tips every weekend, join nine thousand winners on our channel!
Galvanized Wire Mesh And Steel Grating For Fence, Exported To Europe And Africa
Melt belly fat overnight with this forgotten Amazonian fruit.
Bulk SMS gateway with delivery reports, register and get fifty free messages.
With advanced equipment and skilled workers, we guarantee stable quality and timely delivery.
Günstige Markenuhren online kaufen, Versand kostenlos, Rückgabe innerhalb von 30 Tagen.
Kredit ohne Schufa, sofortige Zusage, bis zu 50.000 Euro auf Ihr Konto!
Achetez des sacs de marque à prix cassés, livraison gratuite dans toute l'Europe.
Casino en ligne : 100 tours gratuits dès votre inscription, sans dépôt.
Compra zapatillas originales con descuento, envío en 24 horas a todo el país.
Somos fabricantes de bombas hidráulicas y válvulas de acero inoxidable, pida su presupuesto.
Купить диплом любого вуза с занесением в реестр, оплата после проверки.
Быстрые займы на карту без отказа круглосуточно, деньги за пять минут!
专业生产液压泵及配件,质量可靠,价格优惠,欢迎来电咨询。
格安ブランド時計の通販サイト、全国送料無料、正規品保証つき。"""
SPAM = {"English": _SPAM_LINES.split("\n"), "other styles": _OTHER_SPAM_LINES.split("\n")}


def with_spam(body: str, seed: int, style: str = "English") -> tuple[str, list[str]]:
    """The body with advertising lines above and inside it, and those lines. The same seed gives the same page."""
    chance = random.Random(seed)
    lines = [line for line in body.split("\n") if line.strip()]
    spam = chance.sample(SPAM[style], 4)
    for line in spam[:2]:
        lines.insert(0, line)
    for line in spam[2:]:
        lines.insert(chance.randrange(2, max(3, len(lines))), line)
    return "\n\n".join(lines), spam


def measure_spam(samples: Sequence[Sample], style: str) -> dict[str, float]:
    """Share of injected lines that are left, and of the article's words that are lost because of them."""
    figures: dict[str, float] = {}
    pages = [(sample.body, *with_spam(sample.body, number, style)) for number, sample in enumerate(samples)]
    counts = Counter(key for _, page, _ in pages for key in page_line_keys(page))
    for name in ("one page alone", "with the corpus"):
        left = lost = total_spam = total_words = 0
        for body, page, spam in pages:
            others = {key: counts[key] - 1 for key in page_line_keys(page)} if name == "with the corpus" else None
            text = extract_plaintext(page, recurrence=others).text or ""
            clean = set((extract_plaintext(body).text or "").split("\n"))
            got = set(text.split("\n"))
            left += sum(line in got for line in spam)
            total_spam += len(spam)
            lost += sum(len(line.split()) for line in clean if line not in got)
            total_words += sum(len(line.split()) for line in clean)
        figures[f"advertising left, {style}, {name}"] = left / total_spam
        figures[f"article words lost, {style}, {name}"] = lost / total_words
    return figures


def measure_bodies(samples: Sequence[Sample]) -> float:
    """Share of the words of clean bodies that stay, the mean of the pages."""
    kept = [len((extract_plaintext(sample.body).text or "").split()) / len(sample.body.split()) for sample in samples]
    return sum(kept) / len(kept)


SENTENCE = re.compile(r"[^\s].*?(?:[.!?…]+[\"'”’»)\]]*(?=\s|$)|[。！？])")
SHORTEST_SENTENCE = 20  # characters: less is an abbreviation, a number, a caption's credit


def squeezed(text: str) -> str:
    """Letters and digits only: converters differ in white space and quotation marks."""
    return "".join(WORD.findall(text))


def edge_sentences(body: str) -> tuple[str, str] | None:
    """The first and the last sentence of a body, squeezed. A sentence ends with its line, and needs a sign that ends it."""
    found = (squeezed(match.group()) for line in body.split("\n") for match in SENTENCE.finditer(line))
    sentences = [sentence for sentence in found if len(sentence) >= SHORTEST_SENTENCE]
    return (sentences[0], sentences[-1]) if sentences else None


def edge_recall(results: Iterable[tuple[str, str]]) -> tuple[float, float]:
    """How often the first and the last sentence of the marked body are in the text."""
    first = last = total = 0
    for text, body in results:
        if (edges := edge_sentences(body)) is not None:
            whole = squeezed(text)
            total += 1
            first += edges[0] in whole
            last += edges[1] in whole
    return first / total, last / total


def cleaners() -> Iterator[tuple[str, Callable[[str], str]]]:
    """The cleaners that read plain text, by name."""
    yield "do nothing", lambda page: page
    yield (
        "C4's line rule",
        lambda page: "\n".join(line for line in page.split("\n") if line.rstrip().endswith((".", "!", "?", '"'))),
    )
    yield "corpuskit", lambda page: extract_plaintext(page).text or ""


def html_cleaners() -> Iterator[tuple[str, Callable[[str], str]]]:
    """For comparison: what is reached with the markup at hand."""
    try:
        from trafilatura import extract

        yield "trafilatura, from the HTML", lambda page: extract(page, include_comments=False) or ""
    except ImportError:
        pass
    try:
        import justext

        stoplist = justext.get_stoplist("English")
        yield (
            "jusText, from the HTML",
            lambda page: "\n".join(found.text for found in justext.justext(page.encode(), stoplist) if not found.is_boilerplate),
        )
    except ImportError:
        pass


def print_row(label: str, clean: Callable[[str], str], texts: Mapping[str, Sequence[str]], samples: Sequence[Sample]) -> None:
    """F1 of one cleaner for each converter, and the mean."""
    scores = []
    for pages in texts.values():
        pairs = [precision_recall(clean(page), sample.body) for page, sample in zip(pages, samples, strict=True)]
        scores.append(f1(pairs)[0])
    print(f"{label:<30}" + "".join(f"{score:>14.3f}" for score in scores) + f"{sum(scores) / len(scores):>10.3f}")


def print_table(samples: Sequence[Sample], *, with_html: bool) -> None:
    """All figures for one set of pages."""
    texts = {name: [convert(sample.html) for sample in samples] for name, convert in converters().items()}
    print(f"{len(samples)} pages\n\n{'method':<30}" + "".join(f"{name:>14}" for name in texts) + f"{'mean F1':>10}")
    for name, clean in cleaners():
        print_row(name, clean, texts, samples)
    print_row("corpuskit, wrapped at 76", lambda page: extract_plaintext(wrapped(page)).text or "", texts, samples)
    print_row("corpuskit, no empty lines", lambda page: extract_plaintext(without_blank_lines(page)).text or "", texts, samples)
    if with_html:
        for name, clean in html_cleaners():
            cleaned = [(clean(sample.html), sample.body) for sample in samples]
            score = f1([precision_recall(*pair) for pair in cleaned])
            first, last = edge_recall(cleaned)
            print(f"{name:<{30 + 14 * len(texts)}}{score[0]:>10.3f}   first sentence {first:.3f}, last {last:.3f}")
    everything = [(page, sample.body) for pages in texts.values() for page, sample in zip(pages, samples, strict=True)]
    results = [(extract_plaintext(page).text or "", body) for page, body in everything]
    for label, pairs in (("in the texts", results), ("in the converted pages", everything)):
        print("first sentence {:.3f}, last sentence {:.3f} {}".format(*edge_recall(pairs), label))
    print(f"words of clean bodies kept: {measure_bodies(samples):.4f}")
    for style in SPAM:
        for name, value in measure_spam(samples, style).items():
            print(f"{name}: {value:.4f}")
    print(f"{len(everything) / fastest(lambda: [extract_plaintext(page) for page, _ in everything]):.0f} pages per CPU second")


def fastest(work: Callable[[], object]) -> float:
    """CPU seconds of the fastest of five runs: other programs on the machine only ever add to it."""
    times = []
    for _ in range(5):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=("all", "dev", "validation"), default="all", help="which part of the pages")
    parser.add_argument("--no-html", action="store_true", help="without the cleaners that read the HTML")
    options = parser.parse_args()
    shared = Path(os.environ.get("CORPUSKIT_SHARED") or Path(__file__).parents[2] / "shared")
    folder = shared / "data" / "article-extraction-benchmark"
    if not folder.is_dir():
        raise SystemExit(f"no benchmark pages at {folder}: set CORPUSKIT_SHARED")
    samples = [sample for sample in load(folder) if options.half in ("all", sample.half)]
    print_table(samples, with_html=not options.no_html)


if __name__ == "__main__":
    main()
