"""Where a query matches in a text: the same tokens, phrases and distances as in the full-text index, with character offsets.

`find` and `matches` evaluate a query's tree over one document, so that what they say is what FTS5 says about it. A phrase is
looked for with a regular expression that knows the borders of tokens and every character that folds to a wanted one; most
texts are never taken apart. That is done (`_Tokens`) for many phrases at once, and in texts whose characters have to be composed first. A document with characters of
scripts without spaces is indexed in words and in characters; phrases are looked for in its characters, which hold all
that its words hold, the sides of a NEAR in both, since their distance differs.

No database, no printing. Time is linear in the text.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import is_normalized

from corpuskit import tokens
from corpuskit.query import And, Near, Not, Or, Phrase, Query

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

MANY_PHRASES = 12  # from here on, taking a text apart once costs less than a search for each


class Match(NamedTuple):
    """One occurrence of a phrase: `text[start:end]`."""

    start: int
    end: int
    phrase: Phrase


def find(text: str, tree: Query, *, title: str | None = None) -> Iterator[Match]:
    """The occurrences in the text of what makes the document match, in order; none where the document does not match.

    The title only helps to decide that: a query can find one word in the title and the other in the text. Occurrences may
    overlap, of a phrase with itself too, as FTS5 counts them; the same place is told once, whatever found it.
    """
    found = _evaluate(tree, _Document(title or "", text, _phrase_count(tree))) or []
    found.sort(key=_place)
    for place, match in enumerate(found):
        if not place or match[:2] != found[place - 1][:2]:
            yield match


def matches(tree: Query, title: str | None, text: str) -> bool:
    """Whether the index finds a document with this title and text."""
    return _evaluate(tree, _Document(title or "", text, _phrase_count(tree))) is not None


def snippet(
    text: str,
    tree: Query,
    *,
    title: str | None = None,
    characters: int = 160,
    before: str = "",
    after: str = "",
    ellipsis: str = "…",
) -> str:
    """The part of the text, at most `characters` of it, with the most different phrases of the query; in one line.

    It begins and ends with a whole token where one fits; `ellipsis` stands where text is left out, `before` and `after` around
    each match. Without a match it is the beginning of the text.
    """
    found = list(find(text, tree, title=title))
    first, last = _best_span(found, characters)
    start, end = _window(text, first, last, characters)
    pieces = [ellipsis] if text[:start].strip() else []
    place = start
    for match_start, match_end in _merged(found, start, end):
        pieces += [text[place:match_start], before, text[match_start:match_end], after]
        place = match_end
    pieces.append(text[place:end].rstrip())
    if text[end:].strip():
        pieces.append(ellipsis)
    return " ".join("".join(pieces).split())


# -- The tree over a document


def _evaluate(tree: Query, document: _Document) -> list[Match] | None:
    """What makes the tree match in the text; None where it does not match."""
    match tree:
        case Phrase() | Near():
            in_text = [] if _only_title(tree) else document.text.find(tree)
            return in_text if in_text or document.title.find(tree) else None
        case Not():
            return [] if _evaluate(tree.child, document) is None else None
        case And():
            found: list[Match] = []
            for child in tree.children:
                more = _evaluate(child, document)
                if more is None:
                    return None
                found += more
            return found
        case Or():
            branches = [more for child in tree.children if (more := _evaluate(child, document)) is not None]
            return [match for branch in branches for match in branch] if branches else None


def _only_title(tree: Phrase | Near) -> bool:
    return tree.title if isinstance(tree, Phrase) else False


@lru_cache(maxsize=64)
def _phrase_count(tree: Query) -> int:
    match tree:
        case Phrase():
            return 1
        case Near():
            return len(tree.left) + len(tree.right)
        case Not():
            return _phrase_count(tree.child)
        case And() | Or():
            return sum(map(_phrase_count, tree.children))


class _Document:
    def __init__(self, title: str, text: str, phrases: int) -> None:
        self.title = _Column(title, is_title=True, many=phrases >= MANY_PHRASES)
        self.text = _Column(text, is_title=False, many=phrases >= MANY_PHRASES)


class _Column:
    """A title or a text, in words and, where it has any, in characters."""

    def __init__(self, text: str, *, is_title: bool, many: bool) -> None:
        self.is_title = is_title
        self.has_characters = tokens.has_characters(text)
        self.words = _Stream(text, characters=False, taken_apart=many)
        self.main = self.words  # where phrases are looked for
        if self.has_characters:
            self.main = _Stream(text, characters=True, taken_apart=many or not _is_plain(text))

    def find(self, tree: Phrase | Near) -> list[Match]:
        if isinstance(tree, Near):
            return [match for left in tree.left for right in tree.right for match in self._near(left, right, tree.distance)]
        if tree.characters and not self.has_characters:
            return []
        return [Match(start, end, tree) for start, end in self.main.find(tree)]

    def _near(self, left: Phrase, right: Phrase, distance: int) -> list[Match]:
        characters = left.characters or right.characters
        if ((left.title or right.title) and not self.is_title) or (characters and not self.has_characters):
            return []
        if not self.main.find(left) or not self.main.find(right):
            return []
        found = self.main.near(left, right, distance)
        if self.has_characters and not characters:
            starts = {(match.start, match.phrase) for match in found}
            others = self.words.near(left, right, distance)
            found += [match for match in others if (match.start, match.phrase) not in starts]
        return found


class _Stream:
    """One of the two sequences of tokens of a text, taken apart when that is needed."""

    def __init__(self, text: str, *, characters: bool, taken_apart: bool) -> None:
        self.text = text
        self.characters = characters
        self.taken_apart = taken_apart
        self._tokens: _Tokens | None = None

    @property
    def tokens(self) -> _Tokens:
        if self._tokens is None:
            self._tokens = _Tokens(self.text, characters=self.characters)
        return self._tokens

    def find(self, phrase: Phrase) -> list[tuple[int, int]]:
        search = None if self.taken_apart else _search(phrase.tokens, phrase.prefix, self.characters)
        if search is None:
            return [self.tokens.span(place, len(phrase.tokens)) for place in self.tokens.places(phrase)]
        return search(self.text)

    def near(self, left: Phrase, right: Phrase, distance: int) -> list[Match]:
        lefts, rights = self.find(left), self.find(right)
        places = self._places({start for start, _ in lefts} | {start for start, _ in rights})
        found = _near_spans(lefts, len(left.tokens), rights, len(right.tokens), distance, places)
        others = _near_spans(rights, len(right.tokens), lefts, len(left.tokens), distance, places)
        return [Match(*span, left) for span in found] + [Match(*span, right) for span in others]

    def _places(self, starts: set[int]) -> dict[int, int]:
        """How many tokens come before each of these places, counted from the first, at all of which a token begins."""
        pattern = tokens.character_pattern() if self.characters else tokens.word_pattern()
        places: dict[int, int] = {}
        last, count = 0, 0
        for start in sorted(starts):
            count += len(pattern.findall(self.text, last, start)) if places else 0
            places[start] = count
            last = start
        return places


def _near_spans(
    spans: list[tuple[int, int]],
    length: int,
    others: list[tuple[int, int]],
    other_length: int,
    distance: int,
    places: dict[int, int],
) -> list[tuple[int, int]]:
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
        pattern = tokens.character_pattern() if characters else tokens.word_pattern()
        found = list(pattern.finditer(text))
        written = [match[0] for match in found]
        unify = tokens.unify if characters else str
        folded = {token: tokens.fold(unify(token)) for token in set(written)}
        self.spans = [match.span() for match in found]
        self.tokens = [folded[token] for token in written]
        self.index: dict[str, list[int]] = {}
        for place, token in enumerate(self.tokens):
            self.index.setdefault(token, []).append(place)

    def span(self, place: int, length: int) -> tuple[int, int]:
        return self.spans[place][0], self.spans[place + length - 1][1]

    def places(self, phrase: Phrase) -> list[int]:
        """The places, counted in tokens, at which a phrase begins, in order."""
        wanted = _folded(phrase.tokens)
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
def _folded(written: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(tokens.fold, written))


# -- Regular expressions in place of tokens


@cache
def _unusual() -> re.Pattern[str]:
    """Characters that are composed or left out before they are compared, and stackers that stack nothing."""
    half_width, jamo, selectors = "\uff66-\uffdc", "\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff", "\ufe00-\ufe0f\U000e0100-\U000e01ef"
    bases, marks, stackers = (tokens.ranges(name) for name in ("bases", "marks", "stackers"))
    return re.compile(f"[{half_width}{jamo}{selectors}]|(?<![{bases}{marks}])[{stackers}]")


def _is_plain(text: str) -> bool:
    """Whether each character of a text is compared as it is written."""
    return is_normalized("NFC", text) and not _unusual().search(text)


@lru_cache(maxsize=1024)
def _search(written: tuple[str, ...], prefix: bool, characters: bool) -> Callable[[str], list[tuple[int, int]]] | None:
    """A function from a text to the spans of a phrase; None for one that begins with a mark or has a token that folds to nothing."""
    wanted = _folded(written)
    if not all(wanted) or (characters and _leading_marks(characters=True).match(wanted[0])):
        return None
    overlapping = len(wanted) > 1
    ascii_pattern = _ascii_pattern(wanted, prefix) if all(token.isascii() for token in wanted) else None
    first_is_base = characters and tokens.has_characters(wanted[0][0])
    pattern: re.Pattern[str] | None = None

    def search(text: str) -> list[tuple[int, int]]:
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


def _spans(pattern: re.Pattern[str], text: str, overlapping: bool) -> Iterator[tuple[int, int]]:
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
        pieces.append("".join(letters) + end)
    return re.compile(f"[{separators}]*+".join(pieces), re.DOTALL)


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


# -- Snippets


def _place(match: Match) -> tuple[int, int, int]:
    return match.start, match.end, match.phrase.start


def _best_span(found: Sequence[Match], width: int) -> tuple[int, int]:
    """The first stretch of at most `width` characters with the most different phrases, from its first match to its last."""
    if not found:
        return 0, 0
    best, best_count = (found[0].start, found[0].end), 1
    inside: dict[tuple[str, ...], int] = {}
    left = 0
    for match in found:
        key = _folded(match.phrase.tokens)
        inside[key] = inside.get(key, 0) + 1
        while match.end - found[left].start > width and found[left] is not match:
            gone = _folded(found[left].phrase.tokens)
            inside[gone] -= 1
            if not inside[gone]:
                del inside[gone]
            left += 1
        if len(inside) > best_count:
            best, best_count = (found[left].start, match.end), len(inside)
    return best


def _window(text: str, first: int, last: int, width: int) -> tuple[int, int]:
    """`width` characters around a span, cut at the borders of tokens."""
    spare = max(0, width - (last - first))
    start = max(0, min(first - spare // 2, len(text) - width))
    end = min(len(text), start + width)
    margin = 64  # a token that is cut by the margin itself is so long that it is cut anyway
    low = max(0, start - margin)
    part = text[low : end + margin]
    pattern = tokens.character_pattern() if tokens.has_characters(part) else tokens.word_pattern()
    spans = [(low + match.start(), low + match.end()) for match in pattern.finditer(part)]
    if start:
        start = min((begin for begin, _ in spans if start <= begin <= first), default=start)
    if end < len(text) and any(begin < end < stop for begin, stop in spans):
        end = max((stop for begin, stop in spans if stop <= end and begin >= start), default=end)
    return start, end


def _merged(found: Sequence[Match], start: int, end: int) -> list[tuple[int, int]]:
    """The spans of the matches that lie wholly in a window, overlapping ones made one."""
    merged: list[tuple[int, int]] = []
    for match in found:
        if match.start < start or match.end > end:
            continue
        if merged and match.start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], match.end))
        else:
            merged.append((match.start, match.end))
    return merged
