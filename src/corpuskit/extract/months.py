"""The names of the months in some eighty languages, in all the forms that dates use.

The names come from the language data of dateparser (CLDR's names with more inflected forms), which trafilatura's date finder
brings along. They are read once, into one plain look-up.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from unicodedata import normalize

_LANGUAGES = (
    "en", "de", "fr", "es", "pt", "it", "nl", "pl", "cs", "ru", "uk", "tr", "sv", "da", "nb", "nn", "fi", "el",
    "hu", "ro", "ar", "he", "fa", "hi", "th", "vi", "id", "zh", "ja", "ko", "bg", "hr", "sr", "sl", "sk", "lt",
    "lv", "et", "ca", "gl", "eu", "is", "ga", "cy", "mt", "sq", "mk", "be", "ka", "hy", "az", "kk", "uz", "ky",
    "mn", "ur", "bn", "pa", "gu", "ta", "te", "kn", "ml", "mr", "ne", "si", "my", "km", "lo", "sw", "af", "fil",
    "ms", "am", "br", "fo", "fy", "lb", "bs", "gd",
)  # fmt: skip
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_SAME_AS = {"no": "nb", "tl": "fil"}

# Forms that the data lacks: the months' names of the Levant and the Maghreb.
_MORE = {
    "ar": (
        ("كانون الثاني", "جانفي"), ("شباط", "فيفري"), ("آذار",), ("نيسان", "أفريل"), ("أيار", "ماي"), ("حزيران", "جوان"),
        ("تموز", "جويلية"), ("آب", "أوت"), ("أيلول",), ("تشرين الأول",), ("تشرين الثاني",), ("كانون الأول",),
    ),
}  # fmt: skip

_COMBINING = re.compile("[\u0300-\u036f]")
_PREFIX = re.compile(r"^(?:d['’]|ב-?|ל)")  # d'abril; the Hebrew prepositions


def month_number(name: str, *, language: str | None = None) -> int | None:
    """The month, 1 to 12, that a word names; None for any other word, and where languages disagree.

    Listopad is October in Croatian and November in Czech and Polish: only the language, an ISO 639-1 code, tells.
    """
    months = _by_language(_key(name)) or _by_language(_key(_PREFIX.sub("", name.casefold())))
    if not months:
        return None
    language = _SAME_AS.get(language or "", language or "")
    if language in months:
        return months[language]
    return next(iter(months.values())) if len(set(months.values())) == 1 else None


def is_month_of(name: str, language: str) -> bool:
    """Whether the word is a month in this language or in English, and not only in some other one."""
    months = _by_language(_key(name)) or _by_language(_key(_PREFIX.sub("", name.casefold())))
    return bool(months) and (_SAME_AS.get(language, language) in months or "en" in months)


def _by_language(key: str) -> dict[str, int]:
    return _table().get(key, {})


def _key(name: str) -> str:
    """Case, accents and the dot of an abbreviation make no difference; the marks of Indic scripts do."""
    if name.isascii():
        return name.lower().strip(". ")
    stripped = _COMBINING.sub("", normalize("NFD", name.casefold()))
    return normalize("NFC", stripped).replace("ı", "i").strip(". ")


@cache
def _table() -> dict[str, dict[str, int]]:
    """Key of a name -> language -> month."""
    table: dict[str, dict[str, int]] = {}
    for language in _LANGUAGES:
        try:
            names = import_module(f"dateparser.data.date_translation_data.{language}").info
        except (ImportError, AttributeError):
            names = {}
        for number, month in enumerate(_MONTHS, 1):
            more = _MORE[language][number - 1] if language in _MORE else ()
            english = (month, month[:3]) if language == "en" else ()
            for name in (*names.get(month, ()), *more, *english):
                key = _key(name)
                if not key.isdigit() and len(key) > 1:
                    table.setdefault(key, {}).setdefault(language, number)
    return table
