import pytest

from annotator.measure.coefficients.result import Measure, same_value_reason


def test_a_measure_has_a_value_or_a_reason():
    assert Measure(0.5, None, 3, 6).value == 0.5
    assert Measure(None, "Not defined, because.", 3, 6).reason == "Not defined, because."


@pytest.mark.parametrize(("value", "reason"), [(None, None), (1.0, "why")])
def test_never_both_and_never_neither(value, reason):
    with pytest.raises(ValueError, match="not both and not neither"):
        Measure(value, reason, 0, 0)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_value_is_a_finite_number(value):
    with pytest.raises(ValueError, match="give a reason"):
        Measure(value, None, 1, 2)


@pytest.mark.parametrize(("value", "se"), [(None, 0.1), (0.5, -0.1), (0.5, float("nan"))])
def test_a_standard_error_belongs_to_a_value(value, se):
    with pytest.raises(ValueError, match="no standard error"):
        Measure(value, None if value else "why", 1, 2, "m", se)


def test_the_reason_for_one_value_counts_the_pairs():
    assert same_value_reason(44) == (
        "Not defined, because everyone gave the same value. Raw agreement is 100 % of 44 pairs."
    )
    assert same_value_reason(1).endswith("100 % of 1 pair.")
