"""Kappas: Cohen's and Scott's for two annotators, Conger's, Light's and Fleiss' for more."""

from itertools import combinations
from math import fsum
from typing import Literal

import numpy as np
import numpy.typing as npt

from annotator.measure.coefficients.gwet import fleiss_gwet
from annotator.measure.coefficients.result import NO_PAIRS, Measure, same_value_reason
from annotator.measure.coefficients.weights import agreement_weights
from annotator.measure.patterns import IntArray, Patterns

KappaWeights = Literal["none", "linear", "quadratic"]

NOT_COMPLETE = "Not defined, because not every annotator answered every unit."
NOT_SHARED = "Not defined, because no unit has an answer from both annotators."


def cohen(table: npt.ArrayLike, weights: KappaWeights = "none") -> Measure:
    """Return Cohen's kappa of a pair table (K, K) of unit counts, with its standard error.

    Rows are the values of one annotator, columns those of the other, both in the declared order on
    which linear and quadratic weights lie. Raises ValueError unless the table is square and not
    negative. Not defined without a shared unit, or where both gave one and the same value only.
    Sources: Cohen 1960 (none) and 1968 (weighted); error: Fleiss, Cohen and Everitt 1969, the
    large-sample variance of weighted kappa.
    """
    name = "cohen_kappa" if weights == "none" else f"cohen_kappa_{weights}"
    counts = _checked(table)
    agreement = agreement_weights("identity" if weights == "none" else weights, len(counts))
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


def scott(table: npt.ArrayLike) -> Measure:
    """Return Scott's pi of a pair table (K, K) of unit counts.

    As Cohen's kappa, but both annotators are taken to share one distribution, their mean. Errors
    and undefined cases as there. Source: Scott 1955.
    """
    counts = _checked(table)
    n = int(counts.sum())
    if n == 0:
        return Measure(None, NOT_SHARED, 0, 0, "scott_pi")
    given = counts.sum(axis=0) + counts.sum(axis=1)
    # Whole numbers up to the last ratio: differing pairs out of n, and out of (2 n)^2 by chance.
    expected = 4 * n * n - int(given @ given)
    if expected == 0:
        return Measure(None, same_value_reason(n), n, 2 * n, "scott_pi")
    differing = n - int(np.trace(counts))
    return Measure(1.0 - 4 * n * differing / expected, None, n, 2 * n, "scott_pi")


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


def conger(tables: npt.ArrayLike, complete: bool) -> Measure:
    """Return Conger's kappa of all pair tables (A, A, K, K), filled for a < b.

    Mean observed against mean expected agreement over all pairs of annotators. Defined only where
    every annotator answered every unit (`complete`), as Conger has it. Source: A. J. Conger 1980.
    """
    name = "conger_kappa"
    every = _pairs_of(tables)
    n = int(every[0].sum()) if every else 0
    ratings = n * len(np.asarray(tables))
    if not every or n == 0:
        return Measure(None, NOT_SHARED, 0, 0, name)
    if not complete:
        return Measure(None, NOT_COMPLETE, n, ratings, name)
    observed = sum(int(np.trace(table)) for table in every)
    expected = sum(float(table.sum(axis=1) @ table.sum(axis=0)) / n for table in every)
    total = n * len(every)
    if expected == total:
        return Measure(None, same_value_reason(total), n, ratings, name)
    return Measure((observed - expected) / (total - expected), None, n, ratings, name)


def light(tables: npt.ArrayLike) -> Measure:
    """Return Light's kappa of all pair tables (A, A, K, K), filled for a < b: the mean of Cohen's.

    Not defined where the kappa of one pair is not. Source: R. J. Light 1971.
    """
    name = "light_kappa"
    pairs = [cohen(table) for table in _pairs_of(tables)]
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
    tables: npt.ArrayLike, annotator: int, weights: KappaWeights = "none"
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
