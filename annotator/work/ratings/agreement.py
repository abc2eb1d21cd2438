"""Every measure of agreement there is, on labels of anybody's making; needs no database.

The keys are those that are documented for `annotator agreement FILE.csv --json`; a measure that is
not defined on these labels says why.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any, cast, get_args

import numpy as np

from annotator.measure.coefficients.alpha import Distance, alpha, per_value
from annotator.measure.coefficients.gwet import fleiss_gwet, gwet_ac
from annotator.measure.coefficients.kappa import against_rest, cohen, conger, fleiss, light, scott
from annotator.measure.coefficients.percent import percent_alpha, percent_items, percent_pairs
from annotator.measure.coefficients.result import Measure, measure_json
from annotator.measure.coefficients.weights import Weights
from annotator.measure.intervals.clusters import ByArticle, ClosedFigures, PairFigures
from annotator.measure.intervals.influence import alpha_se
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
from annotator.measure.patterns import IntArray, Patterns, distinct_rows
from annotator.text.spelling import number
from annotator.work.ratings.reading import Rating

STANDARD = Settings()
MOST_CELLS = 8_000_000
# Which figures stand where among those of ClosedFigures and PairFigures.
NOMINAL = {
    "alpha_nominal": 0, "percent_pairs": 1, "gwet_ac1": 2, "fleiss_kappa_gwet": 3,
    "fleiss_kappa": 3, "percent_alpha": 4, "percent_items": 5,
}  # fmt: skip
PAIRWISE = {"cohen_kappa": 0, "scott_pi": 1, "conger_kappa": 2, "light_kappa": 3}
STEPS: tuple[tuple[Distance, Weights, str], ...] = (
    ("nominal", "identity", ""),
    ("ordinal", "linear", "gwet_ac2_linear"),
    ("interval", "quadratic", "gwet_ac2_quadratic"),
    ("ratio", "ordinal", "gwet_ac2_ordinal"),
)
NO_ORDER = "Not defined, because the values have no order; declare it with --values."
NO_NUMBERS = "Not defined, because not all values are numbers."
NEGATIVE = "Not defined, because a value lies below 0."
ORDERED: tuple[Weights, ...] = ("linear", "quadratic", "ordinal")

Pair = tuple[str, str]


class Labels:
    """The labels of a file with their scale, and whether that is declared.

    Repeats of an (item, annotator) have columns of their own in the panel; `owners` says whose
    column each is.
    """

    def __init__(self, ratings: Sequence[Rating], declared: Sequence[str] | None) -> None:
        self.declared = declared is not None
        self.values = list(declared) if declared is not None else scale(ratings)
        self.given = Counter(rating.annotator for rating in ratings)
        self.annotators = sorted(self.given)
        times: Counter[Pair] = Counter()
        cells = []
        for rating in ratings:
            pair = (rating.item, rating.annotator)
            cells.append((rating.item, (rating.annotator, times[pair]), rating.value))
            times[pair] += 1
        self.columns = sorted({column for _, column, _ in cells})
        self.owners = [self.annotators.index(name) for name, _ in self.columns]
        named = sorted({r.article for r in ratings if r.article is not None})
        self.n_articles = len(named)
        place = {article: index for index, article in enumerate(named)}
        known: dict[Hashable, int] = {
            r.item: place[r.article] for r in ratings if r.article is not None
        }
        self.panel = Panel.from_ratings(self.values, cells, self.columns, known if named else None)
        self.patterns = Panel(self.panel.values, self.panel.given).patterns()
        self.numbers = numbers(self.values)
        self.tables = self.paired()

    def paired(self) -> IntArray:
        """Return the pair tables (A, A, K, K) of annotators, filled for a < b."""
        tables = self.panel.pair_tables()
        size = (len(self.annotators), len(self.annotators), *tables.shape[2:])
        found = np.zeros(size, dtype=np.int64)
        for i, a in enumerate(self.owners):
            for j, b in enumerate(self.owners[i + 1 :], i + 1):
                if a != b:
                    found[a, b] += tables[i, j]
        return found

    @property
    def complete(self) -> bool:
        """Say whether every annotator labelled every item."""
        return bool((self.panel.given >= 0).all())

    def without(self, who: int) -> Patterns:
        """Return the count patterns of everybody else's labels."""
        given = self.panel.given.copy()
        given[:, np.array(self.owners) == who] = -1
        return Panel(self.panel.values, given).patterns()

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
    ratings: Sequence[Rating],
    level: Distance,
    declared: Sequence[str] | None = None,
    settings: Settings = STANDARD,
    repeats: str = "refuse",
) -> dict[str, Any]:
    """Return all figures; those of single annotators compare on `level`.

    `rest_agreement` is the share of agreeing pairs of one annotator with all others.
    """
    labels = Labels(ratings, declared)
    intervals = file_intervals(labels, settings)
    measures = {}
    for each in measures_of(labels):
        interval = intervals.get(each.name) if each.value is not None else None
        measures[each.name] = measure_json(with_error(labels, each, interval), interval)
    return {
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
        "per_value": per_value_json(labels.patterns),
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
            "note": next((i.note or i.reason for i in intervals.values()), ""),
        },
    }


def file_intervals(labels: Labels, settings: Settings) -> dict[str, Interval]:
    """Return the intervals of the measures, resampling articles, or items where there are none."""
    panel, times = labels.panel, None
    word, clusters, count = "article", labels.n_articles, labels.n_articles
    if not labels.n_articles:
        rows, place = distinct_rows(panel.given.astype(np.int64) + 1)
        times = np.bincount(place, minlength=len(rows)).astype(np.int64)
        each_alone = np.arange(len(rows))
        panel = Panel(panel.values, (rows - 1).astype(np.int16), each_alone)
        word, clusters, count = "item", len(rows), int(times.sum())
    units = ByArticle.from_panel(panel, clusters)
    figures: list[tuple[Figures, dict[str, int]]] = []
    for level, weights, ac in STEPS:
        if labels.lacks(level) is None or level == "nominal":
            known = labels.numbers if level in ("interval", "ratio") else None
            places = dict(NOMINAL) if level == "nominal" else {f"alpha_{level}": 0}
            figures.append((ClosedFigures.of_units(units, level, "identity", known), places))
        if weights != "identity" and labels.lacks("ordinal") is None:
            figures.append((ClosedFigures.of_units(units, "nominal", weights), {ac: 2}))
    pairs = len(labels.columns) * (len(labels.columns) - 1) // 2 * len(labels.values) ** 2
    if 0 < pairs * clusters <= MOST_CELLS and len(labels.columns) == len(labels.annotators):
        figures.append((PairFigures(panel, clusters), PAIRWISE))
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


def with_error(labels: Labels, measure: Measure, interval: Interval | None) -> Measure:
    """Return a measure with its standard error.

    Of alpha without resampling; of others over items where these are what is drawn, else the
    standard deviation of the replicates.
    """
    if measure.value is None:
        return measure
    if measure.name.startswith("alpha_"):
        level = cast(Distance, measure.name.removeprefix("alpha_"))
        return replace(measure, se=alpha_se(labels.panel.patterns(), level))
    if measure.se is not None and not labels.n_articles:
        return measure
    return replace(measure, se=None if interval is None else interval.se)


def scale(ratings: Iterable[Rating]) -> list[str]:
    """Return the values seen: numbers by size, anything else as text."""
    seen = sorted({rating.value for rating in ratings})
    known = numbers(seen)
    if known is None:
        return seen
    return [value for _, value in sorted(zip(known, seen, strict=True))]


def numbers(values: Sequence[str]) -> list[float] | None:
    """Return the values as finite numbers, None where one is no number."""
    known = [float(amount) for value in values if (amount := number(value)) is not None]
    return known if len(known) == len(values) and np.isfinite(known).all() else None


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
        conger(labels.tables, labels.complete),
        light(labels.tables),
        gwet_ac(patterns),
        *(
            undefined(name, lacking, patterns) if lacking else gwet_ac(patterns, weights)
            for name, weights in ordered
        ),
    ]


def of_two(labels: Labels, name: str, measure: Callable[[IntArray], Measure]) -> Measure:
    """Return a measure of exactly two annotators, or that there are not two."""
    if len(labels.annotators) == 2:
        return measure(labels.tables[0, 1])
    n = len(labels.annotators)
    are = "is" if n == 1 else "are"
    reason = f"Not defined, because it compares two annotators and there {are} {n}."
    return undefined(name, reason, labels.patterns)


def undefined(name: str, reason: str, patterns: Patterns) -> Measure:
    """Return a measure that is not defined on these labels."""
    return Measure(None, reason, patterns.n_units, patterns.n_ratings, name)


def pair_json(labels: Labels, a: int, b: int) -> dict[str, Any]:
    """Return Cohen's kappa of two annotators; weighted only where the values have an order."""
    table = labels.tables[a, b]
    plain = cohen(table)
    ordered = labels.lacks("ordinal") is None
    return {
        "a": labels.annotators[a],
        "b": labels.annotators[b],
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


def annotator_json(labels: Labels, who: int, level: Distance) -> dict[str, Any]:
    """Return how one annotator stands to all others."""
    pooled, _ = against_rest(labels.tables, who)
    compared = int(pooled.sum())
    return {
        "n": labels.given[labels.annotators[who]],
        "rest_agreement": int(np.trace(pooled)) / compared if compared else None,
        "alpha_without": labels.alpha(labels.without(who), level).value,
    }
