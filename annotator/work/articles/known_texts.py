"""Known texts: the keys and texts that a project has, and those that one batch has read so far."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from annotator.errors import RefusedError
from annotator.formats.articles.article import LONGEST_KEY, ArticleDraft
from annotator.text import fingerprint

if TYPE_CHECKING:
    from annotator.store.models import Project


class DuplicateError(RefusedError):
    """The project already has this text, or another text under this key."""


class KnownTexts:
    """The keys and texts that a project has, and those this run has read so far.

    Without a project there are only the latter.
    """

    def __init__(self, project: "Project | None") -> None:
        self.here: dict[str, str] = {}
        self.withdrawn: dict[str, str] = {}
        self.texts: dict[str, str] = {}
        self.keys: set[str] = set()
        if project is not None:
            self.look_up(project)
        self.here_keys = set(self.here.values())

    def look_up(self, project: "Project") -> None:
        """Find the keys and texts of the project, and those that were withdrawn from it."""
        # A conversion has no project, and loads nothing of the database.
        from sqlalchemy import select  # noqa: PLC0415

        from annotator.store.db import db  # noqa: PLC0415
        from annotator.store.models import Article  # noqa: PLC0415
        from annotator.work import shelving, staging  # noqa: PLC0415

        rows = db.session.execute(
            select(Article.key, Article.sha256).where(
                Article.project_id.in_(staging.arriving_into(project.id))
            )
        )
        self.here = {row.sha256: row.key for row in rows}
        self.withdrawn = {
            row.sha256: row.key
            for row in db.session.execute(
                select(Article.key, Article.sha256).where(
                    Article.id.in_(shelving.shelved(project.id))
                )
            )
        }

    def check(self, digests: Collection[str], key: str, *, new_version: bool = False) -> None:
        """Refuse a text one of whose digests is here, and a key that another text has.

        Raises:
            DuplicateError: naming what is there and what can be done.

        """
        for texts, place in (
            (self.here, "in this project as article"),
            (self.texts, "in this import as"),
        ):
            twin = next((texts[digest] for digest in digests if digest in texts), None)
            if twin is not None:
                raise DuplicateError(f"the same text is already {place} “{twin}”")
        out = next((self.withdrawn[each] for each in digests if each in self.withdrawn), None)
        if out is not None:
            raise DuplicateError(
                f"the same text was withdrawn from this project as article “{out}”: restore it"
                " under Articles, Withdrawn"
            )
        if key in self.keys:
            raise DuplicateError(
                f"another article of this import also has the key “{key}”; rename one of them"
            )
        if key in self.here_keys and not new_version:
            raise DuplicateError(
                f"there is already an article “{key}” with another text; if this is a"
                " different article, give it another key (rename the file), else import"
                " it with --new-version as a new version"
            )

    def take(self, draft: ArticleDraft, *, new_version: bool) -> ArticleDraft:
        """Return a draft that is new here, as a new version if its key is taken."""
        with at(draft):
            self.check(fingerprint.twins(draft.text), draft.key, new_version=new_version)
            taken = self.versioned(draft) if draft.key in self.here_keys else draft
        self.texts[taken.sha256] = taken.key
        self.keys |= {draft.key, taken.key}
        return taken

    def versioned(self, draft: ArticleDraft) -> ArticleDraft:
        """Return the draft under the key of the next version."""
        number = 2
        while f"{draft.key}@{number}" in self.here_keys:
            number += 1
        key = f"{draft.key}@{number}"
        if len(key) > LONGEST_KEY:
            raise DuplicateError(f"the key “{key}” of a new version is longer than {LONGEST_KEY}")
        return replace(draft, key=key, version=number, version_of=draft.key)

    def forget(self, drafts: Iterable[ArticleDraft]) -> None:
        """Take back what a refused file had put here."""
        for draft in drafts:
            self.texts.pop(draft.sha256, None)
            self.keys -= {draft.key, draft.version_of or draft.key}


@contextmanager
def at(draft: ArticleDraft) -> Iterator[None]:
    """Put the place of an article in its file before what is said against it."""
    try:
        yield
    except DuplicateError as error:
        if not draft.where:
            raise
        raise DuplicateError(f"{draft.where}: {error}") from error
