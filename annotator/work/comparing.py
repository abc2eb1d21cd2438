"""Every measure of agreement there is, on labels of anybody's making; needs no database.

The keys are those that are documented for `annotator agreement FILE.csv --json`. A measure that
cannot be computed yet is left out; one that is not defined on these labels says why.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from typing import Any, get_args

import numpy as np

from annotator.measure.alpha import Distance, alpha, per_value
from annotator.measure.gwet import fleiss_gwet, gwet_ac
from annotator.measure.kappa import cohen, fleiss, pair_table, scott
from annotator.measure.patterns import IntArray, Patterns
from annotator.measure.percent import percent_alpha, percent_items, percent_pairs
from annotator.measure.result import Measure
from annotator.measure.weights import Weights
from annotator.work.ratings import Rating
from annotator.work.report import measure_json

NO_ORDER = "Not defined, because the values have no order; declare it with --values."
NO_NUMBERS = "Not defined, because not all values are numbers."
NEGATIVE = "Not defined, because a value lies below 0."
ORDERED: tuple[Weights, ...] = ("linear", "quadratic", "ordinal")

Pair = tuple[str, str]


class Labels:
    """The labels of a file with their scale, and whether that is declared."""

    def __init__(self, ratings: Sequence[Rating], declared: Sequence[str] | None) -> None:
        self.ratings = ratings
        self.declared = declared is not None
        self.values = list(declared) if declared is not None else scale(ratings)
        self.given = Counter(rating.annotator for rating in ratings)
        self.annotators = sorted(self.given)
        self.patterns = self.counted(ratings)
        self.tables = self.paired()
        self.numbers = numbers(self.values)

    def counted(self, ratings: Iterable[Rating]) -> Patterns:
        """Return the count patterns of the items."""
        triples = ((rating.item, rating.annotator, rating.value) for rating in ratings)
        return Patterns.from_ratings(self.values, triples)

    def without(self, annotator: str) -> Patterns:
        """Return the count patterns of everybody else's labels."""
        return self.counted(each for each in self.ratings if each.annotator != annotator)

    def paired(self) -> dict[Pair, IntArray]:
        """Return the pair table of every two annotators who labelled one item, by their names."""
        said: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for rating in self.ratings:
            said[rating.item][rating.annotator] = rating.value
        met: defaultdict[Pair, list[Pair]] = defaultdict(list)
        for values in said.values():
            for a, b in combinations(sorted(values), 2):
                met[a, b].append((values[a], values[b]))
        return {pair: pair_table(self.values, met[pair]) for pair in sorted(met)}

    def lacks(self, level: Distance | Weights) -> str | None:
        """Say what a level of measurement needs and these values do not have."""
        if level in ("interval", "ratio") and self.numbers is None:
            return NO_NUMBERS
        if level == "ratio" and min(self.numbers or [0]) < 0:
            return NEGATIVE
        if level in ORDERED and not self.declared and self.numbers is None:
            return NO_ORDER
        return None

    def alpha(self, patterns: Patterns, level: Distance) -> Measure:
        """Return alpha on this level, or why there is none."""
        lacking = self.lacks(level)
        if lacking:
            return undefined(f"alpha_{level}", lacking, patterns)
        return alpha(patterns, level)


def compare(
    ratings: Sequence[Rating], level: Distance, declared: Sequence[str] | None = None
) -> dict[str, Any]:
    """Return all figures; those of single annotators compare on `level`.

    `rest_agreement` is the share of agreeing pairs of one annotator with all others.
    """
    labels = Labels(ratings, declared)
    articles = {rating.article for rating in ratings} - {None}
    return {
        "n_items": labels.patterns.n_units,
        "n_annotators": len(labels.annotators),
        "n_labels": labels.patterns.n_ratings,
        "level": level,
        "values": labels.values,
        "measures": {each.name: measure_json(each) for each in measures_of(labels)},
        "cohen_kappa_pairs": [
            pair_json(labels, pair, table) for pair, table in labels.tables.items()
        ],
        "per_value": per_value_json(labels.patterns),
        "annotators": {who: annotator_json(labels, who, level) for who in labels.annotators},
        "settings": {
            "values_declared": labels.declared,
            "n_articles": len(articles) or None,
            "interval": None,
        },
    }


def scale(ratings: Iterable[Rating]) -> list[str]:
    """Return the values seen: numbers by size, anything else as text."""
    seen = sorted({rating.value for rating in ratings})
    known = numbers(seen)
    if known is None:
        return seen
    return [value for _, value in sorted(zip(known, seen, strict=True))]


def numbers(values: Sequence[str]) -> list[float] | None:
    """Return the values as finite numbers, None where one is no number."""
    try:
        known = [float(value) for value in values]
    except ValueError:
        return None
    return known if np.isfinite(known).all() else None


def measures_of(labels: Labels) -> list[Measure]:
    """Return every measure, defined or with its reason."""
    patterns = labels.patterns
    ordered = [(f"gwet_ac2_{weights}", weights) for weights in ORDERED]
    lacking = labels.lacks("ordinal")
    return [
        percent_items(patterns),
        percent_pairs(patterns),
        percent_alpha(patterns),
        *(labels.alpha(patterns, level) for level in get_args(Distance)),
        of_two(labels, "scott_pi", scott),
        of_two(labels, "cohen_kappa", cohen),
        fleiss(patterns),
        fleiss_gwet(patterns),
        gwet_ac(patterns),
        *(
            undefined(name, lacking, patterns) if lacking else gwet_ac(patterns, weights)
            for name, weights in ordered
        ),
    ]


def of_two(labels: Labels, name: str, measure: Callable[[IntArray], Measure]) -> Measure:
    """Return a measure of exactly two annotators, or that there are not two."""
    if len(labels.annotators) == 2:
        a, b = labels.annotators
        return measure(labels.tables.get((a, b), pair_table(labels.values, [])))
    n = len(labels.annotators)
    reason = f"Not defined, because it compares two annotators and there {is_or_are(n)} {n}."
    return undefined(name, reason, labels.patterns)


def is_or_are(number: int) -> str:
    """Return the verb for so many annotators."""
    return "is" if number == 1 else "are"


def undefined(name: str, reason: str, patterns: Patterns) -> Measure:
    """Return a measure that is not defined on these labels."""
    return Measure(None, reason, patterns.n_units, patterns.n_ratings, name)


def pair_json(labels: Labels, pair: Pair, table: IntArray) -> dict[str, Any]:
    """Return Cohen's kappa of two annotators; weighted only where the values have an order."""
    plain = cohen(table)
    ordered = labels.lacks("ordinal") is None
    return {
        "a": pair[0],
        "b": pair[1],
        "n": plain.n_units,
        "value": plain.value,
        "se": plain.se,
        "linear": cohen(table, "linear").value if ordered else None,
        "quadratic": cohen(table, "quadratic").value if ordered else None,
    }


def per_value_json(patterns: Patterns) -> dict[str, Any]:
    """Return for each value how often it was given, and its alpha against the rest."""
    alphas = per_value(patterns)
    counts = dict(zip(patterns.values, patterns.totals.tolist(), strict=True))
    return {
        value: {"count": counts[value], "alpha": alphas[value].value} for value in patterns.values
    }


def annotator_json(labels: Labels, who: str, level: Distance) -> dict[str, Any]:
    """Return how one annotator stands to all others."""
    tables = [table for pair, table in labels.tables.items() if who in pair]
    compared = sum(int(table.sum()) for table in tables)
    agreeing = sum(int(np.trace(table)) for table in tables)
    return {
        "n": labels.given[who],
        "rest_agreement": agreeing / compared if compared else None,
        "alpha_without": labels.alpha(labels.without(who), level).value,
    }
