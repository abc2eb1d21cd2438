"""Intervals of the measures of a file of labels, by resampling articles or items."""

from collections.abc import Sequence
from typing import get_args

import numpy as np

from annotator.measure.coefficients.alpha import Distance
from annotator.measure.coefficients.weights import Weights
from annotator.measure.intervals.chance import ChanceFigures, CongerFigures
from annotator.measure.intervals.clusters import ByArticle, ClosedFigures, PairFigures
from annotator.measure.intervals.resampling import (
    LEAST,
    Figures,
    Interval,
    Settings,
    draws,
    interval_of,
    pattern_draws,
    replicated,
)
from annotator.measure.panel import Panel
from annotator.measure.patterns import distinct_rows
from annotator.work.ratings.labels import Labels
from annotator.work.ratings.measures import ALWAYS

MOST_CELLS = 8_000_000
# Which figures stand where among those of each kind.
OF_VALUES = {"percent_pairs": 1, "percent_alpha": 4}
CHANCE = ("gwet_ac2", "fleiss_kappa_gwet", "brennan_prediger", "percent_items")
PAIRWISE = ("cohen_kappa", "scott_pi", "light_kappa")
Places = list[tuple[Figures, dict[str, int]]]


def file_intervals(
    labels: Labels, settings: Settings, weights: Sequence[Weights] = ()
) -> dict[str, Interval]:
    """Return the intervals of the measures, resampling articles, or items where there are none.

    `weights`: those whose measures are asked for besides the unweighted ones.
    """
    panel, times = labels.panel, None
    word, clusters, count = "article", labels.n_articles, labels.n_articles
    if not labels.n_articles:
        rows, place = distinct_rows(panel.given.astype(np.int64) + 1)
        times = np.bincount(place, minlength=len(rows)).astype(np.int64)
        each_alone = np.arange(len(rows))
        panel = Panel(panel.values, (rows - 1).astype(np.int16), each_alone)
        word, clusters, count = "item", len(rows), int(times.sum())
    else:
        panel, clusters = of_counted_articles(panel)
        count = clusters
    figures = figures_of(labels, panel, clusters, weights)
    blocks = draws(clusters, settings) if times is None else pattern_draws(times, settings)
    drawn = replicated([each for each, _ in figures], blocks) if count >= LEAST else []
    if not drawn:
        none = interval_of(np.empty(0), count, word)
        return {name: none for _, places in figures for name in places}
    return {
        name: interval_of(columns[:, place], count, word, settings.level)
        for columns, (_, places) in zip(drawn, figures, strict=True)
        for name, place in places.items()
    }


def of_counted_articles(panel: Panel) -> tuple[Panel, int]:
    """Return the items of articles that have an item with two labels, and how many these are.

    Of the others nothing is known of agreement, so drawing them would only vary how many count; the
    report of a project does not draw them either.
    """
    assert panel.articles is not None
    shared = (panel.given >= 0).sum(axis=1) > 1
    kept = np.isin(panel.articles, panel.articles[shared])
    numbers, places = np.unique(panel.articles[kept], return_inverse=True)
    return Panel(panel.values, panel.given[kept], places), len(numbers)


def figures_of(labels: Labels, panel: Panel, clusters: int, weights: Sequence[Weights]) -> Places:
    """Return what is computed for each resample, with the names of its columns.

    `panel`: with one article per cluster. The alphas of other weights have no resampled interval.
    """
    units = ByArticle.from_panel(panel, clusters)
    found: Places = []
    for level in get_args(Distance):
        if labels.lacks(level) is None:
            known = labels.amounts(level)
            places = {f"alpha_{level}": 0, **(OF_VALUES if level == "nominal" else {})}
            found.append((ClosedFigures.of_units(units, level, "identity", known), places))
    kinds: list[Weights] = ["identity"]
    if labels.unordered is None:
        kinds += [kind for kind in dict.fromkeys((*ALWAYS, *weights)) if kind != "identity"]
    people, k = len(labels.owners), len(labels.values)
    pairs = people * (people - 1) // 2 * k**2
    for kind in kinds:
        found.append((ChanceFigures.of_units(units, kind), chance_places(kind)))
        if kind != "identity" and kind not in weights:
            continue
        suffix = "" if kind == "identity" else f"_{kind}"
        if not pairs or labels.repeated:
            continue
        if pairs * clusters <= MOST_CELLS:
            places = {f"{name}{suffix}": place for place, name in enumerate(PAIRWISE)}
            found.append((PairFigures(panel, clusters, kind), places))
        if people * k * clusters <= MOST_CELLS:
            conger = CongerFigures.of_panel(panel, units, kind)
            found.append((conger, {f"conger_kappa{suffix}": 0}))
    return found


def chance_places(kind: Weights) -> dict[str, int]:
    """Return which column of ChanceFigures each measure has."""
    if kind != "identity":
        return {f"{name}_{kind}": place for place, name in enumerate(CHANCE)}
    # Where all units have the same number of labels, Fleiss' kappa is that generalised.
    return {"gwet_ac1": 0, "fleiss_kappa_gwet": 1, "fleiss_kappa": 1, "brennan_prediger": 2,
            "percent_items": 3}  # fmt: skip
