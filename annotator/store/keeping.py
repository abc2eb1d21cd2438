"""Reports that are kept in the database, each with the version of all that it rests on.

Nobody counts that version up: savers would wait for one another. It is found out by who reads, from
the rows themselves: the marks of every sentence (`marking`: whoever changes an answer, a claim or a
decision raises them in the same transaction), and what is little enough to be read whole. So a
report of another version than today's is never shown, whoever stored it and when.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
from sqlalchemy import BigInteger, Connection, delete, func, literal, or_, select

from annotator import __version__
from annotator.store.arrays import joined_integers
from annotator.store.clock import now as clock
from annotator.store.db import db, insert_for
from annotator.store.marking import TABLE as MARKS
from annotator.store.models import (
    Article,
    Assignment,
    KeptReport,
    Membership,
    Project,
    Repair,
    Speaker,
)
from annotator.store.packing import plain, shape_of, unpacked

T = TypeVar("T")

# Raise it where the same rows give other figures, or what is kept of them means something else.
FIGURES = 4
# So many reports of a project are kept: those of its usual pages, and of some filters.
MOST = 24
# There is room for so many marks of one sentence, in bits.
MARK = 28


@dataclass(frozen=True)
class Wanted(Generic[T]):
    """A report of today: its project, page and question, and the versions it has to have."""

    project_id: int
    kind: str
    asked: str
    content: str
    program: str
    shape: type[T]


def wanted(
    now: Connection, project: Project, kind: str, asked: tuple[Any, ...], shape: type[T]
) -> Wanted[T]:
    """Return what a report has to be to be shown; `asked` is plain data.

    What is taken from the project's row and its codebook is part of the question: they were read
    before `now` began, and the report is made from them as they were read.
    """
    book = project.codebook_version
    question = [project.slug, book.id, book.content, plain(asked)]
    return Wanted(
        project.id,
        kind,
        digest(json.dumps(question)),
        content_of(now, project.id),
        digest(f"{__version__} {FIGURES} {shape_of(shape)}"),
        shape,
    )


def digest(text: str) -> str:
    """Return a hash of a text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def content_of(now: Connection, project_id: int) -> str:
    """Return the version of what the reports of a project rest on, as of one moment."""
    own = select(Article.id).where(Article.project_id == project_id)
    marks = select(
        MARKS.c.sentence_id * literal(1 << MARK, BigInteger) + MARKS.c.marks
    ).where(MARKS.c.article_id.in_(own))  # fmt: skip
    found = hashlib.sha256(np.sort(joined_integers(now, marks)[0]).tobytes())
    for rows in little(project_id):
        found.update(repr([tuple(row) for row in now.execute(rows)]).encode("utf-8", "replace"))
    return found.hexdigest()


def little(project_id: int) -> Iterator[Any]:
    """Yield queries of what else reports rest on: few rows, or counts, each in an order."""
    # A repair may change a sentence that nobody has answered, or take one away; its row stays.
    repairs = select(func.count(Repair.id), func.max(Repair.id))
    yield repairs.join(Article).where(Article.project_id == project_id)
    articles = select(
        Article.id,
        Article.key,
        Article.title,
        Article.sentence_count,
        Article.cluster_id,
        Article.version_of_id,
    )
    yield articles.where(Article.project_id == project_id).order_by(Article.id)
    speakers = select(Speaker.id, Speaker.name, Speaker.type, Speaker.merged_into_id)
    yield speakers.where(Speaker.project_id == project_id).order_by(Speaker.id)
    people = select(Membership.user_id, Membership.pseudonym)
    yield people.where(Membership.project_id == project_id).order_by(Membership.user_id)
    # How many articles are given to several people, and to how many.
    given = (
        select(Assignment.article_id, func.count().label("people"))
        .join(Article, Article.id == Assignment.article_id)
        .where(Article.project_id == project_id, Assignment.imported.is_(False))
        .group_by(Assignment.article_id)
        .subquery()
    )
    yield select(given.c.people, func.count()).group_by(given.c.people).order_by(given.c.people)


def find(now: Connection, which: Wanted[T]) -> T | None:
    """Return a kept report that is as today's would be, None where there is none."""
    body = now.scalar(
        select(KeptReport.body).where(
            KeptReport.project_id == which.project_id,
            KeptReport.kind == which.kind,
            KeptReport.asked == which.asked,
            KeptReport.content == which.content,
            KeptReport.program == which.program,
        )
    )
    return None if body is None else unpacked(which.shape, body)


def keep(which: Wanted[T], body: bytes) -> None:
    """Keep a packed report, and none any more that is out of date, nor more than there is room."""
    own = KeptReport.project_id == which.project_id
    old = or_(
        KeptReport.content != which.content,
        (KeptReport.kind == which.kind) & (KeptReport.program != which.program),
    )
    db.session.execute(delete(KeptReport).where(own, old))
    values = {
        "content": which.content,
        "program": which.program,
        "body": body,
        "made_at": clock(),
    }
    names = {"project_id": which.project_id, "kind": which.kind, "asked": which.asked}
    db.session.execute(
        insert_for(KeptReport)
        .values(**names, **values)
        .on_conflict_do_update(index_elements=[*names], set_=values)
    )
    newest = select(KeptReport.id).where(own).order_by(KeptReport.made_at.desc(), KeptReport.id)
    db.session.execute(
        delete(KeptReport).where(own, KeptReport.id.in_(newest.offset(MOST))),
        execution_options={"synchronize_session": False},
    )
