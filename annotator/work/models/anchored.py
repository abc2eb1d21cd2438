"""What suggestions do to answers: how often people say what the model says, with and without."""

from collections.abc import Iterator, Mapping

import numpy as np
from sqlalchemy import Connection

from annotator.measure.collected import Collected
from annotator.measure.intervals.anchoring import anchoring
from annotator.measure.intervals.resampling import Settings, in_order_met
from annotator.measure.panel import NONE
from annotator.measure.patterns import IntArray
from annotator.store.clusters import read_clusters
from annotator.store.models import Project
from annotator.work.agreement.collecting import Collector
from annotator.work.agreement.measuring import usual
from annotator.work.agreement.report import SPEAKER, STATUS
from annotator.work.models.report import Anchoring, Shown
from annotator.work.models.selection import with_models
from annotator.work.models.unaided import Seen


def anchorings_of(
    now: Connection, project: Project, called: Mapping[int, str], seen: Seen, settings: Settings
) -> Iterator[Anchoring]:
    """Yield for each model and field what its suggestions (`half`) do to answers of round 1."""
    if not seen:
        return
    collected = Collector(now, project, with_models(usual(project))).whole()
    clusters = read_clusters(now, project)
    cluster = in_order_met(np.array([clusters[each] for each in collected.article_ids.tolist()]))
    rows = {each: place for place, each in enumerate(collected.sentences.tolist())}
    columns = {each: place for place, each in enumerate(collected.annotators.tolist())}
    for model in sorted(
        {which for which, _ in seen.values()}, key=lambda each: called.get(each, "")
    ):
        if model not in columns:
            continue
        met = np.array(
            [
                (rows[sentence], columns[user], shown)
                for (sentence, user), (which, shown) in seen.items()
                if which == model and sentence in rows and user in columns
            ],
            dtype=np.int64,
        ).reshape(-1, 3)
        for name, values in fields_of(collected).items():
            sums = sums_of(collected, values, met, columns[model])
            value, interval = anchoring(sums.astype(np.float64), cluster, settings)
            same, shown, other, hidden = sums.sum(axis=0).tolist()
            both = Shown(same, shown), Shown(other, hidden)
            yield Anchoring(called.get(model, ""), name, *both, value, interval)


def fields_of(collected: Collected) -> dict[str, IntArray]:
    """Return the values of each field (U, A): the status, and what the primary claim says."""
    claims = collected.claims
    return {
        STATUS: collected.status.astype(np.int64),
        SPEAKER: collected.primary(collected.speaker_today),
        **{name: collected.primary(values) for name, values in claims.labels.items()},
    }


def sums_of(collected: Collected, values: IntArray, met: IntArray, model: int) -> IntArray:
    """Return (M, 4) by article: same and all answers where it was shown, then where it was not.

    `met`: (N, 3) sentence, person and whether it was shown; both have to say something.
    """
    sentence, person, shown = met.T
    own, its = values[sentence, person], values[sentence, model]
    both = (own != NONE) & (its != NONE)
    article, seen = collected.articles[sentence[both]], shown[both].astype(bool)
    same = (own == its)[both]
    size = len(collected.article_ids)
    return np.column_stack(
        [
            np.bincount(article[kept], minlength=size)
            for kept in (seen & same, seen, ~seen & same, ~seen)
        ]
    )
