import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from measure_examples import answers, krippendorff, ratings_from

from annotator.measure.patterns import (
    Patterns,
    distinct,
    numbered,
    pack,
    sorted_numbers,
    unpack,
    weights_for,
)


def rows_of(patterns):
    return list(zip(patterns.counts.tolist(), patterns.weights.tolist(), strict=True))


def test_ratings_become_counts_per_value():
    ratings = [(1, "ann", "b"), (1, "ben", "a"), (2, "ann", "a"), (2, "ben", "b"), (3, "ann", "c")]
    patterns = Patterns.from_ratings("abc", ratings)
    assert rows_of(patterns) == [([0, 0, 1], 1), ([1, 1, 0], 2)]
    assert (patterns.n_units, patterns.n_ratings, patterns.n_pairs) == (3, 5, 2)
    assert patterns.totals.tolist() == [2, 2, 1]
    assert patterns.ratings.tolist() == [1, 2]


def test_units_with_one_answer_cannot_be_paired():
    paired = krippendorff().pairable()
    assert (paired.n_units, paired.n_ratings) == (11, 40)


def test_equal_rows_are_added_and_empty_ones_left_out():
    rows = [((1, 1), 2), ((0, 0), 9), ((2, 0), 0), ((1, 1), 3)]
    assert rows_of(Patterns.from_counts("ab", rows)) == [([1, 1], 5)]


def test_no_rows_at_all_are_fine():
    patterns = Patterns.from_counts("ab", [])
    assert (patterns.counts.shape, patterns.n_units, patterns.n_ratings) == ((0, 2), 0, 0)
    assert Patterns.from_ratings("ab", []).pairable().n_pairs == 0


def test_articles_stay_apart():
    ratings = [(unit, who, "a") for unit in (1, 2, 3) for who in ("ann", "ben")]
    patterns = Patterns.from_ratings("ab", ratings, articles={1: 7, 2: 4, 3: 7})
    assert patterns.articles.tolist() == [4, 7]
    assert rows_of(patterns) == [([2, 0], 1), ([2, 0], 2)]
    assert patterns.pairable().articles.tolist() == [4, 7]


def test_distinct_patterns_forget_the_articles():
    rows = [((2, 0), 4), ((0, 2), 1), ((2, 0), 3)]
    patterns = Patterns.from_counts("ab", rows, articles=[1, 1, 2])
    plain, place = patterns.distinct()
    assert rows_of(plain) == [([0, 2], 1), ([2, 0], 7)]
    assert plain.articles is None
    assert plain.counts[place].tolist() == patterns.counts.tolist()


def test_a_repeated_pair_is_named():
    with pytest.raises(ValueError, match="'s7' has two values by annotator 'ann'"):
        Patterns.from_ratings("ab", [("s7", "ann", "a"), ("s7", "ann", "a")])


def test_an_unknown_value_is_named():
    with pytest.raises(ValueError, match="'x', given to 's7'"):
        Patterns.from_ratings("ab", [("s7", "ann", "x")])


@pytest.mark.parametrize(
    ("values", "rows", "message"),
    [
        ("aa", [], "each once"),
        ("", [], "each once"),
        ("ab", [((1, 2, 3), 1)], "one count for each"),
        ("ab", [((1, -1), 1)], "negative"),
        ("ab", [((1, 1), -1)], "negative"),
    ],
)
def test_unfit_counts_are_refused(values, rows, message):
    with pytest.raises(ValueError, match=message):
        Patterns.from_counts(values, rows)


def test_shapes_must_fit():
    with pytest.raises(ValueError, match="do not fit 2 values"):
        Patterns(("a", "b"), np.ones((1, 3), np.int64), np.ones(1, np.int64))
    with pytest.raises(ValueError, match="does not fit 1 patterns"):
        Patterns.from_counts("ab", [((1, 1), 1)], articles=[1, 2])


@given(answers(), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_the_names_of_annotators_do_not_matter(table, random):
    ratings = ratings_from(table)
    shuffled = [(unit, f"annotator {who}", value) for unit, who, value in ratings]
    random.shuffle(shuffled)
    one, other = (Patterns.from_ratings("abcd", r) for r in (ratings, shuffled))
    assert rows_of(one) == rows_of(other)


@given(st.integers(1, 40), st.integers(1, 12), st.data())
def test_packed_patterns_round_trip(most, n_values, data):
    assume((most + 1) ** n_values < 2**63)
    count = st.integers(0, most)
    row = st.lists(count, min_size=n_values, max_size=n_values)
    counts = data.draw(st.lists(row, min_size=1, max_size=5))
    packed = pack(counts, most)
    weights = weights_for(most, n_values)
    sums = [sum(n * w for n, w in zip(row, weights, strict=True)) for row in counts]
    assert packed.tolist() == sums
    assert unpack(packed, most, n_values).tolist() == counts


def test_patterns_that_do_not_fit_64_bits_are_refused():
    assert weights_for(1, 62)[-1] == 2**61
    with pytest.raises(ValueError, match="do not fit 64 bits"):
        weights_for(1, 63)


@pytest.mark.parametrize(("most", "n_values"), [(0, 3), (3, 0)])
def test_there_is_nothing_to_pack_without_answers_or_values(most, n_values):
    with pytest.raises(ValueError, match="cannot be packed"):
        weights_for(most, n_values)


@pytest.mark.parametrize("packed", [-1, 16])
def test_impossible_packed_numbers_are_refused(packed):
    with pytest.raises(ValueError, match="between 0 and 15"):
        unpack([packed], 3, 2)


@pytest.mark.parametrize("counts", [[[4, 0]], [[-1, 0]], [1, 2]])
def test_only_rows_within_the_limit_are_packed(counts):
    with pytest.raises(ValueError, match="rows of 0 to 3"):
        pack(counts, 3)


@given(
    st.integers(1, 4).flatmap(
        lambda width: st.lists(
            st.tuples(*[st.sampled_from([0, 1, 2, 7, 900, 2**20, 2**40])] * width), max_size=60
        )
    )
)
def test_distinct_rows_and_their_places_are_those_of_numpy(rows):
    columns = [np.array(column, dtype=np.int64) for column in zip(*rows, strict=True)]
    if not columns:
        return
    found, place = distinct(*columns)
    wanted, places = np.unique(np.array(rows, dtype=np.int64), axis=0, return_inverse=True)
    assert np.column_stack(found).tolist() == wanted.tolist()
    assert place.tolist() == places.ravel().tolist()


@given(st.lists(st.integers(0, 2**50), max_size=60), st.sampled_from([2**51, 2**62]))
def test_sorted_numbers_keep_the_order_of_equal_ones(numbers, reach):
    given_ = np.array([each % 9 if each % 2 else each for each in numbers], dtype=np.int64)
    order, ordered = sorted_numbers(given_, reach)
    assert order.tolist() == np.argsort(given_, kind="stable").tolist()
    assert ordered.tolist() == given_[order].tolist()


@pytest.mark.parametrize(
    "numbers", [[], [-1], [5, -1, 5, 0, 7], [-1, 2**40, -1, 3], [9] * 3], ids=str
)
def test_numbered_is_what_numpy_finds(numbers):
    row = np.array(numbers, dtype=np.int64)
    found, place = numbered(row)
    expected, inverse = np.unique(row, return_inverse=True)
    assert found.tolist() == expected.tolist()
    assert place.tolist() == inverse.tolist()
