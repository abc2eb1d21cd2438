"""Raw agreement. Three definitions are in use and differ on the same data, so each has its name."""

import numpy as np

from annotator.measure.coefficients.alpha import coincidences
from annotator.measure.coefficients.gwet import statistic_rows
from annotator.measure.coefficients.result import NO_PAIRS, Measure, named
from annotator.measure.coefficients.weights import Weights
from annotator.measure.patterns import FloatArray, Patterns


def agreement_rows(patterns: Patterns) -> FloatArray:
    """Return the share of agreeing pairs in one unit of each pattern (P,); 0 where r < 2.

    Source: Fleiss 1971 (P_i).
    """
    counts, r = patterns.counts, patterns.ratings
    agreeing = (counts * (counts - 1)).sum(axis=1)
    shares: FloatArray = agreeing / np.maximum(r * (r - 1), 1)
    return shares


def percent_items(patterns: Patterns, weights: Weights = "identity") -> Measure:
    """Return the mean, over units answered twice or more, of the share of agreeing pairs (0 to 1).

    Each unit counts the same; with other weights, pairs of near values agree in part. The standard
    error is that of a sample of units. Not defined without a unit answered twice. Source: Gwet
    2014, "Handbook of Inter-Rater Reliability", 4th edition, chapters 2, 3 and 5 (p_a).
    """
    paired = patterns.pairable()
    name = named("percent_items", weights)
    if not paired.n_units:
        return Measure(None, NO_PAIRS, 0, 0, name)
    if weights == "identity":
        each = agreement_rows(paired)
    else:
        each = statistic_rows(paired, weights)[:, 2]
    value = float(paired.weights @ each) / paired.n_units
    return Measure(value, None, paired.n_units, paired.n_ratings, name, _error(patterns, each))


def _error(patterns: Patterns, each: FloatArray) -> float | None:
    """Return the standard error over all answered units, None for a single one.

    `each`: the agreement in a unit of each pairable pattern. A unit answered once counts as one
    that says nothing of agreement (Gwet 2014, chapter 5).
    """
    n, paired = patterns.n_units, patterns.pairable()
    if n < 2:
        return None
    v = n / paired.n_units * each
    mean = float(paired.weights @ each) / paired.n_units
    squares = float(paired.weights @ np.square(v - mean)) + (n - paired.n_units) * mean**2
    return float(np.sqrt(squares / (n * (n - 1))))


def percent_pairs(patterns: Patterns) -> Measure:
    """Return the share of agreeing pairs among all pairs of answers, pooled (0 to 1).

    Each pair counts the same. Not defined without a unit answered twice. Source: P_i of Fleiss
    1971, pooled before the ratio.
    """
    paired = patterns.pairable()
    agreeing = paired.weights @ (paired.counts * (paired.counts - 1) // 2).sum(axis=1)
    return _share("percent_pairs", paired, float(agreeing), paired.n_pairs)


def percent_alpha(patterns: Patterns) -> Measure:
    """Return 1 minus the observed nominal disagreement of alpha (0 to 1).

    Each answer counts the same. Not defined without a unit answered twice. Source: Krippendorff
    2011, section D (1 - D_o).
    """
    paired = patterns.pairable()
    observed = coincidences(paired)
    np.fill_diagonal(observed, 0.0)
    # Counted from the differing pairs, so that full agreement is exactly 1.
    agreeing = paired.n_ratings - float(observed.sum())
    return _share("percent_alpha", paired, agreeing, paired.n_ratings)


def _share(name: str, paired: Patterns, part: float, whole: int) -> Measure:
    """Return part / whole, or that nothing could agree."""
    if whole == 0:
        return Measure(None, NO_PAIRS, 0, 0, name)
    return Measure(part / whole, None, paired.n_units, paired.n_ratings, name)
