"""The name and the end of a project: another short name, the archive, deletion."""

import secrets
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from annotator.errors import RefusedError
from annotator.store.clock import now
from annotator.store.db import Steps, db
from annotator.store.models import (
    Answer,
    Article,
    Correction,
    Decision,
    OldSlug,
    Project,
    Release,
    Sentence,
    Staging,
    User,
)
from annotator.work import jobs, shelving, staging
from annotator.work.accounts import memberships, projects
from annotator.work.releases import kept

RENAME, ARCHIVE, REOPEN = "rename", "archive", "reopen"


@dataclass(frozen=True)
class Contents:
    """What a project holds, all of which is lost when it is deleted."""

    articles: int
    withdrawn: int
    sentences: int
    answers: int
    decisions: int
    releases: int
    people: int


def contents(project: Project) -> Contents:
    """Count what a project holds, withdrawn articles too."""
    places = [number for number in (project.id, shelving.shelf_of(project.id)) if number]
    here = Article.project_id.in_(places)
    articles, sentences = db.session.execute(
        select(func.count(Article.id), func.coalesce(func.sum(Article.sentence_count), 0)).where(
            here
        )
    ).one()
    of_sentences = select(func.count()).join(Sentence.article).where(here)
    return Contents(
        articles,
        count(select(func.count()).where(Article.id.in_(shelving.shelved(project.id)))),
        sentences,
        count(of_sentences.join(Answer, Answer.sentence_id == Sentence.id).where(Answer.current)),
        count(of_sentences.join(Decision, Decision.sentence_id == Sentence.id)),
        count(select(func.count()).where(Release.project_id == project.id)),
        len(memberships.members(project)),
    )


def count(query: object) -> int:
    """Return the one number of a query."""
    return int(db.session.scalar(query) or 0)  # type: ignore[call-overload]


def rename(project: Project, slug: str, user: User | None) -> str:
    """Give a project another short name; addresses with the old one lead on. Return the old one.

    Raises:
        RefusedError: the name is taken, is no short name, or something is being written.

    """
    lock(project)
    projects.refuse_archived(project)
    refuse_while_busy(project)
    old, new = project.slug, projects.checked_slug(slug)
    if new == old:
        raise RefusedError(f"The short name is “{old}” already.")
    projects.refuse_old_slug(new, project.id)
    db.session.execute(delete(OldSlug).where(OldSlug.slug == new))
    project.first_slug = project.first_slug or old
    project.slug = new
    db.session.add(OldSlug(slug=old, project_id=project.id))
    note(project, RENAME, user, {"slug": old}, {"slug": new})
    try:
        db.session.flush()
    except IntegrityError as error:
        raise RefusedError(f"There is already a project “{new}”. Choose another name.") from error
    return old


def archive(project: Project, user: User | None) -> None:
    """Make a project read only and take it from all lists; nothing is lost."""
    lock(project)
    projects.refuse_archived(project)
    refuse_while_busy(project)
    project.archived_at = now()
    note(project, ARCHIVE, user)


def reopen(project: Project, user: User | None) -> None:
    """Let an archived project be worked on again."""
    lock(project)
    if project.archived_at is None:
        raise RefusedError("The project is not archived.")
    project.archived_at = None
    note(project, REOPEN, user)


def remove(project: Project, typed: str, data: Path) -> Steps[None]:
    """Delete a project with everything in it, in short steps.

    It is gone for everybody with the first step; what is cut off then is completed at the next
    start. `typed` is its short name, so that nobody deletes another one; `data` has the folders
    of its releases, which go before another project can have written to them.
    """

    def hide() -> tuple[int, list[str]]:
        lock(project)
        if typed.strip() != project.slug:
            raise RefusedError(f"Type the short name “{project.slug}” to delete the project.")
        refuse_while_busy(project)
        names = [project.slug, *kept.old_slugs(project)]
        # What has withdrawn articles of its own goes along: see `staging.shelves_of`.
        return staging.begin_removal(project).id, names

    number: int
    names: list[str]
    number, names = yield hide
    remove_folders(data, names)
    yield from staging.take_back(number)


def remove_folders(data: Path, slugs: Collection[str]) -> None:
    """Remove the folders of the releases of a deleted project."""
    for slug in slugs:
        place = data / kept.FOLDER / slug
        if place.is_dir():
            shutil.rmtree(place)


def lock(project: Project) -> None:
    """Read a project afresh, and let nobody else change it meanwhile."""
    db.session.execute(select(Project.id).where(Project.id == project.id).with_for_update())
    db.session.refresh(project)


def refuse_while_busy(project: Project) -> None:
    """Refuse while something is being imported or released."""
    coming = select(Staging.id).where(Staging.project_id == project.id)
    running = [*jobs.running(jobs.IMPORT, project), *jobs.running(jobs.RELEASE, project)]
    if running or db.session.scalar(coming.limit(1)) is not None:
        raise RefusedError("An import or a release is in progress. Wait for its end or cancel it.")


def note(
    project: Project,
    kind: str,
    user: User | None,
    before: dict[str, str] | None = None,
    after: dict[str, str] | None = None,
) -> None:
    """Put down what was done to a project."""
    db.session.add(
        Correction(
            project_id=project.id,
            kind=kind,
            act=secrets.token_hex(8),
            before=before or {},
            after=after or {},
            user_id=user.id if user else None,
        )
    )
