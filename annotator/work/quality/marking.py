"""Which answers are as gold says, in copies of adjudicated articles."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from annotator.measure.rounds import FIRST_ROUND
from annotator.measure.scoring import Marked, Said, Share, mark, score
from annotator.store.batches import Batch
from annotator.store.db import among, db
from annotator.store.models import Assignment, Decision, Project, Sentence
from annotator.work.assignment.qualifying import STATUS, compared_fields
from annotator.work.consensus.answers import comparisons
from annotator.work.consensus.comparison import Reading
from annotator.work.consensus.content import DECIDED
from annotator.work.consensus.decisions import claims_of
from annotator.work.labelling.drafts import ClaimDraft
from annotator.work.labelling.speakers import speakers_today

SEVERAL = 200
"""So many articles are read at once."""


@dataclass(frozen=True)
class Spoken:
    """What one side says of a sentence."""

    status: str
    claims: tuple[ClaimDraft, ...]


@dataclass(frozen=True)
class MarkedAnswer:
    """One answer beside the decision on its sentence: what each says, and what of it is right."""

    assignment: Assignment
    decision: Decision
    own: Reading
    gold: tuple[ClaimDraft, ...]
    marked: Marked


def marked_answers(
    project: Project, assignments: Sequence[Assignment], position: int | None = None
) -> list[MarkedAnswer]:
    """Return the answers in these copies that can be compared with gold, in the order of the text.

    An answer counts as it was before gold was seen, if it was complete; a sentence whose decision
    was reopened since has nothing to be compared with. With `position` only the answers to the
    sentence there.
    """
    fields = compared_fields(project.codebook)
    today = speakers_today(db.session.connection(), project)
    gold = decisions_on({each.article.number for each in assignments})
    said_there = readings_in(project, {each.article_id for each in assignments}, position)
    found = []
    for assignment in assignments:
        for place, own in said_there.get((assignment.article_id, assignment.user_id), ()):
            decision = gold.get((assignment.article.number, place))
            if decision is not None:
                theirs = tuple(taken.claim for taken in claims_of(decision, today))
                marks = mark(
                    said(own.status, own.claims, fields),
                    said(decision.status, theirs, fields),
                    fields,
                )
                found.append(MarkedAnswer(assignment, decision, own, theirs, marks))
    return found


def decisions_on(articles: Iterable[int]) -> dict[tuple[int, int], Decision]:
    """Return the decisions that one answer can be right about, by article and position."""
    rows = db.session.scalars(
        select(Decision)
        .join(Decision.sentence)
        .where(
            among(Sentence.article_id, sorted(articles)),
            Decision.state == DECIDED,
            Decision.soft.is_(None),
        )
        .options(joinedload(Decision.sentence))
    )
    return {(each.sentence.article_id, each.sentence.position): each for each in rows}


def readings_in(
    project: Project, articles: Iterable[int], position: int | None = None
) -> dict[tuple[int, int], list[tuple[int, Reading]]]:
    """Return the complete first answers by article and person: each with its position."""
    connection = db.session.connection()
    today = speakers_today(connection, project)
    found: dict[tuple[int, int], list[tuple[int, Reading]]] = {}
    for some in several(sorted(articles)):
        batch = Batch(dict.fromkeys(some, ""), position or 0, position)
        compared = comparisons(connection, batch, today, project.codebook.labels, FIRST_ROUND)
        for (article, place), comparison in sorted(compared.items()):
            for reading in comparison.readings:
                found.setdefault((article, reading.user_id), []).append((place, reading))
    return found


def several(articles: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield articles some at a time."""
    for first in range(0, len(articles), SEVERAL):
        yield articles[first : first + SEVERAL]


def said(status: str | None, claims: Iterable[ClaimDraft], fields: Iterable[str]) -> Said:
    """Return what an answer or a decision says in these fields."""
    wanted = [field for field in fields if field != STATUS]
    return Said(
        status or "", tuple({name: getattr(claim, name) for name in wanted} for claim in claims)
    )


def score_of(project: Project, assignments: Sequence[Assignment]) -> dict[str, Share]:
    """Return per field how many were right of how many in these copies."""
    marked = [each.marked for each in marked_answers(project, assignments)]
    return score(marked, compared_fields(project.codebook))
