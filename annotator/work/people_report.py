"""Who agrees with whom: Cohen's kappa of every pair, and each annotator against all others."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from annotator.measure.alpha import Distance, alpha
from annotator.measure.kappa import KappaWeights, against_rest, cohen
from annotator.measure.panel import NONE, Panel
from annotator.measure.patterns import IntArray, Patterns, distinct_rows
from annotator.work.fields import Compared
from annotator.work.report import AnnotatorReport, PairReport, PeopleReport


def people_report(
    field: str, level: Distance, values: Sequence[str], compared: Compared, names: Sequence[str]
) -> PeopleReport:
    """Compare annotators on one closed field; weights are linear where the field is ordered."""
    weights: KappaWeights = "none" if level == "nominal" else "linear"
    panel = Panel(tuple(values), compared.given.astype(np.int16))
    tables = panel.pair_tables()
    order = sorted(range(len(names)), key=lambda place: names[place])
    pairs = tuple(
        PairReport(names[a], names[b], cohen(tables[min(a, b), max(a, b)], weights))
        for a, b in combinations(order, 2)
    )
    rows, place = distinct_rows(panel.given.astype(np.int64) + 1)
    whole = Panel(tuple(values), (rows - 1).astype(np.int16))
    times = np.bincount(place, minlength=len(rows)).astype(np.int64)
    return PeopleReport(
        field,
        pairs,
        tuple(
            AnnotatorReport(
                names[who],
                tuple(np.bincount(panel.given[:, who] + 1, minlength=len(values) + 1)[1:].tolist()),
                against_rest(tables, who, weights)[1],
                without(whole, times, who, level),
            )
            for who in order
            if (panel.given[:, who] != NONE).any()
        ),
    )


def without(panel: Panel, times: IntArray, who: int, level: Distance) -> float | None:
    """Return alpha of everybody else; `times` says how many units show each row."""
    places = list(range(len(panel.values))) if level == "interval" else None
    patterns = Patterns(panel.values, panel.without(who).counts, times)
    return alpha(patterns, level, places).value
