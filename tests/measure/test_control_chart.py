"""The line per week, and the limits of what chance explains."""

from datetime import date, timedelta
from fractions import Fraction
from math import comb

import numpy as np
import pytest

from annotator.measure.control_chart import TAIL, by_week, chart, limits
from annotator.measure.scoring import Share

MONDAY = date(2026, 3, 2)


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


def test_ten_tosses_of_a_coin_leave_the_chart_by_all_or_none():
    assert limits(10, 0.5) == (1, 9)


def test_one_answer_never_leaves_the_chart_and_certainty_allows_nothing_else():
    assert limits(1, 0.8) == (0, 1)
    assert (limits(20, 1.0), limits(20, 0.0)) == ((20, 20), (0, 0))


def test_answers_are_counted_by_the_week_from_monday_to_sunday():
    days = [(MONDAY, True), (MONDAY + timedelta(6), False), (MONDAY + timedelta(7), True)]
    assert by_week(days) == {MONDAY: Share(1, 2), MONDAY + timedelta(7): Share(1, 1)}


def test_a_week_that_is_worse_than_chance_explains_is_named():
    weeks = {MONDAY + timedelta(7 * each): Share(36, 40) for each in range(6)}
    weeks[MONDAY + timedelta(21)] = Share(22, 40)
    found = chart(weeks)
    assert found.middle == Share(202, 240)
    assert [(each.monday, each.leaves) for each in found.leaving] == [
        (MONDAY + timedelta(21), "below")
    ]


def test_a_week_without_answers_is_no_week_of_the_chart():
    assert chart({MONDAY: Share(0, 0)}).weeks == ()


def test_quiet_weeks_leave_the_chart_as_seldom_as_promised():
    """200 simulations of 6 annotators in 10 weeks who are as good as ever: under 0.2 % of weeks."""
    random = np.random.default_rng(19)
    shape = (200, 6, 10)
    n = random.integers(20, 60, shape)
    right = random.binomial(n, random.uniform(0.7, 0.95, shape[:2])[..., None])
    weeks = [MONDAY + timedelta(7 * week) for week in range(shape[2])]
    charts = [
        chart({week: Share(*each) for week, *each in zip(weeks, rights, ns, strict=True)})
        for run, sizes in zip(right.tolist(), n.tolist(), strict=True)
        for rights, ns in zip(run, sizes, strict=True)
    ]
    assert sum(len(each.leaving) for each in charts) <= 2 * TAIL * right.size
