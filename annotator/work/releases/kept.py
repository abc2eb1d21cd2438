"""The record of releases: which there are, where their folders are, and how one is begun."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from annotator.errors import NotFoundError, RefusedError
from annotator.store.db import db
from annotator.store.models import Job, OldSlug, Project, Release, User
from annotator.work import jobs
from annotator.work.releases.facts import WITHDRAWN
from annotator.work.releases.parts import ABSENT, absent_stances
from annotator.work.releases.settings import WRITTEN_TO, Settings
from annotator.work.releases.writing import Written

FOLDER = "releases"


@dataclass(frozen=True)
class Kept:
    """A release, and whether its folder is among the data of this installation."""

    release: Release
    folder: Path | None

    @property
    def written_to(self) -> str:
        """Return where the command wrote its folder; empty where nobody has kept it."""
        return str(self.release.settings.get(WRITTEN_TO, ""))

    @property
    def gold(self) -> str:
        """Return how its gold was made, in words."""
        return Settings.from_json(self.release.name, self.release.settings).way.says


def folder_of(data: Path, project: Project, name: str) -> Path:
    """Return where the folder of a release by page is; the name has been checked.

    Releases of before a rename stay where they were written.
    """
    places = [data / FOLDER / slug / name for slug in (project.slug, *old_slugs(project))]
    return next((place for place in places if place.is_dir()), places[0])


def old_slugs(project: Project) -> list[str]:
    """Return the short names that a project had."""
    query = select(OldSlug.slug).where(OldSlug.project_id == project.id)
    return list(db.session.scalars(query.order_by(OldSlug.id)))


def releases_of(project: Project, data: Path) -> list[Kept]:
    """Return the releases of a project, the newest first."""
    found = db.session.scalars(
        select(Release)
        .where(Release.project_id == project.id)
        .options(joinedload(Release.user))
        .order_by(Release.id.desc())
    )
    return [kept(each, project, data) for each in found]


def get_release(project: Project, name: str, data: Path) -> Kept:
    """Return one release of a project by its name."""
    found = db.session.scalar(
        select(Release).where(Release.project_id == project.id, Release.name == name)
    )
    if found is None:
        raise NotFoundError("There is no such release.")
    return kept(found, project, data)


def kept(release: Release, project: Project, data: Path) -> Kept:
    """Return a release with its folder, where there is one."""
    folder = folder_of(data, project, release.name)
    return Kept(release, folder if folder.is_dir() else None)


def begin(project: Project, user: User, settings: Settings) -> Job:
    """Add the writing of a release, in a transaction that makes names safe.

    Raises:
        RefusedError: the name is taken, or a release of this name is being written.

    """
    # Nobody else begins or records a release of this project before this transaction ends.
    db.session.execute(select(Project.id).where(Project.id == project.id).with_for_update())
    refuse_taken(project, settings.name)
    if any(each.details["name"] == settings.name for each in jobs.running(jobs.RELEASE, project)):
        raise RefusedError(f"The release “{settings.name}” is being written.")
    return jobs.begin(jobs.RELEASE, project, user, name=settings.name, settings=settings.to_json())


def sweep(data: Path, project: Project, name: str) -> None:
    """Remove the folder of a release that nobody has recorded: its process ended just then."""
    place = folder_of(data, project, name)
    if place.is_dir():
        shutil.rmtree(place)


def refuse_taken(project: Project, name: str) -> None:
    """Refuse the name of a release that is there: what was published never changes."""
    query = select(Release.id).where(Release.project_id == project.id, Release.name == name)
    if db.session.scalar(query) is not None:
        raise name_taken(name)


def name_taken(name: str) -> RefusedError:
    return RefusedError(
        f"There is already a release “{name}”, and releases are immutable. Choose another name."
    )


def record(
    project: Project, user: User | None, written: Written, folder: Path | None = None
) -> Release:
    """Add a release to the project, in the transaction in which its folder gets its place.

    `folder`: where it is, if not in the data folder; pages say it.

    Raises:
        RefusedError: the name has been taken meanwhile.

    """
    # A name may hold bytes that are no text; a page could not show them.
    place = {WRITTEN_TO: os.fsencode(folder).decode("utf-8", "replace")} if folder else {}
    absent = absent_stances(written.facts["splits"])
    made = Release(
        project_id=project.id,
        user_id=user.id if user else None,
        name=written.settings.name,
        status=written.facts["status"],
        settings={**written.settings.to_json(), **place},
        counts={
            **written.facts["counts"],
            "how": written.facts["how"],
            **({ABSENT: absent} if absent else {}),
            **{name: written.facts[name] for name in (WITHDRAWN,) if name in written.facts},
        },
        hashes=dict(written.hashes),
        gates=written.facts["gates"],
        sha256=written.sha256,
        bytes=written.bytes,
        codebook_version=written.facts["codebook_version"],
        software=written.facts["software"],
        audit_root=written.facts["audit_root"],
    )
    try:
        with db.session.begin_nested():
            db.session.add(made)
    except IntegrityError as error:
        raise name_taken(written.settings.name) from error
    return made
