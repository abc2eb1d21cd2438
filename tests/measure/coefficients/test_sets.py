import pytest
from hypothesis import given
from hypothesis import strategies as st
from measure_examples import KRIPPENDORFF, answers, distance_table, krippendorff, ratings_from

from annotator.measure.coefficients.alpha import alpha, alpha_custom
from annotator.measure.coefficients.result import NO_PAIRS
from annotator.measure.coefficients.sets import alpha_sets, jaccard, masi
from annotator.measure.patterns import Patterns

CHOICES = [frozenset(text) for text in ["", "a", "b", "ab", "abc", "cd"]]
KINDS = ["masi", "jaccard"]


def sets_from(table):
    """Read digits 0 to 5 as the sets of CHOICES."""
    return [(unit, who, CHOICES[int(v)]) for unit, who, v in ratings_from(table)]


@pytest.mark.parametrize(
    ("a", "b", "overlap", "monotonicity"),
    # The four cases of Passonneau 2006: identical, subset, overlapping, disjoint.
    [
        ("ab", "ab", 1, 1),
        ("ab", "abcd", 1 / 2, 2 / 3),
        ("ab", "bc", 1 / 3, 1 / 3),
        ("ab", "c", 0, 0),
    ],
)
def test_passonneau_2006_four_cases(a, b, overlap, monotonicity):
    a, b = frozenset(a), frozenset(b)
    assert jaccard(a, b) == jaccard(b, a) == pytest.approx(1 - overlap)
    assert masi(a, b) == masi(b, a) == pytest.approx(1 - overlap * monotonicity)


@pytest.mark.parametrize("distance", [masi, jaccard])
def test_nobody_named_equals_nobody_named_and_nothing_else(distance):
    assert distance(frozenset(), frozenset()) == 0
    assert distance(frozenset(), frozenset("a")) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_sets_of_one_give_the_nominal_figure(kind):
    # Krippendorff 2011, sections C and D: nominal alpha .743.
    table = [(u, w, frozenset(v)) for u, w, v in ratings_from(KRIPPENDORFF)]
    assert alpha_sets(table, kind).value == pytest.approx(alpha(krippendorff()).value)


@given(answers("012345"), st.sampled_from(KINDS))
def test_the_figure_is_that_of_the_full_table_of_distances(table, kind):
    measure = alpha_sets(sets_from(table), kind)
    patterns = Patterns.from_ratings("012345", ratings_from(table))
    expected = alpha_custom(patterns, distance_table(CHOICES, kind))
    assert measure.value == pytest.approx(expected.value, abs=1e-9)
    assert measure.reason == expected.reason
    assert (measure.n_units, measure.n_ratings) == (expected.n_units, expected.n_ratings)


@given(answers("012345"), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_not_one_bit(table, random):
    ratings = sets_from(table)
    shuffled = random.sample(ratings, len(ratings))
    assert alpha_sets(ratings) == alpha_sets(shuffled)


def test_undefined_sets_say_why():
    one = frozenset("a")
    assert alpha_sets([]).reason == NO_PAIRS
    assert alpha_sets([(1, "ann", one), (2, "ben", one)]).reason == NO_PAIRS
    same = alpha_sets([(1, "ann", one), (1, "ben", one)])
    assert same.value is None
    assert same.reason.endswith("100 % of 1 pair.")


def test_unknown_distances_and_repeats_are_named():
    with pytest.raises(ValueError, match="'dice' is not a distance"):
        alpha_sets([], "dice")
    with pytest.raises(ValueError, match="two values by annotator 'ann'"):
        alpha_sets([(1, "ann", frozenset()), (1, "ann", frozenset("a"))])
