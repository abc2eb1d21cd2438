"""How far a project is: counts only, never what anybody said."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Row, case, func, or_, select
from sqlalchemy.orm import joinedload

from annotator.store.clock import now
from annotator.store.db import among, db
from annotator.store.models import (
    OPEN_STATES,
    Answer,
    Article,
    Assignment,
    Membership,
    Project,
    User,
)
from annotator.store.snapshot import by_code_point
from annotator.work import copies
from annotator.work.assignment import assigning


@dataclass(frozen=True)
class Figures:
    """The sums of a project; `given` counts each sentence once per annotator who has it.

    Labels from elsewhere are no part of what was given: nobody was given that work here. `answers`
    counts every complete answer that is kept, also those in closed work and from elsewhere, and
    `imported` those from elsewhere alone.
    """

    articles: int
    sentences: int
    given: int
    submitted: int
    answers: int
    imported: int


def busiest_first(memberships: Collection[Membership]) -> list[Membership]:
    """Return memberships with the projects first in which people are at work, the newest first.

    Then come those in which nothing is open, as one for training alone.
    """
    numbers = [each.project_id for each in memberships]
    if len(numbers) < 2:
        return list(memberships)
    rows = db.session.execute(
        select(
            Article.project_id,
            func.max(case((Assignment.state.in_(OPEN_STATES), 1), else_=0)).label("open"),
            func.max(Assignment.saved_at).label("saved"),
        )
        .join(Assignment, Assignment.article_id == Article.id)
        .where(among(Article.project_id, numbers))
        .group_by(Article.project_id)
    ).all()
    never = datetime.min.replace(tzinfo=UTC)
    found = {row.project_id: (row.open, row.saved or never) for row in rows}
    return sorted(
        memberships, key=lambda each: found.get(each.project_id, (0, never)), reverse=True
    )


def figures(project: Project) -> Figures:
    """Return the sums of a project."""
    articles, sentences = db.session.execute(
        select(func.count(Article.id), func.coalesce(func.sum(Article.sentence_count), 0)).where(
            Article.project_id == project.id
        )
    ).one()
    submitted = case((Assignment.state == "submitted", Article.sentence_count), else_=0)
    given = (Assignment.state != "closed") & Assignment.imported.is_(False)
    elsewhere = case((Assignment.imported.is_(True), Assignment.decided_count), else_=0)
    held, done, answers, imported = db.session.execute(
        select(
            func.coalesce(func.sum(case((given, Article.sentence_count), else_=0)), 0),
            func.coalesce(func.sum(case((given, submitted), else_=0)), 0),
            func.coalesce(func.sum(Assignment.decided_count), 0),
            func.coalesce(func.sum(elsewhere), 0),
        )
        .join(Assignment.article)
        .where(Article.project_id == project.id)
    ).one()
    return Figures(articles, sentences, held, done, answers, imported)


def people_of(project: Project) -> list[Membership]:
    """Return the columns of the matrix: who may label here, and who once got work."""
    has_work = (
        select(Assignment.user_id).join(Assignment.article).where(Article.project_id == project.id)
    )
    return list(
        db.session.scalars(
            select(Membership)
            .where(
                Membership.project_id == project.id,
                or_(Membership.annotator.is_(True), Membership.user_id.in_(has_work)),
            )
            .order_by(Membership.pseudonym)
        )
    )


def state_of(assignment: Assignment | Row[*tuple[Any, ...]], today: date) -> str:
    """Return the state of an assignment; an open one may be overdue, or its lease over.

    Labels from elsewhere have a state of their own: nobody works on them here.
    """
    if assignment.imported:
        return "imported"
    if assignment.state == "open" and assignment.lease_until and assignment.lease_until < now():
        return "lease_over"
    late = assignment.due_on is not None and assignment.due_on < today
    return "overdue" if assignment.state == "open" and late else assignment.state


def short_of_people(project: Project, most: int = 5) -> tuple[int, list[tuple[str, int]]]:
    """Return how many articles have fewer people than the overlap, and the first of them."""
    held = func.count(Assignment.id)
    rows = db.session.execute(
        select(Article.key, held, func.count().over())
        .outerjoin(Assignment, (Assignment.article_id == Article.id) & assigning.is_held())
        .where(Article.project_id == project.id)
        .group_by(Article.id, Article.key)
        .having(held < project.overlap)
        .order_by(by_code_point(Article.key))
        .limit(most)
    ).all()
    return (rows[0][2] if rows else 0), [(key, count) for key, count, _ in rows]


def last_seen(people: Collection[Membership]) -> Mapping[int, datetime]:
    """Return when each person was last here, to a few minutes; also of those who are shut out."""
    rows = db.session.execute(
        select(User.id, User.seen_at).where(User.id.in_([person.user_id for person in people]))
    )
    return {user_id: seen_at for user_id, seen_at in rows if seen_at is not None}


def own_assignments(user: User, project: Project) -> list[Assignment]:
    """Return what a person has to do in one project, whatever for, in the order as it was given.

    Of an article that somebody got again it is the assignment behind its address.
    """
    work = db.session.scalars(
        select(Assignment)
        .join(Assignment.article)
        .where(Assignment.user_id == user.id, Article.project_id == project.id)
        .options(joinedload(Assignment.article))
    ).all()
    more = db.session.scalars(copies.attempts(project.id, user_id=user.id)).all()
    found = copies.by_address([*work, *more]) if more else work
    return sorted(found, key=lambda each: (each.order, each.id))


def decided_since(user: User, moment: datetime) -> int:
    """Return how many sentences this person has decided since then."""
    return db.session.scalars(
        select(func.count(Answer.id)).where(
            Answer.user_id == user.id,
            Answer.current,
            Answer.sentence_id.is_not(None),
            Answer.complete.is_(True),
            Answer.updated_at >= moment,
        )
    ).one()
