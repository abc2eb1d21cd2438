from typing import get_args

import numpy as np
import pytest

from annotator.measure.coefficients.weights import Weights, agreement_weights

KINDS = get_args(Weights)


@pytest.mark.parametrize(
    ("kind", "neighbour"),
    # Printed for three values in "Computing weighted agreement coefficients", irrCAC (Gwet 2019).
    [("identity", 0), ("linear", 0.5), ("quadratic", 0.75), ("ordinal", 2 / 3)],
)
def test_gwets_weights_for_three_values(kind, neighbour):
    expected = [[1, neighbour, 0], [neighbour, 1, neighbour], [0, neighbour, 1]]
    assert agreement_weights(kind, 3) == pytest.approx(np.array(expected))


def test_gwets_further_weights_by_hand():
    # Gwet 2014, chapter 3, on places 1 to 4.
    assert agreement_weights("radical", 4)[0, 1] == pytest.approx(1 - (1 / 3) ** 0.5)
    assert agreement_weights("ratio", 4)[0, 1] == pytest.approx(1 - (1 / 3) ** 2 / (3 / 5) ** 2)
    # On a circle the ends are neighbours, and the opposite ones differ most.
    circular = agreement_weights("circular", 4)
    assert circular[0].tolist() == pytest.approx([1, 0.5, 0, 0.5])
    # On a bipolar scale a step in the middle is worth less than one at an end.
    bipolar = agreement_weights("bipolar", 4)
    assert bipolar[0, 1] == pytest.approx(1 - 1 / 5)
    assert bipolar[1, 2] == pytest.approx(1 - 1 / 9)
    assert bipolar[0, 3] == 0


@pytest.mark.parametrize("kind", KINDS)
def test_two_values_agree_or_differ_and_one_agrees(kind):
    assert agreement_weights(kind, 2).tolist() == [[1, 0], [0, 1]]
    assert agreement_weights(kind, 1).tolist() == [[1]]


def test_unknown_weights_and_empty_scales_are_refused():
    with pytest.raises(ValueError, match="'cubic' are no weights"):
        agreement_weights("cubic", 3)
    with pytest.raises(ValueError, match="at least one value"):
        agreement_weights("linear", 0)
