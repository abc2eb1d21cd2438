"""Krippendorff's alpha from count patterns, for closed and for open sets of values.

K. Krippendorff, "Computing Krippendorff's Alpha-Reliability", 2011 (coincidences, the distances
of section C and D, missing values); "Content Analysis", 4th edition, 2018, chapter 12.
"""

from collections.abc import Iterable, Sequence
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from annotator.measure.coefficients.result import NO_PAIRS, Measure, same_value_reason
from annotator.measure.patterns import FloatArray, Patterns

Distance = Literal["nominal", "ordinal", "interval", "ratio"]

NO_DIFFERENCE = "Not defined, because all values given lie at distance 0 from one another."


def coincidence_rows(patterns: Patterns) -> FloatArray:
    """Return what ONE unit of each pattern adds to the coincidences: (P, K, K); 0 where r < 2.

    These are linear in the weights: any resampling of units sums them with its own weights.
    Source: Krippendorff 2011, section C.
    """
    counts = patterns.counts.astype(np.float64)
    ratings = patterns.ratings
    share = np.where(ratings >= 2, 1.0 / np.maximum(ratings - 1, 1), 0.0)
    pairs = counts[:, :, None] * counts[:, None, :]
    diagonal = np.arange(counts.shape[1])
    pairs[:, diagonal, diagonal] -= counts
    rows: FloatArray = pairs * share[:, None, None]
    return rows


def coincidences(patterns: Patterns) -> FloatArray:
    """Return the coincidence matrix O (K, K): pairs of values within units, each unit counted r.

    Symmetric; row sums are the pairable answers per value. Source: Krippendorff 2011, section C.
    """
    paired = patterns.pairable()
    counts = paired.counts.astype(np.float64)
    share = paired.weights / (paired.ratings - 1)
    observed: FloatArray = counts.T @ (counts * share[:, None]) - np.diag(share @ counts)
    return observed


def distances(
    kind: Distance, totals: npt.ArrayLike, numbers: Sequence[float] | None = None
) -> FloatArray:
    """Return the SQUARED distances between the values: (..., K, K).

    `totals`: pairable answers per value, (..., K), used by the ordinal distance (squared
    difference of mid-ranks); leading axes are replicates. `numbers`: the K values as numbers, for
    interval and ratio. Raises ValueError for an unknown kind, missing or unfit numbers.
    Source: Krippendorff 2011, section D.
    """
    sums = np.asarray(totals, dtype=np.float64)
    n_values = sums.shape[-1]
    if kind == "nominal":
        return np.ones((n_values, n_values)) - np.eye(n_values)
    if kind == "ordinal":
        ranks = np.cumsum(sums, axis=-1) - sums / 2
        return np.square(ranks[..., :, None] - ranks[..., None, :])
    if kind not in get_args(Distance):
        raise ValueError(f"{kind!r} is not a distance; one of {', '.join(get_args(Distance))}")
    x = np.array([] if numbers is None else numbers, dtype=np.float64)
    if x.shape != (n_values,) or not np.isfinite(x).all():
        raise ValueError(f"the {kind} distance needs one finite number for each value")
    difference = x[:, None] - x[None, :]
    if kind == "interval":
        return np.square(difference)
    if (x < 0).any():
        raise ValueError("the ratio distance needs numbers of 0 or more")
    total = x[:, None] + x[None, :]
    return np.square(difference / np.where(total > 0, total, 1.0))


def alpha_values(observed: npt.ArrayLike, squared: npt.ArrayLike) -> FloatArray:
    """Return alpha for each coincidence matrix (..., K, K), nan where it is not defined.

    `squared`: squared distances, (K, K) or (..., K, K). alpha = 1 - (n - 1) sum O d / sum n_c n_k d
    (Krippendorff 2011, section D).
    """
    o = np.asarray(observed, dtype=np.float64)
    d = np.asarray(squared, dtype=np.float64)
    totals = o.sum(axis=-1)
    n = totals.sum(axis=-1)
    expected = (totals[..., :, None] * totals[..., None, :] * d).sum(axis=(-2, -1))
    defined = expected > 0
    ratio = (o * d).sum(axis=(-2, -1)) / np.where(defined, expected, 1.0)
    return np.where(defined, 1.0 - (n - 1.0) * ratio, np.nan)


def alpha(
    patterns: Patterns, distance: Distance = "nominal", numbers: Sequence[float] | None = None
) -> Measure:
    """Return Krippendorff's alpha; units with a single answer do not count.

    Ordinal follows the declared order of the values. Interval and ratio read the values as numbers
    unless `numbers` gives them. Raises ValueError where these are no numbers. Not defined without a
    unit answered twice and where one value only was given. Source: Krippendorff 2011.
    """
    if distance in ("interval", "ratio") and numbers is None:
        numbers = as_numbers(patterns.values)
    squared = distances(distance, patterns.pairable().totals, numbers)
    return _measured(f"alpha_{distance}", patterns, squared)


def alpha_custom(patterns: Patterns, matrix: npt.ArrayLike) -> Measure:
    """Return alpha with your own table of distances (K, K), used as they are (already squared).

    Raises ValueError unless the table is finite, symmetric, not negative and 0 on the diagonal.
    Source: Krippendorff 2011, section D, with a table in place of the metric.
    """
    squared = np.asarray(matrix, dtype=np.float64)
    if squared.shape != (len(patterns.values), len(patterns.values)):
        raise ValueError(f"distances of shape {squared.shape} do not fit {patterns.values}")
    if not np.isfinite(squared).all() or (squared < 0).any():
        raise ValueError("distances must be finite and not negative")
    if (squared != squared.T).any() or np.diag(squared).any():
        raise ValueError("distances must be symmetric, and 0 between a value and itself")
    return _measured("alpha_custom", patterns, squared)


def _measured(name: str, patterns: Patterns, squared: FloatArray) -> Measure:
    """Return alpha for these squared distances, or the reason why there is none."""
    paired = patterns.pairable()
    n_units, n_ratings = paired.n_units, paired.n_ratings
    value = float(alpha_values(coincidences(paired), squared))
    if not np.isnan(value):
        return Measure(value, None, n_units, n_ratings, name)
    if n_units == 0:
        reason = NO_PAIRS
    elif np.count_nonzero(paired.totals) == 1:
        reason = same_value_reason(paired.n_pairs)
    else:
        reason = NO_DIFFERENCE
    return Measure(None, reason, n_units, n_ratings, name)


def as_numbers(values: Sequence[str]) -> list[float]:
    """Read the values as numbers; raise ValueError naming the first that is none."""
    numbers = []
    for value in values:
        try:
            numbers.append(float(value))
        except ValueError:
            raise ValueError(f"{value!r} is not a number; this distance needs numbers") from None
    return numbers


def per_value(patterns: Patterns) -> dict[str, Measure]:
    """Return, for each value, the nominal alpha of that value against all the rest.

    Not defined for a value that nobody or everybody gave. Source: Krippendorff 2018, chapter 12
    (two-valued data from collapsed coincidences).
    """
    paired = patterns.pairable()
    mixed = coincidences(paired)
    np.fill_diagonal(mixed, 0.0)
    rows = zip(paired.values, paired.totals.tolist(), mixed.sum(axis=1).tolist(), strict=True)
    return {
        value: _value_measure(value, paired, given, differing) for value, given, differing in rows
    }


def _value_measure(value: str, paired: Patterns, given: int, differing: float) -> Measure:
    """Return the alpha of one value from its answers and its coincidences with other values."""
    name, n_units, n = f"alpha of {value}", paired.n_units, paired.n_ratings
    if n_units == 0:
        return Measure(None, NO_PAIRS, 0, 0, name)
    if given == 0:
        reason = "Not defined, because nobody gave this value to a unit with two answers."
        return Measure(None, reason, n_units, n, name)
    if given == n:
        return Measure(None, same_value_reason(paired.n_pairs), n_units, n, name)
    return Measure(1.0 - (n - 1) * differing / (given * (n - given)), None, n_units, n, name)


def alpha_open(
    units: Iterable[tuple[int, int]],
    totals: Iterable[int],
    weights: Iterable[int] | None = None,
) -> Measure:
    """Return nominal alpha for an open set of values, without a table of values by values.

    `units`: (r, q) per unit, r its answers and q the sum of the squares of its answers per value;
    units with r < 2 are passed over. `totals`: answers per value over the units with r >= 2, in
    any order. `weights`: how many units show each (r, q); 1 each if left out. Raises ValueError
    where r, q and totals contradict one another. Source: Krippendorff 2011, section C, with
    D_o = sum (r^2 - q)/(r - 1) / n and D_e = (n^2 - sum n_k^2) / (n (n - 1)).
    """
    pairs = np.array(list(units), dtype=np.int64).reshape(-1, 2)
    n_k = np.array(list(totals), dtype=np.int64)
    w = np.ones(len(pairs), np.int64) if weights is None else np.array(list(weights), np.int64)
    if w.shape != (len(pairs),):
        raise ValueError(f"{len(w)} weights do not fit {len(pairs)} units")
    kept = pairs[:, 0] >= 2
    r, q, w = pairs[kept, 0], pairs[kept, 1], w[kept]
    if (q < r).any() or (q > r * r).any():
        raise ValueError("q is the sum of squared counts: between r and r * r")
    n = int(w @ r)
    if n != int(n_k.sum()):
        raise ValueError(f"totals count {int(n_k.sum())} answers, units with r >= 2 count {n}")
    n_units, name = int(w.sum()), "alpha_nominal"
    if n == 0:
        return Measure(None, NO_PAIRS, 0, 0, name)
    if np.count_nonzero(n_k) == 1:
        reason = same_value_reason(int(w @ (r * (r - 1) // 2)))
        return Measure(None, reason, n_units, n, name)
    observed = float(w @ ((r * r - q) / (r - 1))) / n
    expected = (n * n - int(n_k @ n_k)) / (n * (n - 1))
    return Measure(1.0 - observed / expected, None, n_units, n, name)
