"""Signatures of many texts, read block by block: all of them are never in memory twice, and often not even once.

Pure: where the blocks come from is the caller's business.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from corpuskit.minhash import PERMUTATIONS, Signatures, band_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from numpy.typing import NDArray

    from corpuskit.minhash import Hashes, Positions

    Flags = NDArray[np.bool_]


_TABLE_BITS = 20
_SHIFT = np.uint64(64 - _TABLE_BITS)
_OF_NUMBERS = np.uint64(0xD6E8FEB86659FD93)
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # odd, so that different keys stay different


@dataclass(frozen=True, slots=True)
class SignatureTable:
    """The signatures of rows. `places` says where the signature of each stands in the blocks, one behind the other."""

    blocks: Callable[[], Iterable[Signatures]]
    places: Positions
    size: int  # of all blocks

    @classmethod
    def of(cls, signatures: Signatures) -> SignatureTable:
        """A table of these rows."""
        return cls(lambda: (signatures,), np.arange(len(signatures)), len(signatures))

    def chosen(self, rows: Positions | Flags) -> SignatureTable:
        """The table of these rows."""
        return SignatureTable(self.blocks, self.places[rows], self.size)

    def and_of(self, other: SignatureTable) -> SignatureTable:
        """The rows of this table and those of another one behind them."""
        places = np.concatenate((self.places, other.places + self.size))
        return SignatureTable(lambda: chain(self.blocks(), other.blocks()), places, self.size + other.size)

    def read(self) -> Signatures:
        """All rows."""
        values = np.empty((self.places.size, PERMUTATIONS), dtype=np.uint16)
        for block, places, rows in self._walk():
            values[rows] = block[places]
        return values

    def sharing_bands(self, is_probe: Flags, rows_per_band: int) -> tuple[Flags, Signatures]:
        """Which rows share a band with one of the probes (they themselves do), and the signatures of these rows."""
        bands = _Bands.of(self.chosen(is_probe).read(), rows_per_band)
        found = np.zeros(self.places.size, dtype=np.bool_)
        values = [np.empty((0, PERMUTATIONS), dtype=np.uint16)]
        numbers = [np.empty(0, dtype=np.intp)]
        for block, places, rows in self._walk():
            signatures = block if places.size == len(block) and bool((places[1:] > places[:-1]).all()) else block[places]
            shared = bands.shared_by(signatures)
            found[rows[shared]] = True
            values.append(signatures[shared])
            numbers.append(rows[shared])
        return found, np.concatenate(values)[np.argsort(np.concatenate(numbers))]

    def _walk(self) -> Iterator[tuple[Signatures, Positions, Positions]]:
        """Each block with the places in it that are asked for, and their rows."""
        order = np.argsort(self.places, kind="stable")
        ordered = self.places[order]
        end = 0
        for block in self.blocks():
            start, end = end, end + len(block)
            first, last = np.searchsorted(ordered, (start, end)).tolist()
            if first < last:
                yield block, ordered[first:last] - start, order[first:last]


@dataclass(frozen=True, slots=True)
class _Bands:
    """The bands of some signatures."""

    rows: int
    keys: Hashes  # sorted
    occurs: Flags  # whether there is a key that begins with these bits: a quick look that spares most keys a search

    @classmethod
    def of(cls, signatures: Signatures, rows: int) -> _Bands:
        keys = np.unique(_keys(signatures, rows))
        occurs = np.zeros(1 << _TABLE_BITS, dtype=np.bool_)
        occurs[keys >> _SHIFT] = True
        return cls(rows, keys, occurs)

    def shared_by(self, signatures: Signatures) -> Flags:
        """Which of these texts have one of the bands."""
        keys = _keys(signatures, self.rows)
        possible = np.flatnonzero(self.occurs[keys >> _SHIFT])
        wanted = keys[possible]
        places = np.minimum(np.searchsorted(self.keys, wanted), self.keys.size - 1)
        found = np.zeros(len(signatures), dtype=np.bool_)
        found[possible[self.keys[places] == wanted] // (PERMUTATIONS // self.rows)] = True
        return found


def _keys(signatures: Signatures, rows: int) -> Hashes:
    """The keys of all bands, text by text. Bands with different numbers have different keys, as good as always."""
    count = PERMUTATIONS // rows
    keys: Hashes = band_keys(signatures[:, : count * rows].reshape(-1, rows)).reshape(-1, count)
    numbers = np.arange(count, dtype=np.uint64) * _OF_NUMBERS
    return np.multiply(keys ^ numbers, _MULTIPLIER, dtype=np.uint64).reshape(-1)
