"""Kappas: Cohen's and Scott's for two annotators, Fleiss' for a fixed number of answers."""

from collections.abc import Iterable, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from annotator.measure.gwet import fleiss_gwet
from annotator.measure.patterns import FloatArray, IntArray, Patterns
from annotator.measure.result import NO_PAIRS, Measure, same_value_reason
from annotator.measure.weights import agreement_weights

KappaWeights = Literal["none", "linear", "quadratic"]

NOT_SHARED = "Not defined, because no unit has an answer from both annotators."


def pair_table(values: Sequence[str], pairs: Iterable[tuple[str, str]]) -> IntArray:
    """Count (value of one annotator, value of the other) pairs, one per unit, into (K, K).

    Raises ValueError naming a value that is not on the scale.
    """
    index = {value: k for k, value in enumerate(values)}
    table = np.zeros((len(values), len(values)), dtype=np.int64)
    for pair in pairs:
        for value in pair:
            if value not in index:
                raise ValueError(f"{value!r} is not one of {list(values)}")
        table[index[pair[0]], index[pair[1]]] += 1
    return table


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
    agreement = _kappa_weights(weights, len(counts))
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


def _checked(table: npt.ArrayLike) -> IntArray:
    """Return the table as whole numbers, or raise ValueError."""
    counts = np.asarray(table)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or counts.size == 0:
        raise ValueError(f"a pair table is square, not {counts.shape}")
    whole: IntArray = counts.astype(np.int64)
    if (whole != counts).any() or (whole < 0).any():
        raise ValueError("a pair table holds counts: whole numbers, not negative")
    return whole


def _kappa_weights(kind: KappaWeights, n_values: int) -> FloatArray:
    """Return the agreement weights (K, K) under the names used for kappa."""
    return agreement_weights("identity" if kind == "none" else kind, n_values)
