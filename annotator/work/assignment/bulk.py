"""Many assignments at once: a date for all, or all of them closed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import partial

from sqlalchemy import ColumnElement, delete, exists, func, select, update

from annotator.store.clock import now
from annotator.store.db import Steps, among, db
from annotator.store.models import (
    OPEN_STATES,
    Answer,
    Article,
    Assignment,
    Membership,
    Project,
    Sentence,
)
from annotator.work.assignment.reassigning import refuse_past

# The work in so many articles is ended in one write.
AT_ONCE = 50
UNSEEN = {"synchronize_session": False}


@dataclass(frozen=True)
class Going:
    """Assignments that are still being worked on: how many are begun, how many have a date."""

    begun: int
    not_begun: int
    people: int
    dated: int

    @property
    def total(self) -> int:
        """Return how many there are."""
        return self.begun + self.not_begun


def going(project: Project, articles: Collection[int], person: Membership | None = None) -> Going:
    """Count the assignments of some articles that are not done, of one person or of everybody."""
    row = db.session.execute(
        select(
            func.count(Assignment.id).filter(is_touched()),
            func.count(Assignment.id),
            func.count(Assignment.user_id.distinct()),
            func.count(Assignment.due_on),
        ).where(*of_those(project, articles, person))
    ).one()
    return Going(row[0], row[1] - row[0], row[2], row[3])


def set_due(
    project: Project,
    articles: Collection[int],
    due_on: date | None,
    person: Membership | None = None,
) -> int:
    """Give the assignments of some articles a date, or none; return how many there are.

    Raises:
        RefusedError: the date is over.

    """
    refuse_past(due_on)
    done = db.session.execute(
        update(Assignment)
        .where(Assignment.id.in_(numbers(project, articles, person)))
        .values(due_on=due_on),
        execution_options=UNSEEN,
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def close_in_steps(
    project: Project, articles: Collection[int], person: Membership | None = None
) -> Steps[tuple[int, int]]:
    """End the same as `close`, some articles in each write, so that people can save in between."""
    waiting = sorted(articles)
    closed = gone = 0
    for first in range(0, len(waiting), AT_ONCE):
        some = yield partial(close, project, waiting[first : first + AT_ONCE], person)
        closed, gone = closed + some[0], gone + some[1]
    return closed, gone


def close(
    project: Project, articles: Collection[int], person: Membership | None = None
) -> tuple[int, int]:
    """End the assignments of some articles; return how many were closed and how many are gone.

    What was saved is kept. Where nothing was, the same person can get the article again.
    """
    which = [*of_those(project, articles, person)]
    # Locked before it is looked who has begun: on PostgreSQL a save waits, and then is too late.
    locked = select(Assignment.id).join(Assignment.article).where(*which)
    found = list(db.session.scalars(locked.with_for_update(of=Assignment)))
    touched = among(Assignment.id, found) & is_touched()
    closed = db.session.execute(
        update(Assignment).where(touched).values(state="closed", lease_until=now()),
        execution_options=UNSEEN,
    )
    gone = db.session.execute(
        delete(Assignment).where(among(Assignment.id, found), Assignment.state != "closed"),
        execution_options=UNSEEN,
    )
    return int(closed.rowcount), int(gone.rowcount)  # type: ignore[attr-defined]


def numbers(
    project: Project, articles: Collection[int], person: Membership | None
) -> ColumnElement[int]:
    """Return the numbers of the assignments as a subquery."""
    query = select(Assignment.id).join(Assignment.article)
    return query.where(*of_those(project, articles, person)).scalar_subquery()


def of_those(
    project: Project, articles: Collection[int], person: Membership | None
) -> list[ColumnElement[bool]]:
    """Return the conditions of assignments that are still being worked on."""
    here = select(Article.id).where(Article.project_id == project.id, among(Article.id, articles))
    found: list[ColumnElement[bool]] = [
        Assignment.article_id.in_(here),
        Assignment.state.in_(OPEN_STATES),
        Assignment.imported.is_(False),
    ]
    if person is not None:
        found.append(Assignment.user_id == person.user_id)
    return found


def is_touched() -> ColumnElement[bool]:
    """Return the condition that somebody has saved something in the article."""
    return exists().where(
        Answer.user_id == Assignment.user_id,
        Answer.sentence_id == Sentence.id,
        Sentence.article_id == Assignment.article_id,
    )
