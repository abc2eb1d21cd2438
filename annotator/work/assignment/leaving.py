"""Who has left a project and keeps open work there: seen, and freed when the lead says so.

Whoever is disabled or is no annotator any more will not go on. Their answers stay; an article that
they have handed in keeps its place, one that is still open would hold its place for ever.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import joinedload

from annotator.errors import RefusedError
from annotator.store.db import Steps, db
from annotator.store.models import OPEN_STATES, Article, Assignment, Membership, Project, User
from annotator.store.snapshot import by_code_point
from annotator.work.assignment import assigning, reassigning
from annotator.work.assignment.assigning import Matrix

# So many assignments are made in one step: some tens of milliseconds.
AT_ONCE = 1_000
DISABLED, NO_ANNOTATOR = "disabled", "no longer an annotator"


class PlanChangedError(RefusedError):
    """Somebody has changed meanwhile what a plan was made of; says how much of it was done."""

    def __init__(self, given: int, closed: int) -> None:
        super().__init__("The plan has changed since it was made.")
        self.given, self.closed = given, closed


@dataclass(frozen=True)
class Kept:
    """The open work of one person who has left: the assignments, in text order."""

    membership: Membership
    assignments: Sequence[Assignment]

    @property
    def why(self) -> str:
        """Say in which way the person has left."""
        return DISABLED if self.membership.user.disabled_at is not None else NO_ANNOTATOR

    @property
    def left(self) -> int:
        """Return how many answers are still open."""
        return sum(each.article.sentence_count - each.decided_count for each in self.assignments)


def has_left() -> ColumnElement[bool]:
    """Return the condition of assignments whose person cannot label in that project any more."""
    labels = (
        exists()
        .where(
            Membership.user_id == Assignment.user_id,
            Membership.project_id == Article.project_id,
            Membership.annotator.is_(True),
            User.id == Membership.user_id,
            User.disabled_at.is_(None),
            Article.id == Assignment.article_id,
        )
        .correlate(Assignment)
    )
    return ~labels


def labellers(project: Project) -> Select[int]:
    """Select who can label in a project: `has_left` the other way round, for many assignments."""
    return (
        select(Membership.user_id)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.project_id == project.id,
            Membership.annotator.is_(True),
            User.disabled_at.is_(None),
        )
    )


def is_going_on() -> ColumnElement[bool]:
    """Return the condition of assignments in which somebody still labels: answers are expected."""
    return Assignment.state.in_(OPEN_STATES) & assigning.is_held() & ~has_left()


def kept_by(membership: Membership) -> Sequence[Assignment]:
    """Return what this person still has to label in the project, in text order."""
    return db.session.scalars(
        select(Assignment)
        .join(Assignment.article)
        .where(
            Article.project_id == membership.project_id,
            Assignment.user_id == membership.user_id,
            Assignment.state.in_(OPEN_STATES),
            assigning.is_held(),
        )
        .options(joinedload(Assignment.article))
        .order_by(by_code_point(Article.key))
    ).all()


def kept_open(project: Project, articles: Collection[int] | None = None) -> list[Kept]:
    """Return who has left and keeps open work, by pseudonym; only in these articles if asked."""
    query = (
        select(Membership, Assignment)
        .join(Assignment, Assignment.user_id == Membership.user_id)
        .join(Article, Article.id == Assignment.article_id)
        .where(
            Membership.project_id == project.id,
            Article.project_id == project.id,
            Assignment.state.in_(OPEN_STATES),
            assigning.is_held(),
            Assignment.user_id.not_in(labellers(project)),
        )
        .options(joinedload(Assignment.article), joinedload(Membership.user))
        .order_by(Membership.pseudonym, by_code_point(Article.key))
    )
    found: dict[Membership, list[Assignment]] = {}
    for membership, assignment in db.session.execute(query):
        if articles is None or assignment.article_id in articles:
            found.setdefault(membership, []).append(assignment)
    return [Kept(membership, given) for membership, given in found.items()]


def give(project: Project, make: Callable[[], Matrix]) -> Steps[tuple[Matrix, int]]:
    """Plan and carry out, and plan the rest anew where others have changed it meanwhile.

    Returns the last plan and how many assignments were made.
    """
    given = 0
    while True:
        matrix = make()
        try:
            more, _ = yield from carry_out(project, matrix)
        except PlanChangedError as error:
            given += error.given
        else:
            return matrix, given + more


def carry_out(project: Project, matrix: Matrix) -> Steps[tuple[int, int]]:
    """Do what a plan says in short steps: free the places it takes back, then give the work.

    Returns how many assignments were made and how many closed. What is carried out of a plan is
    whole articles; the same plan made again is what is left of it.

    Raises:
        PlanChangedError: somebody has changed meanwhile what it was made of.

    """
    given = closed = 0
    for piece in matrix.pieces(AT_ONCE):
        try:
            more, less = yield partial(carry_out_some, project, piece)
        except PlanChangedError as error:
            raise PlanChangedError(given, closed) from error
        given, closed = given + more, closed + less
    return given, closed


def carry_out_some(project: Project, matrix: Matrix) -> tuple[int, int]:
    """Do what a plan says of some articles, if they and their people are as it says."""
    assigning.lock(project)
    works = assigning.works(project, ids=[row.article_id for row in matrix.rows])
    if matrix.freed:
        works = without_those_who_left(project, works)
    wanted = {person for _, person in matrix.pairs}
    here = {each.user_id for each in assigning.available(project)}
    if {row.article_id: row for row in works} != {
        row.article_id: row for row in matrix.rows
    } or not wanted <= here:
        raise PlanChangedError(0, 0)
    freed = [each for kept in freed_by(project, matrix) for each in kept.assignments]
    for assignment in freed:
        reassigning.close(assignment)
    return assigning.carry_out(project, matrix), len(freed)


def freed_by(project: Project, matrix: Matrix) -> list[Kept]:
    """Return whose open work a plan closes."""
    freed = {row.article_id for row in matrix.rows if row.freed}
    return kept_open(project, freed) if freed else []


def without_those_who_left(
    project: Project, articles: Sequence[assigning.Work]
) -> list[assigning.Work]:
    """Return the articles with the places free that people who have left still hold."""
    gone: dict[int, set[int]] = {}
    for kept in kept_open(project):
        for assignment in kept.assignments:
            gone.setdefault(assignment.article_id, set()).add(assignment.user_id)
    return [work.freed_of(gone.get(work.article_id, ())) for work in articles]
