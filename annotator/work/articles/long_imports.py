"""Imports: how far a long one is, cancelling it, and what became of the files of each."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import defer, joinedload
from sqlalchemy.sql.elements import ColumnElement

from annotator.errors import NotFoundError
from annotator.store.clock import now
from annotator.store.db import db
from annotator.store.models import Import, Project, User
from annotator.work.articles.import_run import FileReport

# An import that has not moved for so long was ended with its process.
DEAD_AFTER = timedelta(minutes=2)
# The reports of so many imports of a project can be read again.
KEPT = 20


class CancelledError(Exception):
    """Somebody cancelled the import; nothing of it may be stored."""


def begin(project: Project, user: User, total: int) -> Import:
    """Add a long import of so many bytes."""
    made = Import(project_id=project.id, user_id=user.id, total=total)
    db.session.add(made)
    db.session.flush()
    return made


def record(project: Project, user: User | None, said: str, reports: Sequence[FileReport]) -> Import:
    """Keep what became of a short import, in the transaction that stores its articles.

    Without a user it came by command.
    """
    is_stored = any(report.articles for report in reports)
    made = Import(
        project_id=project.id,
        user_id=user.id if user else None,
        total=0,
        state="stored" if is_stored else "failed",
        said=said if is_stored else "Every file was refused.",
        files=entries(reports),
    )
    db.session.add(made)
    db.session.flush()
    forget_old(project.id)
    return made


def latest(project: Project) -> Sequence[Import]:
    """Return the last imports of a project, the newest first, without their files."""
    return db.session.scalars(
        select(Import)
        .where(Import.project_id == project.id)
        .order_by(Import.id.desc())
        .limit(KEPT)
        .options(defer(Import.files), joinedload(Import.user))
    ).all()


def forget_old(project_id: int) -> None:
    """Take away the reports of a project that nobody will read any more."""
    kept = (
        select(Import.id)
        .where(Import.project_id == project_id)
        .order_by(Import.id.desc())
        .limit(KEPT)
        .subquery()
    )
    db.session.execute(
        delete(Import).where(
            Import.project_id == project_id,
            Import.state != "reading",
            Import.id.not_in(select(kept.c.id)),
        ),
        execution_options={"synchronize_session": False},
    )


def entries(reports: Sequence[FileReport]) -> list[dict[str, Any]]:
    """Return the reports as they are kept: what is empty in one is left out."""
    return [
        {name: value for name, value in asdict(report).items() if value or name == "name"}
        for report in reports
    ]


def get(project: Project, number: int) -> Import:
    """Return one import of a project, fresh from the database."""
    found = db.session.scalar(
        select(Import)
        .where(Import.id == number, Import.project_id == project.id)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFoundError("There is no such import.")
    return found


def is_dead(job: Import) -> bool:
    """Say whether an import stands still because its process ended."""
    return job.state == "reading" and now() - job.beat_at > DEAD_AFTER


def beat(number: int, done: int) -> None:
    """Say how far an import is.

    Raises:
        CancelledError: somebody cancelled it.

    """
    move(number, done=done)


def finish(number: int, said: str, reports: Sequence[FileReport]) -> None:
    """Say in the transaction that stores its articles what became of an import.

    Raises:
        CancelledError: somebody cancelled it; the transaction must not be committed.

    """
    move(number, state="stored", said=said, files=entries(reports))
    forget_old(db.session.scalars(select(Import.project_id).where(Import.id == number)).one())


def fail(number: int, said: str, reports: Sequence[FileReport] = ()) -> None:
    """Say that nothing of an import was stored, and why."""
    db.session.execute(
        update(Import)
        .where(running(number))
        .values(state="failed", said=said, files=entries(reports))
    )


def cancel(job: Import) -> bool:
    """Cancel an import; False when it is over already."""
    query = update(Import).where(running(job.id)).values(state="cancelled")
    return bool(db.session.scalars(query.returning(Import.id)).all())


def move(number: int, **values: object) -> None:
    """Change a running import."""
    query = update(Import).where(running(number)).values(beat_at=now(), **values)
    if not db.session.scalars(query.returning(Import.id)).all():
        raise CancelledError


def running(number: int) -> ColumnElement[bool]:
    """Return the condition that an import is this one and not over."""
    return (Import.id == number) & (Import.state == "reading")
