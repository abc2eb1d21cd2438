"""Which values were given, and which were confused with which."""

from collections.abc import Mapping

from annotator.measure.patterns import IntArray, Patterns

SKEW = 0.8


def confusion(patterns: Patterns) -> IntArray:
    """Return the pooled confusion matrix (K, K): ordered pairs of answers to the same unit.

    Symmetric, whole numbers. A pair of two values counts once in each of its two cells, a pair of
    equal values twice in its one, so all cells add up to twice the number of pairs; a row divided
    by its sum reads "given this value, the other annotator said". Annotators stay anonymous.
    Source: Krippendorff 2011, section C, before the division by r - 1.
    """
    counts, weights = patterns.counts, patterns.weights
    table: IntArray = counts.T @ (counts * weights[:, None])
    diagonal = range(len(patterns.values))
    table[diagonal, diagonal] -= patterns.totals
    return table


def skewed(shares: Mapping[str, float]) -> bool:
    """Say whether one value has more than 80 % of the answers: kappa and alpha are then low.

    Source: Feinstein and Cicchetti 1990 ("high agreement but low kappa"); the limit is ours.
    """
    return max(shares.values(), default=0.0) > SKEW
