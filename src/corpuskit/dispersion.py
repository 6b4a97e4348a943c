"""How evenly a word is spread over the documents: Gries' deviation of proportions (DP).

    DP = 1/2 * sum over all documents of |v - s|

where s is the share of a document in the size of the corpus, in words, and v the share of the word's occurrences that stand in
it. DP is 0 for a word that is spread as the documents' sizes are, and near 1 for one that stands in a small document only.

    Stefan Th. Gries: Dispersions and adjusted frequencies in corpora. International Journal of Corpus Linguistics 13 (2008),
    403-437.

The highest possible value is 1 - min(s), so that DPnorm = DP / (1 - min(s)) reaches 1 however few documents there are.

    Jefrey Lijffijt, Stefan Th. Gries: Correction to "Dispersions and adjusted frequencies in corpora". International Journal of
    Corpus Linguistics 17 (2012), 147-149.

Most words stand in few documents, and a document without the word adds its own share to the sum. All shares add up to 1, so only
the documents that have the word are looked at: DP = 1/2 * (1 + sum over these of |v - s| - s).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def excess(counts: Floats, frequencies: Floats, shares: Floats) -> Floats:
    """What each document that has the word adds to the sum above: |v - s| - s, where v is its count by the word's frequency."""
    return np.abs(counts / frequencies - shares) - shares


def deviation(excesses: Floats) -> Floats:
    """DP of every word, from the sum of its excesses."""
    return np.clip(0.5 * (1.0 + excesses), 0.0, 1.0)


def normalised(deviation_: float, smallest_share: float) -> float | None:
    """DPnorm; None for a corpus of one document, over which nothing can be spread. Documents without a word are no part of it."""
    return None if smallest_share >= 1.0 else min(1.0, deviation_ / (1.0 - smallest_share))
