"""Dates as pages write them, and never a part that the page did not say.

`parse_date` reads one value of metadata, `find_dates` the dates inside a line of text. "May 2021" is 2021-05; a day and a
month that could be exchanged (4/5/2021) leave only the year, unless a language settles their order; 2021-02-30 is no date. A
year has four digits. Years of the Buddhist calendar and of Japanese and Taiwanese eras are converted, which is exact. A
date-time keeps the calendar date that it was written with, whatever its zone.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

from corpuskit.extract.months import is_month_of, month_number

Precision = Literal["year", "month", "day"]


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date with the parts that were said: YYYY, YYYY-MM or YYYY-MM-DD, and where in the line it stands."""

    iso: str
    start: int = 0
    end: int = 0

    @property
    def precision(self) -> Precision:
        return "year" if len(self.iso) == 4 else "month" if len(self.iso) == 7 else "day"


_LONGEST_VALUE = 200  # characters of a metadata value that are looked at
_REACH_LEFT, _REACH_RIGHT = 48, 40  # characters around a year that can belong to its date

_YEAR = re.compile(r"(?<![0-9])(?:19|20|2[456])[0-9]{2}(?![0-9])")
_YEAR_ALONE = re.compile(r"[12][0-9]{3}")
_YEAR_MONTH = re.compile(r"([12][0-9]{3})[-/.]([0-9]{1,2})")
_MONTH_YEAR = re.compile(r"([0-9]{1,2})[-/.]([12][0-9]{3})")
_DIGITS_ONLY = re.compile(
    r"([12][0-9]{3})([0-9]{2})([0-9]{2})(?:T?(?:[01][0-9]|2[0-3])[0-5][0-9](?:[0-5][0-9](?:\.[0-9]+)?)?)?(?:Z|[+-][0-9:]+)?"
)

_WORD = r"[^\W\d_][^\s\d,;:\-()\[\]|<>\"“”،]{1,24}"
_FILLER = r"(?:(?:de|del|do|of|ng|di|năm|พ\.ศ\.|ค\.ศ\.|م|г|the)\.?\s{1,2})?"
_BETWEEN = r"[\s,،./\-–]{0,3}" + _FILLER
_ORDINAL = r"(?:\.|st|nd|rd|th|er|re|eme|[ºª°]|-?(?:го|е|ое)|a|an|e)?"
_TIME = r"(?:(?:at\s)?[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?:\s?[ap]\.?m\.?)?(?:\s[A-Z]{3,4})?[\s,]{1,2})?"

_DAY_WORD = re.compile(
    rf"(?<![\w:])([0-9]{{1,2}}){_ORDINAL}{_BETWEEN}({_WORD}(?:\s(?:[0-9]{{1,2}}|{_WORD}))?){_BETWEEN}$", re.IGNORECASE
)
_WORD_DAY = re.compile(rf"({_WORD})\.?\s{{1,2}}([0-9]{{1,2}}){_ORDINAL}[\s,،.]{{1,3}}{_FILLER}{_TIME}$", re.IGNORECASE)
_WORD_ONLY = re.compile(rf"({_WORD}(?:\s(?:[0-9]{{1,2}}|{_WORD}))?)[\s,.\-/]{{1,2}}{_FILLER}$", re.IGNORECASE)
_DAY_MONTH = re.compile(r"(?<![\w./:-])([0-9]{1,2})\s?([-/.])\s?([0-9]{1,2})\s?\2\s?$")

_THEN_NUMBERS = re.compile(r"\s?([-/.])\s?([0-9]{1,2})\s?\1\s?([0-9]{1,2})(?![0-9]|[-/.][0-9])")
_THEN_SIGNS = re.compile(r"\s?[年년]\s?([0-9]{1,2})\s?[月월](?:\s?([0-9]{1,2})\s?[日号號일])?")
_YEAR_SUFFIX = r"(?:\.?\s?(?:m\.|gada|жылғы|жылдын|оны|eko|г\.|-yil|-ci il)|\.|,)?"
_THEN_WORD_DAY = re.compile(rf"{_YEAR_SUFFIX}[\s-]{{1,2}}({_WORD})\.?[\s-]{{1,2}}([0-9]{{1,2}})(?![0-9:])", re.IGNORECASE)
_THEN_DAY_WORD = re.compile(rf"{_YEAR_SUFFIX}\s([0-9]{{1,2}}){_ORDINAL}[\s-]{{1,2}}({_WORD})", re.IGNORECASE)

_ERA = re.compile(r"(令和|平成|昭和|民國|民国|中華民國)\s?([0-9]{1,3}|元)\s?年\s?([0-9]{1,2})\s?月(?:\s?([0-9]{1,2})\s?日)?")
_ERA_BEFORE = {"令和": 2018, "平成": 1988, "昭和": 1925, "民國": 1911, "民国": 1911, "中華民國": 1911}
_THAI = re.compile("[\u0e00-\u0e7f]")
_BUDDHIST = 543

# The zeros of the scripts with digits of their own; the nine others follow each.
_ZEROS = (0x660, 0x6F0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xE50, 0xED0, 0x1040, 0x17E0, 0xFF10)
_NATIVE_DIGITS = {zero + digit: str(digit) for zero in _ZEROS for digit in range(10)}
_HAS_NATIVE_DIGITS = re.compile("[" + "".join(f"{chr(zero)}-{chr(zero + 9)}" for zero in _ZEROS) + "]")

# Languages in which 4/5/2021 is the fourth of May. English is not among them: its countries disagree.
_DAY_FIRST = frozenset((
    "fr", "es", "pt", "it", "ca", "gl", "el", "vi", "id", "ms", "th", "ar", "he", "hi", "bn", "ro", "eu", "mt",
    "ga", "cy", "tr", "pl", "cs", "sk", "ru", "uk", "bg", "hr", "sr", "nl", "da", "nb", "no", "fi", "de",
))  # fmt: skip
_DAY_FIRST_ENGLISH = re.compile(r"en[-_](?:gb|uk|au|nz|ie|in|za|sg|ng|ke)\b", re.IGNORECASE)


def day_comes_first(language_tag: str | None) -> bool | None:
    """The order of day and month in numeric dates of a language (`en-GB`, `fr`); None where it cannot be told."""
    if not language_tag:
        return None
    if _DAY_FIRST_ENGLISH.match(language_tag):
        return True
    if re.match(r"en[-_]us\b", language_tag, re.IGNORECASE):
        return False
    return True if re.split(r"[-_]", language_tag)[0].lower() in _DAY_FIRST else None


def parse_date(raw: str, *, language: str | None = None, day_first: bool | None = None) -> PartialDate | None:
    """The date that one value of metadata states (ISO 8601, RFC 822, "12. Mai 2021", "2021"); None if it states none."""
    value = _with_ascii_digits(raw[:_LONGEST_VALUE]).strip()
    if _YEAR_ALONE.fullmatch(value):
        return _build(value, None, None, 0, len(value))
    if match := _YEAR_MONTH.fullmatch(value):
        return _build(match[1], match[2], None, 0, len(value))
    if match := _MONTH_YEAR.fullmatch(value):
        return _build(match[2], match[1], None, 0, len(value))
    if match := _DIGITS_ONLY.fullmatch(value):
        return _build(match[1], match[2], match[3], 0, len(value))
    return next(iter(find_dates(value, language=language, day_first=day_first)), None)


def find_dates(line: str, *, language: str | None = None, day_first: bool | None = None) -> list[PartialDate]:
    """The dates in a line of running text, in their order. A year alone is none.

    `language` (ISO 639-1) settles names that languages share, `day_first` the order of numbers between slashes.
    """
    if not line.isascii() and _HAS_NATIVE_DIGITS.search(line):
        line = _with_ascii_digits(line)
    found: list[PartialDate] = []
    years = _YEAR.finditer(line) if "20" in line or "19" in line or not line.isascii() else ()
    for year in years:
        if found and year.start() < found[-1].end:
            continue
        if (one := _around(line, year, language, day_first)) is not None:
            found.append(one)
    if "年" in line:
        found += [one for match in _ERA.finditer(line) if (one := _from_era(match)) is not None]
        found.sort(key=lambda one: one.start)
    return found


def _around(line: str, year: re.Match[str], language: str | None, day_first: bool | None) -> PartialDate | None:
    """The date that a year belongs to, from what stands right behind and right before it."""
    start, end = year.span()
    right = line[end : end + _REACH_RIGHT]
    base = max(0, start - _REACH_LEFT)
    left = line[base:start]
    if (match := _THEN_SIGNS.match(right)) is not None:
        return _build(year[0], match[1], match[2], start, end + match.end(), thai=False)
    if not re.search(r"[\w./-]$", left) and (match := _THEN_NUMBERS.match(right)) is not None:
        return _build(year[0], match[2], match[3], start, end + match.end())
    if (match := _DAY_MONTH.search(left)) is not None and not re.match(r"[-/.][0-9]", right):
        return _numeric(year[0], match, base, end, day_first)
    return _with_name(line, year, language)


def _numeric(year: str, match: re.Match[str], base: int, end: int, day_first: bool | None) -> PartialDate | None:
    """Two numbers before a year. Dots are day first; otherwise a number above 12, the hint, or equality decides."""
    first, second = int(match[1]), int(match[3])
    start = base + match.start()
    if match[2] == "." or first > 12 or first == second or (day_first and second <= 12):
        return _build(year, second, first, start, end)
    if second > 12 or day_first is False:
        return _build(year, first, second, start, end)
    return _build(year, None, None, start, end)


def _with_name(line: str, year: re.Match[str], language: str | None) -> PartialDate | None:
    """A date with the name of its month, before or behind the year."""
    start, end = year.span()
    base = max(0, start - _REACH_LEFT)
    left, right = line[base:start], line[end : end + _REACH_RIGHT]
    thai = _THAI.search(left) is not None
    if left and (left[-1].isspace() or left[-1] in "-./,،"):
        if (match := _WORD_DAY.search(left)) is not None and (month := _month(match[1], language)):
            return _build(year[0], month, match[2], base + match.start(), end, thai=thai)
        if (match := _DAY_WORD.search(left)) is not None and (month := _month(match[2], language)):
            return _build(year[0], month, match[1], base + match.start(), end, thai=thai)
    if (match := _THEN_WORD_DAY.match(right)) is not None and (month := _month(match[1], language)):
        return _build(year[0], month, match[2], start, end + match.end())
    if (match := _THEN_DAY_WORD.match(right)) is not None and (month := _month(match[2], language)):
        return _build(year[0], month, match[1], start, end + match.end())
    if (match := _WORD_ONLY.search(left)) is not None:
        last = re.split(r"\s", match[1])[-1]  # "in June" ends in a month, and "tháng 5" is one
        for words in (match[1], last):
            if (month := _month(words, language)) and not _is_doubtful(words, language):
                return _build(year[0], month, None, base + match.end(1) - len(words), end, thai=thai)
    return None


def _month(words: str, language: str | None) -> int | None:
    """The month that one or two words name, or the first of them, or the first of two names with a slash between."""
    names = (words, re.split(r"[\s/]", words)[0], words.split("/", maxsplit=1)[0])
    return next((number for name in names if (number := month_number(name, language=language)) is not None), None)


def _is_doubtful(name: str, language: str | None) -> bool:
    """`set 2021` and `Mars 2020` are more often words than months, where no day stands beside them."""
    if len(name.rstrip(".")) < 4 and name.isascii() and name[:3].lower() not in ("may", "mai", "mei", "maj"):
        return True
    return language is not None and not is_month_of(name, language)


def _from_era(match: re.Match[str]) -> PartialDate | None:
    count = 1 if match[2] == "元" else int(match[2])
    return _build(_ERA_BEFORE[match[1]] + count, match[3], match[4], match.start(), match.end())


def _build(
    year: str | int,
    month: str | int | None,
    day: str | int | None,
    start: int,
    end: int,
    *,
    thai: bool = False,
) -> PartialDate | None:
    """The date of these parts if the calendar has it and its year is one that a page can have been written in."""
    number = int(year)
    if thai and number > _last_year():
        number -= _BUDDHIST
    if not 1900 <= number <= _last_year():
        return None
    iso = f"{number:04}"
    if month is None:
        return PartialDate(iso, start, end)
    if not 1 <= int(month) <= 12:
        return None
    iso += f"-{int(month):02}"
    if day is None:
        return PartialDate(iso, start, end)
    if not 1 <= int(day) <= monthrange(number, int(month))[1]:
        return None
    return PartialDate(f"{iso}-{int(day):02}", start, end)


def _with_ascii_digits(text: str) -> str:
    """Digits of other scripts as ASCII digits, one for one, so that positions stay."""
    return text if text.isascii() else text.translate(_NATIVE_DIGITS)


@cache
def _last_year() -> int:
    """Next year: what is dated later is a typing error or a plan."""
    return date.today().year + 1
