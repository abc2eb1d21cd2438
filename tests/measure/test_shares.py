"""Shares of claims in groups, and their intervals by resampling whole articles."""

import numpy as np
import pytest

from annotator.measure.intervals.resampling import Settings, draws
from annotator.measure.shares import Grouped, Parted, shares_of

FEW = Settings(replicates=60)


def made(seed=3, articles=40, groups=4, values=3):
    rng = np.random.default_rng(seed)
    group = rng.integers(0, groups, articles)
    counts = rng.poisson(2, (articles, values))
    counts[:3] = 0
    return group, counts


def expanded(group, counts, groups):
    table = np.zeros((len(counts), groups, counts.shape[1]), dtype=np.int64)
    table[np.arange(len(counts)), group] = counts
    return Grouped(table)


def test_shares_of_a_resample_are_those_of_the_articles_drawn():
    group, counts = made()
    table = Parted(counts, group, 4)
    (weights, *_) = draws(len(counts), FEW)
    found = table.at(weights).reshape(-1, 4, 3)
    for replicate in (0, 7):
        drawn = np.repeat(np.arange(len(counts)), weights[replicate].astype(int))
        for one in range(4):
            own = counts[drawn[group[drawn] == one]].sum(axis=0)
            assert found[replicate, one] == pytest.approx(own / own.sum())


def test_articles_of_one_group_each_are_counted_as_any_articles_are():
    group, counts = made()
    one, other = shares_of(
        [Parted(counts, group, 5), expanded(group, counts, 5)], np.arange(40), FEW
    )
    assert one.totals.tolist() == other.totals.tolist()
    for mine, same in zip(one.intervals, other.intervals, strict=True):
        for a, b in zip(mine, same, strict=True):
            assert (a.reason, a.clusters) == (b.reason, b.clusters)
            assert (a.low, a.high) == pytest.approx((b.low, b.high))
    # Nothing is in the last group, and it has no interval.
    assert "too few" in one.intervals[4][0].reason


def test_an_interval_holds_its_share_and_narrows_with_more_articles():
    def width(articles):
        rng = np.random.default_rng(1)
        table = Grouped(rng.poisson(2, (articles, 1, 2)))
        (found,) = shares_of([table], np.arange(articles))
        share = found.totals[0, 0] / found.totals[0].sum()
        interval = found.intervals[0][0]
        assert interval.low < share < interval.high
        return interval.high - interval.low

    assert width(400) < 0.6 * width(60)


def test_claims_that_stand_together_in_articles_have_a_wider_interval():
    """The same claims spread over all articles, and each value in articles of its own."""
    spread = Grouped(np.full((40, 1, 2), 5))
    together = np.zeros((40, 1, 2), dtype=np.int64)
    together[:20, 0, 0] = together[20:, 0, 1] = 10
    one, other = shares_of([spread, Grouped(together)], np.arange(40))
    assert one.intervals[0][0].low == one.intervals[0][0].high == 0.5
    low, high = other.intervals[0][0].low, other.intervals[0][0].high
    # The binomial of 40 articles: .5 plus or minus 1.96 * sqrt(.25 / 40) = .155.
    assert (low, high) == pytest.approx((0.345, 0.655), abs=0.03)


def test_near_duplicates_are_drawn_as_the_one_article_that_they_are():
    group, counts = made()
    copied, twice = np.repeat(counts, 2, axis=0), np.repeat(group, 2)
    (alone,) = shares_of([Parted(2 * counts, group, 4)], np.arange(40), FEW)
    (both,) = shares_of([Parted(copied, twice, 4)], np.repeat(np.arange(40), 2), FEW)
    assert both.totals.tolist() == alone.totals.tolist()
    assert both.intervals == alone.intervals


def test_without_an_article_there_are_no_shares():
    (found,) = shares_of([Grouped(np.zeros((0, 2, 2), dtype=np.int64))], np.arange(0))
    assert found.totals.tolist() == [[0, 0], [0, 0]]
    assert found.intervals == ()


def test_without_any_group_there_is_no_share_and_no_fault():
    (found,) = shares_of([Grouped(np.zeros((6, 0, 3), dtype=np.int64))], np.arange(6))
    assert found.totals.shape == (0, 3)
    assert found.intervals == ()
