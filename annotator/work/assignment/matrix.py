"""The matrix of articles by annotators: filtered, ordered and cut into pages by the database."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, exists, func, select

from annotator.store.clock import now
from annotator.store.db import db
from annotator.store.models import Article, Assignment, Membership, Project
from annotator.store.snapshot import by_code_point
from annotator.work.assignment.assigning import is_held
from annotator.work.assignment.progress import state_of
from annotator.work.labelling.speaker_search import holds

Found = Row[*tuple[Any, ...]]

PAGE, PEOPLE = 50, 40
CSV_PAGE = 500
STATES = {
    "unassigned": "not assigned",
    "short": "fewer annotators than the overlap",
    "not_begun": "not started",
    "in_progress": "in progress",
    "overdue": "overdue",
    "lease_over": "expired",
    "returned": "returned",
    "submitted": "submitted",
    "closed": "closed",
    "imported": "imported, not counted",
    "done": "submitted by enough annotators",
}
# States of articles; the others are of somebody's assignment.
OF_ARTICLES = ("unassigned", "short", "done")
SORTS = ("key", "title", "sentences", "people", "submitted", "decided")


@dataclass(frozen=True)
class Wanted:
    """Which articles, in which order; `person` narrows a state to one annotator.

    `sort` is one of SORTS, or empty for how far `sorted_by` is.
    """

    text: str = ""
    state: str = ""
    person: Membership | None = None
    sort: str = "key"
    sorted_by: Membership | None = None
    down: bool = False


@dataclass(frozen=True)
class Cell:
    """One article of one person: how far it is."""

    state: str  # none, open, overdue, lease_over, returned, submitted, closed, imported
    decided: int = 0
    total: int = 0

    @property
    def is_held(self) -> bool:
        """Say whether it takes one of the article's places."""
        return self.state not in ("none", "closed", "lease_over", "imported")


@dataclass(frozen=True)
class Line:
    """One article of the matrix, with a cell for each person."""

    article: Article
    cells: tuple[Cell, ...]
    overlap: int

    @property
    def given(self) -> int:
        """Return how many people have the article; whose lease is over has it no more."""
        return sum(cell.is_held for cell in self.cells)

    @property
    def submitted(self) -> int:
        """Return how many of them have handed it in."""
        return sum(cell.state == "submitted" for cell in self.cells)

    @property
    def needed(self) -> int:
        """Return how many should hand it in."""
        return max(self.given, self.overlap)


def count_lines(project: Project, wanted: Wanted) -> int:
    """Return how many articles fit."""
    return db.session.scalars(
        select(func.count(Article.id)).where(*conditions(project, wanted))
    ).one()


def lines_of(
    project: Project,
    people: Sequence[Membership],
    wanted: Wanted,
    offset: int,
    most: int,
) -> list[Line]:
    """Return one page of the matrix."""
    query = ordered(select(Article).where(*conditions(project, wanted)), wanted)
    articles = db.session.scalars(query.offset(offset).limit(most)).all()
    # Plain rows: forty people have two thousand of them on one page.
    given = {
        (each.article_id, each.user_id): each
        for each in db.session.execute(
            select(
                Assignment.article_id,
                Assignment.user_id,
                Assignment.state,
                Assignment.imported,
                Assignment.lease_until,
                Assignment.due_on,
                Assignment.decided_count,
            ).where(Assignment.article_id.in_([each.id for each in articles]))
        )
    }
    today = now().date()
    return [
        Line(
            article,
            tuple(
                cell_of(given.get((article.id, person.user_id)), article, today)
                for person in people
            ),
            project.overlap,
        )
        for article in articles
    ]


def conditions(project: Project, wanted: Wanted) -> list[ColumnElement[bool]]:
    """Return what the articles have to fulfil."""
    found: list[ColumnElement[bool]] = [Article.project_id == project.id]
    if wanted.text:
        found.append(holds(Article.key, wanted.text) | holds(Article.title, wanted.text))
    here = [Assignment.article_id == Article.id]
    if wanted.state in OF_ARTICLES:
        found.append(state_of_article(project, wanted.state))
    elif wanted.state:
        here.append(state_of_assignment(wanted.state))
    if wanted.person is not None:
        here.append(Assignment.user_id == wanted.person.user_id)
    if len(here) > 1:
        found.append(exists().where(*here))
    return found


def state_of_article(project: Project, state: str) -> ColumnElement[bool]:
    """Return the condition of articles with too few people, none, or enough who are done."""
    here = Assignment.article_id == Article.id
    if state == "unassigned":
        return ~exists().where(here, is_held())
    counted = is_held() & (Assignment.state == "submitted") if state == "done" else is_held()
    number = select(func.count(Assignment.id)).where(here, counted).scalar_subquery()
    return number >= project.overlap if state == "done" else number < project.overlap


def state_of_assignment(state: str) -> ColumnElement[bool]:
    """Return the condition of assignments in a state, as `state_of` tells it."""
    is_open = and_(Assignment.state == "open", is_held())
    overdue = and_(is_open, Assignment.due_on < now().date())
    begun = Assignment.saved_at.is_not(None)
    return {
        "not_begun": and_(is_open, ~begun),
        "in_progress": and_(is_open, begun),
        "overdue": overdue,
        "lease_over": and_(Assignment.state == "open", ~is_held(), ~Assignment.imported),
        "imported": Assignment.imported.is_(True),
    }.get(state, and_(Assignment.state == state, ~Assignment.imported))


def ordered(query: Select[Article], wanted: Wanted) -> Select[Article]:
    """Order the articles; equal ones stand by their keys."""
    key = by_code_point(Article.key)
    plain = {"key": key, "title": by_code_point(Article.title), "sentences": Article.sentence_count}
    if wanted.sort in plain:
        by = plain[wanted.sort]
        return query.order_by(by.desc() if wanted.down else by, key)
    number: ColumnElement[int]
    if wanted.sorted_by is not None:
        only = Assignment.user_id == wanted.sorted_by.user_id
        number = func.coalesce(func.max(Assignment.decided_count), -1)
    else:
        only = is_held()
        done = func.sum(case((Assignment.state == "submitted", 1), else_=0))
        decided = func.sum(Assignment.decided_count)
        number = {"people": func.count(), "submitted": done, "decided": decided}[wanted.sort]
    sums = (
        select(Assignment.article_id, number.label("number"))
        .where(only)
        .group_by(Assignment.article_id)
        .subquery()
    )
    by = func.coalesce(sums.c.number, 0 if wanted.sorted_by is None else -1)
    query = query.outerjoin(sums, sums.c.article_id == Article.id)
    return query.order_by(by.desc() if wanted.down else by, key)


def cell_of(assignment: Found | None, article: Article, today: date) -> Cell:
    """Return the cell of an article that a person may have."""
    if assignment is None:
        return Cell("none")
    return Cell(state_of(assignment, today), assignment.decided_count, article.sentence_count)


def csv_rows(
    project: Project, people: Sequence[Membership], wanted: Wanted
) -> Iterator[list[object]]:
    """Yield the heading and one line per article and person who has it."""
    yield ["article", "title", "sentences", "annotator", "state", "answered"]
    total = count_lines(project, wanted)
    for offset in range(0, total, CSV_PAGE):
        for line in lines_of(project, people, wanted, offset, CSV_PAGE):
            article = line.article
            for person, cell in zip(people, line.cells, strict=True):
                if cell.state != "none":
                    yield [
                        article.key,
                        article.title,
                        article.sentence_count,
                        person.pseudonym,
                        cell.state,
                        cell.decided,
                    ]
