"""The events of an answer that a save needs, and the one it adds."""

from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Executable, Table, bindparam, insert, or_, select

from annotator.store.models import AnswerEvent
from annotator.store.rows.prepared import prepared

EVENTS = cast(Table, AnswerEvent.__table__)
NAMES = (
    "answer_id", "revision", "at", "user_id", "key", "content", "hash", "kind", "undoes",
    "article_id", "proposed",
)  # fmt: skip


@dataclass(slots=True)
class EventRow:
    """What an event says of one save."""

    id: int
    revision: int
    key: str
    content: str
    hash: str
    kind: str


def read_events(answer_id: int, key: str, revision: int) -> list[EventRow]:
    """Return the events of an answer with this key or of this revision."""
    given = {"answer": answer_id, "key": key, "revision": revision}
    return [EventRow(*row) for row in by_key.rows(given)]


@prepared
def by_key() -> Executable:
    """Return the query of `read_events`."""
    columns = (
        AnswerEvent.id,
        AnswerEvent.revision,
        AnswerEvent.key,
        AnswerEvent.content,
        AnswerEvent.hash,
        AnswerEvent.kind,
    )
    return select(*columns).where(
        AnswerEvent.answer_id == bindparam("answer"),
        or_(AnswerEvent.key == bindparam("key"), AnswerEvent.revision == bindparam("revision")),
    )


def insert_event(values: dict[str, Any]) -> EventRow:
    """Store an event, given its columns by name, and return it; `proposed` may be left out."""
    number = event_insert.value({"proposed": None, **values})
    names = ("revision", "key", "content", "hash", "kind")
    return EventRow(number, *(values[name] for name in names))


@prepared
def event_insert() -> Executable:
    """Return the statement of `insert_event`."""
    values: dict[str, Any] = {name: bindparam(name) for name in NAMES}
    return insert(EVENTS).values(values).returning(EVENTS.c.id)
