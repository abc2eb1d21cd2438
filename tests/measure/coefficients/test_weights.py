import numpy as np
import pytest

from annotator.measure.coefficients.weights import agreement_weights

KINDS = ["identity", "linear", "quadratic", "ordinal"]


@pytest.mark.parametrize(
    ("kind", "neighbour"),
    # Printed for three values in "Computing weighted agreement coefficients", irrCAC (Gwet 2019).
    [("identity", 0), ("linear", 0.5), ("quadratic", 0.75), ("ordinal", 2 / 3)],
)
def test_gwets_weights_for_three_values(kind, neighbour):
    expected = [[1, neighbour, 0], [neighbour, 1, neighbour], [0, neighbour, 1]]
    assert agreement_weights(kind, 3) == pytest.approx(np.array(expected))


@pytest.mark.parametrize("kind", KINDS)
def test_two_values_agree_or_differ_and_one_agrees(kind):
    assert agreement_weights(kind, 2).tolist() == [[1, 0], [0, 1]]
    assert agreement_weights(kind, 1).tolist() == [[1]]


def test_unknown_weights_and_empty_scales_are_refused():
    with pytest.raises(ValueError, match="'cubic' are no weights"):
        agreement_weights("cubic", 3)
    with pytest.raises(ValueError, match="at least one value"):
        agreement_weights("linear", 0)
