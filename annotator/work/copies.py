"""Copies of articles: where the answers lie that are no work.

Training, control and repeats are given in a blank copy of the article, on a shelf: a hidden
project. So whatever asks for the articles of a project, or for their answers, leaves them out
without having to know of them: agreement, gold, gates, progress, releases. Answers in a copy are of
round 1 there, have the same events and chains as any others, and name the project's own speakers.

A person has the copy behind the address of its article (see `annotator.store.rows.places`), and is
shown the article's key, title and project. One copy serves many people: the first that somebody
gets of an article is number 1, the second number 2. A copy stays as it was made; where the
sentences of its article were repaired since, the next person gets another one.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from itertools import count
from typing import Any
from typing import cast as cast_type

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    Table,
    cast,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import aliased, joinedload

from annotator.store.batches import Found
from annotator.store.db import among, db
from annotator.store.engine import COPIES
from annotator.store.models import OPEN_STATES, Article, Assignment, Project, Sentence, User
from annotator.store.models.answers import PURPOSES, REPEAT, WORK
from annotator.store.rows.places import AnySentence
from annotator.store.snapshot import by_code_point
from annotator.work import shelving

SHOWN = aliased(Article)
ALL = "all"
CHOICES = (*PURPOSES, ALL)
"""How somebody asks for the answers of one purpose, or of all."""
# Of the article itself; each copy has its own.
OWN = ("id", "project_id", "copy_of_id", "version", "version_of_id", "cluster_id", "import_id")
NOT_COPIED = {*OWN, "for_everybody", "training"}


def chosen(choice: str) -> tuple[str, ...]:
    """Return the purposes that one of the `CHOICES` names."""
    return PURPOSES if choice == ALL else (choice,)


def shelves(project_id: int) -> Select[int]:
    """Select the shelves of a project on which copies lie."""
    return select(Project.id).where(shelving.are_copies(project_id))


def is_given_in(project_id: int) -> ColumnElement[bool]:
    """Return the condition of articles in which a project gives work, or anything else."""
    return or_(Article.project_id == project_id, Article.project_id.in_(shelves(project_id)))


def is_in_copy_of(article_id: Any) -> ColumnElement[bool]:
    """Return the condition of assignments in a copy of an article."""
    copy = aliased(Article)
    # Whatever is asked around it: without this a query within a query would ask for all articles.
    copies = select(copy.id).where(copy.copy_of_id == article_id).correlate_except(copy)
    return Assignment.article_id.in_(copies)


def attempts(
    project_id: int, purposes: Collection[str] = (), user_id: int | None = None
) -> Select[Assignment]:
    """Select the assignments of a project that are no work, in the order in which they were given.

    Only those of some purposes, or of one person, if asked. Withdrawn articles have none.
    """
    copy, shown = Assignment.article, Article.copy_of.of_type(SHOWN)
    query = (
        select(Assignment)
        .join(copy)
        .join(shown)
        .where(Article.project_id.in_(shelves(project_id)), SHOWN.project_id == project_id)
        .options(joinedload(copy).joinedload(Article.copy_of))
        .order_by(Assignment.id)
    )
    if purposes:
        query = query.where(Assignment.purpose.in_(purposes))
    return query if user_id is None else query.where(Assignment.user_id == user_id)


Given = Mapping[tuple[int, int], tuple[str, int]]
"""Of copy and user: the purpose, and which attempt it is, from 1."""


def given(connection: Connection, project_id: int, purposes: Collection[str]) -> Given:
    """Return who was given which copy for one of these purposes."""
    columns = Assignment.article_id, Assignment.user_id, Assignment.purpose, Assignment.attempt
    query = attempts(project_id, purposes).with_only_columns(*columns)
    return {
        (copy, user): (purpose, attempt)
        for copy, user, purpose, attempt in connection.execute(query)
    }


def round_of(purpose: str, attempt: int, stored: int) -> int:
    """Return the round as which an answer leaves: a repeat comes after the work, as round 2."""
    return stored + attempt if purpose == REPEAT else stored


def articles_of(connection: Connection, given: Given) -> list[Found]:
    """Return copies under the keys of their articles, with their lengths, in that order."""
    numbers = {copy for copy, _ in given}
    query = (
        select(Article.id, SHOWN.key, Article.sentence_count)
        .join(Article.copy_of.of_type(SHOWN))
        .where(among(Article.id, numbers))
        .order_by(by_code_point(SHOWN.key), Article.id)
    )
    return list(connection.execute(query))


def by_address(assignments: Iterable[Assignment]) -> list[Assignment]:
    """Return of one person's assignments those behind an address: one of each article.

    As in `annotator.store.rows.places`: what is open goes first, then work, then the newest copy.
    """
    found: dict[int, Assignment] = {}
    for each in sorted(assignments, key=precedence):
        found.setdefault(each.article.number, each)
    return list(found.values())


def precedence(assignment: Assignment) -> tuple[bool, bool, int]:
    """Return what puts the assignments of one person and article in order; the least goes first."""
    return assignment.state not in OPEN_STATES, assignment.purpose != WORK, -assignment.id


def article_given(assignment: int, number: int, user_id: int) -> int | None:
    """Return the article, or copy, of a person's assignment under the address of an article."""
    return db.session.scalar(
        select(Article.id)
        .join(Assignment, Assignment.article_id == Article.id)
        .where(
            Assignment.id == assignment,
            Assignment.user_id == user_id,
            func.coalesce(Article.copy_of_id, Article.id) == number,
        )
    )


def give(
    project: Project,
    article: Article,
    user: User,
    purpose: str,
    *,
    order: int | None = None,
    due_on: date | None = None,
    lease_until: datetime | None = None,
) -> Assignment:
    """Give somebody a blank copy of an article, for another purpose than work.

    The caller holds the lock of `assigning.lock`. Without an `order` it comes after all that the
    person has.
    """
    if order is None:
        last = select(func.max(Assignment.order)).where(Assignment.user_id == user.id)
        newest = db.session.scalar(last)
        order = 0 if newest is None else newest + 1
    had = [
        each
        for each in db.session.scalars(attempts(project.id, user_id=user.id))
        if each.article.copy_of_id == article.id
    ]
    copy = copy_for(project, article, {each.article_id for each in had})
    made = Assignment(
        article=copy,
        user=user,
        purpose=purpose,
        attempt=1 + sum(each.purpose == purpose for each in had),
        order=order,
        due_on=due_on,
        lease_until=lease_until,
    )
    db.session.add(made)
    db.session.flush()
    shelving.bring_people(project, copy.project_id, [copy.id])
    return made


def copy_for(project: Project, article: Article, had: Collection[int]) -> Article:
    """Return the first copy of an article that a person has not had, made if need be."""
    for number in count(1):
        slug = f"{COPIES}{project.id}-{number}"
        shelf = db.session.scalar(select(Project).where(Project.slug == slug))
        if shelf is None:
            shelf = Project(slug=slug, name=project.name, target_question="")
            db.session.add(shelf)
            db.session.flush()
        copy = db.session.scalar(
            select(Article).where(Article.project_id == shelf.id, Article.copy_of_id == article.id)
        )
        if copy is None:
            return make_copy(article, shelf)
        if copy.id not in had and spans_of(copy) == spans_of(article):
            return copy
    raise AssertionError  # `count` does not end


def in_work(sentence: AnySentence) -> int | None:
    """Return the number of a sentence in the article itself, its own where it is in no copy.

    None where the article has no such sentence any more.
    """
    article = sentence.article
    if article.number == article.id:
        return sentence.id
    return db.session.scalar(
        select(Sentence.id).where(
            Sentence.article_id == article.number,
            Sentence.start == sentence.start,
            Sentence.end == sentence.end,
        )
    )


def spans_of(article: Article) -> list[tuple[int, int, str]]:
    """Return where the sentences of an article are, and of which segment each is."""
    return [
        (start, end, segment)
        for start, end, segment in db.session.execute(
            select(Sentence.start, Sentence.end, Sentence.segment)
            .where(Sentence.article_id == article.id)
            .order_by(Sentence.position)
        )
    ]


def make_copy(article: Article, shelf: Project) -> Article:
    """Put a copy of an article, with its sentences and nobody's answers, on a shelf."""
    columns = [each.key for each in Article.__table__.c if each.key not in NOT_COPIED]
    same = {name: getattr(article, name) for name in columns}
    copy = Article(**same, project_id=shelf.id, copy_of_id=article.id)
    db.session.add(copy)
    db.session.flush()
    table = cast_type(Table, Sentence.__table__)
    of_sentence = [each.key for each in table.c if each.key not in ("id", "article_id")]
    rows = (
        select(literal(copy.id), *(table.c[name] for name in of_sentence))
        .where(table.c.article_id == article.id)
        .order_by(table.c.position)
    )
    db.session.execute(table.insert().from_select(["article_id", *of_sentence], rows))
    return copy


def take_along(articles: Collection[int]) -> list[int]:
    """Return the copies of articles that go for good; they can lie in one place from now on."""
    query = select(Article.id).where(among(Article.copy_of_id, articles)).order_by(Article.id)
    found = list(db.session.scalars(query))
    mark = "~" + cast(Article.id, String)
    db.session.execute(
        update(Article)
        .where(among(Article.id, found))
        .values(key=Article.key + mark, sha256=Article.sha256 + mark),
        execution_options={"synchronize_session": False},
    )
    return found
