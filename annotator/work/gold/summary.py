"""How the fields of a project are decided by one method, and how each annotator stands to it."""

from collections.abc import Mapping, Sequence
from typing import Any

from annotator.measure.panel import NONE, Panel
from annotator.measure.patterns import FloatArray
from annotator.work.consensus.voting import OPEN, SINGLE, UNANIMOUS
from annotator.work.gold.building import DIGITS
from annotator.work.gold.doubts import UNTOLD, warnings
from annotator.work.gold.models import Aggregation, Fit
from annotator.work.gold.outcomes import outcomes
from annotator.work.gold.panels import Panels

ENOUGH = 10
"""Answers per annotator and value below which an error matrix of one's own is a guess."""


def warnings_of(found: Mapping[str, Any]) -> list[str]:
    """Return what speaks against the method of a summary, each after the field it is about."""
    return [
        f"{name.capitalize()}: {said}"
        for name, field in found["fields"].items()
        for said in field.get("warnings", ())
    ]


def summary_of(
    slug: str,
    panels: Panels,
    way: Aggregation,
    fits: Mapping[str, Fit],
    digits: int | None = DIGITS,
) -> dict[str, Any]:
    """Return the summary of answers, wherever they were read; without `digits`, nothing rounded."""
    return {
        "project": slug,
        "method": way.method,
        "fields": {
            name: field_json(panel, way, fits[name], panels.names, digits)
            for name, panel in panels.fields.items()
        },
        "settings": way.settings(),
    }


def field_json(
    panel: Panel, way: Aggregation, fit: Fit, names: Sequence[str], digits: int | None
) -> dict[str, Any]:
    """Return how one field is decided, and its annotators."""
    found = outcomes(panel, way, fit)
    counts = found.counts(way.method)
    said = warnings(way.method, fit.shared, fit.gold, names)
    return {
        "values": list(panel.values),
        "units": int(found.answered.sum()),
        SINGLE: counts[SINGLE],
        UNANIMOUS: counts[UNANIMOUS],
        "decided": counts[way.method],
        OPEN: counts[OPEN],
        "doubted": int(found.doubted.sum()),
        "steps": fit.gold.steps,
        **({"warnings": said} if said else {}),
        "annotators": people_json(panel, fit, names, digits),
    }


def people_json(panel: Panel, fit: Fit, names: Sequence[str], digits: int | None) -> dict[str, Any]:
    """Return per annotator: answers, those somebody else shares, accuracy and error matrix.

    Who shares nothing has no accuracy (null), and the even matrix of the prior. Null with a reason:
    the answers cannot tell it.
    """
    answers = (panel.given != NONE).sum(axis=0).tolist()
    shared = (fit.shared.given != NONE).sum(axis=0).tolist()
    known = [shared[column] and told for column, told in enumerate(fit.gold.told.tolist())]
    return {
        name: {
            "n": answers[column],
            "shared": shared[column],
            "accuracy": figure(fit.gold.accuracy[column], digits) if known[column] else None,
            **({"reason": UNTOLD} if shared[column] and not known[column] else {}),
            "confusion": matrix_json(panel.values, fit.gold.confusion[column], digits),
        }
        for column, name in enumerate(names)
    }


def matrix_json(
    values: Sequence[str], matrix: FloatArray, digits: int | None
) -> dict[str, dict[str, float]]:
    """Return an error matrix as TRUE: GIVEN: share."""
    return {
        true: {value: figure(share, digits) for value, share in zip(values, row, strict=True)}
        for true, row in zip(values, matrix, strict=True)
    }


def figure(share: Any, digits: int | None) -> float:
    """Return a share with so many decimals, the same on every machine; or all there are."""
    return float(share) if digits is None else round(float(share), digits)
