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


def gwet_error(patterns: Patterns, squared: FloatArray) -> float | None:
    """Return Gwet's standard error of alpha over units, None where alpha is not defined.

    `squared`: the squared distances (K, K) of alpha, held as they are; None too for a single
    pairable unit. Source: Gwet 2014, "Handbook of Inter-Rater Reliability", 4th edition, chapter 5
    (Krippendorff's alpha, with weights 1 - d / max d).
    """
    paired = patterns.pairable()
    n, largest = paired.n_units, float(squared.max(initial=0.0))
    if n < 2 or largest <= 0:
        return None
    weights = 1.0 - squared / largest
    counts, w = paired.counts.astype(np.float64), paired.weights
    r = paired.ratings
    mean_r = float(w @ r) / n
    pi = (w @ counts) / (n * mean_r)
    expected = float(pi @ weights @ pi)
    if expected >= 1:
        return None
    own = (counts * (counts @ weights - 1.0)).sum(axis=1) / (mean_r * (r - 1))
    agreeing = float(w @ own) / n
    length = (r - mean_r) / mean_r
    value = (agreeing - expected) / (1 - expected)
    small = 1.0 / (n * mean_r)  # of a finite sample, as alpha itself has it
    v = (own - ((1 - small) * agreeing + small) * length - expected) / (1 - expected)
    chance = counts @ (weights @ pi) / mean_r - expected * length
    drift = 2.0 * (1.0 - value) * (chance - expected) / (1 - expected)
    return float(np.sqrt(w @ np.square(v - drift - value) / (n * (n - 1))))
