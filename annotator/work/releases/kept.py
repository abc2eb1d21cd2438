"""Releases written by page: how far each is, cancelling it, and where their folders are."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload
from sqlalchemy.sql.elements import ColumnElement

from annotator.errors import NotFoundError, RefusedError
from annotator.store.clock import now
from annotator.store.db import db
from annotator.store.models import Project, Release, ReleaseRun, User
from annotator.work.releases import writing
from annotator.work.releases.settings import WRITTEN_TO, Settings

FOLDER = "releases"
WRITING = "writing"
# One that has not moved for so long was ended with its process.
DEAD_AFTER = timedelta(minutes=2)


class CancelledError(Exception):
    """Somebody cancelled the release; nothing of it may stay."""


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
    """Return where the folder of a release by page is; the name has been checked."""
    return data / FOLDER / project.slug / name


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


def begin(project: Project, user: User, settings: Settings) -> ReleaseRun:
    """Add the writing of a release, in a transaction that makes names safe.

    Raises:
        RefusedError: the name is taken, or a release of this name is being written.

    """
    # Nobody else begins or records a release of this project before this transaction ends.
    db.session.execute(select(Project.id).where(Project.id == project.id).with_for_update())
    writing.refuse_taken(project, settings.name)
    if any(each.name == settings.name for each in running_in(project)):
        raise RefusedError(f"The release “{settings.name}” is being written.")
    made = ReleaseRun(
        project_id=project.id, user_id=user.id, name=settings.name, settings=settings.to_json()
    )
    db.session.add(made)
    db.session.flush()
    return made


def sweep(data: Path, project: Project, name: str) -> None:
    """Remove the folder of a release that nobody has recorded: its process ended just then."""
    place = folder_of(data, project, name)
    if place.is_dir():
        shutil.rmtree(place)


def running_in(project: Project) -> Sequence[ReleaseRun]:
    """Return the releases of a project that are being written, the newest first."""
    found = db.session.scalars(
        select(ReleaseRun)
        .where(ReleaseRun.project_id == project.id, ReleaseRun.state == WRITING)
        .order_by(ReleaseRun.id.desc())
    )
    return [each for each in found if not is_dead(each)]


def get_run(project: Project, number: int) -> ReleaseRun:
    """Return the writing of one release, fresh from the database."""
    found = db.session.scalar(
        select(ReleaseRun)
        .where(ReleaseRun.id == number, ReleaseRun.project_id == project.id)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFoundError("There is no such release.")
    return found


def is_dead(run: ReleaseRun) -> bool:
    """Say whether a release stands still because its process ended."""
    return run.state == WRITING and now() - run.beat_at > DEAD_AFTER


def beat(number: int, done: int, total: int) -> None:
    """Say how far a release is.

    Raises:
        CancelledError: somebody cancelled it.

    """
    move(number, done=done, total=total)


def finish(number: int) -> None:
    """Say in the transaction that records a release that it is written.

    Raises:
        CancelledError: somebody cancelled it; the transaction must not be committed.

    """
    move(number, state="written")


def fail(number: int, said: str) -> None:
    """Say that there is no release, and why."""
    db.session.execute(update(ReleaseRun).where(going(number)).values(state="failed", said=said))


def cancel(run: ReleaseRun) -> bool:
    """Cancel a release; False when it is over already."""
    query = update(ReleaseRun).where(going(run.id)).values(state="cancelled")
    return bool(db.session.scalars(query.returning(ReleaseRun.id)).all())


def move(number: int, **values: Any) -> None:
    """Change a release that is being written."""
    query = update(ReleaseRun).where(going(number)).values(beat_at=now(), **values)
    if not db.session.scalars(query.returning(ReleaseRun.id)).all():
        raise CancelledError


def going(number: int) -> ColumnElement[bool]:
    """Return the condition that a run is this one and not over."""
    return (ReleaseRun.id == number) & (ReleaseRun.state == WRITING)
