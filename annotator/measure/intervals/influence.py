"""The standard error of alpha without resampling: a check on the bootstrap, and quick.

Alpha is a ratio of sums over units; its first-order response to one more unit (the influence
function) gives the error of a sample of units, or of articles once summed within them
(B. Efron 1982, "The Jackknife, the Bootstrap and Other Resampling Plans", chapter 6; for clusters
A. C. Davison and D. V. Hinkley 1997, 3.8).
"""

from collections.abc import Sequence

import numpy as np

from annotator.measure.coefficients.alpha import Distance, as_numbers, coincidences, distances
from annotator.measure.patterns import FloatArray, Patterns


def alpha_se(
    patterns: Patterns, distance: Distance = "nominal", numbers: Sequence[float] | None = None
) -> float | None:
    """Return the standard error of alpha, over articles where the patterns have them.

    None where alpha is not defined, and for fewer than two units or articles. The ordinal distance
    is held as it is found. Raises ValueError as `alpha` does.
    """
    paired = patterns.pairable()
    if distance in ("interval", "ratio") and numbers is None:
        numbers = as_numbers(patterns.values)
    squared = distances(distance, paired.totals, numbers)
    psi = influences(paired, squared)
    if psi is None:
        return None
    if paired.articles is None:
        n = paired.n_units
        return float(np.sqrt(paired.weights @ np.square(psi))) if n > 1 else None
    sums = np.bincount(paired.articles, paired.weights * psi)
    n = len(np.unique(paired.articles))
    if n < 2:
        return None
    return float(np.sqrt(np.square(sums).sum() * n / (n - 1)))


def influences(paired: Patterns, squared: FloatArray) -> FloatArray | None:
    """Return (P,): what one more unit of each pattern would do to alpha; None if undefined."""
    observed = coincidences(paired)
    totals = observed.sum(axis=0)
    n = float(totals.sum())
    a0, b0 = float((observed * squared).sum()), float(totals @ squared @ totals)
    if b0 <= 0:
        return None
    counts, r = paired.counts.astype(np.float64), paired.ratings
    own = ((counts @ squared) * counts).sum(axis=1) / (r - 1)
    reach = counts @ (squared @ totals)
    psi: FloatArray = -(a0 * r + (n - 1) * own) / b0 + 2 * (n - 1) * a0 * reach / b0**2
    return psi
