"""Postings: what is kept is what was there."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.postings import Postings, of_texts, pack, unpack, unpack_together

documents = st.lists(st.lists(st.sampled_from((0, 1, 2, 255, 256, (1 << 24) - 1)), max_size=9), max_size=6)


def as_counters(postings: Postings) -> list[Counter[int]]:
    found: list[Counter[int]] = [Counter() for _ in range(postings.sizes.size)]
    for word, document, count in zip(postings.words, postings.documents, postings.counts, strict=True):
        assert int(word) not in found[document], "one posting for each word of a document"
        found[document][int(word)] = int(count)
    return found


@given(documents, st.integers(1, 300))
def test_what_was_kept_comes_back(found: list[list[int]], times: int) -> None:
    """Also words that stand more often in a document than one entry can say."""
    postings = of_texts([np.array(document * times, dtype=np.uint32) for document in found])
    wanted = [Counter(document * times) for document in found]
    assert as_counters(postings) == wanted
    assert postings.sizes.tolist() == [counts.total() for counts in wanted]
    kept = pack(postings)
    assert len(kept) == len(found)
    again = unpack(kept)
    assert as_counters(again) == wanted
    assert again.sizes.tolist() == postings.sizes.tolist()
    words, counts = unpack_together(kept)
    summed: Counter[int] = Counter()
    for word, count in zip(words.tolist(), counts.tolist(), strict=True):
        summed[word] += count
    assert summed == sum(wanted, Counter())
