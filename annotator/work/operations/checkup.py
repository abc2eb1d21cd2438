"""Checks that what is stored agrees with itself; nothing is changed."""

from collections.abc import Iterator

from sqlalchemy import case, func, select

from annotator.store.db import db
from annotator.store.models import (
    Answer,
    AnswerEvent,
    Article,
    Assignment,
    Claim,
    Membership,
    Release,
    Sentence,
    Speaker,
    Staging,
    User,
)
from annotator.work.accounts import projects

COUNTED = (User, Article, Sentence, Speaker, Assignment, Answer, Claim, AnswerEvent)


def counts() -> list[tuple[str, int]]:
    """Return how many rows there are of what people make, and of what is on its way in."""
    return [
        ("projects", len(projects.all_projects())),
        *(
            (table.__tablename__.replace("_", " "), count_of(table))
            for table in (*COUNTED, Release)
        ),
    ]


def on_their_way() -> list[str]:
    """Return the imports on their way in, whose rows are counted and seen by nobody yet."""
    return [
        f"{each.name}, counted above but not visible yet"
        for each in db.session.scalars(select(Staging).order_by(Staging.id))
    ]


def count_of(table: type) -> int:
    """Return the number of rows of a table."""
    return db.session.scalars(select(func.count()).select_from(table)).one()


def faults() -> Iterator[str]:
    """Yield in words whatever does not agree."""
    yield from wrong_counts()
    yield from answers_of_strangers()


def wrong_counts() -> Iterator[str]:
    """Compare the counts on the assignments with the answers."""
    real = (
        select(
            Sentence.article_id,
            Answer.user_id,
            func.count(case((Answer.complete, 1))).label("decided"),
            func.count(case((Answer.unsure, 1))).label("unsure"),
            func.count(Answer.status).label("begun"),
        )
        .join(Answer.sentence)
        .where(Answer.current)
        .group_by(Sentence.article_id, Answer.user_id)
        .subquery()
    )
    rows = db.session.execute(
        select(
            Article.key,
            User.username,
            Assignment.decided_count,
            Assignment.incomplete_count,
            Assignment.unsure_count,
            func.coalesce(real.c.decided, 0).label("decided"),
            func.coalesce(real.c.begun - real.c.decided, 0).label("incomplete"),
            func.coalesce(real.c.unsure, 0).label("unsure"),
        )
        .join(Assignment.article)
        .join(Assignment.user)
        .outerjoin(
            real,
            (real.c.article_id == Assignment.article_id) & (real.c.user_id == Assignment.user_id),
        )
        .order_by(Article.key, User.username)
    )
    for row in rows:
        said = (row.decided_count, row.incomplete_count, row.unsure_count)
        found = (row.decided, row.incomplete, row.unsure)
        if said != found:
            yield (
                f"The assignment of {row.key} to {row.username} counts {said[0]} decided,"
                f" {said[1]} incomplete, {said[2]} unsure; its answers are {found[0]}, {found[1]},"
                f" {found[2]}."
            )


def answers_of_strangers() -> Iterator[str]:
    """Find answers of people who have no pseudonym in the project: no file could name them."""
    strangers = db.session.scalars(
        select(func.count())
        .select_from(Answer)
        .join(Answer.sentence)
        .join(Sentence.article)
        .outerjoin(
            Membership,
            (Membership.user_id == Answer.user_id) & (Membership.project_id == Article.project_id),
        )
        .where(Membership.id.is_(None))
    ).one()
    if strangers:
        yield f"{strangers} answers are by people who are not members of the project."
