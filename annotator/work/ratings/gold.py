"""Aggregates the labels of a file into gold, as `annotator gold FILE.csv --json` documents it."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from annotator.measure.aggregation import Gold, aggregate
from annotator.measure.methods import FITTED, Method, Model
from annotator.measure.panel import Panel
from annotator.work.gold.doubts import UNTOLD, warnings
from annotator.work.ratings.labels import scale
from annotator.work.ratings.reading import Ratings

STANDARD = Model()


def gold_of(
    ratings: Ratings,
    method: Method,
    declared: Sequence[str] | None = None,
    model: Model = STANDARD,
    repeats: str = "refuse",
) -> dict[str, Any]:
    """Return the gold value of every item and how each annotator stands to it.

    With kept repeats each label of an annotator counts as that of another one with the same name;
    the figures of the annotator are then means over the labels.
    """
    values = list(declared) if declared is not None else scale(ratings.values)
    items = sorted(ratings.items)
    whole, owners = ratings.panel(values, items)
    panel = Panel(whole.values, whole.given)
    if len(values) < 2:
        method_used: Method = "majority"
    else:
        method_used = method
    found = aggregate(panel, method_used, model)
    counts = panel.counts
    said = warnings(method_used, panel, found, owners)
    return {
        "method": method,
        "n_items": len(items),
        "labels": {
            item: label_json(values, found, place, counts[place])
            for place, item in enumerate(items)
        },
        "annotators": people_json(values, found, panel, owners),
        "settings": settings_json(method, model, found, repeats, declared is not None),
        "warnings": said,
    }


def label_json(values: Sequence[str], found: Gold, place: int, counts: Any) -> dict[str, Any]:
    """Return the gold of one item; a tie has no value."""
    chosen = int(found.chosen[place])
    return {
        "value": None if chosen < 0 else values[chosen],
        "posterior": {v: float(p) for v, p in zip(values, found.posterior[place], strict=True)},
        "votes": {v: int(n) for v, n in zip(values, counts, strict=True)},
        "margin": float(found.margin[place]),
        "tie": chosen < 0,
    }


def people_json(
    values: Sequence[str], found: Gold, panel: Panel, owners: Sequence[str]
) -> dict[str, Any]:
    """Return how many labels each annotator gave, their expected accuracy and error matrix.

    The accuracy is null, with a reason, where the labels cannot tell it.
    """
    given = (panel.given >= 0).sum(axis=0)
    result = {}
    for name in sorted(set(owners)):
        mine = [column for column, owner in enumerate(owners) if owner == name]
        n = given[mine]
        told = bool(found.told[mine].all())
        accuracy = float(np.average(found.accuracy[mine], weights=n))
        matrix = np.average(found.confusion[mine], axis=0, weights=n)
        result[name] = {
            "n": int(n.sum()),
            "accuracy": accuracy if told else None,
            "reason": None if told else UNTOLD,
            "confusion": {
                true: {value: float(p) for value, p in zip(values, row, strict=True)}
                for true, row in zip(values, matrix, strict=True)
            },
        }
    return result


def settings_json(
    method: Method, model: Model, found: Gold, repeats: str, declared: bool
) -> dict[str, Any]:
    """Return how the gold was made."""
    fitted = method in FITTED
    return {
        "values_declared": declared,
        "repeats": repeats,
        "smoothing": model.smoothing if fitted else None,
        "steps": found.steps if fitted else None,
        "most_steps": model.steps if fitted else None,
        "restarts": model.restarts if method == "mace" else None,
        "seed": model.seed if method == "mace" else None,
    }
