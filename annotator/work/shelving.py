"""Shelves: where the withdrawn articles of a project lie, out of its work, reports and releases.

Copies, which take the answers that are no work, lie on shelves of their own (see `copies`). A shelf
is a hidden project. So whatever asks for the articles of a project leaves the withdrawn ones and
the copies out, without having to know of them; labels and history of what was withdrawn go with it
and come back with it. A shelf has the pseudonyms of those whose labels lie there, and nobody has a
role in it.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, exists, or_, select, update
from sqlalchemy.orm import aliased

from annotator.errors import NotAllowedError
from annotator.phrases import utc_text
from annotator.store.db import among, db
from annotator.store.engine import COPIES, SHELF
from annotator.store.models import (
    Answer,
    Article,
    Assignment,
    Claim,
    Correction,
    Decision,
    LabelImport,
    Membership,
    Project,
    Sentence,
    Speaker,
    Via,
)

MODEL = "model"


class WithdrawnError(NotAllowedError):
    """The lead has withdrawn the article; what was saved is kept."""

    heading = "Article withdrawn"


def is_shelf() -> ColumnElement[bool]:
    """Return the condition of projects that are shelves."""
    return or_(Project.slug.like(f"{SHELF}%"), Project.slug.like(f"{COPIES}%"))


def slug_of(project_id: int) -> str:
    """Return the slug of the shelf of a project."""
    return f"{SHELF}{project_id}"


def shelf_of(project_id: int) -> int | None:
    """Return the number of the shelf of a project, None where nothing was ever withdrawn."""
    return db.session.scalar(select(Project.id).where(Project.slug == slug_of(project_id)))


def shelved(project_id: int) -> Select[int]:
    """Select the numbers of the articles that were withdrawn from a project."""
    return (
        select(Article.id)
        .join(Project, Project.id == Article.project_id)
        .where(Project.slug == slug_of(project_id))
    )


def out_of_work(project_id: int) -> Select[int]:
    """Select the numbers of the articles of a project that are withdrawn, or copies."""
    of_project = (Project.slug == slug_of(project_id)) | are_copies(project_id)
    return select(Article.id).join(Project, Project.id == Article.project_id).where(of_project)


def are_copies(project_id: int) -> ColumnElement[bool]:
    """Return the condition of the shelves on which the copies of a project lie."""
    return Project.slug.like(f"{COPIES}{project_id}-%")


def in_work(column: Any, project_id: int) -> list[ColumnElement[bool]]:
    """Return the conditions that an article is in work; none where all articles are."""
    if db.session.scalar(out_of_work(project_id).limit(1)) is None:
        return []
    return [column.not_in(out_of_work(project_id))]


def speakers_out(connection: Connection, project_id: int) -> frozenset[int]:
    """Return the speakers whom only withdrawn articles name, and on whom no other one depends."""
    shelf = shelved(project_id)
    if connection.scalar(shelf.limit(1)) is None:
        return frozenset()
    return named_only(connection, project_id, Sentence.article_id.in_(shelf))


def speakers_uncounted(
    connection: Connection, project_id: int, numbers: Collection[int] | None = None
) -> frozenset[int]:
    """Return the speakers whom nothing that counts names, and on whom no other one depends.

    What does not count lies on a shelf, or was said by a model: nobody is shown or offered whom
    only that names. With `numbers` only those of these speakers.
    """
    shelf = out_of_work(project_id)
    out = Sentence.article_id.in_(shelf)
    if has_model_answers(connection, project_id):
        return named_only(connection, project_id, or_(out, Answer.origin == MODEL), numbers)
    if connection.scalar(shelf.limit(1)) is None:
        return frozenset()
    return named_only(connection, project_id, out, numbers)


def named_only(
    connection: Connection,
    project_id: int,
    out: ColumnElement[bool],
    numbers: Collection[int] | None = None,
) -> frozenset[int]:
    """Return the speakers whom only such answers name, and on whom no other one depends."""
    other = aliased(Speaker)
    # What nobody depends on: a set, as no index leads to those who do.
    leaned_on = [
        Speaker.id.in_(select(column).where(other.project_id == project_id, column.is_not(None)))
        for column in (other.merged_into_id, other.member_of_id)
    ]
    query = select(Speaker.id).where(
        Speaker.project_id == project_id,
        Speaker.merged_into_id.is_(None),
        # By speaker: the first claim that counts settles it for most of them.
        or_(names_them(out), chains_them(out)),
        ~names_them(~out),
        ~chains_them(~out),
        ~or_(*leaned_on),
    )
    if numbers is not None:
        query = query.where(among(Speaker.id, numbers))
    found = set(connection.scalars(query))
    return frozenset(found - decided_on(connection, project_id) if found else found)


def names_them(which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition of speakers who have a claim in one of such answers."""
    return exists().where(
        Claim.speaker_id == Speaker.id,
        Answer.id == Claim.answer_id,
        Sentence.id == Answer.sentence_id,
        which,
    )


def chains_them(which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition of speakers who pass a claim on in one of such answers."""
    return exists().where(
        Via.speaker_id == Speaker.id,
        Claim.id == Via.claim_id,
        Answer.id == Claim.answer_id,
        Sentence.id == Answer.sentence_id,
        which,
    )


def has_model_answers(connection: Connection, project_id: int) -> bool:
    """Say whether a model may have answered anything in a project: one has been let in."""
    member = select(Membership.id).where(Membership.project_id == project_id, Membership.model)
    brought = select(LabelImport.id).where(
        LabelImport.project_id == project_id, LabelImport.origin == MODEL
    )
    return any(connection.scalar(each.limit(1)) is not None for each in (member, brought))


def decided_on(connection: Connection, project_id: int) -> set[int]:
    """Return the speakers whom the decisions of a project name, withdrawn articles left out."""
    found: set[int] = set()
    decisions = (
        select(Decision.claims, Decision.soft)
        .join(Sentence, Sentence.id == Decision.sentence_id)
        .join(Article, Article.id == Sentence.article_id)
        .where(Article.project_id == project_id)
    )
    for claims, soft in connection.execute(decisions):
        for claim in claims or ():
            found |= {claim["speaker_id"], *claim["via"]}
        found |= {claim["speaker_id"] for claim in (soft or {}).get("claims", ())}
    return found


def open_shelf(project: Project) -> int:
    """Return the shelf of a project, made if need be; the project's row is locked by the caller."""
    number = shelf_of(project.id)
    if number is None:
        made = Project(slug=slug_of(project.id), name=project.name, target_question="")
        db.session.add(made)
        db.session.flush()
        number = made.id
    return number


def bring_people(project: Project, shelf: int, articles: Collection[int]) -> None:
    """Let everybody who has one of these articles have the same pseudonym on the shelf."""
    there = select(Membership.user_id).where(Membership.project_id == shelf)
    holders = (
        select(Assignment.user_id)
        .where(among(Assignment.article_id, articles))
        .union(
            select(Answer.user_id)
            .join(Answer.sentence)
            .where(among(Sentence.article_id, articles)),
            select(Answer.user_id).where(among(Answer.aside_in_id, articles)),
        )
    )
    rows = db.session.execute(
        select(Membership.user_id, Membership.pseudonym).where(
            Membership.project_id == project.id,
            Membership.user_id.in_(holders),
            Membership.user_id.not_in(there),
        )
    ).all()
    db.session.add_all(
        Membership(user_id=user, project_id=shelf, pseudonym=pseudonym) for user, pseudonym in rows
    )
    db.session.flush()


def move(articles: Collection[int], into: int) -> None:
    """Put articles on a shelf, or back into their project."""
    db.session.flush()
    db.session.execute(
        update(Article).where(among(Article.id, articles)).values(project_id=into),
        execution_options={"synchronize_session": False},
    )
    db.session.expire_all()


def refuse_withdrawn(article_id: int, user_id: int) -> None:
    """Tell somebody who has, or had, an article that it was withdrawn.

    Raises:
        WithdrawnError: it was, and this person may know of it.

    """
    slug = db.session.scalar(
        select(Project.slug)
        .join(Article, Article.project_id == Project.id)
        .where(Article.id == article_id, Project.slug.like(f"{SHELF}%"))
    )
    if slug is None:
        return
    project_id = int(slug.removeprefix(SHELF))
    copies = select(Article.id).where(Article.copy_of_id == article_id)
    holds = select(Assignment.id).where(
        or_(Assignment.article_id == article_id, Assignment.article_id.in_(copies)),
        Assignment.user_id == user_id,
    )
    leads = select(Membership.id).where(
        Membership.project_id == project_id,
        Membership.user_id == user_id,
        or_(Membership.lead, Membership.adjudicator),
    )
    if all(db.session.scalar(query.limit(1)) is None for query in (holds, leads)):
        return
    when = withdrawn_at(article_id)
    on = f" on {utc_text(when)}" if when else ""
    raise WithdrawnError(f"Your lead withdrew this article{on}. Saved answers are kept.")


def withdrawn_at(article_id: int) -> datetime | None:
    """Return when an article was withdrawn last."""
    return db.session.scalar(
        select(Correction.at)
        .where(Correction.article_id == article_id, Correction.kind == "withdraw")
        .order_by(Correction.id.desc())
        .limit(1)
    )
