"""The limits between which chance leaves a count."""

from fractions import Fraction
from math import comb, isclose

import pytest

from annotator.measure.control.limits import TAIL, beta_binomial, limits, predicted
from annotator.measure.scoring import Share


def tail(n, p, most):
    """Return the exact probability of at most so many of n."""
    p = Fraction(p).limit_denominator(1000)
    return sum(comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(most + 1))


@pytest.mark.parametrize("p", [0.05, 0.5, 0.8, 0.93])
@pytest.mark.parametrize("n", [1, 10, 40, 300])
def test_the_limits_are_the_exact_ones_of_the_binomial(n, p):
    low, high = limits(n, p)
    assert tail(n, p, low - 1) < TAIL <= tail(n, p, low)
    assert 1 - tail(n, p, high) < TAIL <= 1 - tail(n, p, high - 1)


def test_ten_tosses_of_a_coin_leave_the_limits_by_all_or_none():
    assert limits(10, 0.5) == (1, 9)


def test_one_answer_never_leaves_the_limits_and_certainty_allows_nothing_else():
    assert limits(1, 0.8) == (0, 1)
    assert (limits(20, 1.0), limits(20, 0.0)) == ((20, 20), (0, 0))


def test_a_prediction_from_nothing_takes_every_share_for_as_likely_as_the_arcsine_law_does():
    """With a = b = 1/2 of two draws, none and both have 3/8 each (W. Feller 1968, III.4)."""
    found = [beta_binomial(count, 2, 0.5, 0.5) for count in range(3)]
    assert all(map(isclose, found, [3 / 8, 1 / 4, 3 / 8]))


def test_limits_of_a_prediction_narrow_to_those_of_a_known_share():
    wide, narrow = predicted(40, Share(27, 30)), predicted(40, Share(270_000, 300_000))
    assert wide[0] < narrow[0]
    assert narrow == limits(40, 0.9)


def test_answers_that_are_worth_less_predict_less():
    assert predicted(40, Share(54, 60), 3.0)[0] < predicted(40, Share(54, 60))[0]
