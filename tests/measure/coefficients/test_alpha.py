from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from measure_examples import KRIPPENDORFF, answers, krippendorff, open_counts, ratings_from

from annotator.measure.coefficients.alpha import (
    NO_DIFFERENCE,
    alpha,
    alpha_custom,
    alpha_open,
    alpha_values,
    coincidence_rows,
    coincidences,
    distances,
    per_value,
)
from annotator.measure.coefficients.result import NO_PAIRS
from annotator.measure.patterns import Patterns

DISTANCES = ["nominal", "ordinal", "interval", "ratio"]
SAME = "Not defined, because everyone gave the same value. Raw agreement is 100 % of 4 pairs."


def naive_alpha(table, scale, kind):
    """Alpha by its definition: mean squared distance within units over that among all answers."""
    units = [[v for v in row if v is not None] for row in table]
    units = [row for row in units if len(row) >= 2]
    pool = [v for row in units for v in row]

    def distance(a, b):
        x, y = float(a), float(b)
        if a == b:
            return 0.0
        if kind == "nominal":
            return 1.0
        if kind == "interval":
            return (x - y) ** 2
        if kind == "ratio":
            return ((x - y) / (x + y)) ** 2
        low, high = sorted((scale.index(a), scale.index(b)))
        between = sum(pool.count(v) for v in scale[low : high + 1])
        return (between - (pool.count(a) + pool.count(b)) / 2) ** 2

    if len(set(pool)) < 2:
        return None
    n = len(pool)
    observed = sum(
        sum(distance(a, b) for a, b in permutations(row, 2)) / (len(row) - 1) for row in units
    )
    expected = sum(distance(a, b) for a, b in permutations(pool, 2)) / (n - 1)
    return 1 - observed / expected


@pytest.mark.parametrize(
    ("distance", "published"),
    [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)],
)
def test_krippendorff_2011_section_d(distance, published):
    measure = alpha(krippendorff(), distance)
    assert measure.value == pytest.approx(published, abs=5e-4)
    assert (measure.n_units, measure.n_ratings) == (11, 40)
    assert measure.name == f"alpha_{distance}"


def test_krippendorff_2011_coincidences():
    # Section C, the matrix of 40 pairable values; 7/3 and the like are printed there as fractions.
    observed = coincidences(krippendorff())
    assert observed.sum(axis=1) == pytest.approx([9, 13, 10, 5, 3])
    assert np.diag(observed) == pytest.approx([7, 10, 8, 4, 3])
    assert observed[0] == pytest.approx([7, 4 / 3, 1 / 3, 1 / 3, 0])


def test_krippendorff_2011_two_observers_binary():
    # Section A: coincidences 10, 4, 4, 2 of 10 units; alpha = 0.095.
    patterns = Patterns.from_counts("01", [((2, 0), 5), ((1, 1), 4), ((0, 2), 1)])
    assert coincidences(patterns).tolist() == [[10, 4], [4, 2]]
    assert alpha(patterns).value == pytest.approx(0.095, abs=5e-4)


def test_krippendorff_2011_two_observers_nominal():
    # Section B: Ben and Gerry, 12 units, values a to e; alpha = 0.692.
    table = list(zip("aabbdcccedda", "babbbccceddd", strict=True))
    patterns = Patterns.from_ratings("abcde", ratings_from(table))
    assert alpha(patterns).value == pytest.approx(0.692, abs=5e-4)


@given(answers("1234"), st.sampled_from(DISTANCES))
def test_patterns_give_what_the_definition_gives(table, distance):
    measure = alpha(Patterns.from_ratings("1234", ratings_from(table)), distance)
    expected = naive_alpha(table, "1234", distance)
    if expected is None:
        assert measure.value is None
        assert measure.reason.startswith("Not defined, because")
    else:
        assert measure.value == pytest.approx(expected, abs=1e-9)


@given(answers(), st.permutations("abcd"))
def test_renaming_values_changes_no_nominal_figure(table, names):
    new = dict(zip("abcd", names, strict=True))
    renamed = [[new.get(value) for value in row] for row in table]
    one, other = (
        alpha(Patterns.from_ratings("abcd", ratings_from(rows))) for rows in (table, renamed)
    )
    assert one.reason == other.reason
    assert one.value == pytest.approx(other.value, abs=1e-12)


@given(answers("1234"), st.sampled_from(DISTANCES))
def test_reversing_the_scale_changes_only_the_ratio_figure(table, distance):
    ratings = ratings_from(table)
    numbers = [1.0, 2.0, 3.0, 4.0]
    one = alpha(Patterns.from_ratings("1234", ratings), distance, numbers)
    other = alpha(Patterns.from_ratings("4321", ratings), distance, numbers[::-1])
    assert one.value == pytest.approx(other.value, abs=1e-9)


@given(st.lists(st.sampled_from("1234")), st.sampled_from(DISTANCES))
def test_two_identical_annotators_give_one_or_nothing(column, distance):
    table = [[value, value] for value in column]
    measure = alpha(Patterns.from_ratings("1234", ratings_from(table)), distance)
    assert measure.value == (1.0 if len(set(column)) > 1 else None)


@pytest.mark.parametrize("distance", DISTANCES)
def test_one_value_only_is_not_defined(distance):
    patterns = Patterns.from_counts("12", [((2, 0), 4), ((0, 1), 5)])
    measure = alpha(patterns, distance)
    assert (measure.value, measure.reason) == (None, SAME)
    assert (measure.n_units, measure.n_ratings) == (4, 8)


@pytest.mark.parametrize("rows", [[], [((1, 0), 5), ((0, 1), 2)]])
def test_without_a_unit_answered_twice_nothing_is_defined(rows):
    patterns = Patterns.from_counts("12", rows)
    measures = [alpha(patterns, d) for d in DISTANCES] + list(per_value(patterns).values())
    for measure in measures:
        assert (measure.value, measure.reason, measure.n_units) == (None, NO_PAIRS, 0)


def test_interval_and_ratio_need_numbers():
    patterns = Patterns.from_counts(["low", "high"], [((1, 1), 1)])
    with pytest.raises(ValueError, match="'low' is not a number"):
        alpha(patterns, "interval")
    with pytest.raises(ValueError, match="one finite number for each value"):
        alpha(patterns, "interval", numbers=[1])
    with pytest.raises(ValueError, match="0 or more"):
        alpha(patterns, "ratio", numbers=[-1, 1])
    assert alpha(patterns, "interval", numbers=[1, 2]).value == 0.0


def test_ratio_takes_zero():
    assert distances("ratio", [1, 1], [0, 3]).tolist() == [[0, 1], [1, 0]]


def test_an_unknown_distance_is_named():
    with pytest.raises(ValueError, match="'cosine' is not a distance"):
        alpha(krippendorff(), "cosine")


def test_your_own_distances():
    table = 1 - np.eye(5)
    assert alpha_custom(krippendorff(), table).value == pytest.approx(0.743, abs=5e-4)
    # Same entity 0, same organisation 0.5, else 1.
    patterns = Patterns.from_counts("abc", [((1, 1, 0), 1), ((0, 0, 2), 1)])
    table = [[0, 0.5, 1], [0.5, 0, 1], [1, 1, 0]]
    assert alpha_custom(patterns, table).value == pytest.approx(1 - 3 * 1 / 9)


def test_distances_of_zero_between_all_values_given_are_not_defined():
    measure = alpha_custom(Patterns.from_counts("ab", [((1, 1), 1)]), np.zeros((2, 2)))
    assert (measure.value, measure.reason) == (None, NO_DIFFERENCE)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ([[0, 1, 1]], "do not fit"),
        ([[0, 1], [2, 0]], "symmetric"),
        ([[1, 1], [1, 0]], "symmetric"),
        ([[0, -1], [-1, 0]], "not negative"),
        ([[0, np.nan], [np.nan, 0]], "finite"),
    ],
)
def test_unfit_distances_are_refused(table, message):
    with pytest.raises(ValueError, match=message):
        alpha_custom(Patterns.from_counts("ab", [((1, 1), 1)]), table)


@given(answers("1234"), st.sampled_from(DISTANCES))
def test_replicates_run_through_the_same_arithmetic(table, distance):
    patterns = Patterns.from_ratings("1234", ratings_from(table))
    draws = np.stack([patterns.weights, 3 * patterns.weights, 0 * patterns.weights])
    observed = np.einsum("bp,pck->bck", draws, coincidence_rows(patterns))
    squared = distances(distance, observed.sum(axis=-1), [1, 2, 3, 4])
    values = alpha_values(observed, squared)
    first = alpha(patterns, distance).value
    assert values[0] == pytest.approx(np.nan if first is None else first, nan_ok=True, abs=1e-9)
    assert np.isnan(values[2])


@given(answers())
def test_the_sum_of_the_parts_is_the_coincidence_matrix(table):
    patterns = Patterns.from_ratings("abcd", ratings_from(table))
    parts = np.einsum("p,pck->ck", patterns.weights, coincidence_rows(patterns))
    assert coincidences(patterns) == pytest.approx(parts, abs=1e-9)


@given(answers())
def test_open_sets_give_the_nominal_figure(table):
    ratings = ratings_from(table)
    closed = alpha(Patterns.from_ratings("abcd", ratings))
    pairs, totals = open_counts(ratings)
    for measure in (
        alpha_open(pairs, totals),
        alpha_open(sorted(set(pairs)), totals, [pairs.count(p) for p in sorted(set(pairs))]),
    ):
        assert measure.value == pytest.approx(closed.value, abs=1e-9)
        assert measure.reason == closed.reason
        assert (measure.n_units, measure.n_ratings) == (closed.n_units, closed.n_ratings)


def test_open_sets_pass_over_units_with_one_answer():
    pairs, totals = open_counts(ratings_from(KRIPPENDORFF))
    assert alpha_open([*pairs, (1, 1)], totals).value == pytest.approx(0.743, abs=5e-4)


@pytest.mark.parametrize(
    ("units", "totals", "weights", "message"),
    [
        ([(2, 1)], [2], None, "sum of squared counts"),
        ([(2, 5)], [2], None, "sum of squared counts"),
        ([(2, 2)], [1, 2], None, "totals count 3 answers"),
        ([(2, 2)], [1, 1], [1, 1], "2 weights do not fit 1 units"),
    ],
)
def test_open_counts_must_agree_with_one_another(units, totals, weights, message):
    with pytest.raises(ValueError, match=message):
        alpha_open(units, totals, weights)


def test_each_value_against_the_rest():
    measures = per_value(krippendorff())
    for value, measure in measures.items():
        table = [
            ["x" if v == value else "y" for v in row.split() if v != "."] for row in KRIPPENDORFF
        ]
        expected = alpha(Patterns.from_ratings("xy", ratings_from(table))).value
        assert measure.value == pytest.approx(expected)
    assert measures["5"].value == 1.0


def test_a_value_that_nobody_or_everybody_gave_has_no_figure():
    measures = per_value(Patterns.from_counts("abc", [((2, 0, 0), 4), ((0, 0, 1), 1)]))
    assert measures["a"].reason == SAME
    assert measures["b"].reason == measures["c"].reason
    assert "nobody gave this value" in measures["b"].reason
