"""How strongly two words attract each other: the measures of collocation.

Every word of the corpus that does not belong to the node either stands in a window around a node or not, and either is the
collocate or not. That gives the table of observed frequencies

                        collocate     other words
    in a window         O11           O12             R1 = words in windows
    elsewhere           O21           O22             R2
                        C1            C2              N  = words outside the node

and, where the collocate stands anywhere by chance, the expected frequencies Eij = Ri * Cj / N. This is the table of surface
cooccurrence in Stefan Evert: Corpora and collocations, in: Corpus Linguistics. An International Handbook, vol. 2 (2008), section
5.1; the formulas below are written as in its section 5.2.

    log-likelihood  2 * sum of Oij * ln(Oij / Eij); negative where the collocate is rarer than expected. Ted Dunning: Accurate
                    methods for the statistics of surprise and coincidence. Computational Linguistics 19 (1993), 61-74.
    MI              log2(O11 / E11). Kenneth Church, Patrick Hanks: Word association norms, mutual information, and lexicography.
                    Computational Linguistics 16 (1990), 22-29.
    t-score         (O11 - E11) / sqrt(O11). Kenneth Church, William Gale, Patrick Hanks, Donald Hindle: Using statistics in
                    lexical analysis, in: Lexical Acquisition (1991), 115-164.
    logDice         14 + log2(2 * O11 / (frequency of the node + frequency of the collocate)). Pavel Rychlý: A lexicographer-
                    friendly association score. RASLAN (2008), 6-9.

The first three grow with the corpus or favour one end of the frequencies; logDice depends on neither, so that it can be compared
between selections. Numbers in, numbers out: nothing here knows a text.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log, log2, sqrt


@dataclass(frozen=True, slots=True)
class Table:
    """A table as above, by its margins. Raises ValueError where they do not fit together."""

    observed: int  # O11
    row: int  # R1
    column: int  # C1
    total: int  # N

    def __post_init__(self) -> None:
        cells = (self.observed, self.row - self.observed, self.column - self.observed, self._elsewhere)
        if min(cells) < 0:
            raise ValueError(f"not a contingency table: {cells}")

    @property
    def _elsewhere(self) -> int:
        return self.total - self.row - self.column + self.observed

    @property
    def expected(self) -> float:
        """E11."""
        return self.row * self.column / self.total

    @property
    def log_likelihood(self) -> float:
        """Dunning's log-likelihood with a sign."""
        other_row, other_column = self.total - self.row, self.total - self.column
        likelihood = 2 * (
            _term(self.observed, self.row, self.column, self.total)
            + _term(self.row - self.observed, self.row, other_column, self.total)
            + _term(self.column - self.observed, other_row, self.column, self.total)
            + _term(self._elsewhere, other_row, other_column, self.total)
        )
        likelihood = max(0.0, likelihood)
        return -likelihood if self.observed * self.total < self.row * self.column else likelihood

    @property
    def mutual_information(self) -> float:
        """MI, for a collocate that was observed."""
        return log2(self.observed * self.total / (self.row * self.column))

    @property
    def t_score(self) -> float:
        """The t-score, for a collocate that was observed."""
        return (self.observed - self.expected) / sqrt(self.observed)


def log_dice(together: int, node: int, collocate: int) -> float:
    """Rychlý's logDice of the frequency together and those of node and collocate."""
    return 14 + log2(2 * together / (node + collocate))


def _term(observed: int, row: int, column: int, total: int) -> float:
    """O * ln(O / E); its limit 0 where nothing was observed."""
    return observed * log(observed * total / (row * column)) if observed else 0.0
