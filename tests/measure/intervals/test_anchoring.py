"""How much more often people say what a model says when they saw it."""

import numpy as np
import pytest
from slow_cases import slow

from annotator.measure.intervals.anchoring import anchoring
from annotator.measure.intervals.resampling import Settings

FEW = Settings(replicates=400)


def test_a_difference_by_hand():
    # 3 of 4 and 1 of 2 where it was shown, 1 of 4 and 0 of 4 where it was not: 4/6 - 1/8.
    sums = np.array([[3, 4, 1, 4], [1, 2, 0, 4]])
    value, interval = anchoring(sums, np.arange(2), FEW)
    assert value == pytest.approx(4 / 6 - 1 / 8)
    assert interval.reason == "No interval, because 2 articles are too few to resample."


def test_without_one_of_both_there_is_no_difference():
    value, interval = anchoring(np.array([[3, 4, 0, 0]]), np.arange(1), FEW)
    assert (value, interval.low) == (None, None)
    assert anchoring(np.zeros((0, 4)), np.arange(0), FEW)[0] is None


def test_articles_that_hang_together_are_drawn_together():
    sums = np.tile([[4, 5, 2, 5], [1, 5, 2, 5]], (6, 1))
    alone = anchoring(sums, np.arange(12), FEW)[1]
    pairs = anchoring(sums, np.arange(12) // 2, FEW)[1]
    assert pairs.clusters == 6
    assert pairs.high - pairs.low < 1e-9 < alone.high - alone.low  # each pair is the same


def simulated(seed, articles=60, effect=0.1):
    """Return sums of answers by people drawn by lot, whose articles differ in how easy they are.

    Each article has six pairs, each with ten sentences; a pair is shown suggestions or not.
    """
    chance = np.random.default_rng(seed)
    ease = np.clip(chance.normal(0.65, 0.12, articles), 0.1, 0.85)
    shown = chance.integers(0, 2, (articles, 6))
    same = chance.binomial(10, ease[:, None] + effect * shown)
    return np.column_stack(
        [
            (same * shown).sum(axis=1), 10 * shown.sum(axis=1),
            (same * (1 - shown)).sum(axis=1), 10 * (1 - shown).sum(axis=1),
        ]
    )  # fmt: skip


def coverage(times):
    """Return how often the interval holds the effect that was put in, and the mean difference."""
    held, values = 0, []
    for seed in range(times):
        value, interval = anchoring(simulated(seed), np.arange(60), FEW)
        held += interval.low <= 0.1 <= interval.high
        values.append(value)
    return held / times, float(np.mean(values))


def test_the_interval_holds_what_was_put_in():
    held, mean = coverage(20)
    assert held >= 0.8
    assert mean == pytest.approx(0.1, abs=0.03)


@slow
def test_the_interval_holds_what_was_put_in_as_often_as_it_says():
    held, mean = coverage(500)
    assert 0.91 <= held <= 0.98
    assert mean == pytest.approx(0.1, abs=0.005)
