import pytest
from hypothesis import given
from measure_examples import answers, krippendorff, ratings_from

from annotator.measure.coefficients.percent import percent_alpha, percent_items, percent_pairs
from annotator.measure.coefficients.result import NO_PAIRS
from annotator.measure.patterns import Patterns

ALL = [percent_items, percent_pairs, percent_alpha]


@pytest.mark.parametrize(
    ("measure", "published"),
    # Gwet 2014 (p_a of these units), the pooled share 43/55, and 1 - D_o of Krippendorff 2011.
    [(percent_items, 0.818), (percent_pairs, 0.782), (percent_alpha, 0.800)],
)
def test_three_definitions_differ_on_krippendorffs_units(measure, published):
    result = measure(krippendorff())
    assert result.value == pytest.approx(published, abs=5e-4)
    assert (result.name, result.n_units, result.n_ratings) == (measure.__name__, 11, 40)


@pytest.mark.parametrize("measure", ALL)
def test_nothing_to_compare_is_not_defined(measure):
    result = measure(Patterns.from_counts("ab", [((1, 0), 3)]))
    assert (result.value, result.reason) == (None, NO_PAIRS)


@pytest.mark.parametrize("measure", ALL)
def test_one_value_only_is_full_raw_agreement(measure):
    assert measure(Patterns.from_counts("ab", [((3, 0), 2)])).value == 1.0


@given(answers(annotators=2))
def test_with_two_annotators_the_three_are_one(table):
    patterns = Patterns.from_ratings("abcd", ratings_from(table))
    values = [measure(patterns).value for measure in ALL]
    both = [row for row in table if None not in row]
    share = sum(a == b for a, b in both) / len(both) if both else None
    assert values == pytest.approx([share] * 3)
