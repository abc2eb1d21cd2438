"""Intervals by resampling whole articles, because sentences of one article hang together.

Near-duplicates are no articles of their own: they are drawn together, as one cluster.

Drawing M clusters with replacement gives each article a weight; every figure that is a ratio of
sums over articles is recomputed from the weighted sums, so the law is exactly that of drawing the
clusters themselves (B. Efron and R. Tibshirani, "An Introduction to the Bootstrap", 1993, chapter
8 and 13: percentile intervals; A. C. Davison and D. V. Hinkley, "Bootstrap Methods", 1997, 3.8:
resampling clusters). Annotators are taken as fixed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from annotator.measure.patterns import FloatArray, IntArray
from annotator.phrases import counted

SEED, REPLICATES = 7, 1000
FEW_UNITS, MORE_REPLICATES = 50, 2000
LEAST, SMALL = 5, 30
BLOCK, CELLS = 100, 100_000
LEVEL = 0.95
MOST_UNDEFINED = 0.05


@dataclass(frozen=True)
class Settings:
    """How intervals are made: the seed, the number of replicates, and the level."""

    seed: int = SEED
    replicates: int = REPLICATES
    level: float = LEVEL


@dataclass(frozen=True)
class Interval:
    """The interval of one figure, or the reason why there is none.

    `low` and `high` are percentiles of the replicates and `se` their standard deviation, in the
    units of the figure; `clusters` of them were drawn; `note` says what to be careful of.
    """

    low: float | None
    high: float | None
    se: float | None
    clusters: int
    reason: str = ""
    note: str = ""


class Figures(Protocol):
    """Figures that can be computed from weights of articles."""

    def at(self, weights: FloatArray) -> FloatArray:
        """Return (B, F) figures for weights (B, M) of the articles; nan where undefined."""
        ...


@dataclass(frozen=True, eq=False)
class Clustered:
    """Figures for weights of clusters: each article weighs as its cluster (M,), from 0 on."""

    figures: Figures
    cluster: IntArray

    def at(self, weights: FloatArray) -> FloatArray:
        """Return (B, F) figures for weights (B, C) of the clusters."""
        return self.figures.at(weights[:, self.cluster])


def in_order_met(ids: IntArray) -> IntArray:
    """Number ids from 0 on, as they are first met (M,)."""
    _, first, place = np.unique(ids, return_index=True, return_inverse=True)
    return first.argsort().argsort()[place]


def together(sums: FloatArray, cluster: IntArray) -> FloatArray:
    """Add up rows (M, S) by cluster (M,), to (C, S)."""
    found = np.zeros((int(cluster.max(initial=-1)) + 1, sums.shape[1]))
    np.add.at(found, cluster, sums)
    return found


def draws(n_clusters: int, settings: Settings = Settings()) -> Iterator[FloatArray]:
    """Yield the weights of the replicates in blocks of (up to 100, M); rows sum to M.

    The weights are multinomial (M; 1/M each). The same seed gives the same weights.
    """
    rng = np.random.default_rng(settings.seed)
    left = settings.replicates
    while left:
        size = min(left, BLOCK, max(CELLS // n_clusters, 1))
        drawn = rng.integers(0, n_clusters, size=(size, n_clusters), dtype=np.int64)
        drawn += np.arange(size)[:, None] * n_clusters
        counted = np.bincount(drawn.ravel(), minlength=size * n_clusters)
        yield counted.reshape(size, n_clusters).astype(np.float64)
        left -= size


def pattern_draws(weights: IntArray, settings: Settings = Settings()) -> Iterator[FloatArray]:
    """Yield the pattern weights (up to 100, P) of replicates that draw single units.

    `weights`: (P,) units that show each pattern. For data without articles.
    """
    rng = np.random.default_rng(settings.seed)
    total = int(weights.sum())
    left = settings.replicates
    while left:
        size = min(left, BLOCK, max(CELLS // len(weights), 1))
        yield rng.multinomial(total, weights / total, size=size).astype(np.float64)
        left -= size


def replicated(figures: Sequence[Figures], blocks: Iterator[FloatArray]) -> list[FloatArray]:
    """Return the replicates of each of the figures, (B, F) each, all from the same draws."""
    parts: list[list[FloatArray]] = [[] for _ in figures]
    for weights in blocks:
        for part, each in zip(parts, figures, strict=True):
            part.append(each.at(weights))
    return [np.concatenate(part) for part in parts]


def interval_of(
    replicates: npt.ArrayLike, clusters: int, word: str = "article", level: float = LEVEL
) -> Interval:
    """Return the percentile interval of one figure from its replicates (B,).

    Replicates where the figure is undefined are left out; no interval where they are more than
    5 % of all, or where fewer than 5 articles were drawn. Below 30 it is given with a note.
    """
    if clusters < LEAST:
        are = "is" if clusters == 1 else "are"
        few = f"{counted(clusters, word)} {are} too few to resample"
        return Interval(None, None, None, clusters, f"No interval, because {few}.")
    drawn = np.asarray(replicates, dtype=np.float64)
    known = drawn[~np.isnan(drawn)]
    if len(known) < (1 - MOST_UNDEFINED) * len(drawn):
        lost = len(drawn) - len(known)
        where = f"in {lost:,} of {len(drawn):,} resamples"
        reason = f"No interval, because the figure is not defined {where}."
        return Interval(None, None, None, clusters, reason)
    tail = (1 - level) / 2
    low, high = np.quantile(known, [tail, 1 - tail])
    note = f"Fewer than {SMALL} {word}s: the interval tends to be too narrow."
    return Interval(
        float(low), float(high), float(known.std(ddof=1)), clusters, "",
        note if clusters < SMALL else "",
    )  # fmt: skip


def articles_needed(low: float, high: float, articles: int, half_width: float = 0.05) -> int | None:
    """Return how many MORE articles would narrow an interval to plus or minus `half_width`.

    The width of an interval falls with the root of the number of articles: M (h / h*)^2 of them
    give h* where M give h. None below 10 articles, where that is a guess; 0 where it is reached.
    """
    if articles < 10:
        return None
    wide = (high - low) / 2
    needed = articles * (wide / half_width) ** 2
    return max(int(np.ceil(needed - 1e-9)) - articles, 0)
