import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from measure_examples import FLEISS, answers, fleiss_1971, krippendorff, ratings_from
from slow_cases import slow

from annotator.measure.coefficients.alpha import alpha_custom
from annotator.measure.coefficients.gwet import (
    ONE_VALUE_SCALE,
    brennan_prediger,
    chance_corrected,
    fleiss_gwet,
    gwet_ac,
    statistic_rows,
)
from annotator.measure.coefficients.kappa import fleiss
from annotator.measure.coefficients.percent import percent_items
from annotator.measure.coefficients.result import NO_PAIRS
from annotator.measure.coefficients.weights import agreement_weights
from annotator.measure.intervals.influence import gwet_error
from annotator.measure.patterns import Patterns

KINDS = ["identity", "linear", "quadratic", "ordinal"]

# The data of Gwet 2014 as shipped with his irrCAC (2019), one string per annotator, dot = none.
OBSERVERS = ["112.001122.0131", "1130000.2110231", "203000222100221", ".13....0.10022."]
OBSERVERS += ["2..0001.2....31"]
GENDER = ["aaaaabbbcaaaaab", "aaaababccaaaaba", "abbcaabbcabbcaa", "ccccaabbcccccaa"]
BEN_AND_GERRY = ["aabbdcccedda", "babbbccce.dd"]


def patterns_of(values, annotators):
    return Patterns.from_ratings(values, ratings_from(list(zip(*annotators, strict=True))))


@pytest.mark.parametrize(
    ("patterns", "ac1", "error"),
    [
        (krippendorff(), 0.775, 0.143),
        (patterns_of("0123", OBSERVERS), 0.497, 0.122),
        (patterns_of("abc", GENDER), 0.208, 0.091),
        (patterns_of("abcde", BEN_AND_GERRY), 0.661, 0.184),
    ],
    ids=["4 raters, 12 units", "5 observers, 15 units", "4 raters, 15 units", "Ben and Gerry"],
)
def test_gwet_2014_ac1_and_its_error(patterns, ac1, error):
    measure = gwet_ac(patterns)
    assert (measure.value, measure.se) == pytest.approx((ac1, error), abs=5e-4)
    assert measure.name == "gwet_ac1"


@pytest.mark.parametrize(
    ("weights", "ac2", "error"),
    [("linear", 0.859, 0.117), ("quadratic", 0.914, 0.104), ("ordinal", 0.899, 0.107)],
)
def test_gwet_2014_ac2_of_four_raters(weights, ac2, error):
    # As printed by irrCAC for its data set of 4 raters and 12 subjects.
    measure = gwet_ac(krippendorff(), weights)
    assert (measure.value, measure.se) == pytest.approx((ac2, error), abs=5e-4)
    assert (measure.name, measure.n_units, measure.n_ratings) == (f"gwet_ac2_{weights}", 12, 41)


def test_gwet_2014_fleiss_with_missing_answers():
    # Printed by irrCAC: kappa .76117, 95 % interval from .42438 (t with 11 degrees, 2.20099).
    measure = fleiss_gwet(krippendorff())
    low = measure.value - 2.20099 * measure.se
    assert (measure.value, low) == pytest.approx((0.76117, 0.42438), abs=5e-6)


def test_gwet_2014_distribution_of_six_raters():
    # irrCAC keeps the first 15 patients of Fleiss 1971.
    rows = [([int(n) for n in row.split()], 1) for row in FLEISS[:15]]
    patterns = Patterns.from_counts("dpsno", rows)
    ac1, kappa = gwet_ac(patterns), fleiss_gwet(patterns)
    assert (ac1.value, ac1.se) == pytest.approx((0.4448007, 0.08418757), abs=5e-8)
    assert (kappa.value, kappa.se) == pytest.approx((0.4139265, 0.08119291), abs=5e-8)


def test_equal_numbers_of_answers_give_fleiss():
    general, textbook = fleiss_gwet(fleiss_1971()), fleiss(fleiss_1971())
    assert (general.value, general.se) == (textbook.value, textbook.se)


def naive_ac(table, values, weights, chance):
    """The coefficient by its definition, unit by unit and pair by pair."""
    w = agreement_weights(weights, len(values))
    units = [[values.index(v) for v in row if v is not None] for row in table]
    units = [row for row in units if row]
    shared = [row for row in units if len(row) >= 2]
    if not shared or len({v for row in units for v in row}) == 1:
        return None
    agreeing = []
    for row in shared:
        pairs = [(i, j) for i in range(len(row)) for j in range(len(row)) if i != j]
        agreeing.append(sum(w[row[i], row[j]] for i, j in pairs) / len(pairs))
    k = len(values)
    pi = [sum(row.count(v) / len(row) for row in units) / len(units) for v in range(k)]
    if chance == "gwet":
        expected = w.sum() / (k * (k - 1)) * sum(p * (1 - p) for p in pi)
    else:
        expected = sum(w[c, d] * pi[c] * pi[d] for c in range(k) for d in range(k))
    observed = sum(agreeing) / len(agreeing)
    return (observed - expected) / (1 - expected)


@given(answers(), st.sampled_from(KINDS))
def test_patterns_give_what_the_definition_gives(table, weights):
    patterns = Patterns.from_ratings("abcd", ratings_from(table))
    for measure, chance in ((gwet_ac, "gwet"), (fleiss_gwet, "fleiss")):
        expected = naive_ac(table, "abcd", weights, chance)
        assert measure(patterns, weights).value == pytest.approx(expected, abs=1e-9)


@given(answers(), st.permutations("abcd"))
def test_renaming_values_changes_no_nominal_figure(table, names):
    new = dict(zip("abcd", names, strict=True))
    renamed = [[new.get(value) for value in row] for row in table]
    one, other = (
        gwet_ac(Patterns.from_ratings("abcd", ratings_from(rows))) for rows in (table, renamed)
    )
    assert one.reason == other.reason
    assert one.value == pytest.approx(other.value, abs=1e-9)
    assert one.se == pytest.approx(other.se, abs=1e-9)


@slow
@given(st.lists(st.sampled_from("abcd")), st.sampled_from(KINDS))
def test_two_identical_annotators_give_one_or_nothing(column, weights):
    patterns = patterns_of("abcd", [column, column])
    expected = 1.0 if len(set(column)) > 1 else None
    assert gwet_ac(patterns, weights).value == expected
    assert fleiss_gwet(patterns, weights).value == expected


@given(answers(), st.sampled_from(KINDS))
def test_replicates_run_through_the_same_arithmetic(table, weights):
    patterns = Patterns.from_ratings("abcd", ratings_from(table))
    draws = np.stack([patterns.weights, 0 * patterns.weights])
    values = chance_corrected(draws @ statistic_rows(patterns, weights), weights)
    expected = gwet_ac(patterns, weights).value
    assert values[0] == pytest.approx(np.nan if expected is None else expected, nan_ok=True)
    assert np.isnan(values[1])


def test_skew_lowers_kappa_and_not_ac1():
    # 50 pairs, 45 of them equal, 44 in one value.
    patterns = Patterns.from_counts("ab", [((2, 0), 44), ((1, 1), 5), ((0, 2), 1)])
    assert gwet_ac(patterns).value > 0.85
    assert fleiss_gwet(patterns).value < 0.30


def test_a_declared_value_that_nobody_gave_counts():
    rows = [((2, 0), 5), ((1, 1), 5), ((0, 2), 5)]
    wider = [((*counts, 0), weight) for counts, weight in rows]
    narrow = gwet_ac(Patterns.from_counts("ab", rows))
    assert gwet_ac(Patterns.from_counts("abc", wider)).value > narrow.value


def test_undefined_coefficients_say_why():
    same = "Not defined, because everyone gave the same value. Raw agreement is 100 % of 5 pairs."
    for measure in (gwet_ac, fleiss_gwet):
        assert measure(Patterns.from_counts("ab", [])).reason == NO_PAIRS
        assert measure(Patterns.from_counts("ab", [((1, 0), 3), ((0, 1), 2)])).reason == NO_PAIRS
        assert measure(Patterns.from_counts("ab", [((2, 0), 5)])).reason == same
        assert measure(Patterns.from_counts("a", [((2,), 5)])).reason == ONE_VALUE_SCALE


def test_a_single_unit_has_no_error():
    measure = gwet_ac(Patterns.from_counts("ab", [((2, 1), 1)]))
    assert measure.value is not None
    assert measure.se is None


@pytest.mark.parametrize(
    ("weights", "uniform", "fleiss_pi", "ac", "krippendorff_alpha"),
    # Value and error for Gwet's "4 raters, 12 subjects", as printed by his irrCAC.
    [
        ("identity", (.77273, .14472), (.76117, .15302), (.77544, .14295), (.74342, .14557)),
        ("linear", (.84848, .12336), (.81794, .14850), (.85874, .11733), (.80038, .13548)),
        ("quadratic", (.90152, .11089), (.86494, .14603), (.91400, .10396), (.84911, .12913)),
        ("ordinal", (.88636, .11391), (.85021, .14704), (.89894, .10690), (.83364, .13107)),
        ("radical", (.81263, .13278), (.78992, .15004), (.81981, .12836), (.77198, .13961)),
        ("ratio", (.84024, .13221), (.82134, .15239), (.85737, .12207), (.79740, .14048)),
        ("circular", (.82355, .13696), (.80720, .14894), (.83020, .13265), (.78998, .14101)),
        ("bipolar", (.88815, .11246), (.85307, .14463), (.90037, .10582), (.83499, .12813)),
    ],
)  # fmt: skip
def test_every_weight_gives_the_figures_of_irrcac(
    weights, uniform, fleiss_pi, ac, krippendorff_alpha
):
    patterns = krippendorff()
    squared = 1.0 - agreement_weights(weights, 5)
    for measure, printed in (
        (brennan_prediger(patterns, weights), uniform),
        (fleiss_gwet(patterns, weights), fleiss_pi),
        (gwet_ac(patterns, weights), ac),
    ):
        assert (measure.value, measure.se) == pytest.approx(printed, abs=5.1e-6)
    alpha = alpha_custom(patterns, squared).value
    assert (alpha, gwet_error(patterns, squared)) == pytest.approx(krippendorff_alpha, abs=5.1e-6)


def test_percent_agreement_has_the_error_of_gwet():
    # The same data and program: .81818, error .12561.
    measure = percent_items(krippendorff())
    assert (measure.value, measure.se) == pytest.approx((0.81818, 0.12561), abs=5.1e-6)


@given(answers())
def test_brennan_and_prediger_is_s_of_bennett_alpert_and_goldstein(table):
    patterns = Patterns.from_ratings("abcd", ratings_from(table))
    observed = percent_items(patterns).value
    found = brennan_prediger(patterns).value
    assert found is None if observed is None else found == pytest.approx((4 * observed - 1) / 3)
    if observed is not None:
        same = Patterns.from_counts("ab", [((3, 0), 4)])
        assert brennan_prediger(same).value == 1.0
