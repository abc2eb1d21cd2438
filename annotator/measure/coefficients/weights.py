"""Agreement weights on a declared scale: 1 for the same value, less the further two lie apart."""

from typing import Literal, get_args

import numpy as np

from annotator.measure.patterns import FloatArray

Weights = Literal["identity", "linear", "quadratic", "ordinal"]


def agreement_weights(kind: Weights, n_values: int) -> FloatArray:
    """Return the weights (K, K) between the K values of the declared scale, in its order.

    identity [i = j]; linear 1 - |i - j|/(K - 1); quadratic 1 - ((i - j)/(K - 1))^2; ordinal
    1 - C(|i - j| + 1, 2)/C(K, 2). Raises ValueError for an unknown kind or an empty scale.
    Source: Gwet 2014, "Handbook of Inter-Rater Reliability", 4th edition, chapter 3.
    """
    if kind not in get_args(Weights):
        raise ValueError(f"{kind!r} are no weights; one of {', '.join(get_args(Weights))}")
    if n_values < 1:
        raise ValueError("a scale has at least one value")
    place = np.arange(n_values, dtype=np.float64)
    apart = np.abs(place[:, None] - place[None, :])
    if n_values == 1:
        return np.ones((1, 1))
    if kind == "identity":
        return np.eye(n_values)
    if kind == "linear":
        linear: FloatArray = 1.0 - apart / (n_values - 1)
        return linear
    if kind == "quadratic":
        return 1.0 - np.square(apart / (n_values - 1))
    ordinal: FloatArray = 1.0 - apart * (apart + 1) / (n_values * (n_values - 1))
    return ordinal
