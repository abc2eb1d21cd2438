"""Agreement of somebody with oneself: what was said the first time, and again much later.

Percent agreement and Krippendorff's alpha (K. Krippendorff, "Content Analysis", 4th edition 2018,
chapter 12, with the distances of the field's level) of two rounds of one person, which content
analysis calls stability, the weakest form of reliability (ibid., 12.1). Intervals resample the
articles, as for every figure of agreement (`intervals.resampling`).
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from annotator.measure.coefficients.alpha import Distance, alpha_values, distances
from annotator.measure.intervals.resampling import (
    Interval,
    Settings,
    draws,
    in_order_met,
    interval_of,
)
from annotator.measure.patterns import FloatArray
from annotator.text.spelling import steps

STANDARD = Settings()
NOTHING = Interval(None, None, None, 0, "Nothing was labelled twice.")


@dataclass(frozen=True)
class Twice:
    """One thing that was labelled twice: in which article, and what was said each time."""

    article: int
    first: Hashable
    second: Hashable


@dataclass(frozen=True)
class Oneself:
    """Agreement with oneself in one field: n pairs in so many articles.

    `percent` and `alpha` are None where they are not defined: without pairs, and alpha where all
    values are the same.
    """

    n: int = 0
    articles: int = 0
    percent: float | None = None
    alpha: float | None = None
    percent_interval: Interval = NOTHING
    alpha_interval: Interval = NOTHING


@dataclass(frozen=True)
class Level:
    """How a field is read: the distance between its values, and for ordered ones their order."""

    distance: Distance = "nominal"
    scale: tuple[str, ...] = ()


NOMINAL = Level()


def agreement_with_oneself(
    pairs: Sequence[Twice], level: Level = NOMINAL, settings: Settings = STANDARD
) -> Oneself:
    """Measure how alike the two rounds are.

    Of an ordered field only pairs with both values on its scale count, as between annotators.
    """
    if level.distance != "nominal":
        pairs = [each for each in pairs if {each.first, each.second} <= {*level.scale}]
    if not pairs:
        return Oneself()
    article = in_order_met(np.array([each.article for each in pairs], dtype=np.int64))
    articles = int(article.max()) + 1
    figures = nominal_figures if level.distance == "nominal" else ordered_figures(level)
    made = sums_of if level.distance == "nominal" else partial(coincidences_of, level)
    sums = made(pairs, article, articles)
    percent, alpha = figures(sums.sum(axis=0)[None, :])[0]
    replicates = np.concatenate([figures(each @ sums) for each in draws(articles, settings)])
    return Oneself(
        len(pairs),
        articles,
        float(percent),
        None if np.isnan(alpha) else float(alpha),
        interval_of(replicates[:, 0], articles),
        interval_of(replicates[:, 1], articles),
    )


def sums_of(pairs: Sequence[Twice], article: np.ndarray, articles: int) -> FloatArray:
    """Return per article (M, 2 + V): the pairs, those that differ, and how often each value is."""
    values = {
        value: place
        for place, value in enumerate(
            dict.fromkeys(said for each in pairs for said in (each.first, each.second))
        )
    }
    sums = np.zeros((articles, 2 + len(values)))
    for row, each in zip(article, pairs, strict=True):
        sums[row, 0] += 1
        sums[row, 1] += each.first != each.second
        sums[row, 2 + values[each.first]] += 1
        sums[row, 2 + values[each.second]] += 1
    return sums


def coincidences_of(
    level: Level, pairs: Sequence[Twice], article: np.ndarray, articles: int
) -> FloatArray:
    """Return per article (M, K * K) how often two values meet, in both orders."""
    place = {value: number for number, value in enumerate(level.scale)}
    sums = np.zeros((articles, len(place), len(place)))
    for row, each in zip(article, pairs, strict=True):
        first, second = place[str(each.first)], place[str(each.second)]
        sums[row, first, second] += 1
        sums[row, second, first] += 1
    return sums.reshape(articles, -1)


def ordered_figures(level: Level) -> Callable[[FloatArray], FloatArray]:
    """Return what makes percent agreement and alpha (B, 2) of coincidences (B, K * K)."""
    size = len(level.scale)
    # The same as between annotators.
    numbers = steps(level.scale) if level.distance == "interval" else None

    def figures(sums: FloatArray) -> FloatArray:
        observed = sums.reshape(-1, size, size)
        totals = observed.sum(axis=-1)
        percent = np.trace(observed, axis1=1, axis2=2) / totals.sum(axis=-1)
        alpha = alpha_values(observed, distances(level.distance, totals, numbers))
        found: FloatArray = np.column_stack([percent, alpha])
        return found

    return figures


def nominal_figures(sums: FloatArray) -> FloatArray:
    """Return percent agreement and alpha (B, 2) of sums (B, 2 + V), NaN where not defined.

    With n values in n / 2 pairs of which D differ, the observed disagreement is 2 D / n and the
    expected one (n^2 - sum of squares of the counts) / (n (n - 1)).
    """
    pairs, differing, counts = sums[:, 0], sums[:, 1], sums[:, 2:]
    n = 2 * pairs
    apart = n**2 - (counts**2).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        percent = 1 - differing / pairs
        alpha = np.where(apart > 0, 1 - 2 * differing * (n - 1) / apart, np.nan)
    found: FloatArray = np.column_stack([percent, alpha])
    return found
