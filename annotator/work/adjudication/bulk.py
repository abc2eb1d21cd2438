"""Which sentences a clear majority decides, and nobody has acted on: to be accepted together."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from sqlalchemy import Select, select, union

from annotator.errors import NotFoundError
from annotator.measure.patterns import IntArray
from annotator.store.db import among, db
from annotator.store.models import Answer, Article, Decision, Project, Sentence, User
from annotator.store.snapshot import one_moment
from annotator.work.adjudication import deciding
from annotator.work.adjudication.deciding import Case, DecisionDraft
from annotator.work.adjudication.queue import Place, given_back_in
from annotator.work.consensus import decisions, expecting
from annotator.work.consensus.consensus import YES
from annotator.work.consensus.decisions import DECIDE, REOPENED, Act, Content, Taken
from annotator.work.consensus.voting import LEAST_MARGIN, MAJORITY, UNANIMOUS
from annotator.work.gold.methods import order_of, place_of, wholes
from annotator.work.gold.models import Aggregation
from annotator.work.gold.outcomes import outcomes
from annotator.work.gold.panels import panels_of
from annotator.work.labelling.independence import HUMAN

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


Wanted = Sequence[tuple[int, int, Mapping[int, int]]]
"""Article, position and the answers that were looked at, each with its revision."""


def accept_unanimous(project: Project, user: User, wanted: Wanted, key: str) -> tuple[int, int]:
    """Decide sentences on which all annotators agree as they do.

    Returns how many were accepted, and how many left because an answer or a decision changed
    meanwhile.
    """
    return accept(project, user, wanted, key, UNANIMOUS)


def accept_majority(project: Project, user: User, wanted: Wanted, key: str) -> tuple[int, int]:
    """Decide sentences on which a clear majority agrees in every field as it does.

    Only where nobody has acted yet: who reopened a sentence wants it looked at.
    """
    return accept(project, user, wanted, key, MAJORITY)


def accept(project: Project, user: User, wanted: Wanted, key: str, how: str) -> tuple[int, int]:
    """Decide sentences as their annotators do, if that is still how they are decided."""
    accepted = 0
    for article_id, position, basis in wanted:
        try:
            sentence = deciding.sentence_in(project, article_id, position)
        except NotFoundError:
            continue  # merged away meanwhile: what others were accepted stay so
        decision = decisions.locked(sentence)
        act = Act(user, decision.revision if decision else 0, key)
        if decisions.replayed(decision, key):
            accepted += 1
            continue
        case = deciding.case_of(sentence, decision)
        free = decision is None or (how == UNANIMOUS and decision.state == REOPENED)
        if not free or dict(basis) != case.comparison.basis or case.consensus.how != how:
            continue
        decisions.write_down(sentence, decision, agreed_content(case), act, DECIDE)
        accepted += 1
    return accepted, len(wanted) - accepted


def agreed_content(case: Case) -> Content:
    """Return the content of a decision that says what the annotators say, and who does."""
    agreed = case.consensus
    claims = tuple(Taken(claim) for claim in agreed.claims())
    content = deciding.settled(case, DecisionDraft(agreed.status.value, claims))
    rows = [row for row in agreed.rows if row.present.value == YES] if agreed.takes_claims else []
    fields = [
        {"speaker": row.present.how, "stance": row.stance.how, "certainty": row.certainty.how}
        for row in rows
    ]
    return replace(content, how=agreed.how, fields={"status": agreed.status.how, "claims": fields})
