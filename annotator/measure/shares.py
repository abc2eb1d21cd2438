"""Shares of labelled claims in groups, with intervals that resample clusters of articles.

A cluster is an article with its near-duplicates.

A share is a ratio of two sums over articles: the claims of a group that have a value, over all
claims of the group. Both are recomputed in each resample, as for every figure of agreement
(`intervals.resampling`, with its sources); claims of one article hang together, so an interval that
took them for independent would be too narrow (A. C. Davison and D. V. Hinkley, "Bootstrap Methods
and their Application", 1997, 3.8; W. G. Cochran, "Sampling Techniques", 3rd edition 1977, 9A, for
the ratio).
"""

from dataclasses import dataclass

import numpy as np

from annotator.measure.intervals.resampling import (
    Clustered,
    Interval,
    Settings,
    draws,
    interval_of,
    replicated,
)
from annotator.measure.patterns import FloatArray, IntArray

USUAL = Settings()


@dataclass(frozen=True, eq=False)
class Grouped:
    """Claims by article, group and value (M, G, V): the articles may have claims of any group."""

    counts: IntArray

    @property
    def totals(self) -> IntArray:
        """Return the claims of each group by value (G, V)."""
        found: IntArray = self.counts.sum(axis=0)
        return found

    @property
    def articles(self) -> IntArray:
        """Return in how many articles each group has claims (G,)."""
        return self.clusters(np.arange(len(self.counts)))

    def clusters(self, cluster: IntArray) -> IntArray:
        """Return in how many clusters (M,) of articles each group has claims (G,)."""
        article, group = np.nonzero(self.counts.sum(axis=2))
        return distinct(cluster[article], group, self.counts.shape[1])

    def at(self, weights: FloatArray) -> FloatArray:
        """Return the shares (B, G * V) for weights (B, M) of the articles."""
        articles, groups, values = self.counts.shape
        flat = self.counts.reshape(articles, groups * values).astype(np.float64)
        return ratios((weights @ flat).reshape(len(weights), groups, values))


@dataclass(frozen=True, eq=False)
class Parted:
    """Claims by article and value (M, V), where each article is in one group (M,) of G."""

    counts: IntArray
    group: IntArray
    groups: int

    @property
    def totals(self) -> IntArray:
        """Return the claims of each group by value (G, V)."""
        found = np.zeros((self.groups, self.counts.shape[1]), dtype=np.int64)
        np.add.at(found, self.group, self.counts)
        return found

    @property
    def articles(self) -> IntArray:
        """Return in how many articles each group has claims (G,)."""
        return self.clusters(np.arange(len(self.counts)))

    def clusters(self, cluster: IntArray) -> IntArray:
        """Return in how many clusters (M,) of articles each group has claims (G,)."""
        article = np.flatnonzero(self.counts.sum(axis=1))
        return distinct(cluster[article], self.group[article], self.groups)

    def at(self, weights: FloatArray) -> FloatArray:
        """Return the shares (B, G * V) for weights (B, M) of the articles."""
        order = np.argsort(self.group, kind="stable")
        here, starts = np.unique(self.group[order], return_index=True)
        sums = np.zeros((len(weights), self.groups, self.counts.shape[1]))
        if len(here):
            placed = weights[:, order]
            for value, counts in enumerate(self.counts[order].T.astype(np.float64)):
                sums[:, here, value] = np.add.reduceat(placed * counts, starts, axis=1)
        return ratios(sums)


Table = Grouped | Parted


@dataclass(frozen=True, eq=False)
class Shares:
    """The shares of one table: `totals` (G, V), and an interval for each of them, row by row."""

    totals: IntArray
    intervals: tuple[tuple[Interval, ...], ...]


def distinct(cluster: IntArray, group: IntArray, groups: int) -> IntArray:
    """Return how many different clusters meet each group (G,), of pairs (N,) and (N,)."""
    pairs = np.unique(np.column_stack([cluster, group]), axis=0)
    found: IntArray = np.bincount(pairs[:, 1], minlength=groups)
    return found


def ratios(sums: FloatArray) -> FloatArray:
    """Return each value's share of its group, (B, G * V) from (B, G, V); nan in empty groups."""
    whole = sums.sum(axis=2, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = np.where(whole > 0, sums / whole, np.nan)
    return shares.reshape(len(sums), -1)


def shares_of(tables: list[Table], cluster: IntArray, settings: Settings = USUAL) -> list[Shares]:
    """Return the shares of every table, all from the same resamples of clusters.

    `cluster`: (M,) the cluster of each article, from 0 on. A group has an interval where at least
    five clusters have claims of it, as everywhere.
    """
    if not len(cluster):
        return [Shares(each.totals, ()) for each in tables]
    blocks = draws(int(cluster.max()) + 1, settings)
    drawn = replicated([Clustered(table, cluster) for table in tables], blocks)
    return [
        Shares(table.totals, intervals_of(table, table.clusters(cluster), each, settings.level))
        for table, each in zip(tables, drawn, strict=True)
    ]


def intervals_of(
    table: Table, clusters: IntArray, drawn: FloatArray, level: float
) -> tuple[tuple[Interval, ...], ...]:
    """Return the interval of each share from its replicates (B, G * V)."""
    groups, values = table.totals.shape
    columns = drawn.reshape(len(drawn), groups, values)
    return tuple(
        tuple(interval_of(columns[:, group, value], n, level=level) for value in range(values))
        for group, n in enumerate(clusters.tolist())
    )
