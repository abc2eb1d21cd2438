"""Importing: from the bytes of a file to an article with its sentences, all or nothing."""

from collections.abc import Iterator, Mapping

from sqlalchemy import or_, select

from annotator.formats import choosing
from annotator.formats.draft import ArticleDraft
from annotator.store.db import db
from annotator.store.models import Article, Project, User
from annotator.text import fingerprint
from annotator.work import clustering, storing
from annotator.work.errors import RefusedError


class DuplicateError(RefusedError):
    """The project already has this text, or another text under this key."""


def read_articles(
    name: str, raw: bytes, form: str = "auto", columns: Mapping[str, str] | None = None
) -> Iterator[ArticleDraft]:
    """Yield the articles of one file; `form` says how to read it, whatever its name says."""
    chosen = choosing.format_of(name, form)
    yield from choosing.read_bytes(raw, name, chosen, columns or {})


def read_file(name: str, raw: bytes, form: str = "auto") -> ArticleDraft:
    """Read a file that is one article."""
    drafts = list(read_articles(name, raw, form))
    if len(drafts) != 1:
        raise RefusedError(f"it holds {len(drafts):,} articles, one is wanted")
    return drafts[0]


def check_new(project: Project, draft: ArticleDraft) -> None:
    """Refuse a text that the project has, and a key that it has for another text."""
    twins = fingerprint.twins(draft.text)
    found = db.session.execute(
        select(Article.key, Article.sha256).where(
            Article.project_id == project.id,
            or_(Article.sha256.in_(twins), Article.key == draft.key),
        )
    ).all()
    for key, sha256 in found:
        if sha256 in twins:
            raise DuplicateError(f"the same text is already here as article “{key}”")
    if found:
        raise DuplicateError(
            f"there is already an article “{draft.key}” with another text; give this one another"
            " key (rename the file) if it is another article"
        )


def store_article(project: Project, draft: ArticleDraft, user: User | None = None) -> Article:
    """Store an article and all its sentences; to be committed by itself.

    Raises:
        DuplicateError: the project has this text already, or another text under this key.

    """
    storing.lock(project)
    check_new(project, draft)
    (number,) = storing.store(project, user, [storing.prepare(draft)])
    clustering.cluster(project)
    return db.session.get_one(Article, number)
