"""Anchoring: how much more often people say what a model says when they have seen it.

The difference of two shares, each a ratio of sums over articles. Sentences of one article hang
together, so its interval resamples clusters of articles, as all others do (B. Efron and R.
Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 8 and 13). Who sees suggestions is
drawn by lot for each pair of article and annotator, so the difference is what showing them does.
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


@dataclass(frozen=True, eq=False)
class Difference:
    """The difference of two shares for any weights of articles.

    `sums`: (M, 4) of each article: answers that say the same where it was shown, and their number;
    then the same where it was not.
    """

    sums: FloatArray

    def at(self, weights: FloatArray) -> FloatArray:
        """Return (B, 1) differences for weights (B, M) of the articles; nan where undefined."""
        same, shown, other, hidden = (weights @ self.sums).T
        with np.errstate(divide="ignore", invalid="ignore"):
            found: FloatArray = (same / shown - other / hidden)[:, None]
        return np.where(np.isfinite(found), found, np.nan)


def anchoring(
    sums: FloatArray, cluster: IntArray, settings: Settings
) -> tuple[float | None, Interval]:
    """Return the difference and its interval; None where one of both shares rests on nothing.

    `sums`: (M, 4) as in `Difference`; `cluster`: (M,) numbers what hangs together, from 0 on.
    """
    figures = Difference(sums)
    value = float(figures.at(np.ones((1, len(sums))))[0, 0])
    n = int(cluster.max(initial=-1)) + 1
    if np.isnan(value):
        return None, interval_of(np.empty(0), 0)
    [drawn] = replicated([Clustered(figures, cluster)], draws(n, settings))
    return value, interval_of(drawn[:, 0], n, level=settings.level)
