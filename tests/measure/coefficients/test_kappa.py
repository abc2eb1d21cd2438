from statistics import NormalDist
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from measure_examples import answers, fleiss_1971, krippendorff, pair_table, ratings_from
from slow_cases import slow

from annotator.measure.coefficients.alpha import alpha
from annotator.measure.coefficients.kappa import NOT_SHARED, Bounds, bounds, cohen, fleiss, scott
from annotator.measure.coefficients.result import NO_PAIRS
from annotator.measure.coefficients.weights import Weights, agreement_weights
from annotator.measure.patterns import Patterns

KINDS = get_args(Weights)
TABLES = st.lists(st.lists(st.integers(0, 9), min_size=4, max_size=4), min_size=4, max_size=4).map(
    np.array
)


def test_fleiss_cohen_everitt_1969():
    # Their table 1, proportions of 200 subjects: kappa .429, variance .002885.
    proportions = [[0.53, 0.05, 0.02], [0.11, 0.14, 0.05], [0.01, 0.06, 0.03]]
    measure = cohen(np.rint(np.array(proportions) * 200))
    assert measure.value == pytest.approx(0.429, abs=5e-4)
    assert measure.se**2 == pytest.approx(0.002885, abs=5e-7)
    assert (measure.n_units, measure.n_ratings) == (200, 400)


@pytest.mark.parametrize(
    ("weights", "kappa", "error"), [("identity", 0.4842, 0.1380), ("linear", 0.4701, 0.1457)]
)
def test_sas_freq_asymptotic_errors(weights, kappa, error):
    # Printed by SAS PROC FREQ (AGREE) for this table; quoted in the tests of statsmodels.
    measure = cohen([[0, 4, 1], [0, 8, 0], [0, 1, 5]], weights)
    assert (measure.value, measure.se) == pytest.approx((kappa, error), abs=5e-5)


def test_gwet_2014_two_abstractors():
    # 100 pregnancies, two abstractors; values and error as printed by Gwet's irrCAC (2019).
    table = [[13, 0, 0], [0, 20, 7], [0, 4, 56]]
    measure = cohen(table)
    assert (measure.value, measure.se) == pytest.approx((0.7964094, 0.05891072), abs=5e-8)
    assert scott(table).value == pytest.approx(0.7962397, abs=5e-8)


def test_fleiss_1971():
    # 30 patients, six psychiatrists each: kappa = .430 (table 1 and the text after it).
    measure = fleiss(fleiss_1971())
    assert measure.value == pytest.approx(0.430, abs=5e-4)
    assert (measure.n_units, measure.n_ratings, measure.name) == (30, 180, "fleiss_kappa")


def test_fleiss_needs_equal_numbers_of_answers():
    measure = fleiss(krippendorff())
    assert measure.value is None
    assert measure.reason == (
        "Not defined, because units differ in their number of answers: 1 to 4."
    )


@slow
@given(TABLES, st.sampled_from(KINDS))
def test_cohen_is_the_textbook_ratio(table, weights):
    n = table.sum()
    measure = cohen(table, weights)
    if n == 0:
        assert measure.reason == NOT_SHARED
        return
    p = table / n
    w = agreement_weights(weights, 4)
    chance = (np.outer(p.sum(axis=1), p.sum(axis=0)) * w).sum()
    if measure.value is None:
        assert measure.reason.startswith("Not defined, because everyone gave the same value.")
        assert chance == pytest.approx(1)
    else:
        assert measure.value == pytest.approx(((p * w).sum() - chance) / (1 - chance), abs=1e-9)


@given(TABLES, st.permutations(range(4)))
def test_renaming_values_and_swapping_annotators_changes_nothing(table, order):
    for measure in (cohen, scott):
        one = measure(table)
        for other in (measure(table[np.ix_(order, order)]), measure(table.T)):
            assert one.value == pytest.approx(other.value, abs=1e-9)
            assert one.se == pytest.approx(other.se, abs=1e-9)
            assert one.reason == other.reason


@given(st.lists(st.integers(0, 9), min_size=3, max_size=3), st.sampled_from(KINDS))
def test_two_identical_annotators_give_one_or_nothing(diagonal, weights):
    expected = 1.0 if np.count_nonzero(diagonal) > 1 else None
    assert cohen(np.diag(diagonal), weights).value == expected
    assert scott(np.diag(diagonal)).value == expected


@given(answers(annotators=2))
def test_scott_is_fleiss_for_two_and_close_to_alpha(table):
    pairs = [row for row in table if None not in row]
    pi = scott(pair_table("abcd", pairs))
    patterns = Patterns.from_ratings("abcd", ratings_from(pairs))
    assert fleiss(patterns).value == pytest.approx(pi.value, abs=1e-9)
    if pi.value is not None:
        # Krippendorff 2011: alpha = pi + (1 - pi) / n, n the number of answers.
        corrected = pi.value + (1 - pi.value) / patterns.n_ratings
        assert alpha(patterns).value == pytest.approx(corrected, abs=1e-9)


def test_the_largest_kappa_and_the_test_against_chance_by_hand():
    # Rows 20 and 30, columns 15 and 35 of 50: p_e = .54, p_o = .7 and at most .9 with these
    # margins. Fleiss, Cohen and Everitt 1969, equation 9: .54 + .54^2 - .12 * .7 - .42 * 1.3.
    found = bounds([[10, 10], [5, 25]])
    assert found.maximum == pytest.approx((0.9 - 0.54) / 0.46)
    error = ((0.54 + 0.54**2 - 0.12 * 0.7 - 0.42 * 1.3) / 50) ** 0.5 / 0.46
    assert found.z == pytest.approx((0.7 - 0.54) / 0.46 / error)
    assert found.p == pytest.approx(2 * NormalDist().cdf(-found.z))
    assert bounds([[5, 0], [0, 0]]) == Bounds(None, None, None)
    assert bounds([[5, 0], [5, 0]]).z is None


def test_an_annotator_with_one_value_has_kappa_zero():
    assert cohen([[5, 0], [5, 0]]).value == 0.0


def test_undefined_kappas_say_why():
    same = "Not defined, because everyone gave the same value. Raw agreement is 100 % of 5 pairs."
    for measure in (cohen, scott):
        assert measure([[5, 0], [0, 0]]).reason == same
        assert measure([[0, 0], [0, 0]]).reason == NOT_SHARED
    assert fleiss(Patterns.from_counts("ab", [((2, 0), 5)])).reason == same
    assert fleiss(Patterns.from_counts("ab", [((1, 0), 5)])).reason == NO_PAIRS


@pytest.mark.parametrize("table", [[[1, 2]], [], [1, 2], [[0.5, 0], [0, 1]], [[-1, 0], [0, 1]]])
def test_unfit_tables_are_refused(table):
    for measure in (cohen, scott):
        with pytest.raises(ValueError, match="a pair table"):
            measure(table)


def test_unknown_weights_are_named():
    with pytest.raises(ValueError, match="'cubic' are no weights"):
        cohen([[1, 0], [0, 1]], "cubic")
