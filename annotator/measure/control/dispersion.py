"""How much more shares of articles differ than answers that are independent of one another would.

Answers of one article are alike: it is easy, or it is hard. D. B. Laney ("Improved control charts
for attributes", Quality Engineering 14, 2002) measures it from one subgroup to the next, so that a
lasting change of level counts but once: with the share of all, p, an article of n answers of which
x are right has

    z = (x / n - p) / sqrt(p (1 - p) / n),

and the dispersion is the variance of z. Laney takes it from the mean of |z_i - z_(i-1)| / 1.128,
which supposes a normal curve; articles have but a few answers, so here it is half the mean of
(z_i - z_(i-1))^2, which supposes none (J. von Neumann and others, "The mean square successive
difference", Annals of Mathematical Statistics 12, 1941). n answers then say as much as n /
dispersion independent ones (J. N. K. Rao and A. J. Scott, "A simple method for the analysis of
clustered binary data", Biometrics 48, 1992).
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from annotator.measure.scoring import Share

ENOUGH = 10
"""Fewer pairs of articles have no dispersion that says something."""


def dispersion(runs: Iterable[Sequence[Share]]) -> float:
    """Return the dispersion of articles, each run being those of one person in their order.

    1 where it would be less, or where there are too few articles: limits are then as wide as those
    of independent answers, and never narrower.
    """
    squares = [square for run in runs for square in squares_of(run)]
    return max(sum(squares) / (2 * len(squares)), 1.0) if len(squares) >= ENOUGH else 1.0


def squares_of(run: Sequence[Share]) -> list[float]:
    """Return the squares of the successive differences of z; none where all is right, or wrong."""
    there = [each for each in run if each.n]
    right, n = sum(each.right for each in there), sum(each.n for each in there)
    if not 0 < right < n:
        return []
    p = right / n
    z = [(each.right - each.n * p) / (each.n * p * (1 - p)) ** 0.5 for each in there]
    return [(after - before) ** 2 for before, after in pairwise(z)]
