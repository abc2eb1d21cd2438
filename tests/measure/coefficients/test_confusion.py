import numpy as np
from hypothesis import given
from measure_examples import answers, ratings_from

from annotator.measure.coefficients.confusion import confusion, skewed
from annotator.measure.patterns import Patterns


def test_pairs_are_pooled_both_ways_round():
    # aab: one pair aa, two pairs ab; bb: one pair bb; c alone: none.
    patterns = Patterns.from_counts("abc", [((2, 1, 0), 1), ((0, 2, 0), 3), ((0, 0, 1), 9)])
    table = confusion(patterns)
    assert table.tolist() == [[2, 2, 0], [2, 6, 0], [0, 0, 0]]
    assert table.dtype == np.int64


@given(answers())
def test_the_matrix_counts_each_pair_twice(table):
    patterns = Patterns.from_ratings("abcd", ratings_from(table))
    pooled = confusion(patterns)
    assert (pooled == pooled.T).all()
    assert pooled.sum() == 2 * patterns.n_pairs
    assert (pooled >= 0).all()


def test_no_answers_are_not_skewed():
    assert not skewed({})


def test_more_than_four_in_five_is_skewed():
    assert skewed({"certain": 0.88, "likely": 0.12})
    assert not skewed({"certain": 0.8, "likely": 0.2})
