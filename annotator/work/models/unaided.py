"""The answers that were given without a suggestion: what a model may be compared with.

Whoever sees what a model says leans to it, so answers given then flatter it: as those it is
measured against, and as those beside which it is measured. The alternative annotator test supposes
people who labelled on their own (Calderon, Reichart and Dror 2025, section 3).
"""

import json
from dataclasses import replace

import numpy as np
from sqlalchemy import Connection, select

from annotator.measure.collected import Claims
from annotator.measure.panel import NONE
from annotator.store.models import Answer, AnswerEvent, Article, Project, Sentence
from annotator.work.agreement.scales import Basis
from annotator.work.models.suggestions import EVER, HALF

Seen = dict[tuple[int, int], tuple[int, bool]]
"""By sentence and account: which model suggested something, and whether it was shown."""


def shown_to(now: Connection, project: Project) -> Seen:
    """Return to whom suggestions were shown or not, by lot, while they answered."""
    found: Seen = {}
    # To look through the events of a large project takes long.
    if not project.quality.get(EVER):
        return found
    events = now.execute(
        select(Answer.sentence_id, Answer.user_id, AnswerEvent.proposed)
        .join(Answer, Answer.id == AnswerEvent.answer_id)
        .join(Sentence, Sentence.id == Answer.sentence_id)
        .join(Article, Article.id == Sentence.article_id)
        .where(Article.project_id == project.id, AnswerEvent.proposed.contains('"suggested"'))
        .order_by(AnswerEvent.id)
    )
    for sentence, user, text in events:
        facts = json.loads(text or "{}")["suggested"]
        if facts["mode"] == HALF and sentence is not None:
            found.setdefault((sentence, user), (facts["model"], facts["shown"]))
    return found


def unaided(basis: Basis, seen: Seen) -> tuple[Basis, int]:
    """Return the answers before which no model's suggestion was shown, and how many others go."""
    collected = basis.collected
    rows = {each: place for place, each in enumerate(collected.sentences.tolist())}
    columns = {each: place for place, each in enumerate(collected.annotators.tolist())}
    aided = np.zeros(collected.status.shape, dtype=bool)
    for (sentence, user), (_, shown) in seen.items():
        if shown and sentence in rows and user in columns:
            aided[rows[sentence], columns[user]] = True
    gone = int(np.count_nonzero(aided & (collected.status != NONE)))
    if not gone:
        return basis, 0
    claims = collected.claims
    kept = ~aided[claims.unit, claims.annotator]
    status = np.where(aided, NONE, collected.status).astype(collected.status.dtype)
    left = Claims(
        claims.unit[kept],
        claims.annotator[kept],
        claims.order[kept],
        claims.speaker[kept],
        {label: values[kept] for label, values in claims.labels.items()},
    )
    return basis.of(replace(collected, status=status, claims=left)), gone


def said(gone: int) -> str:
    """Say how many answers a comparison with models leaves out, "" for none."""
    if not gone:
        return ""
    what = "1 answer" if gone == 1 else f"{gone:,} answers"
    return f"{what} of people left out: a suggestion of a model was shown before."
