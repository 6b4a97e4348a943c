"""Where a query matches in a text: the same phrases and distances as in the full-text index, with character offsets.

`find` and `matches` evaluate a query's tree over one document, so that what they say is what FTS5 says about it. A document
with characters of scripts without spaces is indexed in words and in characters; phrases are looked for in its characters,
which hold all that its words hold, the sides of a NEAR in both, since their distance differs.

With `exact` a phrase is found only where case and accents are those of the query too, and the whole query is understood so:
`NOT US` is satisfied by a text with "us". The index cannot tell, so it is asked with `candidates(tree)`.

No database, no printing. Time is linear in the text.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from corpuskit import tokens
from corpuskit.phrases import Span, Stream, folded_tokens
from corpuskit.query_tree import And, Near, Not, Or, Phrase, Query, phrases

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from corpuskit.folded_texts import Folded

MANY_PHRASES = 12  # from here on, taking a text apart once costs less than a search for each


class Match(NamedTuple):
    """One occurrence of a phrase: `text[start:end]`."""

    start: int
    end: int
    phrase: Phrase


def find(
    text: str, tree: Query, *, title: str | None = None, exact: bool = False, folded: Folded | None = None
) -> Iterator[Match]:
    """The occurrences in the text of what makes the document match, in order; none where the document does not match.

    The title only helps to decide that: a query can find one word in the title and the other in the text. Occurrences may
    overlap, of a phrase with itself too, as FTS5 counts them; the same place is told once, whatever found it. `folded` is the
    text folded for this query, which makes it faster.
    """
    found = _evaluate(tree, _Document(title or "", text, _phrase_count(tree), exact=exact, folded=folded)) or []
    found.sort(key=_place)
    for place, match in enumerate(found):
        if not place or match[:2] != found[place - 1][:2]:
            yield match


def matches(tree: Query, title: str | None, text: str, *, exact: bool = False, folded: Folded | None = None) -> bool:
    """Whether the index finds a document with this title and text; with `exact`, whether it should."""
    return _evaluate(tree, _Document(title or "", text, _phrase_count(tree), exact=exact, folded=folded)) is not None


def candidates(tree: Query) -> Query | None:
    """A query whose documents hold all that this one, or any stricter reading of its phrases, finds; None for every document."""
    match tree:
        case Phrase() | Near():
            return tree
        case Not():
            return None
        case And():
            children = [child for one in tree.children if (child := candidates(one)) is not None]
            return And(tuple(children), tree.start, tree.end) if len(children) > 1 else children[0] if children else None
        case Or():
            wider = [candidates(one) for one in tree.children]
            return None if None in wider else Or(tuple(child for child in wider if child), tree.start, tree.end)


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
    return excerpt(text, found, characters=characters, before=before, after=after, ellipsis=ellipsis)


def excerpt(
    text: str, found: Sequence[Match], *, characters: int = 160, before: str = "", after: str = "", ellipsis: str = "…"
) -> str:
    """The part of the text with the most different phrases among these occurrences, as `snippet` gives it."""
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
    return len(phrases(tree))


class _Document:
    def __init__(self, title: str, text: str, phrases: int, *, exact: bool, folded: Folded | None = None) -> None:
        self._title = (title, phrases >= MANY_PHRASES, exact)
        self.text = _Column(text, is_title=False, many=phrases >= MANY_PHRASES, exact=exact, folded=folded)

    @cached_property
    def title(self) -> _Column:
        """It is seldom asked for, since most queries are decided by the text."""
        title, many, exact = self._title
        return _Column(title, is_title=True, many=many, exact=exact)


class _Column:
    """A title or a text, in words and, where it has any, in characters."""

    def __init__(self, text: str, *, is_title: bool, many: bool, exact: bool, folded: Folded | None = None) -> None:
        self.is_title = is_title
        self.has_characters = folded.has_characters if folded else tokens.has_characters(text)
        self.words = Stream(text, characters=False, taken_apart=many, exact=exact, folded=folded)
        self.main = self.words  # where phrases are looked for
        if self.has_characters:
            self.main = Stream(text, characters=True, taken_apart=many, exact=exact, folded=folded)

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
        found = [Match(*span, phrase) for span, phrase in self.main.near(left, right, distance)]
        if self.has_characters and not characters:
            starts = {(match.start, match.phrase) for match in found}
            others = [Match(*span, phrase) for span, phrase in self.words.near(left, right, distance)]
            found += [match for match in others if (match.start, match.phrase) not in starts]
        return found


def _place(match: Match) -> tuple[int, int, int]:
    return match.start, match.end, match.phrase.start


def _best_span(found: Sequence[Match], width: int) -> Span:
    """The first stretch of at most `width` characters with the most different phrases, from its first match to its last."""
    if not found:
        return 0, 0
    best, best_count = (found[0].start, found[0].end), 1
    inside: dict[tuple[str, ...], int] = {}
    left = 0
    for match in found:
        key = folded_tokens(match.phrase.tokens)
        inside[key] = inside.get(key, 0) + 1
        while match.end - found[left].start > width and found[left] is not match:
            gone = folded_tokens(found[left].phrase.tokens)
            inside[gone] -= 1
            if not inside[gone]:
                del inside[gone]
            left += 1
        if len(inside) > best_count:
            best, best_count = (found[left].start, match.end), len(inside)
    return best


def _window(text: str, first: int, last: int, width: int) -> Span:
    """`width` characters around a span, cut at the borders of tokens."""
    spare = max(0, width - (last - first))
    start = max(0, min(first - spare // 2, len(text) - width))
    end = min(len(text), start + width)
    margin = 64  # a token that is cut by the margin itself is so long that it is cut anyway
    low = max(0, start - margin)
    part = text[low : end + margin]
    pattern = tokens.pattern(part, characters=tokens.has_characters(part))
    spans = [(low + match.start(), low + match.end()) for match in pattern.finditer(part)]
    if start:
        start = min((begin for begin, _ in spans if start <= begin <= first), default=start)
    if end < len(text) and any(begin < end < stop for begin, stop in spans):
        end = max((stop for begin, stop in spans if stop <= end and begin >= start), default=end)
    return start, end


def _merged(found: Sequence[Match], start: int, end: int) -> list[Span]:
    """The spans of the matches that lie wholly in a window, overlapping ones made one."""
    merged: list[Span] = []
    for match in found:
        if match.start < start or match.end > end:
            continue
        if merged and match.start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], match.end))
        else:
            merged.append((match.start, match.end))
    return merged
