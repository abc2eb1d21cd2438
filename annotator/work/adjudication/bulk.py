"""Deciding many sentences as their annotators do: where all say the same, or a clear majority."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from annotator.errors import NotFoundError
from annotator.store.batches import Batch
from annotator.store.db import among, db
from annotator.store.models import Project, Sentence, User
from annotator.work.accounts.memberships import pseudonyms_of
from annotator.work.adjudication import deciding
from annotator.work.adjudication.deciding import Case, DecisionDraft
from annotator.work.consensus import decisions
from annotator.work.consensus.answers import comparisons
from annotator.work.consensus.comparison import Comparison
from annotator.work.consensus.consensus import YES, consensus
from annotator.work.consensus.content import DECIDE, REOPENED, Content, Taken
from annotator.work.consensus.decisions import Act
from annotator.work.consensus.voting import MAJORITY, UNANIMOUS
from annotator.work.labelling.speakers import speakers_today


def cases_of(project: Project, sentences: Sequence[int]) -> list[Case]:
    """Return sentences as `deciding.case_of` does, in the same order, as far as they are there."""
    if not sentences:
        return []
    connection = db.session.connection()
    called, claims = pseudonyms_of(project, connection), project.codebook.claims_status.value
    batch = Batch({}, sentences=sentences)
    labels = project.codebook.labels
    found = comparisons(connection, batch, speakers_today(connection, project), labels)
    acted = decisions.decisions_on(sentences)
    rows = db.session.scalars(
        select(Sentence).where(among(Sentence.id, sentences)).options(joinedload(Sentence.article))
    )
    made = {}
    for each in rows:
        comparison = found.get((each.article_id, each.position), Comparison((), labels))
        agreed = consensus(comparison, claims)
        order = deciding.shuffled(each, comparison, called)
        made[each.id] = Case(each, comparison, agreed, acted.get(each.id), order)
    return [made[each] for each in sentences if each in made]


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
        if any(claim.missing(project.codebook) for claim in case.consensus.claims()):
            continue  # a newer codebook asks for more than they say
        decisions.write_down(sentence, decision, agreed_content(case), act, DECIDE)
        accepted += 1
    return accepted, len(wanted) - accepted


def agreed_content(case: Case) -> Content:
    """Return the content of a decision that says what the annotators say, and who does."""
    agreed = case.consensus
    claims = tuple(Taken(claim) for claim in agreed.claims())
    content = deciding.settled(case, DecisionDraft(agreed.status.value, claims))
    rows = [row for row in agreed.rows if row.present.value == YES] if agreed.takes_claims else []
    fields = [{name: vote.how for name, vote in row.fields.items()} for row in rows]
    return replace(content, how=agreed.how, fields={"status": agreed.status.how, "claims": fields})
