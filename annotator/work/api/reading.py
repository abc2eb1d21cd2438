"""Lists as scripts read them: one page after the other by key, each row as plain data.

A page begins behind the row that the last one ended with, so that its cost is the same however far
it is from the beginning, and rows that are added meanwhile move nothing.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import joinedload

from annotator.errors import NotFoundError
from annotator.phrases import moment
from annotator.store.db import among, db
from annotator.store.models import (
    Alias,
    Article,
    Assignment,
    Job,
    Membership,
    Project,
    Release,
    Role,
    Sentence,
    Speaker,
)
from annotator.store.snapshot import by_code_point
from annotator.work import jobs, shelving
from annotator.work.accounts.memberships import pseudonyms_of
from annotator.work.gold.counts import taken_back

Item = dict[str, Any]


@dataclass(frozen=True)
class Page:
    """Some rows of a list, and behind which the next page begins; None on the last one."""

    items: Sequence[Item]
    after: int | None = None


def page_of(
    query: Select[*tuple[Any, ...]],
    key: Any,
    after: int,
    limit: int,
    items: Callable[[Sequence[Any]], Sequence[Item]],
) -> Page:
    """Return the page behind `after`; `key` is the number by which the list is in order."""
    found = db.session.execute(query.where(key > after).order_by(key).limit(limit + 1)).all()
    rows = found[:limit]
    return Page(items(rows), rows[-1].place if len(found) > limit else None)


# --- the project


def project_item(project: Project, membership: Membership) -> Item:
    """Return a project as its member sees it."""
    return {
        "slug": project.slug,
        "name": project.name,
        "target_question": project.target_question,
        "codebook_version": project.codebook_version.number,
        "overlap": project.overlap,
        "archived": project.archived_at is not None,
        "pseudonym": membership.pseudonym,
        "roles": [role.value for role in Role if role in membership.roles],
    }


# --- articles and sentences

COLUMNS = (
    Article.id.label("place"), Article.key, Article.title, Article.publisher, Article.author,
    Article.url, Article.published_on, Article.language, Article.licence, Article.sha256,
    Article.sentence_count, Article.version, Article.imported_at,
)  # fmt: skip


def may_read(membership: Membership) -> list[ColumnElement[bool]]:
    """Return the condition of the articles that a member may read.

    Leads and adjudicators read all of them, annotators those that they were given.
    """
    if membership.lead or membership.adjudicator:
        return []
    given = exists().where(
        Assignment.article_id == Article.id,
        Assignment.user_id == membership.user_id,
        Assignment.state != "closed",
    )
    return [given]


def articles(membership: Membership, after: int, limit: int, key: str | None) -> Page:
    """Return a page of the articles that a member may read, without their texts."""
    query = select(*COLUMNS).where(
        Article.project_id == membership.project_id, *may_read(membership)
    )
    if key is not None:
        query = query.where(Article.key == key)
    return page_of(query, Article.id, after, limit, lambda rows: [*map(article_item, rows)])


def article_item(row: Any) -> Item:
    """Return an article as plain data."""
    return {
        "id": row.place,
        "key": row.key,
        "title": row.title,
        "publisher": row.publisher,
        "author": row.author,
        "url": row.url,
        "published_on": row.published_on.isoformat() if row.published_on else None,
        "language": row.language,
        "licence": row.licence,
        "sha256": row.sha256,
        "sentences": row.sentence_count,
        "version": row.version,
        "imported_at": moment(row.imported_at),
    }


def article(membership: Membership, number: int) -> Item:
    """Return one article with its text and the metadata of its file.

    Raises:
        NotFoundError: the project has none of this number, or the member may not read it.

    """
    query = select(*COLUMNS, Article.text, Article.extra).where(
        Article.id == number, Article.project_id == membership.project_id, *may_read(membership)
    )
    row = db.session.execute(query).first()
    if row is None:
        raise NotFoundError("There is no such article.")
    metadata = row.extra.get("metadata", {})
    return article_item(row) | {"metadata": metadata, "text": row.text}


def sentences(membership: Membership, number: int, after: int, limit: int) -> Page:
    """Return a page of the sentences of an article, in the order of the text.

    Raises:
        NotFoundError: the project has none of this number, or the member may not read it.

    """
    own = select(Article.id).where(
        Article.id == number, Article.project_id == membership.project_id, *may_read(membership)
    )
    if db.session.scalar(own) is None:
        raise NotFoundError("There is no such article.")
    query = select(
        Sentence.position.label("place"),
        Sentence.start,
        Sentence.end,
        Sentence.segment,
        Sentence.paragraph,
        Sentence.text,
    ).where(Sentence.article_id == number)
    return page_of(query, Sentence.position, after, limit, lambda rows: [*map(sentence_item, rows)])


def sentence_item(row: Any) -> Item:
    """Return a sentence as plain data; offsets are code points of the article."""
    return {
        "sentence": row.place,
        "start": row.start,
        "end": row.end,
        "segment": row.segment,
        "paragraph": row.paragraph,
        "text": row.text,
    }


# --- assignments


def assignments(membership: Membership, after: int, limit: int) -> Page:
    """Return a page of who has which article; whoever does not lead sees only their own."""
    query = (
        select(
            Assignment.id.label("place"),
            Assignment.article_id,
            Article.key,
            Membership.pseudonym,
            Assignment.state,
            Assignment.imported,
            Assignment.due_on,
            Assignment.assigned_at,
            Assignment.submitted_at,
            Assignment.decided_count,
            Assignment.incomplete_count,
            Article.sentence_count,
        )
        .join(Article, Article.id == Assignment.article_id)
        .join(
            Membership,
            (Membership.user_id == Assignment.user_id)
            & (Membership.project_id == Article.project_id),
        )
        .where(Article.project_id == membership.project_id)
    )
    if not membership.lead:
        query = query.where(Assignment.user_id == membership.user_id)
    return page_of(query, Assignment.id, after, limit, lambda rows: [*map(assignment_item, rows)])


def assignment_item(row: Any) -> Item:
    """Return an assignment as plain data; people stand under their pseudonyms."""
    return {
        "id": row.place,
        "article": row.key,
        "article_id": row.article_id,
        "annotator": row.pseudonym,
        "state": "imported" if row.imported else row.state,
        "due_on": row.due_on.isoformat() if row.due_on else None,
        "assigned_at": moment(row.assigned_at),
        "submitted_at": moment(row.submitted_at) if row.submitted_at else None,
        "sentences": row.sentence_count,
        "answered": row.decided_count,
        "incomplete": row.incomplete_count,
    }


# --- speakers


def speakers(project: Project, after: int, limit: int) -> Page:
    """Return a page of the register, in the order in which speakers were added."""
    connection = db.session.connection()
    nobody = taken_back(connection, project) | shelving.speakers_uncounted(connection, project.id)
    query = select(
        Speaker.id.label("place"),
        Speaker.name,
        Speaker.type,
        Speaker.wording,
        Speaker.member_of_id,
        Speaker.merged_into_id,
    ).where(Speaker.project_id == project.id)
    if nobody:
        query = query.where(~among(Speaker.id, nobody))
    return page_of(query, Speaker.id, after, limit, speaker_items)


def speaker_items(rows: Sequence[Any]) -> list[Item]:
    """Return speakers as plain data, with the forms that they have in articles."""
    others = {row.member_of_id for row in rows} | {row.merged_into_id for row in rows}
    names = names_of(others - {None})
    forms: dict[int, list[Item]] = {}
    for alias in db.session.execute(
        select(Alias.speaker_id, Article.key, Alias.text)
        .join(Article, Article.id == Alias.article_id)
        .where(among(Alias.speaker_id, [row.place for row in rows]))
        .order_by(by_code_point(Article.key), by_code_point(Alias.text))
    ):
        forms.setdefault(alias.speaker_id, []).append({"article": alias.key, "text": alias.text})
    return [
        {
            "id": row.place,
            "name": row.name,
            "type": row.type,
            "wording": row.wording,
            "member_of": names.get(row.member_of_id),
            "merged_into": names.get(row.merged_into_id),
            "aliases": forms.get(row.place, []),
        }
        for row in rows
    ]


def names_of(numbers: Collection[int]) -> Mapping[int, str]:
    """Return the names of some speakers."""
    return dict(
        db.session.execute(select(Speaker.id, Speaker.name).where(among(Speaker.id, numbers))).all()
    )


# --- releases and jobs


def releases(project: Project, after: int, limit: int) -> Page:
    """Return a page of the releases, the oldest first."""
    people = pseudonyms_of(project)
    query = (
        select(Release, Release.id.label("place"))
        .where(Release.project_id == project.id)
        .options(joinedload(Release.user))
    )
    return page_of(
        query,
        Release.id,
        after,
        limit,
        lambda rows: [release_item(row.Release, people) for row in rows],
    )


def release_item(release: Release, people: Mapping[int, str]) -> Item:
    """Return a release as plain data: what was in it, and the hashes that prove it."""
    return {
        "name": release.name,
        "status": release.status,
        "created_at": moment(release.created_at),
        "by": people.get(release.user_id or 0),
        "codebook_version": release.codebook_version,
        "software": release.software,
        "bytes": release.bytes,
        "sha256": release.sha256,
        "hashes": release.hashes,
        "counts": release.counts,
        "gates": release.gates,
        "audit_root": release.audit_root,
    }


def job_item(job: Job) -> Item:
    """Return a job as plain data; `result` is what its kind keeps of what came of it."""
    kept: tuple[str, ...] = ("files",) if job.kind == jobs.IMPORT else ("name",)
    if job.kind == jobs.LABELS:
        kept = ("answers", "spans", "annotators", "remarks")
    return {
        "id": job.id,
        "kind": job.kind,
        "state": jobs.state_of(job),
        "done": job.done,
        "total": job.total,
        "said": job.said,
        "started_at": moment(job.started_at),
        "result": {name: job.details[name] for name in kept if name in job.details},
    }
