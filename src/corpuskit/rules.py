"""The quality rules as data: what each looks at, when it drops a document, what it is called and where it was published.

A rule is named `SET.PARAMETER`, like `gopher.min_words`: that is the reason which a dropped document shows, and what `--set`
changes. Nothing is measured and nothing decided here. docs/reference/rules.md is written from this module.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from corpuskit.errors import UsageError

OFF = "off"  # as a value: the rule drops nothing

GOPHER = "Rae et al. 2021, Gopher, A1.1"
REPETITION = "Rae et al. 2021, Gopher, table A1"
C4 = "Raffel et al. 2020, C4, section 2.2"
FINEWEB = "Penedo et al. 2024, FineWeb, section 3.6"
FINEWEB_LANGUAGE = "Penedo et al. 2024, FineWeb, section 3.3"
DATATROVE = "datatrove, FineWebQualityFilter"
OWN = "corpuskit"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. It drops a document where `signal` stands in the relation `drops` to the threshold."""

    name: str
    signal: str
    drops: str  # "<", "<=", ">", ">=", or "not in" for a list
    default: float | None  # None: the rule is off unless it is set
    meaning: str  # what is true of a document that it drops
    source: str = OWN

    @property
    def family(self) -> str:
        """The rule set that it belongs to."""
        return self.name.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Condition:
    """A parameter that decides no document: the rules named in `of` speak only where the signal is at least this."""

    name: str
    signal: str
    default: float
    of: tuple[str, ...]
    meaning: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A rule as it is asked for in a run. `threshold` is None where the rule is off, `allowed` belongs to rules about lists."""

    rule: Rule
    threshold: float | None
    allowed: tuple[str, ...] = ()
    conditions: tuple[tuple[str, float], ...] = ()  # signals and the least that they have to be

    @property
    def is_on(self) -> bool:
        """Whether it can drop a document at all."""
        return bool(self.allowed) if self.rule.drops == "not in" else self.threshold is not None

    @property
    def shown(self) -> str:
        """The threshold as `--set` takes it."""
        if not self.is_on:
            return OFF
        return ",".join(self.allowed) if self.allowed else f"{self.threshold:g}"


def _repetition() -> Iterable[Rule]:
    name = "gopher-repetition"
    for signal, default, what in (
        ("duplicate_lines", 0.3, "lines that stood before in the text, of all lines"),
        ("duplicate_paragraphs", 0.3, "paragraphs that stood before in the text, of all paragraphs"),
        ("duplicate_line_characters", 0.2, "characters in lines that stood before"),
        ("duplicate_paragraph_characters", 0.2, "characters in paragraphs that stood before"),
        ("top_2_grams", 0.2, "letters in the most frequent run of two words"),
        ("top_3_grams", 0.18, "letters in the most frequent run of three words"),
        ("top_4_grams", 0.16, "letters in the most frequent run of four words"),
    ):
        yield Rule(f"{name}.max_{signal}", signal, ">", default, f"too many {what}", REPETITION)
    for n, default in zip((5, 6, 7, 8, 9, 10), (0.15, 0.14, 0.13, 0.12, 0.11, 0.10), strict=True):
        signal = f"duplicate_{n}_grams"
        yield Rule(
            f"{name}.max_{signal}", signal, ">", default, f"too many letters in runs of {n} words that stood before", REPETITION
        )


RULES: tuple[Rule, ...] = (
    Rule("gopher.min_words", "words", "<", 50, "too few words", GOPHER),
    Rule("gopher.max_words", "words", ">", 100_000, "too many words", GOPHER),
    Rule("gopher.min_mean_word_length", "mean_word_length", "<", 3, "too few letters to a word on average", GOPHER),
    Rule("gopher.max_mean_word_length", "mean_word_length", ">", 10, "too many letters to a word on average", GOPHER),
    Rule("gopher.max_hash_ratio", "hash_ratio", ">", 0.1, "too many hash signs to a word", GOPHER),
    Rule("gopher.max_ellipsis_ratio", "ellipsis_ratio", ">", 0.1, "too many ellipses to a word", GOPHER),
    Rule("gopher.max_bullet_lines", "bullet_lines", ">", 0.9, "too many lines that begin with a bullet point", GOPHER),
    Rule("gopher.max_ellipsis_lines", "ellipsis_lines", ">", 0.3, "too many lines that end with an ellipsis", GOPHER),
    Rule("gopher.min_alphabetic_words", "alphabetic_words", "<", 0.8, "too few words that hold a letter", GOPHER),
    Rule("gopher.min_stop_words", "stop_words", "<", 2, "too few of eight stop words of its language", GOPHER),
    *_repetition(),
    Rule("c4.min_sentences", "sentences", "<", 3, "too few sentences in the lines that C4 would keep", C4),
    Rule("c4.max_removed_lines", "removed_lines", ">", None, "too many lines that C4 would remove"),
    Rule("c4.max_lorem_ipsum", "lorem_ipsum", ">", 0, "it holds the filler text `lorem ipsum`", C4),
    Rule("c4.max_curly_brackets", "curly_brackets", ">", 0, "it holds a curly bracket, as program code does", C4),
    Rule("fineweb.min_punctuated_lines", "punctuated_lines", "<=", 0.12, "too few lines that end as a sentence does", FINEWEB),
    Rule("fineweb.max_duplicate_line_characters", "duplicate_line_characters", ">=", 0.1,
         "too many characters in lines that stood before", FINEWEB),
    Rule("fineweb.max_short_lines", "short_lines", ">=", 0.67, "too many lines of less than 30 columns", FINEWEB),
    Rule("fineweb.max_breaks_per_word", "breaks_per_word", ">", 0.3, "too many line breaks to a word, as lists have", DATATROVE),
    Rule("language.allowed", "language", "not in", None, "in none of these languages"),
    Rule("language.min_confidence", "language_confidence", "<", 0.65, "the language is not sure enough", FINEWEB_LANGUAGE),
    Rule("length.min_words", "counted_words", "<", None, "too few words, counted as `list` shows them"),
    Rule("length.max_words", "counted_words", ">", None, "too many words, counted as `list` shows them"),
    Rule("length.min_characters", "characters", "<", None, "too few characters"),
    Rule("length.max_characters", "characters", ">", None, "too many characters"),
    Rule("date.max_days_ahead", "days_ahead", ">", 1, "dated days after the page was fetched or imported"),
    Rule("date.min_year", "year", "<", 1991, "dated before there was a web"),
    Rule("date.max_site_share", "site_date_share", ">", 0.5,
         "one full date for too many of the dated documents of its site: that of a template or a move"),
    Rule("extraction.min_words", "counted_words", "<", 1, "no word was extracted"),
    Rule("extraction.min_text_share", "text_share", "<", 0.05, "the text is far too little of what a reader of the page sees"),
    Rule("extraction.max_link_share", "link_share", ">", 0.5, "mostly lines that are links on the page"),
    Rule("encoding.max_replaced", "replaced", ">", 0.005, "too many replacement characters"),
    Rule("encoding.max_mojibake", "mojibake", ">", 0.005, "too many characters of UTF-8 that was read as another encoding"),
    Rule("encoding.max_controls", "controls", ">", 0.001, "too many control characters"),
)  # fmt: skip
CONDITIONS: tuple[Condition, ...] = (
    Condition("extraction.large_page", "visible_characters", 5000, ("extraction.min_text_share",),
              "letters that a reader sees, from which on a page is large"),
    Condition("date.site_documents", "site_date_documents", 5, ("date.max_site_share",),
              "documents of the site with that date, from which on it tells something"),
)  # fmt: skip

FAMILIES: dict[str, str] = {
    "gopher": "the quality rules of MassiveText",
    "gopher-repetition": "its rules against repetition",
    "c4": "what C4 leaves of a page",
    "fineweb": "the rules of FineWeb",
    "language": "the language, and how sure it is",
    "length": "words and characters; off until they are set",
    "date": "dates that cannot be",
    "extraction": "texts that cleaning did not get right",
    "encoding": "damage of a wrong encoding",
}
_BY_NAME = {rule.name: rule for rule in RULES}
_CONDITIONS = {condition.name: condition for condition in CONDITIONS}


def meaning_of(name: str) -> str | None:
    """What is true of a document that the rule of this name drops; None for a rule that is not of these."""
    rule = _BY_NAME.get(name)
    return rule.meaning if rule else None


def ask(names: Iterable[str], settings: Iterable[str]) -> list[Asked]:
    """The rules of these sets, or single rules, with the settings `RULE.PARAMETER=VALUE` in place.

    Raises UsageError for a name that is not known, a value that cannot be meant, a setting of a rule that was not asked for, and
    where nothing is left that could drop a document.
    """
    wanted = {rule.name: rule for name in names for rule in _rules(name)}
    changed = _settings(settings, wanted)
    asked = [_asked(rule, changed) for rule in RULES if rule.name in wanted]
    if not any(one.is_on for one in asked):
        first = asked[0].rule.name if asked else RULES[0].name
        raise UsageError("these rules are off until they are set", hint=f"--set {first}=…; corpuskit filter --list")
    return asked


def _rules(name: str) -> list[Rule]:
    if name in _BY_NAME:
        return [_BY_NAME[name]]
    found = [rule for rule in RULES if rule.family == name]
    if not found:
        raise UsageError(f"no rule set {name!r}", hint=_nearest(name, [*FAMILIES, *_BY_NAME], f"they are: {', '.join(FAMILIES)}"))
    return found


def _settings(settings: Iterable[str], wanted: Mapping[str, Rule]) -> dict[str, str]:
    changed: dict[str, str] = {}
    for setting in settings:
        name, equals, value = (part.strip() for part in setting.partition("="))
        if not equals:
            raise UsageError(f"not RULE.PARAMETER=VALUE: {setting!r}", hint="--set gopher.min_words=30")
        if name not in _BY_NAME and name not in _CONDITIONS:
            raise UsageError(f"no rule {name!r}", hint=_nearest(name, [*_BY_NAME, *_CONDITIONS], "corpuskit filter --list"))
        if name not in wanted and not wanted.keys() & _CONDITIONS[name].of if name in _CONDITIONS else name not in wanted:
            raise UsageError(f"{name} is set, but was not asked for", hint=f"--rules {name.partition('.')[0]}")
        changed[name] = value
    return changed


def _asked(rule: Rule, changed: Mapping[str, str]) -> Asked:
    value = changed.get(rule.name)
    if rule.drops == "not in":
        return Asked(rule, None, () if value is None or value == OFF else _codes(rule.name, value))
    threshold = rule.default if value is None else None if value == OFF else _number(rule.name, value)
    conditions = tuple(
        (one.signal, one.default if one.name not in changed else _number(one.name, changed[one.name]))
        for one in CONDITIONS
        if rule.name in one.of
    )
    return Asked(rule, threshold, (), conditions)


def _number(name: str, value: str) -> float:
    try:
        number = float(value)
        if number - number != 0:  # infinite, or not a number
            raise ValueError
    except ValueError:
        raise UsageError(f"not a number: {name}={value}", hint=f"--set {name}=0.5, or {name}={OFF}") from None
    return int(number) if number.is_integer() else number


def _codes(name: str, value: str) -> tuple[str, ...]:
    codes = tuple(sorted({code.strip().lower() for code in value.split(",") if code.strip()}))
    if not codes or not all(code.isascii() and code.isalpha() and 2 <= len(code) <= 3 for code in codes):
        raise UsageError(f"not language codes: {name}={value}", hint=f"--set {name}=en,de")
    return codes


def _nearest(name: str, known: Iterable[str], otherwise: str) -> str:
    found = get_close_matches(name, known, n=1, cutoff=0.6)
    return f"did you mean {found[0]}?" if found else otherwise
