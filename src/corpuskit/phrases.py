"""Where a phrase occurs in a text, as a sequence of tokens in words or in characters.

A phrase is looked for with a regular expression that knows the borders of tokens and every character that folds to a wanted
one, so most texts are never taken apart. That is done (`_Tokens`) for many phrases at once, and in texts whose characters have
to be composed before they are compared. Both find the same.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, TypeAlias
from unicodedata import is_normalized, normalize

from corpuskit import tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from corpuskit.folded_texts import Folded
    from corpuskit.query_tree import Phrase

Span: TypeAlias = tuple[int, int]  # text[start:end]


class Stream:
    """One of the two sequences of tokens of a text, taken apart when that is needed."""

    def __init__(
        self, text: str, *, characters: bool, taken_apart: bool, exact: bool = False, folded: Folded | None = None
    ) -> None:
        self.text = text
        self.characters = characters
        self.taken_apart = taken_apart
        self.exact = exact
        self.folded = folded
        self._tokens: _Tokens | None = None

    @property
    def tokens(self) -> _Tokens:
        if self._tokens is None:
            self._tokens = _Tokens(self.text, characters=self.characters)
        return self._tokens

    def find(self, phrase: Phrase) -> list[Span]:
        """The occurrences of a phrase, in order; those of a phrase with itself may overlap."""
        spans = self._find(phrase)
        return [span for span in spans if self._is_written(phrase, span)] if self.exact else spans

    def _is_written(self, phrase: Phrase, span: Span) -> bool:
        """Whether the tokens are there with the very letters of the phrase."""
        part = self.text[slice(*span)]
        *rest, last = (normalize("NFC", tokens.unify(token)) for token in self._pattern(part).findall(part))
        *wanted, final = phrase.tokens
        return rest == wanted and (last.startswith(final) if phrase.prefix else last == final)

    def _pattern(self, part: str) -> re.Pattern[str]:
        return tokens.pattern(part, characters=self.characters)

    def _find(self, phrase: Phrase) -> list[Span]:
        spans = self.folded.find(phrase, characters=self.characters) if self.folded else None
        if spans is not None:
            return spans
        if self.characters and not self.taken_apart:
            self.taken_apart = not is_plain(self.text)
        search = None if self.taken_apart else _search(phrase.tokens, phrase.prefix, self.characters)
        if search is None:
            return [self.tokens.span(place, len(phrase.tokens)) for place in self.tokens.places(phrase)]
        return search(self.text)

    def near(self, left: Phrase, right: Phrase, distance: int) -> list[tuple[Span, Phrase]]:
        """The occurrences of either phrase that have the other near."""
        lefts, rights = self.find(left), self.find(right)
        places = self._places({start for start, _ in lefts} | {start for start, _ in rights})
        found = _near_spans(lefts, len(left.tokens), rights, len(right.tokens), distance, places)
        others = _near_spans(rights, len(right.tokens), lefts, len(left.tokens), distance, places)
        return [(span, left) for span in found] + [(span, right) for span in others]

    def _places(self, starts: set[int]) -> dict[int, int]:
        """How many tokens come before each of these places, counted from the first, at all of which a token begins."""
        pattern = self._pattern(self.text)
        places: dict[int, int] = {}
        last, count = 0, 0
        for start in sorted(starts):
            count += len(pattern.findall(self.text, last, start)) if places else 0
            places[start] = count
            last = start
        return places


def _near_spans(
    spans: list[Span],
    length: int,
    others: list[Span],
    other_length: int,
    distance: int,
    places: dict[int, int],
) -> list[Span]:
    """The spans that have another near: at most `distance` tokens between the end of the first and the start of the second."""
    found = []
    other_places = [places[start] for start, _ in others]
    first = 0
    for span in spans:
        place = places[span[0]]
        while first < len(others) and other_places[first] + other_length + distance < place:
            first += 1
        if first < len(others) and other_places[first] <= place + length + distance:
            found.append(span)
    return found


class _Tokens:
    """A text taken apart: where each token occurs."""

    def __init__(self, text: str, *, characters: bool) -> None:
        pattern = tokens.pattern(text, characters=characters)
        found = list(pattern.finditer(text))
        written = [match[0] for match in found]
        unify = tokens.unify if characters else str
        forms = {token: tokens.fold(unify(token)) for token in set(written)}
        self.spans = [match.span() for match in found]
        self.tokens = [forms[token] for token in written]
        self.index: dict[str, list[int]] = {}
        for place, token in enumerate(self.tokens):
            self.index.setdefault(token, []).append(place)

    def span(self, place: int, length: int) -> Span:
        return self.spans[place][0], self.spans[place + length - 1][1]

    def places(self, phrase: Phrase) -> list[int]:
        """The places, counted in tokens, at which a phrase begins, in order."""
        wanted = folded_tokens(phrase.tokens)
        if len(wanted) == 1:
            return self._single(wanted[0], phrase.prefix)
        last = len(wanted) - 1
        final = self._single(wanted[last], phrase.prefix)
        ends = set(final)
        return [
            place
            for place in self.index.get(wanted[0], ())
            if place + last in ends and all(self.tokens[place + i] == wanted[i] for i in range(1, last))
        ]

    def _single(self, wanted: str, prefix: bool) -> list[int]:
        if not prefix:
            return self.index.get(wanted, [])
        return sorted(place for token, places in self.index.items() if token.startswith(wanted) for place in places)


@lru_cache(maxsize=4096)
def folded_tokens(written: tuple[str, ...]) -> tuple[str, ...]:
    """Tokens as the index holds them."""
    return tuple(map(tokens.fold, written))


@cache
def _unusual() -> re.Pattern[str]:
    return re.compile(f"[{tokens.ranges('unusual')}]")


@cache
def _unusual_here() -> re.Pattern[str]:
    """Characters that are composed or left out before they are compared, and stackers that stack nothing."""
    half_width, jamo, selectors = "\uff66-\uffdc", "\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff", "\ufe00-\ufe0f\U000e0100-\U000e01ef"
    bases, marks, stackers = (tokens.ranges(name) for name in ("bases", "marks", "stackers"))
    return re.compile(f"[{half_width}{jamo}{selectors}]|(?<![{bases}{marks}])[{stackers}]")


def is_plain(text: str) -> bool:
    """Whether each character of a text is compared as it is written."""
    first = _unusual().search(text)  # fast, and mostly there is none
    return is_normalized("NFC", text) and not (first and _unusual_here().search(text, first.start()))


@lru_cache(maxsize=1024)
def _search(written: tuple[str, ...], prefix: bool, characters: bool) -> Callable[[str], list[Span]] | None:
    """A function from a text to the spans of a phrase; None if that begins with a mark or a token of it folds to nothing."""
    wanted = folded_tokens(written)
    if not all(wanted) or (characters and _leading_marks(characters=True).match(wanted[0])):
        return None
    overlapping = len(wanted) > 1
    ascii_pattern = _ascii_pattern(wanted, prefix) if all(token.isascii() for token in wanted) else None
    first_is_base = characters and tokens.has_characters(wanted[0][0])
    pattern: re.Pattern[str] | None = None

    def search(text: str) -> list[Span]:
        nonlocal pattern
        if text.isascii():
            return list(_spans(ascii_pattern, text.lower(), overlapping)) if ascii_pattern else []
        if pattern is None:
            pattern = _pattern(wanted, prefix, characters)
        spans = _spans(pattern, text, overlapping)
        if first_is_base:
            return list(spans)
        return [(start, end) for place, end in spans if (start := _token_start(text, place, characters)) is not None]

    return search


def _spans(pattern: re.Pattern[str], text: str, overlapping: bool) -> Iterator[Span]:
    if not overlapping:
        for match in pattern.finditer(text):
            yield match.span()
        return
    found = pattern.search(text)
    while found:
        yield found.span()
        found = pattern.search(text, found.start() + 1)


def _ascii_pattern(wanted: Sequence[str], prefix: bool) -> re.Pattern[str]:
    """For a lower-case ASCII text. It begins with a literal string, which is searched for fastest."""
    ends = "[a-z0-9]*+" if prefix else "(?![a-z0-9])"
    rest = "".join(f"[^a-z0-9]++{token}" for token in wanted[1:])
    return re.compile(f"{wanted[0]}(?<![a-z0-9]{wanted[0]}){rest}{ends}")


def _pattern(wanted: Sequence[str], prefix: bool, characters: bool) -> re.Pattern[str]:
    """For any other text. Marks that fold to nothing may stand before the start: `_token_start` looks for them."""
    separators, deleted, marks, stackers = map(tokens.ranges, ("separators", "deleted", "marks", "stackers"))
    bases = tokens.ranges("bases") if characters else ""
    pieces: list[str] = []
    for place, token in enumerate(wanted):
        is_base = characters and tokens.has_characters(token[0])
        letters = [f"[{re.escape(tokens.variants(char))}][{deleted}]*+" for char in token]
        if not place:  # first the letter, then what stands before it: a set to begin with is searched for fast
            bad = f"[{stackers}]" if is_base else f"[^{separators}{bases}{marks if characters else deleted}]"
            letters[0] = letters[0].replace("]", f"](?<!{bad}.)", 1)
        if prefix and place == len(wanted) - 1:
            end = f"[{marks}]*+(?:(?<=[{stackers}])[{bases}][{marks}]*+)*+" if is_base else f"[^{separators}{bases}]*+"
        elif is_base:
            end = f"(?![{marks}])(?!(?<=[{stackers}])[{bases}])"
        else:
            end = f"(?![^{separators}{bases}])"
        between = "" if not place else f"[{separators}]*+" + ("" if is_base else f"[{deleted}]*+")
        pieces.append(between + "".join(letters) + end)
    return re.compile("".join(pieces), re.DOTALL)


def _token_start(text: str, place: int, characters: bool) -> int | None:
    """Where the token of words begins whose first letter is at `place`; None where that is inside a token."""
    start = place
    inner = _leading_marks(characters)
    while start and inner.match(text, start - 1):
        start -= 1
    if start == place or not start or not tokens.word_pattern().match(text, start - 1):
        return start if all(map(_is_deleted, text[start:place])) else None
    return place if characters and tokens.has_characters(text[start - 1]) else None


@cache
def _leading_marks(characters: bool) -> re.Pattern[str]:
    return re.compile(f"[{tokens.ranges('marks' if characters else 'deleted')}]")


def _is_deleted(char: str) -> bool:
    return not tokens.fold(char)
