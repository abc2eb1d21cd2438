"""Imports on their way in: begun, kept alive, and taken back when they cannot be finished.

A large import is stored in short steps, so that everybody can go on saving. What it has stored is
seen by nobody before its last step: things of a project lie in a hidden project, answers lie aside.
Whatever ends its process, the next start or import takes it back, or finishes it if its last step
had begun.
"""

import os
import secrets
import socket
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, delete, exists, or_, select, update

from annotator.errors import RefusedError
from annotator.store import belongings
from annotator.store.clock import now
from annotator.store.db import R, Steps, among, db
from annotator.store.engine import COPIES, HIDDEN, SHELF
from annotator.store.models import (
    Answer,
    AnswerEvent,
    Article,
    Membership,
    Project,
    Roster,
    Speaker,
    StagedAnswer,
    Staging,
    User,
)

ARTICLES, LABELS, RELEASE = "articles", "labels", "release"
# Nothing comes in: what lies in its hidden project was removed, and is being deleted.
REMOVAL = "removal"
STORING, APPEARING, LEAVING, CLEANING = "storing", "appearing", "leaving", "cleaning"
# One that has not moved for so long was ended with its process.
DEAD_AFTER = timedelta(minutes=2)
# When this process began: in a container that is started anew it has the number of the one before.
BEGUN = now()
FEW = 400
# Deleting looks for whatever points at a row, which may take long in a large database.
STEP_SECONDS = 0.1

Plan = dict[str, Any]


class TakenBackError(RefusedError):
    """Another process took this import for dead and has taken it back."""

    def __init__(self) -> None:
        super().__init__("This import was stalled, so another process removed it. Try again.")


def is_here() -> ColumnElement[bool]:
    """Return the condition of projects that are no import on its way in."""
    return Project.slug.not_like(f"{HIDDEN}%")


def is_staged() -> ColumnElement[bool]:
    """Return the condition of answers that lie aside because their import is not over."""
    return Answer.sentence_id.is_(None) & exists().where(StagedAnswer.answer_id == Answer.id)


def begin(kind: str, name: str, project_id: int | None) -> Staging:
    """Note that an import begins; `name` is what is said of it."""
    hidden = Project(slug=f"{HIDDEN}{secrets.token_hex(8)}", name=name, target_question="")
    db.session.add(hidden)
    db.session.flush()
    made = Staging(
        kind=kind,
        name=name,
        project_id=project_id,
        hidden_id=hidden.id,
        host=socket.gethostname(),
        pid=os.getpid(),
    )
    db.session.add(made)
    db.session.flush()
    return made


def begin_removal(project: Project) -> Staging:
    """Let a project be seen by nobody from now on, and note that it is to be deleted."""
    made = Staging(
        kind=REMOVAL,
        name=f"the project {project.slug}",
        hidden_id=project.id,
        host=socket.gethostname(),
        pid=os.getpid(),
    )
    project.slug = f"{HIDDEN}{secrets.token_hex(8)}"
    db.session.add(made)
    db.session.flush()
    return made


def move(number: int, was: str = STORING, **values: Any) -> None:
    """Say in a step that an import lives, or what becomes of it.

    Raises:
        TakenBackError: another process took it for dead; the step must store nothing.

    """
    query = update(Staging).where(Staging.id == number, Staging.state == was)
    moved = query.values(beat_at=now(), **values).returning(Staging.id)
    if not db.session.scalars(moved.execution_options(synchronize_session=False)).all():
        raise TakenBackError


def state_of(number: int) -> str | None:
    """Return the state of an import, fresh from the database; None when it is over."""
    return db.session.scalar(select(Staging.state).where(Staging.id == number))


def hidden_of(number: int) -> int:
    """Return the hidden project in which the things of an import lie."""
    return db.session.scalars(select(Staging.hidden_id).where(Staging.id == number)).one()


def arriving_into(project_id: int) -> list[int]:
    """Return the project and those whose articles are about to be in it, and nothing stops them."""
    hidden = select(Staging.hidden_id).where(
        Staging.kind == ARTICLES, Staging.project_id == project_id, Staging.state == APPEARING
    )
    return [project_id, *db.session.scalars(hidden)]


def to_the_end(number: int, steps: Callable[[int], Steps[None]]) -> Steps[None]:
    """Let an import appear; once that has begun, an interruption does not end it."""
    try:
        yield from steps(number)
    except KeyboardInterrupt:
        state = state_of(number)
        if state == STORING:
            raise
        if state is not None:
            yield from steps(number)


def or_take_back(number: int, steps: Steps[R]) -> Steps[R]:
    """Carry out the steps of an import; what ends them before it appears, takes it back."""
    try:
        return (yield from steps)
    except GeneratorExit:  # nobody carries out any step any more
        raise
    except BaseException:  # an interruption, too, leaves nothing half done
        if state_of(number) == STORING:
            yield from take_back(number)
        raise


def plan_of(number: int) -> Plan:
    """Return the plan of an import, fresh from the database."""
    found: Plan = db.session.scalars(select(Staging.plan).where(Staging.id == number)).one()
    return found


def shown_of(number: int, *, lock: bool = False) -> int | None:
    """Return how many parts of an import have appeared; None where it does not appear, or is over.

    Locked, no other process shows another part before this one has.
    """
    query = select(Staging.shown).where(Staging.id == number, Staging.state == APPEARING)
    return db.session.scalar(query.with_for_update() if lock else query)


def refuse_while_appearing(articles: Collection[int]) -> None:
    """Refuse to move the places that answers of an import get which has begun to appear."""
    half = (
        select(StagedAnswer.answer_id)
        .join(Staging, Staging.id == StagedAnswer.staging_id)
        .where(Staging.state == APPEARING, among(StagedAnswer.article_id, articles))
    )
    if db.session.scalar(half.limit(1)) is not None:
        raise RefusedError(
            "Labels are being imported into this article. Try again in a moment; an"
            " interrupted import is completed when the server restarts."
        )


def leftovers() -> Sequence[Staging]:
    """Return the imports whose process has ended before they were over."""
    found = db.session.scalars(select(Staging).order_by(Staging.id)).all()
    return [each for each in found if is_dead(each)]


def is_dead(each: Staging) -> bool:
    """Say whether the process of an import has ended: it is gone, or has not moved for long."""
    if now() - each.beat_at > DEAD_AFTER:
        return True
    is_earlier = each.pid == os.getpid() and each.started_at < BEGUN
    return each.host == socket.gethostname() and (is_earlier or not is_running(each.pid))


def is_running(pid: int) -> bool:
    """Say whether there is a process of this number on this machine."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def take_back(number: int) -> Steps[None]:
    """Delete all that an import has stored, in short steps; nobody has seen any of it.

    So it is with what was removed: nobody sees it any more.
    """
    staging = db.session.get(Staging, number)
    if staging is None:
        return
    hidden, people = staging.hidden_id, list(staging.plan.get("people", {}).values())
    # From now on its own process, if it lives after all, stores nothing more.
    yield partial(move, number, staging.state, state=LEAVING)
    yield from clear_staged(number)
    for own in (hidden, *shelves_of(hidden)):
        yield from loosen(Article, own, {"version_of_id": None, "cluster_id": None})
    yield from loosen(Speaker, hidden, {"member_of_id": None, "merged_into_id": None})
    # The speakers of new people in articles of a project that stays are among the hidden ones.
    yield from gone(Roster, among(Roster.user_id, people))
    for table, which in belongings.of_projects([hidden, *shelves_of(hidden)]):
        for column in belongings.pointing_at_itself(table):
            yield partial(empty, column, which)
        yield from gone_from(table, which)
    stays = select(Membership.user_id).where(among(Membership.user_id, people))
    yield from gone(User, among(User.id, people) & User.id.not_in(stays))
    yield partial(forget, number, hidden)


def shelves_of(project_id: int) -> list[int]:
    """Return where withdrawn articles and copies of a project lie, which go with it."""
    own = or_(Project.slug == f"{SHELF}{project_id}", Project.slug.like(f"{COPIES}{project_id}-%"))
    return list(db.session.scalars(select(Project.id).where(own).order_by(Project.id)))


def clean(number: int) -> Steps[None]:
    """Remove what an import that is over leaves behind: its notes, and an empty project."""
    hidden = db.session.scalar(select(Staging.hidden_id).where(Staging.id == number))
    if hidden is None:  # another process has done it
        return
    query = select(StagedAnswer.answer_id).where(StagedAnswer.staging_id == number).limit(FEW)
    while found := db.session.scalars(query).all():
        yield partial(remove, StagedAnswer.answer_id, found)
    yield partial(forget, number, hidden)


def forget(number: int, hidden: int) -> None:
    """Remove the note of an import, and the project in which its things lay."""
    db.session.execute(delete(Staging).where(Staging.id == number))
    gone = among(Project.id, [hidden, *shelves_of(hidden)])
    db.session.execute(delete(Project).where(gone, Project.slug.like(f"{HIDDEN}%")))


def clear_staged(number: int) -> Steps[None]:
    """Delete the answers of an import that lie aside."""
    query = select(StagedAnswer.answer_id).where(StagedAnswer.staging_id == number).limit(FEW)
    while found := db.session.scalars(query).all():
        yield partial(drop, found)


def drop(answers: Sequence[int]) -> None:
    """Delete staged answers, with everything of theirs; claims and chains go along."""
    aside = select(Answer.id).where(among(Answer.id, answers), Answer.sentence_id.is_(None))
    lost = db.session.scalars(aside).all()
    remove(StagedAnswer.answer_id, answers)
    remove(AnswerEvent.answer_id, lost)
    remove(Answer.id, lost)


def remove(column: Any, numbers: Sequence[int]) -> None:
    """Delete the rows that have one of these numbers."""
    db.session.execute(
        delete(column.class_).where(among(column, numbers)),
        execution_options={"synchronize_session": False},
    )


def gone(model: Any, which: ColumnElement[bool], column: Any = None) -> Steps[None]:
    """Delete rows in steps, each for a tenth of a second at most."""
    column = model.id if column is None else column
    query = select(column).where(which).limit(FEW)
    while found := db.session.scalars(query).all():
        yield partial(delete_some, column, found)


def delete_some(column: Any, numbers: Iterable[int]) -> None:
    """Delete rows one after the other until a tenth of a second is over."""
    begun = time.monotonic()
    for number in numbers:
        db.session.execute(
            delete(column.class_).where(column == number),
            execution_options={"synchronize_session": False},
        )
        if time.monotonic() - begun > STEP_SECONDS:
            return


def gone_from(table: Table, which: ColumnElement[bool]) -> Steps[None]:
    """Delete rows of a table in steps, each for a tenth of a second at most."""
    key = [*table.primary_key.columns]
    query = select(*key).where(which).limit(FEW)
    while found := db.session.execute(query).all():
        yield partial(delete_rows, table, key, found)


def delete_rows(table: Table, key: Sequence[Any], rows: Iterable[Sequence[Any]]) -> None:
    """Delete rows one after the other until a tenth of a second is over."""
    begun = time.monotonic()
    for row in rows:
        same = (column == value for column, value in zip(key, row, strict=True))
        db.session.execute(delete(table).where(*same))
        if time.monotonic() - begun > STEP_SECONDS:
            return


def empty(column: Column[int], which: ColumnElement[bool]) -> None:
    """Let no row point at another one of its table."""
    table = column.table
    db.session.execute(update(table).where(which, column.is_not(None)).values({column.name: None}))


def loosen(model: Any, hidden: int, values: dict[str, Any]) -> Steps[None]:
    """Let no row of a hidden project point at another one."""
    of_project = select(model.id).where(model.project_id == hidden)
    pointing = of_project.where(or_(*(getattr(model, name).is_not(None) for name in values)))
    while found := db.session.scalars(pointing.limit(FEW)).all():
        # An article without a first version is one itself.
        first = {"version": 1} if model is Article else {}
        yield partial(cut, model, found, values | first)


def cut(model: Any, numbers: Sequence[int], values: dict[str, Any]) -> None:
    """Give some rows these values."""
    db.session.execute(
        update(model)
        .where(model.id.in_(numbers))
        .values(values)
        .execution_options(synchronize_session=False)
    )
