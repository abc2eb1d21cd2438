"""Published data and random answers that several tests of `annotator.measure` share."""

from collections import Counter

import numpy as np
from hypothesis import strategies as st

from annotator.measure.coefficients.sets import distance_of
from annotator.measure.patterns import Patterns, by_unit


def ratings_from(rows):
    """Turn rows of units (columns are annotators, None or a dot is no answer) into ratings."""
    return [
        (unit, annotator, str(value))
        for unit, row in enumerate(rows)
        for annotator, value in enumerate(row.split() if isinstance(row, str) else row)
        if value not in (None, ".")
    ]


# Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability", section C: 4 observers, 12 units.
# Gwet 2014 uses the same data as "4 raters, 12 subjects" (irrCAC: cac.raw4raters).
# fmt: off
KRIPPENDORFF = [
    "1 1 . 1", "2 2 3 2", "3 3 3 3",
    "3 3 3 3", "2 2 2 2", "1 2 3 4",
    "4 4 4 4", "1 1 2 1", "2 2 2 2",
    ". 5 5 5", ". . 1 1", ". . 3 .",
]

# Fleiss 1971, table 1: 30 patients, 6 psychiatrists each; depression, personality disorder,
# schizophrenia, neurosis, other.
FLEISS = [
    "0 0 0 6 0", "0 3 0 0 3", "0 1 4 0 1", "0 0 0 0 6", "0 3 0 3 0",
    "2 0 4 0 0", "0 0 4 0 2", "2 0 3 1 0", "2 0 0 4 0", "0 0 0 0 6",
    "1 0 0 5 0", "1 1 0 4 0", "0 3 3 0 0", "1 0 0 5 0", "0 2 0 3 1",
    "0 0 5 0 1", "3 0 0 1 2", "5 1 0 0 0", "0 2 0 4 0", "1 0 2 0 3",
    "0 0 0 0 6", "0 1 0 5 0", "0 2 0 1 3", "2 0 0 4 0", "1 0 0 4 1",
    "0 5 0 1 0", "4 0 0 0 2", "0 2 0 4 0", "1 0 5 0 0", "0 0 0 0 6",
]


# fmt: on


def krippendorff():
    return Patterns.from_ratings("12345", ratings_from(KRIPPENDORFF))


def fleiss_1971():
    return Patterns.from_counts("dpsno", [([int(n) for n in row.split()], 1) for row in FLEISS])


def answers(values="abcd", annotators=4, units=12):
    """Draw tables of answers with gaps: a list of units, each with one entry per annotator."""
    cell = st.one_of(st.none(), st.sampled_from(values))
    row = st.lists(cell, min_size=annotators, max_size=annotators)
    return st.lists(row, min_size=0, max_size=units)


def open_counts(ratings):
    """Count (unit, annotator, value) ratings into the (r, q) pairs and totals of `alpha_open`."""
    pairs, totals = [], Counter()
    for given in by_unit(ratings).values():
        if len(given) >= 2:
            counts = Counter(given)
            pairs.append((len(given), sum(n * n for n in counts.values())))
            totals.update(counts)
    return pairs, list(totals.values())


def pair_table(values, pairs):
    """Count (value of one annotator, value of the other) pairs, one per unit, into (K, K)."""
    table = np.zeros((len(values), len(values)), dtype=np.int64)
    for a, b in pairs:
        table[values.index(a), values.index(b)] += 1
    return table


def distance_table(choices, distance="masi"):
    """Return the distances (K, K) between K sets, as `alpha_custom` takes them."""
    measure = distance_of(distance)
    return np.array([[measure(a, b) for b in choices] for a in choices], dtype=np.float64)
