"""Speakers who came with imports of labels and whom nobody uses any more.

One rule: a speaker who came with an import that is undone goes where nothing names it. What names a
speaker: a row that points at it, but for the number of its chip; what somebody has ever said in an
article where it has a chip; a decision.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import Column, delete, exists, func, select

from annotator.store.db import Base, Steps, among, db
from annotator.store.models import AnswerEvent, DecisionEvent, LabelImport, Roster, Speaker

AT_ONCE = 200


def clear(project_id: int, number: int) -> Steps[None]:
    """Remove, in short steps, whom nobody uses of those who came with imports that are undone.

    `number` is the import that is being undone.
    """
    undone = select(LabelImport.id).where(
        LabelImport.project_id == project_id,
        (LabelImport.id == number) | LabelImport.undone_at.is_not(None),
    )
    came = db.session.scalars(
        select(Speaker.id)
        .where(Speaker.project_id == project_id, Speaker.label_import_id.in_(undone))
        # Who is merged into another one of them goes first.
        .order_by(Speaker.merged_into_id.is_(None), Speaker.id)
    ).all()
    if not came:
        return
    last = last_decision(project_id)
    decided = named_in_decisions(project_id, 0)
    for first in range(0, len(came), AT_ONCE):
        some = [each for each in came[first : first + AT_ONCE] if each not in decided]
        yield partial(remove_unused, project_id, some, last)


def remove_unused(project_id: int, some: Sequence[int], last: int) -> None:
    """Remove those of some speakers whom nothing names; decisions up to `last` do not."""
    if not some:
        return
    left = {*some} - pointed_at(some)
    left -= said_of_old(left) | named_in_decisions(project_id, last)
    for column in (Roster.speaker_id, Speaker.id):
        db.session.execute(
            delete(column.class_).where(among(column, left)),
            execution_options={"synchronize_session": False},
        )


def pointed_at(some: Sequence[int]) -> set[int]:
    """Return at which of some speakers a row points, chips not counted."""
    found: set[int] = set()
    for column in pointing():
        there = exists().where(column == Speaker.id)
        found |= {*db.session.scalars(select(Speaker.id).where(among(Speaker.id, some), there))}
    return found


def pointing() -> Iterator[Column[Any]]:
    """Yield each column that points at speakers, but for that of the chips."""
    own = Base.metadata.tables[Speaker.__tablename__]
    for table in Base.metadata.sorted_tables:
        if table.name == Roster.__tablename__:
            continue
        # The table itself under another name: a row that points at another one of it.
        seen = table.alias() if table is own else table
        for column in table.c:
            if any(key.column.table is own for key in column.foreign_keys):
                yield seen.c[column.name]


def said_of_old(some: Collection[int]) -> set[int]:
    """Return which of some speakers somebody has named, also where it was changed since."""
    events = select(AnswerEvent.content).join(
        Roster,
        (Roster.article_id == AnswerEvent.article_id) & (Roster.user_id == AnswerEvent.user_id),
    )
    rows = db.session.scalars(events.where(among(Roster.speaker_id, some)).distinct())
    return named_in(rows)


def last_decision(project_id: int) -> int:
    """Return the number of the last event of a decision."""
    query = select(func.max(DecisionEvent.id)).where(DecisionEvent.project_id == project_id)
    return db.session.scalar(query) or 0


def named_in_decisions(project_id: int, after: int) -> set[int]:
    """Return the speakers whom events of decisions after one name."""
    return named_in(
        db.session.scalars(
            select(DecisionEvent.content)
            .where(DecisionEvent.project_id == project_id, DecisionEvent.id > after)
            .execution_options(yield_per=AT_ONCE)
        )
    )


def named_in(contents: Iterable[str]) -> set[int]:
    """Return the speakers whom contents of events name, also as links of a chain."""
    found: set[int] = set()
    for content in contents:
        for claim in json.loads(content).get("claims", ()):
            found |= {claim["speaker_id"]} if claim.get("speaker_id") else set()
            found |= {link["id"] if isinstance(link, Mapping) else link for link in claim["via"]}
    return found
