"""What is gathered part by part comes to what it would come to all at once."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from slow_cases import further

from annotator.measure.coefficients.open_sets import set_numbers
from annotator.measure.intervals.clusters import ByArticle, ClosedFigures
from annotator.measure.intervals.open_values import OpenUnits
from annotator.measure.intervals.tallies import OpenTally, PatternTally
from annotator.measure.panel import Panel

VALUES = "abc"
ARTICLES = 6
CUTS = st.sets(st.integers(1, ARTICLES - 1))
PLACES = st.lists(st.integers(-1, 2), min_size=3, max_size=3)
MEMBERS = st.frozensets(st.integers(0, 4), max_size=3)


def parts(cuts):
    """Return (first, last) articles of each part."""
    bounds = [0, *sorted(cuts), ARTICLES]
    return list(pairwise(bounds))


@given(st.lists(st.tuples(st.integers(0, ARTICLES - 1), PLACES), max_size=20), CUTS)
def test_patterns_gathered_in_parts_give_the_figures_of_the_whole(rows, cuts):
    rows.sort(key=lambda row: row[0])
    articles = np.array([article for article, _ in rows], dtype=np.int64)
    places = np.array([each for _, each in rows], dtype=np.int16).reshape(-1, 3)
    panel = Panel(tuple(VALUES), places, articles)
    tally = PatternTally(VALUES, "ordinal", "linear")
    for first, last in parts(cuts):
        own = (articles >= first) & (articles < last)
        numbers = tally.add(panel.counts[own], articles[own] - first, last - first)
        known, rank = tally.patterns()
        assert (known.counts[rank[numbers]] == panel.counts[own]).all()
    whole = ByArticle.from_panel(panel, ARTICLES)
    known, _ = tally.patterns()
    assert known.counts.tolist() == whole.patterns.counts.tolist()
    assert known.weights.tolist() == whole.patterns.weights.tolist()
    expected = ClosedFigures.of_units(whole, "ordinal", "linear")
    assert np.array_equal(tally.figures().sums, expected.sums)


@pytest.mark.parametrize("distance", further([None, "masi", "jaccard"]))
@given(
    st.lists(
        st.tuples(st.integers(0, ARTICLES - 1), st.lists(MEMBERS, min_size=3, max_size=3)),
        max_size=20,
    ),
    CUTS,
)
def test_open_values_gathered_in_parts_are_those_of_the_whole(distance, rows, cuts):
    rows.sort(key=lambda row: row[0])
    one, other = gathered(rows, parts(set()), distance), gathered(rows, parts(cuts), distance)
    for here, there in zip(one, other, strict=True):
        assert np.array_equal(here, there)


def gathered(rows, pieces, distance):
    """Gather rows of (article, a set per annotator) in pieces; return names, sets and sums."""
    tally = OpenTally(distance)
    for first, last in pieces:
        own = [row for row in rows if first <= row[0] < last]
        cells = [
            (unit * 3 + who, name)
            for unit, (_, sets) in enumerate(own)
            for who, members in enumerate(sets)
            for name in members
        ]
        # Names are places in the alphabet, as far as they occur in this piece.
        used = sorted({name for _, name in cells})
        table = np.array([(cell, used.index(name)) for cell, name in cells]).reshape(-1, 2)
        cell, number, sets = set_numbers(table[:, 0].astype(int), table[:, 1].astype(int))
        given = np.full(len(own) * 3, -1)
        given[cell] = number
        articles = np.array([article - first for article, _ in own], dtype=np.int64)
        units = OpenUnits.from_given(given.reshape(-1, 3), articles)
        tally.add(units, last - first, sets, ["vwxyz"[name] for name in used])
    names, sets, found = tally.all()
    return names, sets, found.sums, found.article, found.value, found.answers
