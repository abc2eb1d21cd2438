"""Intervals by article: the law of the draws, every figure against its plain form, and errors."""

from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from measure_examples import KRIPPENDORFF, answers, krippendorff, open_counts, ratings_from

from annotator.measure.coefficients.alpha import alpha, alpha_open, per_value
from annotator.measure.coefficients.conger import conger
from annotator.measure.coefficients.gwet import brennan_prediger, fleiss_gwet, gwet_ac
from annotator.measure.coefficients.kappa import cohen, light, scott
from annotator.measure.coefficients.open_sets import alike_sets, set_alpha, set_numbers
from annotator.measure.coefficients.percent import percent_alpha, percent_items, percent_pairs
from annotator.measure.coefficients.sets import alpha_sets
from annotator.measure.coefficients.weights import Weights
from annotator.measure.intervals.chance import ChanceFigures, CongerFigures
from annotator.measure.intervals.clusters import ByArticle, ClosedFigures, PairFigures
from annotator.measure.intervals.influence import alpha_se
from annotator.measure.intervals.open_values import OpenUnits
from annotator.measure.intervals.resampling import (
    Clustered,
    Settings,
    articles_needed,
    draws,
    in_order_met,
    interval_of,
    pattern_draws,
    replicated,
    together,
)
from annotator.measure.intervals.tallies import OpenTally
from annotator.measure.panel import Panel
from annotator.measure.patterns import Patterns


def project(seed=1, articles=40, sentences=10, people=3):
    """Make a panel whose articles differ in how hard they are."""
    rng = np.random.default_rng(seed)
    article = np.repeat(np.arange(articles), sentences)
    hard = np.repeat(rng.beta(1, 2, articles), sentences)
    true = rng.integers(0, 4, len(article))
    slips = rng.random((len(article), people)) < hard[:, None]
    given = np.where(slips, rng.integers(0, 4, slips.shape), true[:, None]).astype(np.int16)
    given[rng.random(given.shape) < 0.1] = -1
    return Panel(tuple("abcd"), given, article)


def same(found, measure):
    if measure.value is None:
        assert np.isnan(found)
    else:
        assert found == pytest.approx(measure.value)


def opened_figures(given, articles, n_articles):
    """Make the figures of values (U, A), all in one part."""
    tally = OpenTally()
    size = int(given.max(initial=-1)) + 1
    names = [f"{number:03}" for number in range(size)]
    tally.add(OpenUnits.from_given(given, articles), n_articles, np.arange(size)[:, None], names)
    return tally.all()[2]


@given(answers(), st.sampled_from(["nominal", "ordinal"]), st.sampled_from(["identity", "linear"]))
def test_with_all_weights_one_every_figure_is_its_plain_form(table, distance, weights):
    articles = {unit: unit % 3 for unit in range(len(table))}
    panel = Panel.from_ratings("abcd", ratings_from(table), range(4), articles)
    patterns = Patterns.from_ratings("abcd", ratings_from(table))
    found = ClosedFigures.of_units(ByArticle.from_panel(panel, 3), distance, weights).at(
        np.ones((1, 3))
    )[0]
    same(found[0], alpha(patterns, distance))
    same(found[1], percent_pairs(patterns))
    same(found[2], gwet_ac(patterns, weights))
    if weights == "identity":
        same(found[3], fleiss_gwet(patterns))
        same(found[4], percent_alpha(patterns))
        same(found[5], percent_items(patterns))
    for each, measure in zip(found[6:], per_value(patterns).values(), strict=True):
        same(each, measure)


@given(answers(units=8), st.lists(st.integers(0, 3), min_size=3, max_size=3))
def test_weights_are_copies_of_articles(table, weights):
    articles = {unit: unit % 3 for unit in range(len(table))}
    panel = Panel.from_ratings("abcd", ratings_from(table), range(4), articles)
    copies = [row for unit, row in enumerate(table) for _ in range(weights[unit % 3])]
    drawn = np.array([weights], dtype=float)
    found = ClosedFigures.of_units(ByArticle.from_panel(panel, 3), "ordinal").at(drawn)[0, 0]
    same(found, alpha(Patterns.from_ratings("abcd", ratings_from(copies)), "ordinal"))
    place = {"a": 0, "b": 1, "c": 2, "d": 3, None: -1}
    given_ = np.array([[place[v] for v in row] for row in table]).reshape(-1, 4)
    opened = opened_figures(given_, np.arange(len(table)) % 3, 3).at(drawn)[0]
    copied = Patterns.from_ratings("abcd", ratings_from(copies))
    same(opened[0], alpha_open(*open_counts(ratings_from(copies))))
    same(opened[1], percent_pairs(copied))


SETS = st.frozensets(st.integers(0, 4), min_size=1, max_size=3)


@given(
    st.lists(st.lists(SETS, min_size=3, max_size=3), max_size=8),
    st.sampled_from(["masi", "jaccard"]),
    st.lists(st.integers(0, 2), min_size=2, max_size=2),
)
def test_sets_are_those_of_the_plain_form(table, kind, weights):
    cells = [(u * 3 + a, e) for u, row in enumerate(table) for a, s in enumerate(row) for e in s]
    rows = np.array(cells, dtype=np.int64).reshape(-1, 2)
    cell, number, sets = set_numbers(rows[:, 0], rows[:, 1])
    given_ = np.full(len(table) * 3, -1)
    given_[cell] = number
    known = [frozenset(members) - {-1} for members in sets.tolist()]
    assert [known[n] for n in number] == [s for row in table for s in row]
    tally = OpenTally(kind)
    units = OpenUnits.from_given(given_.reshape(-1, 3), np.arange(len(table)) % 2)
    tally.add(units, 2, sets, list("01234"))
    _, sets, figures = tally.all()
    figures = replace(figures, alike=alike_sets(sets, kind))
    copies = [row for u, row in enumerate(table) for _ in range(weights[u % 2])]
    ratings = [(u, a, s) for u, row in enumerate(copies) for a, s in enumerate(row)]
    same(figures.at(np.array([weights], dtype=float))[0, 0], alpha_sets(ratings, kind))
    ratings = [(u, a, s) for u, row in enumerate(table) for a, s in enumerate(row)]
    plain = alpha_sets(ratings, kind)
    totals = figures.totals(len(sets))
    assert set_alpha(figures.sums, totals, sets, kind) == pytest.approx(plain.value)
    assert alike_sets(np.array([[1, -1], [1, 2]]), kind, most=0) is None


def test_large_tables_take_another_way_to_the_same_figures(monkeypatch):
    panel, rng = project(), np.random.default_rng(3)
    blocks = rng.integers(0, 3, (5, 40)).astype(float)
    speakers = rng.integers(0, 9, panel.given.shape)
    opened = opened_figures(speakers, panel.articles, 40).at(blocks)
    monkeypatch.setattr("annotator.measure.intervals.open_values.DENSE", 0)
    monkeypatch.setattr("annotator.measure.intervals.open_values.AT_ONCE", 100)
    again = opened_figures(speakers, panel.articles, 40).at(blocks)
    assert np.allclose(opened, again)


@given(answers(), st.sampled_from(["nominal", "ordinal"]))
def test_the_error_of_alpha_from_sums_is_that_from_patterns(table, distance):
    articles = {unit: unit % 3 for unit in range(len(table))}
    panel = Panel.from_ratings("abcd", ratings_from(table), range(4), articles)
    patterns = Patterns.from_ratings("abcd", ratings_from(table), articles)
    found = ClosedFigures.of_units(ByArticle.from_panel(panel, 3), distance).alpha_se()
    assert found == pytest.approx(alpha_se(patterns, distance), abs=1e-12)


@given(answers(units=8))
def test_pair_measures_are_their_plain_forms(table):
    panel = Panel.from_ratings("abcd", ratings_from(table), range(4), dict.fromkeys(range(99), 0))
    found = PairFigures(panel, 1).at(np.ones((1, 1)))[0]
    tables = panel.pair_tables()
    same(found[0], cohen(tables[0, 1]))
    same(found[1], scott(tables[0, 1]))
    same(found[2], light(tables))


@given(answers(units=8), st.sampled_from(get_args(Weights)))
def test_chance_corrected_figures_are_their_plain_forms(table, weights):
    articles = {unit: unit % 3 for unit in range(len(table))}
    panel = Panel.from_ratings("abcd", ratings_from(table), range(4), articles)
    units, whole = ByArticle.from_panel(panel, 3), np.ones((1, 3))
    found = ChanceFigures.of_units(units, weights).at(whole)[0]
    plain = (gwet_ac, fleiss_gwet, brennan_prediger, percent_items)
    for each, measure in zip(found, plain, strict=True):
        same(each, measure(panel.patterns(), weights))
    same(CongerFigures.of_panel(panel, units, weights).at(whole)[0, 0], conger(panel, weights))


def test_draws_are_multinomial_and_seeded():
    drawn = np.concatenate(list(draws(20, Settings(seed=3, replicates=2000))))
    assert drawn.shape == (2000, 20)
    assert (drawn.sum(axis=1) == 20).all()
    assert drawn.mean(axis=0) == pytest.approx(np.ones(20), abs=0.1)
    assert drawn.var(axis=0).mean() == pytest.approx(0.95, abs=0.03)  # M p (1 - p)
    again = np.concatenate(list(draws(20, Settings(seed=3, replicates=2000))))
    assert (again == drawn).all()


def test_units_are_drawn_where_there_are_no_articles():
    drawn = np.concatenate(list(pattern_draws(np.array([5, 0, 15]), Settings(replicates=500))))
    assert (drawn.sum(axis=1) == 20).all()
    assert drawn.mean(axis=0) == pytest.approx([5, 0, 15], abs=0.3)


def test_resampling_and_the_error_without_it_agree():
    panel = project(articles=200)
    for distance in ("nominal", "ordinal"):
        figures = ClosedFigures.of_units(ByArticle.from_panel(panel, 200), distance)
        (drawn,) = replicated([figures], draws(200, Settings(replicates=3000)))
        plain = alpha_se(panel.patterns(), distance)
        assert interval_of(drawn[:, 0], 200).se == pytest.approx(plain, rel=0.08)


def test_articles_make_wider_intervals_than_sentences_would():
    panel = project(articles=200)
    alone = alpha_se(Panel(panel.values, panel.given).patterns())
    assert alpha_se(panel.patterns()) > 1.3 * alone


def test_the_error_without_resampling_by_hand():
    # Krippendorff 2011: 12 units, each drawn once; the sum of squared influences of 11 units.
    patterns = krippendorff()
    shift = 1e-6
    base = alpha(patterns).value
    total = 0.0
    for row in range(len(patterns.counts)):
        weights = np.ones(len(patterns.counts)) * patterns.weights
        weights[row] += shift
        once = np.ones(len(weights), np.int64)
        alone = np.arange(len(weights))
        units = ByArticle(patterns, alone, alone, once, len(weights))
        figures = ClosedFigures.of_units(units)
        moved = (figures.at(weights[None])[0, 0] - base) / shift
        total += patterns.weights[row] * moved**2
    assert alpha_se(patterns) == pytest.approx(total**0.5, rel=1e-4)
    assert len(KRIPPENDORFF) == 12


def test_no_error_where_there_is_no_alpha_or_one_unit():
    assert alpha_se(Patterns.from_ratings("ab", [(1, "x", "a"), (1, "y", "a")])) is None
    assert alpha_se(Patterns.from_ratings("ab", [(1, "x", "a"), (1, "y", "b")])) is None
    one = Panel.from_ratings("ab", [(1, "x", "a"), (1, "y", "b")], ["x", "y"], {1: 0})
    assert alpha_se(one.patterns()) is None


def test_an_interval_says_why_it_is_missing_or_narrow():
    drawn = np.linspace(0, 1, 1001)
    assert "2 articles are too few" in interval_of(drawn, 2).reason
    assert "1 article is too few" in interval_of(drawn, 1).reason
    small = interval_of(drawn, 29)
    assert (small.low, small.high) == pytest.approx((0.025, 0.975))
    assert "too narrow" in small.note
    assert interval_of(drawn, 30).note == ""
    lost = np.where(np.arange(1001) < 60, np.nan, drawn)
    assert "60 of 1,001 resamples" in interval_of(lost, 40).reason
    lost = np.where(np.arange(1001) < 40, np.nan, drawn)
    assert interval_of(lost, 40).reason == ""


@pytest.mark.parametrize(
    ("low", "high", "articles", "more"),
    [(0.4, 0.6, 20, 60), (0.45, 0.55, 20, 0), (0.5, 0.52, 20, 0), (0.4, 0.6, 9, None)],
)
def test_more_articles_narrow_an_interval_by_the_root(low, high, articles, more):
    assert articles_needed(low, high, articles) == more


def test_a_cluster_of_copies_is_drawn_as_one_article():
    panel = project(articles=60)
    cluster = in_order_met(np.array([97, 97, 3, *range(100, 157)]))
    assert cluster.tolist() == [0, 0, 1, *range(2, 59)]
    apart = ClosedFigures.of_units(ByArticle.from_panel(panel, 60))
    joined = replace(panel, articles=cluster[panel.articles])
    one = ClosedFigures.of_units(ByArticle.from_panel(joined, 59))
    few = Settings(replicates=50)
    drawn, wanted = replicated([Clustered(apart, cluster), one], draws(59, few))
    np.testing.assert_allclose(drawn, wanted)
    summed = replace(apart, sums=together(apart.sums, cluster))
    assert summed.alpha_se() == pytest.approx(one.alpha_se())
    assert summed.alpha_se() != pytest.approx(apart.alpha_se())
