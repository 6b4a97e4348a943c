"""Texts as sets of hashed shingles: five neighbouring tokens each, what two texts have in common when they are alike.

A token is a word (a run of letters, marks and digits, NFKC and casefolded) or, in scripts that put no blanks between words, one
character: five suit both, as one changed token in fifty then leaves a Jaccard of about 0.83, and texts that only share a subject
stay below 0.1 even in Thai. All tokens of a batch are hashed at once: the hash of a token is a polynomial in its code points, and
the hash of a shingle a weighted sum of its tokens' hashes. The arithmetic is that of 64-bit integers, so a text has the same
shingles on every machine, in every batch and for every version of Python.

Pure: texts in, arrays out. What is done with the sets (signatures, candidates, Jaccard) is the business of other modules.
"""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from functools import cache
from itertools import compress
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Hashes: TypeAlias = NDArray[np.uint64]
Positions: TypeAlias = NDArray[np.intp]

SHINGLE_TOKENS = 5
DIGEST_BYTES = 16
_TABLE_BITS = 18
BLOCK_CHARACTERS = 1 << 15  # so many at once: the arrays of one block stay in the processor's cache

# What a code point is in a text. Those of words stand for themselves, those that are tokens of their own for more than 2**24.
_SEPARATOR = 0
_IGNORED = -1
_TO_NORMALISE = -2  # what becomes of it is not one code point, or depends on its neighbours
_SINGLE = 1 << 24

# Scripts written without blanks between words. A character is a token there, vowel signs and all.
_UNSPACED = (
    (0x0E01, 0x0E4F),  # Thai, without its digits
    (0x0E81, 0x0ECF),  # Lao
    (0x0EDC, 0x0EDF),
    (0x0F40, 0x0FBC),  # Tibetan: its syllables have dots between them, its words nothing
    (0x1000, 0x103F),  # Myanmar
    (0x1050, 0x108F),
    (0x1780, 0x17D3),  # Khmer
    (0x1950, 0x19DF),  # Tai Le, New Tai Lue
    (0x1A20, 0x1A7C),  # Tai Tham
    (0x2E80, 0x2FDF),  # radicals
    (0x3005, 0x3007),  # marks and zero of ideographic writing
    (0x3021, 0x3029),
    (0x3031, 0x3035),
    (0x303B, 0x303C),
    (0x3041, 0x3096),  # kana
    (0x3099, 0x309A),
    (0x309D, 0x309F),
    (0x30A1, 0x30FA),
    (0x30FC, 0x30FF),
    (0x3105, 0x312F),  # bopomofo
    (0x31A0, 0x31BF),
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),  # ideographs
    (0x4E00, 0x9FFF),
    (0xA000, 0xA48C),  # Yi
    (0xAA60, 0xAADF),  # Myanmar, Tai Viet
    (0xF900, 0xFAFF),
    (0x1AFF0, 0x1B16F),  # kana
    (0x20000, 0x323AF),
)
_PLAIN_LETTERS = (  # not worth a look at each
    (0x3400, 0x4DBF),  # ideographs
    (0x4E00, 0x9FFF),
    (0xAC00, 0xD7A3),  # Hangul
    (0xD800, 0xF8FF),  # surrogates, private use
    (0x12550, 0x12F8F),  # hieroglyphs, Tangut, and what is not assigned around them
    (0x13460, 0x160FF),
    (0x17000, 0x1AFEF),
    (0x20000, 0x323AF),
)
_VARIANTS = ((0x034F, 0x034F), (0xFE00, 0xFE0F), (0xE0000, 0xE0FFF))  # grapheme joiner, variation selectors, tags
_JAMO = ((0x1100, 0x11FF), (0xD7B0, 0xD7FF))  # they compose to syllables
_UNASSIGNED = frozenset(("Cn", "Co", "Cs"))
_ASSIGNED_END = 0x20000  # beyond it stand only ideographs, variation selectors, tags and private use

_MULTIPLIER = 0x9E3779B97F4A7C15  # odd, so that its powers have inverses modulo 2**64
_WEIGHTS = tuple(
    np.uint64(w) for w in (0xD6E8FEB86659FD93, 0xA0761D6478BD642F, 0xE7037ED1A0B428DB, 0x8EBC6AF09C88C6E3, 0x589965CC75374CC3)
)


@dataclass(frozen=True, slots=True)
class Shingles:
    """One text as a set. `hashes` is sorted and distinct, and empty where the text has no token."""

    hashes: Hashes
    digest: bytes  # equal exactly where the normalised texts are: of the tokens in their order, or of the text that has none


def normalised(text: str) -> str:
    """NFKC and casefolded: compatibility forms and letter case do not tell two texts apart."""
    return unicodedata.normalize("NFKC", text).casefold()


def shingle_all(texts: Sequence[str]) -> list[Shingles]:
    """The shingles of each text, in their order. A text's result does not depend on its neighbours.

    A text of fewer than five tokens has one shingle, the whole of it. Needs about 60 bytes for each character of the
    largest text, or of the batch where that is less than a block.
    """
    found: list[Shingles] = []
    for batch in _batches(texts):
        tokens, counts = _token_hashes(batch)
        hashes, sizes = _distinct_shingles(tokens, counts)
        content = memoryview(tokens.astype("<u8", copy=False).tobytes())
        token_end = shingle_end = 0
        for text, count, size in zip(batch, counts.tolist(), sizes.tolist(), strict=True):
            own = content[8 * token_end : 8 * (token_end + count)] if count else _without_tokens(text)
            digest = hashlib.blake2b(own, digest_size=DIGEST_BYTES).digest()
            found.append(Shingles(hashes[shingle_end : shingle_end + size].copy(), digest))
            token_end, shingle_end = token_end + count, shingle_end + size
    return found


def jaccard(left: Hashes, right: Hashes) -> float:
    """Shared shingles by all shingles: 0 where either set is empty."""
    if not left.size or not right.size:
        return 0.0
    both = np.concatenate((left, right))
    both.sort()
    shared = int(np.count_nonzero(both[1:] == both[:-1]))
    return shared / (both.size - shared)


def jaccard_with_each(one: Hashes, others: Sequence[Hashes]) -> list[float]:
    """`jaccard` of one set and each of many: several times as fast, as the set is put into a table once."""
    if not one.size or any(not other.size for other in others):
        return [jaccard(one, other) for other in others]
    shift = np.uint64(64 - _TABLE_BITS)
    table = np.zeros(1 << _TABLE_BITS, dtype=np.int32)
    table[one >> shift] = np.arange(one.size)
    lost = one[one[table[one >> shift]] != one]  # another one has the same place in the table
    every = np.concatenate(others)
    is_shared = one[table[every >> shift]] == every
    for value in lost:
        is_shared |= every == value
    sizes = np.array([other.size for other in others])
    shared = np.add.reduceat(is_shared.astype(np.intp), np.cumsum(sizes) - sizes)
    return (shared / (one.size + sizes - shared)).tolist()  # type: ignore[no-any-return]


def _without_tokens(text: str) -> bytes:
    return b"\0" + " ".join(normalised(text).split()).encode("utf-8", "surrogatepass")


def _batches(texts: Sequence[str]) -> Iterator[list[str]]:
    """As many texts together as fit into a block; a longer text alone."""
    batch: list[str] = []
    room = BLOCK_CHARACTERS
    for text in texts:
        if batch and len(text) > room:
            yield batch
            batch, room = [], BLOCK_CHARACTERS
        batch.append(text)
        room -= len(text) + 1
    if batch:
        yield batch


def _token_hashes(texts: list[str]) -> tuple[Hashes, Positions]:
    """The hashes of all tokens one behind the other, and how many of them each text has."""
    if len(texts) == 1 and len(texts[0]) > BLOCK_CHARACTERS:
        hashes = np.concatenate([_hash_block(_letters().take(piece))[0] for piece in _pieces(normalised(texts[0]))])
        return hashes, np.array([hashes.size], dtype=np.intp)
    letters = _folded().take(_code_points("\n".join(texts)))
    if letters.min(initial=0) == _TO_NORMALISE:
        odd = np.searchsorted(_ends(texts), np.flatnonzero(letters == _TO_NORMALISE), side="right")
        texts = texts.copy()
        for number in np.unique(odd).tolist():
            texts[number] = _expanded(texts[number])
        code_points = _code_points("\n".join(texts))
        letters = _folded().take(code_points)
        np.copyto(letters, _letters().take(code_points), where=letters == _TO_NORMALISE)
    hashes, starts = _hash_block(letters)
    return hashes, np.diff(np.searchsorted(starts, _ends(texts)), prepend=0)


def _ends(texts: list[str]) -> Positions:
    return np.cumsum([len(text) + 1 for text in texts])


def _expanded(text: str) -> str:
    """The text with each character replaced that becomes several; normalised where marks make that depend on the order."""
    for character in {text[place] for place in np.flatnonzero(_folded().take(_code_points(text)) == _TO_NORMALISE)}:
        result = normalised(character)
        if len(result) == 1 or (_folded().take(_code_points(result)) == _TO_NORMALISE).any():
            return normalised(text)
        text = text.replace(character, result)
    return text


def _pieces(text: str) -> Iterator[NDArray[np.intp]]:
    """The code points of a long text, cut where a token ends; a token longer than a block is cut at the end of the block."""
    start = 0
    while start < len(text):
        code_points = _code_points(text[start : start + BLOCK_CHARACTERS])
        borders = np.flatnonzero(_letters().take(code_points) == _SEPARATOR)
        if start + BLOCK_CHARACTERS < len(text) and borders.size:
            code_points = code_points[: borders[-1] + 1]
        yield code_points
        start += code_points.size


def _code_points(text: str) -> NDArray[np.intp]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.intp)


def _hash_block(letters: NDArray[np.intp]) -> tuple[Hashes, Positions]:
    """The hash of every token and the place of its first letter."""
    places = None
    if letters.min(initial=0) < 0:  # soft hyphens and the like: the letters on both sides belong to one token
        places = np.flatnonzero(letters >= 0)
        letters = letters[places]
    is_letter = letters > 0
    is_start = is_letter.copy()
    if letters.max(initial=0) < _SINGLE:
        is_start[1:] = is_letter[1:] > is_letter[:-1]
    else:
        is_single = letters >= _SINGLE
        is_start[1:] &= ~is_letter[:-1] | is_single[1:] | is_single[:-1]
    starts = np.flatnonzero(is_start)
    if not starts.size:
        return np.empty(0, dtype=np.uint64), starts
    powers, inverses = _powers(max(letters.size, 2 * BLOCK_CHARACTERS))
    # Separators are 0, so that the terms between two starts add up to the polynomial of one token, times a power.
    sums = np.add.reduceat(letters.view(np.uint64) * powers[: letters.size], starts)
    return _mixed(sums * inverses[starts]), starts if places is None else places[starts]


def _distinct_shingles(tokens: Hashes, counts: Positions) -> tuple[Hashes, Positions]:
    """The sorted distinct shingles of each text one behind the other, and how many of them each text has."""
    ends = np.cumsum(counts)
    starts = ends - counts
    padded = np.concatenate((tokens, np.zeros(SHINGLE_TOKENS, dtype=np.uint64)))
    sums = padded[: tokens.size] * _WEIGHTS[0]
    for place in range(1, SHINGLE_TOKENS):
        sums += padded[place : place + tokens.size] * _WEIGHTS[place]
    short = np.flatnonzero((counts > 0) & (counts < SHINGLE_TOKENS))
    for place in range(SHINGLE_TOKENS):  # a short text is one shingle: only its own tokens count
        part = padded[starts[short] + place] * _WEIGHTS[place] * (counts[short] > place)
        sums[starts[short]] = part if place == 0 else sums[starts[short]] + part
    hashes = _mixed(sums)
    sizes = np.where(counts == 0, 0, np.maximum(counts - SHINGLE_TOKENS + 1, 1))
    keep = np.ones(tokens.size, dtype=np.bool_)
    for start, end, size in zip(starts.tolist(), ends.tolist(), sizes.tolist(), strict=True):
        keep[start + size : end] = False
        hashes[start : start + size].sort()
    keep[1:] &= hashes[1:] != hashes[:-1]
    keep[starts[counts > 0]] = True  # the first of a text may equal the last of the text before it
    return hashes[keep], np.diff(np.concatenate(([0], np.cumsum(keep)))[ends], prepend=0)


def _mixed(values: Hashes) -> Hashes:
    """Every bit of the result depends on every bit of the value (the finaliser of SplitMix64); one to one."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


@cache
def _powers(size: int) -> tuple[Hashes, Hashes]:
    """The first powers of the multiplier, from exponent 0 on, and their inverses, modulo 2**64."""
    both = []
    for base in (_MULTIPLIER, pow(_MULTIPLIER, -1, 1 << 64)):
        factors = np.full(size, base, dtype=np.uint64)
        factors[0] = 1
        both.append(np.cumprod(factors, dtype=np.uint64))
    return both[0], both[1]


@cache
def _letters() -> NDArray[np.intp]:
    """What each code point of a normalised text is: a letter, a token of its own, a separator or nothing.

    A code point that this version of Unicode does not know counts as a letter, as most new ones are: a later version of
    Python then finds the same tokens.
    """
    letters = np.arange(0x110000, dtype=np.intp)
    of_category = {"P": _SEPARATOR, "S": _SEPARATOR, "Z": _SEPARATOR, "Cc": _SEPARATOR, "Cf": _IGNORED}
    code_points, categories = _uncommon()
    kinds = {category: of_category.get(category, of_category.get(category[0])) for category in set(categories)}
    for code_point, category in zip(code_points, categories, strict=True):
        if (kind := kinds[category]) is not None:
            letters[code_point] = kind
    for first, last in _UNSPACED:
        block = letters[first : last + 1]
        block[block > 0] += _SINGLE
    for first, last in _VARIANTS:
        letters[first : last + 1] = _IGNORED
    letters[0xD800:0xE000] = _SEPARATOR  # surrogates that stand alone
    return letters


@cache
def _folded() -> NDArray[np.intp]:
    """What `normalised` makes of each code point, as in `_letters`, where that is one code point whatever stands beside it.

    A text of such code points alone, as most are, is normalised by one look into this table, ten times as fast.
    """
    letters = _letters()
    folded = letters.copy()
    code_points, categories = _uncommon()
    characters = "\0".join(map(chr, code_points))  # nothing is composed across the character between them
    results = normalised(characters).split("\0")
    for code_point, category, character, result in zip(code_points, categories, characters[::2], results, strict=True):
        if result == character and category[0] != "M":
            continue
        if category[0] == "M" or any(unicodedata.category(part)[0] == "M" for part in result):
            folded[code_point] = _TO_NORMALISE  # it may join the letter before it, or change places with another mark
        elif len(result) == 1:
            folded[code_point] = _TO_NORMALISE if _is_jamo(ord(result)) else letters[ord(result)]
        else:
            is_blank = all(letters[ord(part)] == _SEPARATOR for part in result)
            folded[code_point] = _SEPARATOR if is_blank else _TO_NORMALISE
    for first, last in _JAMO:
        folded[first : last + 1] = _TO_NORMALISE
    for first, last in _VARIANTS:
        folded[first : last + 1] = _IGNORED
    return folded


def _is_jamo(code_point: int) -> bool:
    return any(first <= code_point <= last for first, last in _JAMO)


@cache
def _uncommon() -> tuple[list[int], list[str]]:
    """The code points to look at one by one, with their categories: those that are assigned, but for large blocks of letters."""
    start = 1
    candidates: list[int] = []
    for first, last in (*_PLAIN_LETTERS, (_ASSIGNED_END, 0x110000)):
        candidates += range(start, min(first, _ASSIGNED_END))
        start = last + 1
    categories = list(map(unicodedata.category, map(chr, candidates)))
    is_assigned = [category not in _UNASSIGNED for category in categories]
    return list(compress(candidates, is_assigned)), list(compress(categories, is_assigned))
