"""Which sentences a clear majority decides, and nobody has acted on: to be accepted together."""

from collections.abc import Sequence

import numpy as np
from sqlalchemy import Select, select, union

from annotator.measure.patterns import IntArray
from annotator.store.db import among, db
from annotator.store.models import Answer, Article, Decision, Project, Sentence
from annotator.store.reading import one_moment
from annotator.work import expecting
from annotator.work.gold_methods import order_of, place_of, wholes
from annotator.work.gold_outcomes import outcomes
from annotator.work.gold_panels import panels_of
from annotator.work.independence import HUMAN
from annotator.work.modelling import Aggregation
from annotator.work.queueing import Place, given_back_in
from annotator.work.voting import LEAST_MARGIN, MAJORITY

WAY = Aggregation("majority")


def clear_majorities(project: Project) -> IntArray:
    """Return the ids of these sentences in text order, from one pass over the answers.

    Annotators differ, and in every field more than half say the same with a clear margin; nobody
    was unsure, nobody has decided, asked or reopened, and nobody is still to answer
    or has been given the article back.
    """
    with one_moment() as connection:
        panels = panels_of(connection, project)
        order = order_of(connection, project, panels)
        set_aside = set(connection.scalars(looked_at(project)))
        set_aside |= set(connection.scalars(expecting.sentences_expecting(project)))
        set_aside |= set(connection.scalars(given_back(project)))
    found = {name: outcomes(panel, WAY, WAY.fit(panel)) for name, panel in panels.fields.items()}
    claims = place_of(panels, project.codebook.claims_status.value)
    clear = wholes(panels, found, WAY.method, claims, LEAST_MARGIN)[MAJORITY]
    ids = panels.collected.sentences[order[clear[order]]]
    kept = [each for each in ids.tolist() if each not in set_aside]
    return np.array(kept, dtype=np.int64)


def looked_at(project: Project) -> Select[int]:
    """Select the sentences that somebody was unsure about or has acted on."""
    in_project = Article.project_id == project.id
    acted = select(Decision.sentence_id).join(Decision.sentence).join(Sentence.article)
    unsure = select(Answer.sentence_id).join(Answer.sentence).join(Sentence.article)
    unsure = unsure.where(Answer.unsure, Answer.origin == HUMAN, Answer.current)
    both = union(acted.where(in_project), unsure.where(in_project)).subquery()
    return select(both.c[0])


def given_back(project: Project) -> Select[int]:
    """Select the sentences of articles that somebody has been given back, who may change them."""
    return select(Sentence.id).where(Sentence.article_id.in_(given_back_in(project)))


def places_of(ids: Sequence[int]) -> list[Place]:
    """Return article and position of these sentences, in the same order."""
    rows = db.session.execute(
        select(Sentence.id, Sentence.article_id, Sentence.position).where(among(Sentence.id, ids))
    )
    found = {row.id: (row.article_id, row.position) for row in rows}
    return [found[each] for each in ids if each in found]
