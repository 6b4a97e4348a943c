"""The rules of `filter` beside those of datatrove, on the same texts: rule by rule, who drops what.

    pip install datatrove nltk spacy jieba pythainlp fugashi lxml
    python benchmarks/filter_agreement.py

The texts are the article bodies of the extraction benchmark, all that a reader sees on its pages (menus and lists included,
so that rules have something to drop), all taken for English, and one story in several scripts. Of datatrove, each check
runs alone, with the thresholds that corpuskit has. It takes some minutes, needs no corpus, and says so where datatrove or
the pages are not there.
"""

from __future__ import annotations

import gzip
import json
import sys
import warnings
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from corpuskit.extract.words import count_words
from corpuskit.rules import RULES, Rule
from corpuskit.signals.text import measure
from measure import shared_folder, table

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.signals.texts import GOOD  # the one module of the tests that is only texts

# ISO 639-1 code and the name that datatrove's tokenisers know
LANGUAGES = {
    "en": "eng_Latn",
    "zh": "zho_Hani",
    "ja": "jpn_Jpan",
    "th": "tha_Thai",
    "ru": "rus_Cyrl",
    "ar": "arb_Arab",
    "fi": "fin_Latn",
    "hi": "hin_Deva",
}
RELATIONS: dict[str, Callable[[float, float], bool]] = {
    "<": lambda value, limit: value < limit,
    "<=": lambda value, limit: value <= limit,
    ">": lambda value, limit: value > limit,
    ">=": lambda value, limit: value >= limit,
}
_NO_GOPHER = {"min_doc_words": None, "max_doc_words": None, "min_avg_word_length": None, "max_avg_word_length": None,
              "max_symbol_word_ratio": None, "max_bullet_lines_ratio": None, "max_ellipsis_lines_ratio": None,
              "max_non_alpha_words_ratio": None, "min_stop_words": None}  # fmt: skip
_NO_REPETITION = {"dup_line_frac": None, "dup_para_frac": None, "dup_line_char_frac": None, "dup_para_char_frac": None,
                  "top_n_grams": (), "dup_n_grams": ()}  # fmt: skip
_NO_C4 = {"min_num_sentences": -1, "filter_lorem_ipsum": False, "filter_curly_bracket": False}
_NO_FINEWEB = {"line_punct_thr": -1, "short_line_thr": 9, "char_duplicates_ratio": 9, "new_line_ratio": 99}


def theirs() -> dict[str, tuple[str, dict[str, Any]]]:
    """For each rule the filter of datatrove that has it, and the settings that leave only this one check."""
    gopher = {
        "min_words": {"min_doc_words": 50},
        "max_words": {"max_doc_words": 100_000},
        "min_mean_word_length": {"min_avg_word_length": 3},
        "max_mean_word_length": {"max_avg_word_length": 10},
        "max_hash_ratio": {"max_symbol_word_ratio": 0.1},
        "max_ellipsis_ratio": {"max_symbol_word_ratio": 0.1},
        "max_bullet_lines": {"max_bullet_lines_ratio": 0.9},
        "max_ellipsis_lines": {"max_ellipsis_lines_ratio": 0.3},
        "min_alphabetic_words": {"max_non_alpha_words_ratio": 0.8},
        "min_stop_words": {"min_stop_words": 2},
    }
    repetition: dict[str, dict[str, Any]] = {
        "max_duplicate_lines": {"dup_line_frac": 0.3},
        "max_duplicate_paragraphs": {"dup_para_frac": 0.3},
        "max_duplicate_line_characters": {"dup_line_char_frac": 0.2},
        "max_duplicate_paragraph_characters": {"dup_para_char_frac": 0.2},
    }
    repetition |= {f"max_top_{n}_grams": {"top_n_grams": ((n, share),)} for n, share in ((2, 0.2), (3, 0.18), (4, 0.16))}
    repetition |= {f"max_duplicate_{n}_grams": {"dup_n_grams": ((n, (20 - n) / 100),)} for n in range(5, 11)}
    c4: dict[str, dict[str, Any]] = {
        "min_sentences": {"min_num_sentences": 3, "min_words_per_line": 5},
        "max_lorem_ipsum": {"filter_lorem_ipsum": True, "filter_no_terminal_punct": False, "min_words_per_line": -1},
        "max_curly_brackets": {"filter_curly_bracket": True, "filter_no_terminal_punct": False, "min_words_per_line": -1},
    }
    fineweb = {
        "min_punctuated_lines": {"line_punct_thr": 0.12},
        "max_duplicate_line_characters": {"char_duplicates_ratio": 0.1},
        "max_short_lines": {"short_line_thr": 0.67},
        "max_breaks_per_word": {"new_line_ratio": 0.3},
    }
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    for family, filter_, none, rules in (
        ("gopher", "GopherQualityFilter", _NO_GOPHER, gopher),
        ("gopher-repetition", "GopherRepetitionFilter", _NO_REPETITION, repetition),
        ("c4", "C4QualityFilter", _NO_C4, c4),
        ("fineweb", "FineWebQualityFilter", _NO_FINEWEB, fineweb),
    ):
        found |= {f"{family}.{name}": (filter_, none | more) for name, more in rules.items()}
    return found


def drops_theirs(name: str, text: str, language: str) -> bool | None:
    """Whether datatrove drops the text by this rule; None where it cannot say."""
    from datatrove.data import Document

    try:
        kept = _filter(name, LANGUAGES[language]).filter(Document(text, "0"))
    except (ImportError, ZeroDivisionError, IndexError):
        return None
    if name == "gopher.max_hash_ratio" or name == "gopher.max_ellipsis_ratio":  # noqa: PLR1714  # one check of two
        return kept is not True and kept[1].endswith("hashes" if "hash" in name else "ellipsis")
    return kept is not True and (kept is False or bool(kept[1]))


@cache
def _filter(name: str, language: str) -> Any:
    from datatrove.pipeline import filters

    kind, options = theirs()[name]
    return getattr(filters, kind)(language=language, **options)


def drops_ours(rule: Rule, text: str, language: str) -> bool:
    """Whether corpuskit drops it."""
    value = measure(text, language, count_words(text))[rule.signal]
    return value is not None and RELATIONS[rule.drops](value, rule.default or 0)


def texts() -> Iterator[tuple[str, str, str]]:
    """Name of the set, language and text."""
    folder = shared_folder()
    benchmark = folder / "data" / "article-extraction-benchmark" if folder else None
    if benchmark is not None and benchmark.is_dir():
        from lxml.html import HTMLParser, fromstring

        truth = json.loads((benchmark / "ground-truth.json").read_text("utf-8"))
        for key, entry in truth.items():
            yield "articles", "en", entry["articleBody"]
            page = gzip.decompress((benchmark / "html" / f"{key}.html.gz").read_bytes())
            tree = fromstring(page, parser=HTMLParser(encoding="utf-8"))
            for unseen in list(tree.iter("script", "style", "noscript", "head")):
                unseen.drop_tree()
            yield "whole pages", "en", "\n".join(part.strip() for part in tree.itertext() if part.strip())
    for language, text in GOOD.items():
        if language in LANGUAGES:
            yield "scripts", language, text


def main() -> None:
    """Print the tables."""
    try:
        import datatrove  # noqa: F401
    except ImportError:
        sys.exit("datatrove is not installed: pip install datatrove nltk spacy jieba pythainlp fugashi lxml")
    warnings.simplefilter("ignore")
    found = list(texts())
    rules = [rule for rule in RULES if rule.name in theirs()]
    for name in dict.fromkeys(name for name, _, _ in found):
        rows = []
        of_set = [(language, text) for other, language, text in found if other == name]
        for rule in rules:
            pairs = [(drops_ours(rule, text, language), drops_theirs(rule.name, text, language)) for language, text in of_set]
            both, only_ours, only_theirs = (pairs.count(pair) for pair in ((True, True), (True, False), (False, True)))
            if both or only_ours or only_theirs:
                rows.append([f"`{rule.name}`", *map(str, (both, only_ours, only_theirs))])
        title = f"Filters beside datatrove, {name}: {len(of_set)} texts; rules that are not named drop nothing on either side"
        table(title, ["rule", "both", "only corpuskit", "only datatrove"], rows)


if __name__ == "__main__":
    main()
