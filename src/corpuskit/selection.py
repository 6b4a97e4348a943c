"""Which documents a command is about: one selection, the same for every command that reads documents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from corpuskit.errors import UsageError

SORT_FIELDS = ("id", "date", "site", "language", "words", "characters", "title", "url", "source", "location", "fetched_at")
BY_RELEVANCE = "relevance"  # the order of a search: the best first
MOST_CHARACTERS = 100  # of a name


@dataclass(frozen=True, slots=True)
class Selection:
    """What was asked for. Empty tuples and None select everything; `state` is "kept", "all" or "dropped"."""

    ids: tuple[int, ...] | None = None
    match: str | None = None  # a full-text query, as the user wrote it
    languages: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    since: str | None = None  # the first day, YYYY-MM-DD
    until: str | None = None  # the last day; "31" stands for the end of any month
    undated: bool = False
    min_words: int | None = None
    max_words: int | None = None
    where: str | None = None  # SQL over documents_view
    state: str = "kept"
    sort: str | None = None
    reverse: bool = False
    limit: int | None = None
    sample: int | None = None
    seed: int = 0
    ignored_rules: tuple[str, ...] = ()  # with state "kept": what these rules dropped counts as kept
    named: str | None = None  # a saved selection that must hold too; its state counts unless one is given
    state_given: bool = False


_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


def first_day(text: str) -> str:
    """The first day of `YYYY`, `YYYY-MM` or `YYYY-MM-DD`. Raises UsageError for anything else."""
    year, month, day = _parts(text)
    return f"{year}-{month or '01'}-{day or '01'}"


def last_day(text: str) -> str:
    """The last day of a date; day 31 stands for the end of any month, for it is only compared."""
    year, month, day = _parts(text)
    return f"{year}-{month or '12'}-{_end_of_month(year, month, day) if day else '31'}"


def _end_of_month(year: str, month: str, day: str) -> str:
    from calendar import monthrange

    return "31" if int(day) == monthrange(int(year), int(month))[1] else day


def _parts(text: str) -> tuple[str, str, str]:
    import datetime

    match = _DATE.fullmatch(text)
    try:
        if match is None:
            raise ValueError
        year, month, day = match[1], match[2] or "", match[3] or ""
        datetime.date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        raise UsageError(f"not a date: {text!r}", hint="dates are YYYY, YYYY-MM or YYYY-MM-DD") from None
    return year, month, day


def read_ids(lines: Iterable[str]) -> tuple[int, ...]:
    """The ids in a list of one id a line; blank lines and NUL ends are passed over, order and first occurrence stay.

    Raises UsageError at the first line that is no id.
    """
    ids: dict[int, None] = {}
    for number, line in enumerate(lines, start=1):
        for text in line.replace("\0", "\n").split("\n"):
            word = text.strip()
            if not word or (number == 1 and word == "id"):  # the header line of a TSV cut to its first column
                continue
            if not re.fullmatch(r"[0-9]{1,18}", word):
                raise UsageError(
                    f"not a document id: {word[:60]!r} in line {number}", hint="one id a line, as -f ids prints them"
                )
            ids[int(word)] = None
    return tuple(ids)


def sample_ids(ids: Iterable[int], size: int, seed: int) -> set[int]:
    """`size` of the ids, chosen by a hash of seed and id: the same on every machine, and stable while the corpus grows."""
    import hashlib
    import heapq

    def rank(document_id: int) -> bytes:
        return hashlib.blake2b(f"{seed}:{document_id}".encode(), digest_size=8).digest()

    return set(heapq.nsmallest(size, ids, key=lambda document_id: (rank(document_id), document_id)))


# Names, and selections that are saved under one

_NO_NAME = re.compile("[\x00-\x1f\x7f-\x9f,\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
_NOT_SAVED = ("state_given", "ignored_rules")
_OPTIONS = {
    "ids": "--ids", "match": "--match", "languages": "--lang", "sites": "--site", "sources": "--source", "tags": "--tag",
    "since": "--since", "until": "--until", "undated": "--undated", "min_words": "--min-words", "max_words": "--max-words",
    "where": "--where", "named": "--selection", "state": "", "sort": "--sort", "reverse": "--reverse", "limit": "--limit",
    "sample": "--sample", "seed": "--seed",
}  # fmt: skip


def read_name(text: str, what: str) -> str:
    """The name of a tag or a selection. Raises UsageError for what could not be typed again, or not be told in a list."""
    if not text.strip() or text != text.strip() or _NO_NAME.search(text) or len(text) > MOST_CHARACTERS:
        raise UsageError(
            f"not a name for a {what}: {text[:MOST_CHARACTERS]!r}",
            hint=f"a word or a few, at most {MOST_CHARACTERS} characters, without commas and control characters",
        )
    return text


def criteria(selection: Selection) -> dict[str, Any]:
    """What was asked for, and nothing else, as it is saved."""
    usual = Selection()
    return {
        field.name: value
        for field in fields(Selection)
        if field.name not in _NOT_SAVED and (value := getattr(selection, field.name)) != getattr(usual, field.name)
    }


def from_criteria(saved: Mapping[str, Any]) -> Selection:
    """The selection that was saved as these criteria."""
    known = {field.name for field in fields(Selection)}
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in saved.items() if name in known
    }
    return Selection(**values, state_given="state" in values)


def as_options(selection: Selection) -> str:
    """The selection as options of the command line. Ids are counted, for they may be many."""
    import shlex

    words: list[str] = []
    for name, value in criteria(selection).items():
        option = _OPTIONS[name]
        if name == "state":
            words.append({"all": "--all", "dropped": "--dropped"}[value])
        elif name == "ids":
            words.append(f"--ids ({len(value)} ids)")
        elif isinstance(value, bool):
            words.append(option)
        elif isinstance(value, tuple):
            words += [f"{option} {shlex.quote(one)}" for one in value]
        else:
            shown = value.removesuffix("-31") if name == "until" else str(value)  # 31 stands for the end of any month
            words.append(f"{option} {shlex.quote(shown)}")
    return " ".join(words)
