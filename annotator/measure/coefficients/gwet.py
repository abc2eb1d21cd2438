"""Gwet's AC1 and AC2, Fleiss' kappa for unequal numbers of answers, and Brennan and Prediger's.

K. L. Gwet, "Computing inter-rater reliability and its variance in the presence of high agreement",
2008; "Handbook of Inter-Rater Reliability", 4th edition, 2014: chapters 2 to 4 for the
coefficients, chapter 5 for their standard errors.
"""

from typing import Literal

import numpy as np
import numpy.typing as npt

from annotator.measure.coefficients.result import (
    NO_PAIRS,
    Measure,
    named,
    same_value_reason,
)
from annotator.measure.coefficients.weights import Weights, agreement_weights
from annotator.measure.patterns import FloatArray, Patterns

Chance = Literal["gwet", "fleiss", "uniform"]

ONE_VALUE_SCALE = "Not defined, because the scale has one value only."


def statistic_rows(patterns: Patterns, weights: Weights = "identity") -> FloatArray:
    """Return what ONE unit of each pattern adds to the statistics of `chance_corrected`.

    (P, K + 3): is answered (r >= 1), is pairable (r >= 2), its weighted agreement a, and its
    shares n_k / r of the K values. These are linear in the weights: any resampling of units sums
    them with its own weights. Source: Gwet 2014, chapter 2 (p_a, pi_k).
    """
    counts = patterns.counts.astype(np.float64)
    r = patterns.ratings
    agreeing = counts @ agreement_weights(weights, counts.shape[1]) - 1.0
    share = (counts * agreeing).sum(axis=1) / np.maximum(r * (r - 1), 1)
    a = np.where(r >= 2, share, 0.0)
    return np.column_stack([r >= 1, r >= 2, a, counts / np.maximum(r, 1)[:, None]])


def chance_corrected(
    sums: npt.ArrayLike, weights: Weights = "identity", chance: Chance = "gwet"
) -> FloatArray:
    """Return the coefficient for each row of summed statistics (..., K + 3), nan if undefined.

    `chance` says which agreement is expected: Gwet's T/(K(K-1)) sum pi_k (1 - pi_k), that of Fleiss
    and Scott, sum w_kl pi_k pi_l, or that of one who guesses, T/K^2 (uniform), where T = sum w_kl.
    Source: Gwet 2014, chapters 2 and 3.
    """
    s = np.asarray(sums, dtype=np.float64)
    units, pairable, agreeing, shares = s[..., 0], s[..., 1], s[..., 2], s[..., 3:]
    table = agreement_weights(weights, shares.shape[-1])
    varied = np.count_nonzero(shares > 0, axis=-1) > 1
    tells = shares.shape[-1] > 1 if chance == "uniform" else varied
    defined = (pairable > 0) & tells
    observed = agreeing / np.where(pairable > 0, pairable, 1.0)
    pi = shares / np.where(units > 0, units, 1.0)[..., None]
    expected = (pi * _expected_shares(pi, table, chance)).sum(axis=-1)
    free = np.where(defined, 1.0 - expected, 1.0)
    return np.where(defined, (observed - expected) / free, np.nan)


def _expected_shares(pi: FloatArray, table: FloatArray, chance: Chance) -> FloatArray:
    """Return, per value, the agreement by chance of one who gives it: (..., K)."""
    n_values = len(table)
    if chance == "fleiss":
        fleiss: FloatArray = pi @ table
        return fleiss
    if chance == "uniform":
        return np.full_like(pi, table.sum() / n_values**2)
    gwet: FloatArray = (1.0 - pi) * (table.sum() / max(n_values * (n_values - 1), 1))
    return gwet


def gwet_ac(patterns: Patterns, weights: Weights = "identity") -> Measure:
    """Return Gwet's AC1 (identity weights) or AC2 (any other), with its standard error.

    Weights lie on the declared scale. Units with one answer count towards the shares of the values.
    The error is that of a sample of units; use it with t and (units - 1) degrees of freedom. Not
    defined without a unit answered twice, or where one value only was given or declared (nothing
    then tells agreement from habit). Source: Gwet 2008; Gwet 2014, chapters 3 to 5.
    """
    name = "gwet_ac1" if weights == "identity" else f"gwet_ac2_{weights}"
    return _measured(name, patterns, weights, "gwet")


def fleiss_gwet(patterns: Patterns, weights: Weights = "identity") -> Measure:
    """Return Fleiss' kappa as Gwet generalises it to missing answers, with its standard error.

    Equal to Fleiss (1971) where all units have the same number of answers, and else another
    figure, to be printed under its own name. Undefined as `gwet_ac`. Source: Gwet 2014,
    chapters 2, 3 and 5.
    """
    return _measured(named("fleiss_kappa_gwet", weights), patterns, weights, "fleiss")


def brennan_prediger(patterns: Patterns, weights: Weights = "identity") -> Measure:
    """Return the coefficient of Brennan and Prediger, with its standard error.

    Also called S (Bennett, Alpert and Goldstein 1954) and Randolph's free-marginal kappa (2005):
    chance gives each of the K declared values alike. Not defined without a unit answered twice, or
    on a scale of one value. Source: Brennan and Prediger 1981; Gwet 2014, chapters 2, 3 and 5.
    """
    return _measured(named("brennan_prediger", weights), patterns, weights, "uniform")


def _measured(name: str, patterns: Patterns, weights: Weights, chance: Chance) -> Measure:
    """Return the coefficient with its error, or the reason why there is none."""
    n_units, n_ratings = patterns.n_units, patterns.n_ratings
    rows = statistic_rows(patterns, weights)
    value = float(chance_corrected(patterns.weights @ rows, weights, chance))
    if not np.isnan(value):
        se = _standard_error(value, rows, patterns, weights, chance)
        return Measure(value, None, n_units, n_ratings, name, se)
    if patterns.n_pairs == 0:
        reason = NO_PAIRS
    elif len(patterns.values) == 1:
        reason = ONE_VALUE_SCALE
    else:
        reason = same_value_reason(patterns.n_pairs)
    return Measure(None, reason, n_units, n_ratings, name)


def _standard_error(
    value: float, rows: FloatArray, patterns: Patterns, weights: Weights, chance: Chance
) -> float | None:
    """Return the error over units (Gwet 2008; 2014, chapter 5), None for a single unit."""
    w = np.where(patterns.ratings >= 1, patterns.weights, 0).astype(np.float64)
    units, pairable = float(w.sum()), float(w @ rows[:, 1])
    if units < 2:
        return None
    pi = (w @ rows[:, 3:]) / units
    table = agreement_weights(weights, len(pi))
    shares = _expected_shares(pi, table, chance)
    expected = float(pi @ shares)
    v = (units / pairable) * rows[:, 1] * (rows[:, 2] - expected) / (1.0 - expected)
    drift = 2.0 * (1.0 - value) * (rows[:, 3:] @ shares - expected) / (1.0 - expected)
    variance = float(w @ np.square(v - drift - value)) / (units * (units - 1.0))
    return float(np.sqrt(variance))
