"""Every measure of agreement there is, on labels of anybody's making; needs no database.

The keys are those that are documented for `annotator agreement FILE.csv --json`; a measure that is
not defined on these labels says why.
"""

from collections.abc import Sequence
from dataclasses import asdict, replace
from itertools import combinations
from typing import Any, cast

import numpy as np

from annotator.measure.coefficients.alpha import Distance, per_value
from annotator.measure.coefficients.kappa import against_rest, bounds, cohen
from annotator.measure.coefficients.result import Measure, measure_json
from annotator.measure.coefficients.weights import Weights
from annotator.measure.intervals.influence import alpha_se
from annotator.measure.intervals.resampling import Interval, Settings
from annotator.work.ratings.intervals import file_intervals
from annotator.work.ratings.labels import Labels
from annotator.work.ratings.measures import measures_of, value_kappas
from annotator.work.ratings.reading import Ratings

STANDARD = Settings()


def compare(
    ratings: Ratings,
    level: Distance,
    declared: Sequence[str] | None = None,
    settings: Settings = STANDARD,
    repeats: str = "refuse",
    weights: Sequence[Weights] = (),
    by_item: bool = False,
) -> dict[str, Any]:
    """Return all figures; those of single annotators compare on `level`.

    `weights`: those with which the measures are repeated. `by_item`: whether each item has its
    agreement. `rest_agreement` is the share of agreeing pairs of one annotator with all others.
    """
    labels = Labels(ratings, declared)
    intervals = file_intervals(labels, settings, weights)
    measures = {}
    for each, analytic in measures_of(labels, weights):
        interval = intervals.get(each.name) if each.value is not None else None
        measures[each.name] = {
            **measure_json(with_error(labels, each, interval), interval),
            "analytic": None if analytic is None else asdict(analytic),
        }
    found = {
        "n_items": labels.patterns.n_units,
        "n_annotators": len(labels.annotators),
        "n_labels": labels.patterns.n_ratings,
        "level": level,
        "values": labels.values,
        "measures": measures,
        "cohen_kappa_pairs": [
            pair_json(labels, a, b)
            for a, b in combinations(range(len(labels.annotators)), 2)
            if labels.tables[a, b].any()
        ],
        "per_value": per_value_json(labels),
        "annotators": {
            name: annotator_json(labels, who, level) for who, name in enumerate(labels.annotators)
        },
        "settings": {
            "values_declared": labels.declared,
            "n_articles": labels.n_articles or None,
            "interval": settings.level,
            "resampled": "articles" if labels.n_articles else "items",
            "replicates": settings.replicates,
            "seed": settings.seed,
            "repeats": repeats,
            "weights": [*weights],
            "note": next((i.note or i.reason for i in intervals.values()), ""),
        },
    }
    if by_item:
        found["items"] = items_json(labels, ratings.items)
    return found


def with_error(labels: Labels, measure: Measure, interval: Interval | None) -> Measure:
    """Return a measure with its standard error.

    Of alpha without resampling; of others over items where these are what is drawn, else the
    standard deviation of the replicates.
    """
    if measure.value is None:
        return measure
    level = measure.name.removeprefix("alpha_")
    if level in ("nominal", "ordinal", "interval", "ratio"):
        distance = cast(Distance, level)
        se = alpha_se(labels.panel.patterns(), distance, labels.amounts(distance))
        return replace(measure, se=se)
    if measure.se is not None and not labels.n_articles:
        return measure
    return replace(measure, se=None if interval is None else interval.se)


def pair_json(labels: Labels, a: int, b: int) -> dict[str, Any]:
    """Return Cohen's kappa of two annotators; weighted only where the values have an order."""
    table = labels.tables[a, b]
    plain = cohen(table)
    ordered = labels.unordered is None
    return {
        "a": labels.annotators[a],
        "b": labels.annotators[b],
        "n": plain.n_units,
        "value": plain.value,
        "se": plain.se,
        "linear": cohen(table, "linear").value if ordered else None,
        "quadratic": cohen(table, "quadratic").value if ordered else None,
        **asdict(bounds(table)),
    }


def per_value_json(labels: Labels) -> dict[str, Any]:
    """Return for each value how often it was given, and how well it is told from the rest."""
    patterns = labels.patterns
    alphas, kappas = per_value(patterns), value_kappas(labels)
    counts = patterns.totals.tolist()
    return {
        value: {"count": count, "alpha": alphas[value].value, "fleiss_kappa": kappa}
        for value, count, kappa in zip(patterns.values, counts, kappas, strict=True)
    }


def annotator_json(labels: Labels, who: int, level: Distance) -> dict[str, Any]:
    """Return how one annotator stands to all others."""
    pooled, _ = against_rest(labels.tables, who)
    compared = int(pooled.sum())
    return {
        "n": labels.given[labels.annotators[who]],
        "rest_agreement": int(np.trace(pooled)) / compared if compared else None,
        "alpha_without": labels.alpha(labels.without(who), level).value,
    }


def items_json(labels: Labels, items: Sequence[str]) -> dict[str, Any]:
    """Return for each item its labels, and the share of pairs that agree; None for one label."""
    counts = labels.panel.counts
    r = counts.sum(axis=1)
    agreeing = (counts * (counts - 1)).sum(axis=1) / np.maximum(r * (r - 1), 1)
    return {
        item: {
            "n": n,
            "agreement": share if n > 1 else None,
            "counts": {
                value: times for value, times in zip(labels.values, row, strict=True) if times
            },
        }
        for item, n, share, row in zip(
            items, r.tolist(), agreeing.tolist(), counts.tolist(), strict=True
        )
    }
