"""Kappas: Cohen's and Scott's for two annotators, Light's and Fleiss' for more."""

from dataclasses import dataclass
from itertools import combinations
from math import erfc, fsum, sqrt

import numpy as np
import numpy.typing as npt

from annotator.measure.coefficients.gwet import fleiss_gwet
from annotator.measure.coefficients.result import (
    NO_PAIRS,
    Measure,
    named,
    same_value_reason,
)
from annotator.measure.coefficients.weights import Weights, agreement_weights
from annotator.measure.patterns import IntArray, Patterns

NOT_SHARED = "Not defined, because no unit has an answer from both annotators."


def cohen(table: npt.ArrayLike, weights: Weights = "identity") -> Measure:
    """Return Cohen's kappa of a pair table (K, K) of unit counts, with its standard error.

    Rows are the values of one annotator, columns those of the other, both in the declared order on
    which the weights lie. Raises ValueError unless the table is square and not
    negative. Not defined without a shared unit, or where both gave one and the same value only.
    Sources: Cohen 1960 (identity) and 1968 (weighted); error: Fleiss, Cohen and Everitt 1969, the
    large-sample variance of weighted kappa.
    """
    name = named("cohen_kappa", weights)
    counts = _checked(table)
    agreement = agreement_weights(weights, len(counts))
    n = int(counts.sum())
    if n == 0:
        return Measure(None, NOT_SHARED, 0, 0, name)
    p = counts / n
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    # Sums of disagreements rather than 1 - p_e: exactly 0 where only one value was given.
    expected = float(rows @ (1.0 - agreement) @ columns)
    if expected == 0:
        return Measure(None, same_value_reason(n), n, 2 * n, name)
    kappa = 1.0 - float((p * (1.0 - agreement)).sum()) / expected
    means = (agreement @ columns)[:, None] + (rows @ agreement)[None, :]
    spread = float((p * np.square(agreement - means * (1.0 - kappa))).sum())
    centre = kappa - (1.0 - expected) * (1.0 - kappa)
    variance = max(spread - centre**2, 0.0) / (n * expected**2)
    return Measure(kappa, None, n, 2 * n, name, float(np.sqrt(variance)))


@dataclass(frozen=True, slots=True)
class Bounds:
    """What Cohen's kappa can reach with these margins, and whether it differs from 0.

    `maximum`: kappa where the margins stay as they are (Cohen 1960). `z` and `p`: the test against
    0 by the variance under chance (Fleiss, Cohen and Everitt 1969), two-sided. None where these are
    not defined.
    """

    maximum: float | None
    z: float | None
    p: float | None


def bounds(table: npt.ArrayLike) -> Bounds:
    """Return the largest kappa of a pair table (K, K) of counts, and the test of kappa against 0.

    Raises ValueError as `cohen` does.
    """
    counts = _checked(table)
    kappa = cohen(counts).value
    if kappa is None:
        return Bounds(None, None, None)
    n = int(counts.sum())
    rows, columns = counts.sum(axis=1) / n, counts.sum(axis=0) / n
    expected = float(rows @ columns)
    maximum = (float(np.minimum(rows, columns).sum()) - expected) / (1 - expected)
    spread = expected + expected**2 - float((rows * columns * (rows + columns)).sum())
    if spread <= 0:
        return Bounds(maximum, None, None)
    z = kappa * (1 - expected) / sqrt(spread / n)
    return Bounds(maximum, z, erfc(abs(z) / sqrt(2)))


def scott(table: npt.ArrayLike, weights: Weights = "identity") -> Measure:
    """Return Scott's pi of a pair table (K, K) of unit counts.

    As Cohen's kappa, but both annotators are taken to share one distribution, their mean. Errors
    and undefined cases as there. Source: Scott 1955; with weights Gwet 2014, chapter 3.
    """
    counts, name = _checked(table), named("scott_pi", weights)
    near = agreement_weights(weights, len(counts))
    n = int(counts.sum())
    if n == 0:
        return Measure(None, NOT_SHARED, 0, 0, name)
    given = (counts.sum(axis=0) + counts.sum(axis=1)).astype(np.float64)
    # Whole numbers up to the last ratio, without weights: differing pairs out of n, and by chance
    # out of (2 n)^2.
    expected = 4.0 * n * n - float(given @ near @ given)
    if expected == 0:
        return Measure(None, same_value_reason(n), n, 2 * n, name)
    differing = n - float((counts * near).sum())
    return Measure(1.0 - 4 * n * differing / expected, None, n, 2 * n, name)


def fleiss(patterns: Patterns) -> Measure:
    """Return Fleiss' kappa, with the standard error of Gwet 2014, chapter 5.

    Not defined where units differ in their number of answers (see `fleiss_gwet` for those), without
    a unit answered twice, and where one value only was given. Source: Fleiss 1971.
    """
    n_units, n_ratings, name = patterns.n_units, patterns.n_ratings, "fleiss_kappa"
    used = patterns.ratings[(patterns.weights > 0) & (patterns.ratings > 0)]
    if patterns.n_pairs == 0:
        return Measure(None, NO_PAIRS, n_units, n_ratings, name)
    if used.min() != used.max():
        reason = (
            "Not defined, because units differ in their number of answers: "
            f"{used.min()} to {used.max()}."
        )
        return Measure(None, reason, n_units, n_ratings, name)
    general = fleiss_gwet(patterns)
    return Measure(general.value, general.reason, n_units, n_ratings, name, general.se)


def light(tables: npt.ArrayLike, weights: Weights = "identity") -> Measure:
    """Return Light's kappa of all pair tables (A, A, K, K), filled for a < b: the mean of Cohen's.

    Not defined where the kappa of one pair is not. Source: R. J. Light 1971.
    """
    name = named("light_kappa", weights)
    pairs = [cohen(table, weights) for table in _pairs_of(tables)]
    n = sum(pair.n_units for pair in pairs)
    if not n:
        return Measure(None, NOT_SHARED, 0, 0, name)
    known = [pair.value for pair in pairs if pair.value is not None]
    if len(known) < len(pairs):
        lost = len(pairs) - len(known)
        reason = (
            f"Not defined, because Cohen's kappa is not defined for {lost} of {len(pairs)} pairs"
            " of annotators."
        )
        return Measure(None, reason, n, 2 * n, name)
    return Measure(fsum(known) / len(known), None, n, 2 * n, name)


def against_rest(
    tables: npt.ArrayLike, annotator: int, weights: Weights = "identity"
) -> tuple[IntArray, Measure]:
    """Return one annotator's pooled pair table (K, K) with all others, and its Cohen's kappa.

    Rows are the annotator's values. A unit answered with r others counts r times, so the error
    that comes with the kappa takes pairs as independent and is a lower bound. Source: Cohen 1960 on
    the summed table.
    """
    every = np.asarray(tables)
    pooled: IntArray = every[annotator].sum(axis=0) + every[:, annotator].sum(axis=0).T
    return pooled, cohen(pooled, weights)


def _pairs_of(tables: npt.ArrayLike) -> list[IntArray]:
    every = np.asarray(tables)
    if every.ndim != 4 or every.shape[0] != every.shape[1]:
        raise ValueError(f"pair tables are (A, A, K, K), not {every.shape}")
    return [every[a, b] for a, b in combinations(range(len(every)), 2)]


def _checked(table: npt.ArrayLike) -> IntArray:
    """Return the table as whole numbers, or raise ValueError."""
    counts = np.asarray(table)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or counts.size == 0:
        raise ValueError(f"a pair table is square, not {counts.shape}")
    whole: IntArray = counts.astype(np.int64)
    if (whole != counts).any() or (whole < 0).any():
        raise ValueError("a pair table holds counts: whole numbers, not negative")
    return whole
