"""Agreement weights on a declared scale: 1 for the same value, less the further two lie apart."""

from typing import Literal, get_args

import numpy as np

from annotator.measure.patterns import FloatArray

Weights = Literal[
    "identity", "linear", "quadratic", "ordinal", "radical", "ratio", "circular", "bipolar"
]
WEIGHTED = tuple(kind for kind in get_args(Weights) if kind != "identity")


def agreement_weights(kind: Weights, n_values: int) -> FloatArray:
    """Return the weights (K, K) between the K values of the declared scale, in its order.

    With places 1 to K: identity [i = j]; linear 1 - |i - j|/(K - 1); quadratic 1 - ((i - j)/
    (K - 1))^2; ordinal 1 - C(|i - j| + 1, 2)/C(K, 2); radical 1 - sqrt(|i - j|/(K - 1)); and 1 - d
    over the largest d of the table for ratio, d = ((i - j)/(i + j))^2, circular,
    d = sin^2(pi (i - j)/K), and bipolar, d = (i - j)^2/((i + j - 2)(2 K - i - j)). Raises
    ValueError for an unknown kind or an empty scale. Source: Gwet 2014, "Handbook of Inter-Rater
    Reliability", 4th edition, chapter 3.
    """
    if kind not in get_args(Weights):
        raise ValueError(f"{kind!r} are no weights; one of {', '.join(get_args(Weights))}")
    if n_values < 1:
        raise ValueError("a scale has at least one value")
    if n_values == 1:
        return np.ones((1, 1))
    table = _apart(kind, n_values)
    weights: FloatArray = 1.0 - table / table.max()
    return weights


def _apart(kind: Weights, n_values: int) -> FloatArray:
    """Return how far the values lie apart (K, K), on any measure: 0 to themselves."""
    place = np.arange(1.0, n_values + 1.0)
    apart = np.abs(place[:, None] - place[None, :])
    if kind == "identity":
        return (apart > 0).astype(np.float64)
    if kind == "linear":
        return apart
    both = place[:, None] + place[None, :]
    # Between an end of the scale and itself the bipolar measure is 0 / 0, which stands for 0.
    reach = (both - 2) * (2 * n_values - both)
    measures: dict[str, FloatArray] = {
        "quadratic": np.square(apart),
        "ordinal": apart * (apart + 1),
        "radical": np.sqrt(apart),
        "ratio": np.square(apart / both),
        "circular": np.square(np.sin(np.pi * apart / n_values)),
        "bipolar": np.square(apart) / np.where(reach > 0, reach, 1.0),
    }
    return measures[kind]
