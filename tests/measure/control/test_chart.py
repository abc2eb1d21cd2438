"""The line per week: whether somebody is as good as in the first weeks."""

from datetime import date, timedelta

import numpy as np

from annotator.measure.control.chart import by_week, chart
from annotator.measure.control.limits import TAIL
from annotator.measure.scoring import Share

MONDAY = date(2026, 3, 2)


def weeks_of(*rights, n=40):
    """Return weeks with so many right ones of n each."""
    return {MONDAY + timedelta(7 * week): Share(right, n) for week, right in enumerate(rights)}


def places(weeks):
    return [(each.monday - MONDAY).days // 7 for each in weeks]


def test_answers_are_counted_by_the_week_from_monday_to_sunday():
    days = [
        (MONDAY, Share(3, 4)),
        (MONDAY + timedelta(6), Share(0, 2)),
        (MONDAY + timedelta(7), Share(1, 1)),
    ]
    assert by_week(days) == {MONDAY: Share(3, 6), MONDAY + timedelta(7): Share(1, 1)}


def test_later_weeks_are_compared_with_the_first_ones():
    found = chart(weeks_of(36, 36, 36, 22, 36, 36))
    assert found.middle == Share(108, 120)
    assert [each.first for each in found.weeks] == [True] * 3 + [False] * 3
    assert [(each.leaves, *places([each])) for each in found.leaving] == [("below", 3)]


def test_a_fall_that_lasts_is_no_part_of_its_own_middle():
    """From .93 to .55 in week 4, of ten a week: around the share of all weeks nothing leaves."""
    found = chart(weeks_of(9, 9, 10, 5, 6, 5, 6, 5, n=10))
    assert found.middle == Share(28, 30)
    assert found.falling
    assert places(found.falling)[0] <= 6


def test_a_small_fall_that_lasts_is_found_by_the_sum_alone():
    found = chart(weeks_of(36, 36, 36, 31, 31, 31, 31, 31, 31))
    assert found.leaving == ()
    assert found.falling
    assert found.alarms


def test_the_first_weeks_are_as_many_as_some_answers_take():
    found = chart(weeks_of(3, 4, 4, 4, 4, 4, n=4))
    assert [each.first for each in found.weeks] == [True] * 5 + [False]


def test_answers_of_articles_that_are_alike_leave_wider_limits():
    weeks = weeks_of(36, 36, 36, 26)
    assert chart(weeks).leaving
    assert not chart(weeks, 3.0).alarms
    assert chart(weeks, 3.0).weeks[-1].low < chart(weeks).weeks[-1].low


def test_a_week_without_answers_is_no_week_of_the_chart():
    assert chart({MONDAY: Share(0, 0)}).weeks == ()


def test_quiet_weeks_leave_the_chart_as_seldom_as_promised():
    """200 simulations of 6 annotators in 10 weeks who are as good as ever: under 0.2 % of weeks."""
    random = np.random.default_rng(19)
    shape = (200, 6, 10)
    n = random.integers(20, 60, shape)
    right = random.binomial(n, random.uniform(0.7, 0.95, shape[:2])[..., None])
    charts = [
        chart({MONDAY + timedelta(7 * week): Share(*each) for week, each in enumerate(pairs)})
        for run, sizes in zip(right.tolist(), n.tolist(), strict=True)
        for pairs in (list(zip(*both, strict=True)) for both in zip(run, sizes, strict=True))
    ]
    assert sum(len(each.leaving) for each in charts) <= 2 * TAIL * right.size
    # More than the .7 % of Lorden for 7 weeks: what they are compared with is estimated.
    assert sum(bool(each.falling) for each in charts) <= 0.05 * len(charts)
