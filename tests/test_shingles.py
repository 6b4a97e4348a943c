"""Shingles: the same sets as a plain definition gives, whatever the batch."""

from __future__ import annotations

import re
import unicodedata

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit import shingles
from corpuskit.shingles import BLOCK_CHARACTERS, jaccard, jaccard_with_each, normalised, shingle_all

WORDS = st.sampled_from(
    ["tree", "Tree", "ﬁnd", "½", "straße", "STRASSE", "e\u0301tude", "étude", "co\u00adop", "coop", "日本", "ไทย", "한국", "42"]
)
GLUE = st.sampled_from([" ", ", ", "… ", "\n", "\u00a0", " — "])
TEXTS = st.one_of(
    st.text(max_size=60),
    st.lists(st.tuples(WORDS, GLUE), max_size=14).map(lambda parts: "".join(word + glue for word, glue in parts)),
)


def plain_tokens(text: str) -> list[str]:
    """The definition: runs of letters, marks and digits; each Han or Thai character alone; format characters are nothing."""
    tokens, run = [], ""
    for character in unicodedata.normalize("NFKC", text).casefold():
        category, number = unicodedata.category(character), ord(character)
        if category == "Cf" or number == 0x34F or 0xFE00 <= number <= 0xFE0F or 0xE0000 <= number <= 0xE0FFF:
            continue
        is_part = category[0] in "LMN" or category in ("Co", "Cn")
        is_single = is_part and any(first <= number <= last for first, last in shingles._UNSPACED)
        if run and (is_single or not is_part):
            tokens.append(run)
            run = ""
        if is_single:
            tokens.append(character)
        elif is_part:
            run += character
    return [*tokens, run] if run else tokens


def plain_set(text: str) -> set[tuple[str, ...]]:
    tokens = plain_tokens(text)
    return {tuple(tokens[start : start + 5]) for start in range(max(1, len(tokens) - 4))} if tokens else set()


@settings(max_examples=120, deadline=None)
@given(st.lists(TEXTS, min_size=2, max_size=6))
def test_sets_and_digests_are_those_of_the_definition(texts: list[str]) -> None:
    found = shingle_all(texts)
    expected = [plain_set(text) for text in texts]
    for one, two in zip(range(len(texts)), range(1, len(texts)), strict=False):
        shared, either = len(expected[one] & expected[two]), len(expected[one] | expected[two])
        assert jaccard(found[one].hashes, found[two].hashes) == (shared / either if shared else 0.0)
        if plain_tokens(texts[one]) and plain_tokens(texts[two]):
            assert (found[one].digest == found[two].digest) == (plain_tokens(texts[one]) == plain_tokens(texts[two]))
    assert [len(shingle.hashes) for shingle in found] == [len(one) for one in expected]


@settings(deadline=None)
@given(st.lists(TEXTS, max_size=8), st.data())
def test_a_text_has_the_same_shingles_in_every_batch(texts: list[str], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(texts)))
    together = shingle_all(texts)
    apart = shingle_all(texts[:cut]) + shingle_all(texts[cut:])
    for one, two in zip(together, apart, strict=True):
        assert one.digest == two.digest
        assert np.array_equal(one.hashes, two.hashes)


def test_every_code_point_is_folded_as_normalisation_folds_it() -> None:
    letters, folded = shingles._letters(), shingles._folded()
    for number in range(0x20000):
        if folded[number] != shingles._TO_NORMALISE:
            kinds = {int(letters[ord(part)]) for part in normalised(chr(number))} or {shingles._SEPARATOR}
            assert kinds == {int(folded[number])}, hex(number)


def test_what_may_change_places_or_join_its_neighbour_is_left_to_normalisation() -> None:
    folded = shingles._folded()
    for number in range(0x20000):
        parts = unicodedata.decomposition(chr(number)).split()
        if len(parts) == 2 and not parts[0].startswith("<"):
            assert folded[int(parts[1], 16)] in (shingles._TO_NORMALISE, shingles._IGNORED), hex(number)


def test_a_text_longer_than_a_block_has_the_shingles_of_its_words() -> None:
    words = [f"word{number % 977}" for number in range(BLOCK_CHARACTERS // 2)]
    text = " ".join(words)
    assert len(text) > 3 * BLOCK_CHARACTERS
    found = shingle_all(["before", text, "after"])
    assert len(found[1].hashes) == len(plain_set(text))
    halves = shingle_all([" ".join(words[:2000]), text])
    assert np.isin(halves[0].hashes, halves[1].hashes).all()


def test_short_and_empty_texts() -> None:
    short, same, longer, empty, blank, stars, other = shingle_all(
        ["one two", "One  TWO!", "one two three", "", " \n", "***", "**"]
    )
    assert len(short.hashes) == len(longer.hashes) == 1
    assert short.digest == same.digest
    assert jaccard(short.hashes, same.hashes) == 1.0
    assert jaccard(short.hashes, longer.hashes) == 0.0
    assert len(empty.hashes) == len(blank.hashes) == len(stars.hashes) == 0
    assert empty.digest == blank.digest
    assert len({empty.digest, stars.digest, other.digest}) == 3
    assert jaccard(empty.hashes, blank.hashes) == 0.0


def test_hashes_are_the_same_on_every_machine() -> None:
    """Stored signatures rest on these numbers: computed here once more with Python's integers."""
    mask = (1 << 64) - 1

    def mixed(value: int) -> int:
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9 & mask
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB & mask
        return value ^ (value >> 31)

    def token(word: str) -> int:
        return mixed(sum(ord(letter) * pow(0x9E3779B97F4A7C15, place, 1 << 64) for place, letter in enumerate(word)) & mask)

    words = re.findall(r"\w+", "the quick brown fox jumps")
    weights = [int(weight) for weight in shingles._WEIGHTS]
    expected = mixed(sum(token(word) * weight for word, weight in zip(words, weights, strict=True)) & mask)
    assert shingle_all(["The quick — brown fox jumps!"])[0].hashes.tolist() == [expected]
    assert shingle_all(["ไทย"])[0].hashes.tolist() == [
        mixed(sum((mixed(((1 << 24) + ord(c)) & mask)) * weight for c, weight in zip("ไทย", weights[:3], strict=True)) & mask)
    ]


NUMBERS = st.one_of(
    st.integers(0, 2**64 - 1), st.integers(0, 12).map(lambda number: number * 2**40)
)  # some share their high bits
SETS = st.sets(NUMBERS, max_size=30).map(lambda numbers: np.array(sorted(numbers), dtype=np.uint64))


@settings(deadline=None)
@given(SETS, st.lists(SETS, min_size=1, max_size=6))
def test_many_sets_at_once_are_compared_as_one_by_one(one: np.ndarray, others: list[np.ndarray]) -> None:
    assert jaccard_with_each(one, others) == [jaccard(one, other) for other in others]
