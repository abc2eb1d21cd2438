"""The table of who gave what: the same figures as from ratings, and pair tables."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from measure_examples import KRIPPENDORFF, answers, pair_table, ratings_from

from annotator.measure.coefficients.alpha import alpha
from annotator.measure.coefficients.kappa import against_rest, cohen, light
from annotator.measure.panel import Panel, grouped
from annotator.measure.patterns import Patterns


def panel(table, values="abcd", people=4, articles=None):
    return Panel.from_ratings(values, ratings_from(table), range(people), articles)


@given(answers())
def test_patterns_are_those_of_the_ratings(table):
    ours, theirs = panel(table).patterns(), Patterns.from_ratings("abcd", ratings_from(table))
    rows = [sorted(zip(map(tuple, p.counts), p.weights, strict=True)) for p in (ours, theirs)]
    assert rows[0] == rows[1]


@given(answers())
def test_pair_tables_are_those_of_the_pairs(table):
    tables = panel(table).pair_tables()
    for a, b in combinations(range(4), 2):
        met = [(row[a], row[b]) for row in table if row[a] is not None and row[b] is not None]
        assert tables[a, b].tolist() == pair_table("abcd", met).tolist()
        assert not tables[b, a].any()


@given(answers(), st.randoms())
def test_the_order_of_units_changes_nothing(table, random):
    shuffled = random.sample(table, len(table))
    assert (panel(table).pair_tables() == panel(shuffled).pair_tables()).all()


def test_articles_keep_their_patterns_apart():
    table = [["a", "a"], ["a", "a"], ["a", "b"]]
    by_article = panel(table, "ab", 2, {0: 0, 1: 1, 2: 1}).patterns()
    assert by_article.articles.tolist() == [0, 1, 1]
    assert by_article.weights.tolist() == [1, 1, 1]


def test_many_values_and_answers_are_grouped_all_the_same():
    counts = np.eye(40, dtype=np.int64) * 40
    found = grouped([str(k) for k in range(40)], counts, np.zeros(40, np.int64))
    assert found.n_units == 40
    assert found.n_ratings == 1600


def test_a_scale_can_be_read_more_coarsely():
    found = panel([["a", "b", "c", None]]).mapped(["low", "high"], [0, 0, 1, -1])
    assert found.given.tolist() == [[0, 0, 1, -1]]


def test_a_repeat_a_stranger_and_a_value_off_the_scale_are_named():
    for ratings, words in (
        ([(1, "x", "a"), (1, "x", "b")], "unit 1 has two values"),
        ([(1, "x", "q")], "'q', given to 1"),
    ):
        with pytest.raises(ValueError, match=words):
            Panel.from_ratings("ab", ratings, ["x"])
    with pytest.raises(KeyError):
        Panel.from_ratings("ab", [(1, "y", "a")], ["x"])
    with pytest.raises(ValueError, match="places lie between"):
        Panel(("a",), np.array([[1]], np.int16))


def test_light_is_the_mean_of_the_kappas_of_all_pairs():
    # Light 1971: three annotators, five units.
    tables = panel(["a a a", "b b b", "a b a", "b b a", "a a b"], "ab", 3).pair_tables()
    kappas = [cohen(tables[a, b]).value for a, b in combinations(range(3), 2)]
    assert light(tables).value == pytest.approx(sum(kappas) / 3)


def test_light_says_why_it_is_not_defined():
    one_value = panel(["a a .", "b b .", ". a a", "a . b"], "ab", 3).pair_tables()
    assert "for 1 of 3 pairs" in light(one_value).reason
    assert light(panel(["a . .", ". b ."], "ab", 3).pair_tables()).value is None
    with pytest.raises(ValueError, match="pair tables"):
        light(np.zeros((2, 2)))


@given(answers())
def test_an_annotator_against_the_rest_is_the_sum_of_the_pairs(table):
    tables = panel(table).pair_tables()
    for who in range(4):
        met = [
            (row[who], other)
            for row in table
            for i, other in enumerate(row)
            if i != who and row[who] is not None and other is not None
        ]
        pooled, kappa = against_rest(tables, who)
        assert pooled.tolist() == pair_table("abcd", met).tolist()
        assert kappa == cohen(pooled)


def test_krippendorffs_example_through_the_panel():
    found = panel(KRIPPENDORFF, "12345").patterns()
    assert alpha(found).value == pytest.approx(0.743, abs=5e-4)


@given(
    st.integers(1, 5).flatmap(
        lambda people: st.lists(
            st.lists(st.integers(-1, 2), min_size=people, max_size=people), min_size=1, max_size=30
        )
    )
)
def test_pair_tables_are_the_same_by_product_and_pair_by_pair(rows):
    panel = Panel(tuple("abc"), np.array(rows, dtype=np.int16))
    assert panel._tables_of_product().tolist() == panel._tables_of_pairs().tolist()
    assert panel.pair_tables().tolist() == panel._tables_of_pairs().tolist()
