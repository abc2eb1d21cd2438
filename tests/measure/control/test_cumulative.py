"""The sum that grows while somebody is worse than before."""

from math import isclose, log

import numpy as np

from annotator.measure.control.cumulative import LIMIT, ODDS, cumulative, score
from annotator.measure.scoring import Share

# The prior of half an answer on each side is nothing beside these.
MANY = 10_000_000


def of(wrong):
    """Return what weeks are compared with, where so many of 1,000 are wrong."""
    return Share(MANY - MANY * wrong // 1000, MANY)


def test_an_answer_adds_what_the_chart_of_steiner_and_others_adds():
    """With q = .025: log(2 / 1.025) = .668 where it is wrong, -log(1.025) = -.0247 where right."""
    assert isclose(score(of(25), Share(0, 1)), 0.6685, abs_tol=1e-4)
    assert isclose(score(of(25), Share(1, 1)), -0.0247, abs_tol=1e-4)


def test_it_is_the_log_likelihood_ratio_of_reynolds_and_stoumbos():
    """In their form wrong answers add r2 - r1 and right ones -r1, with the share that ODDS says."""
    q = 0.1
    worse = ODDS * q / (1 - q + ODDS * q)
    r1 = -log((1 - worse) / (1 - q))
    r2 = log(worse * (1 - q) / (q * (1 - worse)))
    assert isclose(score(of(100), Share(7, 10)), 3 * r2 - 10 * r1, rel_tol=1e-5)


def test_the_sum_never_is_below_nothing_and_a_good_week_becomes_part_of_the_measure():
    before = Share(27, 30)
    found = list(cumulative(before, [Share(10, 10), Share(8, 10), Share(10, 10)]))
    assert [share for share, _ in found] == [before, Share(37, 40), Share(37, 40)]
    assert found[0][1] == 0
    assert found[1][1] > found[2][1] >= 0


def test_a_fall_never_becomes_part_of_what_it_is_compared_with():
    found = list(cumulative(Share(28, 30), [Share(6, 10)] * 6))
    assert {share for share, _ in found} == {Share(28, 30)}
    sums = [total for _, total in found]
    assert sums == sorted(sums)
    assert sums[-1] > LIMIT


def test_answers_that_are_worth_less_add_less():
    [(_, alone)] = cumulative(Share(28, 30), [Share(6, 10)])
    [(_, alike)] = cumulative(Share(28, 30), [Share(6, 10)], 2.0)
    assert isclose(alike, alone / 2)


def test_quiet_weeks_alarm_no_more_often_than_lorden_promises():
    """Each quiet week begins an alarm with a chance of at most 1 in exp(LIMIT) = 1,000."""
    random = np.random.default_rng(7)
    runs, weeks = 400, 20
    right = random.binomial(40, 0.9, (runs, weeks))
    first = 0
    for run in right.tolist():
        first += any(
            total >= LIMIT for _, total in cumulative(of(100), [Share(each, 40) for each in run])
        )
    assert first <= runs * weeks / 1000 * 1.6  # 8 are promised, about
