"""Long imports: how far each is, cancelling it, and what became of its files."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.sql.elements import ColumnElement

from annotator.store.clock import now
from annotator.store.db import db
from annotator.store.models import Import, Project, User
from annotator.work.errors import NotFoundError
from annotator.work.reading_in import FileReport

# An import that has not moved for so long was ended with its process.
DEAD_AFTER = timedelta(minutes=2)


class CancelledError(Exception):
    """Somebody cancelled the import; nothing of it may be stored."""


def begin(project: Project, user: User, total: int) -> Import:
    """Add a long import of so many bytes."""
    made = Import(project_id=project.id, user_id=user.id, total=total)
    db.session.add(made)
    db.session.flush()
    return made


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
    move(number, state="stored", said=said, files=[asdict(each) for each in reports])


def fail(number: int, said: str, reports: Sequence[FileReport] = ()) -> None:
    """Say that nothing of an import was stored, and why."""
    db.session.execute(
        update(Import)
        .where(running(number))
        .values(state="failed", said=said, files=[asdict(each) for each in reports])
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
