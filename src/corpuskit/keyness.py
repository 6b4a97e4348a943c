"""How much more often a word is used in one corpus than in another: the measures of keywords.

With a and b the frequencies of the word in the two corpora, and c and d their sizes in words:

    log-likelihood  2 * (a * ln(a / E1) + b * ln(b / E2)) with E1 = c * (a + b) / (c + d) and E2 = d * (a + b) / (c + d), where
                    a term whose frequency is 0 is 0: is there a difference? Paul Rayson, Roger Garside: Comparing corpora
                    using frequency profiling. Proceedings of the Workshop on Comparing Corpora (2000), 1-6.
    log ratio       log2((a / c) / (b / d)), where a frequency of 0 counts as 0.5: how large is it? Each point doubles the
                    ratio. Andrew Hardie: Log Ratio, an informal introduction (2014).

A log-likelihood above 3.84, 6.63, 10.83 or 15.13 is significant at p < 0.05, 0.01, 0.001 or 0.0001 (chi-squared distribution, one
degree of freedom).
"""

from __future__ import annotations

from math import log, log2

HIGHLY_SIGNIFICANT = 15.13  # p < 0.0001


def log_likelihood(frequency: int, size: int, other_frequency: int, other_size: int) -> float:
    """Rayson and Garside's log-likelihood, never negative. Both corpora have words."""
    both, total = frequency + other_frequency, size + other_size
    likelihood = 0.0
    for observed, part in ((frequency, size), (other_frequency, other_size)):
        if observed:
            likelihood += observed * log(observed * total / (part * both))
    return max(0.0, 2 * likelihood)


def log_ratio(frequency: int, size: int, other_frequency: int, other_size: int) -> float:
    """Hardie's log ratio: positive where the word is more frequent in the first corpus."""
    return log2((frequency or 0.5) * other_size / ((other_frequency or 0.5) * size))
