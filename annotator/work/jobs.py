"""Long work of a project: begun, how far it is, cancelled, over; and what is kept of it.

A job is stored, so that every process of the server can say how far it is and cancel it. Whoever
does the work says now and then that it lives (`beat`) and so hears that it was cancelled; the
transaction that stores the result also ends the job (`finish`), or neither happens.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import defer, joinedload
from sqlalchemy.sql.elements import ColumnElement

from annotator.errors import NotFoundError
from annotator.store.clock import now
from annotator.store.db import db
from annotator.store.models import Job, Project, User

IMPORT, RELEASE, LABELS, QUEUE, AUDIT = "import", "release", "labels", "queue", "audit"
RUNNING, DONE, CANCELLED, FAILED, INTERRUPTED = (
    "running",
    "done",
    "cancelled",
    "failed",
    "interrupted",
)
# A job that has not moved for so long was ended with its process.
DEAD_AFTER = timedelta(minutes=2)
# Hears how far an act is; each act says in which numbers.
Told = Callable[[int], None]


def tell_nobody(_many: int) -> None:
    """Go on without telling anybody."""


class CancelledError(Exception):
    """Somebody cancelled the job; nothing more of it may be stored."""


def begin(kind: str, project: Project, user: User | None, total: int = 0, **details: object) -> Job:
    """Add a job that runs; `total` is how much there is to do."""
    return add(kind, project, user, RUNNING, total=total, details=details)


def add(kind: str, project: Project, user: User | None, state: str, **columns: Any) -> Job:
    """Add a job in any state: a short one is over when it is stored."""
    made = Job(
        kind=kind,
        project_id=project.id,
        user_id=user.id if user else None,
        state=state,
        **columns,
    )
    db.session.add(made)
    db.session.flush()
    return made


def get(kind: str, project: Project, number: int) -> Job:
    """Return one job of a project, fresh from the database.

    Raises:
        NotFoundError: the project has none of this number and kind.

    """
    found = db.session.scalar(
        select(Job)
        .where(Job.id == number, Job.kind == kind, Job.project_id == project.id)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFoundError(f"There is no such {kind}.")
    return found


def any_of(project: Project, number: int) -> Job:
    """Return a job of a project, of whatever kind, fresh from the database.

    Raises:
        NotFoundError: the project has none of this number.

    """
    found = db.session.scalar(
        select(Job)
        .where(Job.id == number, Job.project_id == project.id)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFoundError("There is no such job.")
    return found


def running(kind: str, project: Project) -> list[Job]:
    """Return the jobs of a project that are under way, the newest first."""
    found = db.session.scalars(
        select(Job).where(*of(kind, project.id), Job.state == RUNNING).order_by(Job.id.desc())
    )
    return [each for each in found if not is_dead(each)]


def latest(kind: str, project: Project, most: int) -> Sequence[Job]:
    """Return the last jobs of a project, the newest first, without their details."""
    return db.session.scalars(
        select(Job)
        .where(*of(kind, project.id))
        .order_by(Job.id.desc())
        .limit(most)
        .options(defer(Job.details), joinedload(Job.user))
    ).all()


def forget_old(kind: str, project_id: int, kept: int) -> None:
    """Remove all jobs of a project that are over, but so many of the newest."""
    newest = (
        select(Job.id).where(*of(kind, project_id)).order_by(Job.id.desc()).limit(kept).subquery()
    )
    db.session.execute(
        delete(Job).where(
            *of(kind, project_id), Job.state != RUNNING, Job.id.not_in(select(newest.c.id))
        ),
        execution_options={"synchronize_session": False},
    )


def is_dead(job: Job) -> bool:
    """Say whether a job stands still because its process ended."""
    return job.state == RUNNING and now() - job.beat_at > DEAD_AFTER


def state_of(job: Job) -> str:
    """Return the state of a job as people see it: one that stands still was interrupted."""
    return INTERRUPTED if is_dead(job) else job.state


def beat(number: int, done: int, total: int | None = None) -> None:
    """Say how far a job is, and how far it has to go where that is known only now.

    Raises:
        CancelledError: somebody cancelled it.

    """
    move(number, done=done, **({} if total is None else {"total": total}))


def finish(number: int, said: str = "", **details: object) -> None:
    """Say in the transaction that stores the result that a job is done.

    Raises:
        CancelledError: somebody cancelled it; the transaction must not be committed.

    """
    move(number, state=DONE, said=said, **({"details": details} if details else {}))


def fail(number: int, said: str, **details: object) -> None:
    """Say that nothing of a job was stored, and why; one that is over stays as it is."""
    kept = {"details": details} if details else {}
    db.session.execute(update(Job).where(goes_on(number)).values(state=FAILED, said=said, **kept))


def cancel(job: Job) -> bool:
    """Cancel a job; False when it is over already."""
    query = update(Job).where(goes_on(job.id)).values(state=CANCELLED)
    return bool(db.session.scalars(query.returning(Job.id)).all())


def move(number: int, **values: object) -> None:
    """Change a running job, which shows that it lives."""
    query = update(Job).where(goes_on(number)).values(beat_at=now(), **values)
    if not db.session.scalars(query.returning(Job.id)).all():
        raise CancelledError


def of(kind: str, project_id: int) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that a job is of this kind and project."""
    return Job.kind == kind, Job.project_id == project_id


def goes_on(number: int) -> ColumnElement[bool]:
    """Return the condition that a job is this one and not over."""
    return (Job.id == number) & (Job.state == RUNNING)
