"""Agreement with oneself: percent, alpha and what their intervals rest on."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.measure.coefficients.alpha import alpha
from annotator.measure.oneself import NOMINAL, Level, Oneself, Twice, agreement_with_oneself
from annotator.measure.panel import Panel

VALUES = ("a", "b", "c")


def measured(pairs, articles=None, level=NOMINAL):
    places = articles or [n // 2 for n in range(len(pairs))]
    return agreement_with_oneself(
        [Twice(place, *pair) for place, pair in zip(places, pairs, strict=True)], level
    )


def test_the_published_example_of_two_coders_and_ten_units():
    # K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), B: 4 of 10 differ,
    # alpha = .095.
    first, second = "0100000000", "1110010010"
    found = measured(list(zip(first, second, strict=True)))
    assert (found.n, found.percent) == (10, 0.6)
    assert found.alpha == pytest.approx(0.095, abs=0.0005)


@given(st.lists(st.tuples(st.sampled_from(VALUES), st.sampled_from(VALUES)), min_size=1))
def test_alpha_is_that_of_a_panel_with_two_columns(pairs):
    given_ = np.array([[VALUES.index(each) for each in pair] for pair in pairs], dtype=np.int16)
    wanted = alpha(Panel(VALUES, given_).patterns(), "nominal").value
    found = measured(pairs)
    assert found.percent == pytest.approx(np.mean([one == other for one, other in pairs]))
    assert found.alpha == (None if wanted is None else pytest.approx(wanted))


def test_ordered_values_that_lie_near_each_other_differ_less():
    # Krippendorff 2011, D: ordinal distances are squared differences of mid-ranks. Of a (5), b (3)
    # and c (4) of 12 values: a-b 4, b-c 3.5, a-c 7.5. Observed: b-c once and a-c once; so
    # alpha = 1 - 11 * (3.5^2 + 7.5^2) / (15 * 4^2 + 12 * 3.5^2 + 20 * 7.5^2) = .5017.
    pairs = [("a", "a"), ("a", "a"), ("b", "b"), ("b", "c"), ("a", "c"), ("c", "c")]
    found = measured(pairs, level=Level("ordinal", ("a", "b", "c")))
    expected = 1 - 11 * (3.5**2 + 7.5**2) / (15 * 4**2 + 12 * 3.5**2 + 20 * 7.5**2)
    assert (found.n, found.percent) == (6, pytest.approx(4 / 6))
    assert found.alpha == pytest.approx(expected)
    assert expected == pytest.approx(0.5017, abs=0.00005)


@given(
    st.lists(st.tuples(st.sampled_from(VALUES), st.sampled_from(VALUES)), min_size=1),
    st.sampled_from(["ordinal", "interval"]),
)
def test_alpha_of_an_order_is_that_of_a_panel_and_leaves_out_what_is_off_the_scale(pairs, kind):
    given_ = np.array([[VALUES.index(each) for each in pair] for pair in pairs], dtype=np.int16)
    wanted = alpha(Panel(VALUES, given_).patterns(), kind, [0, 1, 2]).value
    found = measured([*pairs, ("a", "off"), (None, "b")], level=Level(kind, VALUES))
    assert found.n == len(pairs)
    assert found.percent == pytest.approx(np.mean([one == other for one, other in pairs]))
    assert found.alpha == (None if wanted is None else pytest.approx(wanted))


def test_intervals_resample_articles():
    pairs = [("a", "a")] * 30 + [("b", "b")] * 30 + [("a", "b")] * 15
    alone = measured(pairs, list(range(75)))
    apart = measured(pairs, [n % 75 // 5 for n in range(75)])
    for found in (alone, apart):
        assert found.percent_interval.low < 0.8 < found.percent_interval.high
        assert found.alpha_interval.low < found.alpha < found.alpha_interval.high
    assert alone.articles == 75
    # What differs lies together in few articles, so the interval is wider.
    wide, narrow = apart.percent_interval, alone.percent_interval
    assert wide.high - wide.low > 1.5 * (narrow.high - narrow.low)


def test_without_pairs_or_with_one_value_alone_nothing_is_made_up():
    assert agreement_with_oneself([]) == Oneself()
    same = measured([("a", "a")] * 12)
    assert (same.percent, same.alpha) == (1.0, None)
    few = measured([("a", "b"), ("b", "b")])
    assert few.percent_interval.low is None
    assert "too few" in few.percent_interval.reason
