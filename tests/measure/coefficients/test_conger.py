from itertools import combinations
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from measure_examples import KRIPPENDORFF, answers, ratings_from

from annotator.measure.coefficients.conger import conger
from annotator.measure.coefficients.kappa import cohen
from annotator.measure.coefficients.weights import Weights, agreement_weights
from annotator.measure.panel import Panel

KINDS = get_args(Weights)
THREE = ["a a a", "b b b", "a b a", "b b a", "a a b"]


def panel(rows, values="abcd", people=4):
    return Panel.from_ratings(values, ratings_from(rows), range(people))


def test_conger_1980_by_hand():
    # Pairs agree in 4, 3 and 2 of 5; what is expected follows from the margins of each annotator.
    margins = [(3, 2), (2, 3), (3, 2)]
    expected = sum(
        sum(x * y / 25 for x, y in zip(margins[a], margins[b], strict=True))
        for a, b in combinations(range(3), 2)
    )
    value = (9 / 15 - expected / 3) / (1 - expected / 3)
    assert conger(panel(THREE, "ab", 3)).value == pytest.approx(value)


def test_gwet_2014_four_raters_with_missing_labels():
    # The "4 raters, 12 subjects" of Gwet, as printed by irrCAC (2019): .76282, error .14917.
    measure = conger(panel(KRIPPENDORFF, "12345"))
    assert (measure.value, measure.se) == pytest.approx((0.76282, 0.14917), abs=5e-6)
    assert (measure.n_units, measure.n_ratings, measure.name) == (12, 41, "conger_kappa")


@given(answers(annotators=2), st.sampled_from(KINDS))
def test_two_annotators_who_answered_everything_have_the_kappa_of_cohen(table, weights):
    both = panel([row for row in table if None not in row], people=2)
    found, expected = conger(both, weights), cohen(both.pair_tables()[0, 1], weights)
    if expected.value is None:
        assert found.value is None
    else:
        assert found.value == pytest.approx(expected.value, abs=1e-9)


@given(answers(units=8), st.sampled_from(KINDS))
def test_chance_is_the_mean_over_pairs_of_annotators(table, weights):
    given_by = [[row[a] for row in table if row[a] is not None] for a in range(4)]
    shares = [
        np.array([values.count(v) for v in "abcd"]) / len(values) for values in given_by if values
    ]
    found = conger(panel(table), weights)
    if found.value is None:
        return
    w = agreement_weights(weights, 4)
    chance = np.mean([x @ w @ y for x, y in combinations(shares, 2)])
    agreeing = [
        np.mean([w["abcd".index(x), "abcd".index(y)] for x, y in combinations(given, 2)])
        for given in ([v for v in row if v is not None] for row in table)
        if len(given) > 1
    ]
    assert found.value == pytest.approx((np.mean(agreeing) - chance) / (1 - chance), abs=1e-9)


def test_the_order_of_annotators_and_units_does_not_matter():
    one = conger(panel(KRIPPENDORFF, "12345"))
    other = conger(panel([" ".join(row.split()[::-1]) for row in KRIPPENDORFF[::-1]], "12345"))
    assert (one.value, one.se) == pytest.approx((other.value, other.se), abs=1e-12)


def test_it_says_why_it_is_not_defined():
    assert "no unit has two" in conger(panel(["a . .", ". b ."], "ab", 3)).reason
    assert "100 % of 6 pairs" in conger(panel(["a a a", "a a a"], "ab", 3)).reason
    assert conger(panel(["a b"], "ab", 2)).se is None
