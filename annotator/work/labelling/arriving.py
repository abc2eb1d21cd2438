"""Answers that come in by the thousand: prepared outside of the database, stored in bulk.

Each has one event, of the kind "import", so that its chain begins with what came in and the audit
holds it to that.
"""

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from itertools import pairwise
from operator import attrgetter
from typing import Any, cast

from sqlalchemy import JSON, ColumnDefault, Table, func, select

from annotator.formats.labels.rows import ClaimRow
from annotator.store import bulk
from annotator.store.db import UtcDateTime, db
from annotator.store.marking import mark_all
from annotator.store.models import Answer, AnswerEvent, Claim, StagedAnswer, Via
from annotator.work.labelling import history

IMPORTED = history.Step(history.IMPORT)
# So many answers go into one step: with their claims and events some tens of milliseconds.
AT_ONCE = 200

Row = dict[str, Any]


@dataclass(frozen=True)
class Arriving:
    """One checked answer on its way in; people, speakers and codebook version by name."""

    article: int
    sentence: int
    where: str  # key#position
    annotator: str
    version: int
    status: str | None
    complete: bool
    unsure: bool
    note: str
    round: int
    revision: int
    origin: str
    active_seconds: int
    current: bool
    created_at: datetime
    updated_at: datetime
    claims: tuple[ClaimRow, ...]

    @property
    def speakers(self) -> Iterator[str]:
        """Yield the names of its speakers as its annotator met them."""
        for claim in self.claims:
            yield from claim.via
            if claim.speaker is not None:
                yield claim.speaker

    def dump(self) -> bytes:
        """Return it as one line."""
        moments = (self.created_at.isoformat(), self.updated_at.isoformat())
        claims = [VALUES_OF_CLAIM(each) for each in self.claims]
        return json.dumps([*PLAIN_VALUES(self), *moments, claims]).encode() + b"\n"

    @classmethod
    def load(cls, line: bytes) -> "Arriving":
        """Return what `dump` wrote."""
        *values, created, updated, claims = json.loads(line)
        moments = (datetime.fromisoformat(created), datetime.fromisoformat(updated))
        said: tuple[Any, ...] = (*values, *moments, tuple(claim_of(*each) for each in claims))
        return cls(*said)


# All but the moments and the claims.
PLAIN_VALUES = attrgetter(*(each.name for each in fields(Arriving)[:-3]))
VALUES_OF_CLAIM = attrgetter(*(each.name for each in fields(ClaimRow)))


def claim_of(
    speaker: Any, kind: Any, mention: Any, via: Any, stance: Any, certainty: Any,
    conditional: Any, aspect: Any, evidence: Any, note: Any,
) -> ClaimRow:  # fmt: skip
    """Return a claim of a line, whose values stand in the order of its fields."""
    return ClaimRow(
        speaker,
        kind,
        tuple(mention) if mention else None,
        tuple(via),
        stance,
        certainty,
        conditional,
        aspect,
        tuple(map(tuple, evidence)),
        note,
    )


@dataclass(frozen=True)
class Names:
    """The numbers of what arriving answers name."""

    people: Mapping[str, int]
    speakers: Mapping[str, int]
    versions: Mapping[int, int]
    # The import that brings the answers of each origin.
    imports: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Batch:
    """Some answers as rows: the answers, and for each its claims with their chains, its event."""

    answers: list[Row]
    claims: list[list[Row]]
    chains: list[list[tuple[int, ...]]]
    events: list[Row]
    places: list[tuple[int, int]]  # article and sentence

    def put(self, article: int, sentences: Mapping[int, int]) -> "Batch":
        """Return it with numbers where it has positions: of one article stored meanwhile."""
        for index, (row, event) in enumerate(zip(self.answers, self.events, strict=True)):
            row["sentence_id"] = sentences[row["sentence_id"]]
            event["article_id"] = article
            self.places[index] = (article, row["sentence_id"])
        return self

    def store(self, staging: int | None = None) -> list[int]:
        """Store them and return their numbers, in the same order.

        With a staging they lie aside, where nothing sees them, and it is noted where they belong.
        """
        rows = self.answers
        if staging is not None:
            rows = [
                {**row, "sentence_id": None, "aside_in_id": article}
                for row, (article, _) in zip(rows, self.places, strict=True)
            ]
        numbers = insert_all(Answer, rows)
        self.store_claims(numbers)
        add_all(
            AnswerEvent,
            [
                {**event, "answer_id": number}
                for number, event in zip(numbers, self.events, strict=True)
            ],
        )
        if staging is not None:
            add_all(
                StagedAnswer,
                [
                    {
                        "answer_id": number,
                        "staging_id": staging,
                        "article_id": article,
                        "sentence_id": sentence,
                    }
                    for number, (article, sentence) in zip(numbers, self.places, strict=True)
                ],
            )
        else:
            mark_all({sentence for _, sentence in self.places})
        return numbers

    def store_claims(self, numbers: Sequence[int]) -> None:
        """Store the claims of the answers with these numbers."""
        claims = [
            {**claim, "answer_id": number}
            for number, own in zip(numbers, self.claims, strict=True)
            for claim in own
        ]
        if not claims:
            return
        add_all(Claim, claims)
        if not any(link for own in self.chains for link in own):
            return
        found = db.session.execute(
            select(Claim.answer_id, Claim.position, Claim.id).where(Claim.answer_id.in_(numbers))
        )
        places = {(row.answer_id, row.position): row.id for row in found}
        add_all(
            Via,
            [
                {"claim_id": places[number, at], "position": index, "speaker_id": speaker}
                for number, own in zip(numbers, self.chains, strict=True)
                for at, chain in enumerate(own)
                for index, speaker in enumerate(chain)
            ],
        )


def prepare(arriving: Sequence[Arriving], names: Names, at: datetime) -> Batch:
    """Do all that takes time and needs no database."""
    batch = Batch([], [], [], [], [])
    for each in arriving:
        user_id = names.people[each.annotator]
        row: Row = {
            "sentence_id": each.sentence,
            "aside_in_id": None,
            "user_id": user_id,
            "round": each.round,
            "current": each.current,
            "status": each.status,
            "complete": each.complete,
            "unsure": each.unsure,
            "note": each.note,
            "revision": each.revision,
            "codebook_version_id": names.versions[each.version],
            "origin": each.origin,
            "label_import_id": names.imports.get(each.origin),
            "active_seconds": each.active_seconds,
            "created_at": each.created_at,
            "updated_at": each.updated_at,
        }
        batch.answers.append(row)
        batch.claims.append(
            [claim_row(place, claim, names) for place, claim in enumerate(each.claims)]
        )
        batch.chains.append(
            [tuple(names.speakers[link] for link in claim.via) for claim in each.claims]
        )
        batch.events.append(event_row(each, row, names, at))
        batch.places.append((each.article, each.sentence))
    return batch


def claim_row(place: int, claim: ClaimRow, names: Names) -> Row:
    """Return the columns of one claim."""
    start, end = claim.mention[:2] if claim.mention else (None, None)
    return {
        "position": place,
        "speaker_id": None if claim.speaker is None else names.speakers[claim.speaker],
        "stance": claim.stance,
        "certainty": claim.certainty,
        "mention_start": start,
        "mention_end": end,
        "conditional": claim.conditional,
        "aspect": claim.aspect,
        "evidence": [[start, end] for start, end, _ in claim.evidence],
        "note": claim.note,
    }


def event_row(each: Arriving, row: Row, names: Names, at: datetime) -> Row:
    """Return the event that begins the chain of an answer, without its number."""
    claims = [
        {
            "speaker_id": None if claim.speaker is None else names.speakers[claim.speaker],
            "speaker": claim.speaker,
            "via": [{"id": names.speakers[link], "name": link} for link in claim.via],
            "stance": claim.stance,
            "certainty": claim.certainty,
            "mention": list(claim.mention[:2]) if claim.mention else None,
            "conditional": claim.conditional,
            "aspect": claim.aspect,
            "evidence": [[start, end] for start, end, _ in claim.evidence],
            "note": claim.note,
        }
        for claim in each.claims
    ]
    content = history.content_json(each.where, row, claims)
    key = f"import-{secrets.token_hex(8)}"
    user_id = row["user_id"]
    return {
        "revision": each.revision,
        "at": at,
        "user_id": user_id,
        "key": key,
        "content": content,
        "hash": history.chain_hash(
            history.FIRST, each.revision, at, user_id, key, content, IMPORTED
        ),
        "kind": history.IMPORT,
        "undoes": None,
        "article_id": each.article,
    }


def insert_all(model: Any, rows: Sequence[Row]) -> list[int]:
    """Insert rows and return their numbers in the same order."""
    if not rows:
        return []
    made = table(model)
    if db.engine.dialect.name == "sqlite":
        # Its RETURNING keeps no order, so rows would go in one by one; who writes writes alone.
        first = (db.session.scalar(select(func.max(made.c.id))) or 0) + 1
        numbers = list(range(first, first + len(rows)))
        add_all(model, [{**row, "id": at} for row, at in zip(rows, numbers, strict=True)])
        return numbers
    # Taken from its sequence first, so that the rows can be copied.
    each = func.generate_series(1, len(rows)).table_valued("number")
    series = func.pg_get_serial_sequence(made.name, "id")
    numbers = list(db.session.scalars(select(func.nextval(series)).select_from(each)))
    copy(made, [{**row, "id": at} for row, at in zip(rows, numbers, strict=True)])
    return numbers


def add_all(model: Any, rows: Sequence[Row]) -> None:
    """Insert rows whose numbers nobody needs to know."""
    if not rows:
        return
    if db.engine.dialect.name != "sqlite":
        copy(table(model), rows)
        return
    made = table(model)
    usual = usual_values(made, rows[0])
    names = [*rows[0], *usual]
    same = tuple(usual.values())
    columns = zip(*[(*row.values(), *same) for row in rows], strict=True)
    said = [
        as_driven(made.c[name].type, column) for name, column in zip(names, columns, strict=True)
    ]
    bulk.insert_rows(model, names, [*zip(*said, strict=True)])


def as_driven(kind: Any, column: Sequence[Any]) -> Sequence[Any]:
    """Return the values of a column as the driver of SQLite takes them."""
    if isinstance(kind, UtcDateTime):
        return [*map(bulk.moments(), column)]
    if isinstance(kind, JSON):
        says_null = not kind.none_as_null
        return [json.dumps(each) if each is not None or says_null else None for each in column]
    return column


def usual_values(made: Table, row: Row) -> Row:
    """Return what the model says for the columns that a row lacks, where it says anything."""
    return {
        column.name: default.arg(None) if default.is_callable else default.arg
        for column in made.c
        if column.name not in row and isinstance(default := column.default, ColumnDefault)
    }


def copy(made: Table, rows: Sequence[Row]) -> None:
    """Copy rows into a table of PostgreSQL, in a third of the time of inserting them.

    The rows have the same keys; columns that they lack get the default that the model names.
    """
    usual = usual_values(made, rows[0])
    names = [*rows[0], *usual]
    types = [made.c[name].type for name in names]
    as_json = [isinstance(each, JSON) for each in types]
    empty = [isinstance(each, JSON) and not each.none_as_null for each in types]
    listed = ", ".join(f'"{name}"' for name in names)
    raw = db.session.connection().connection.driver_connection
    assert raw is not None
    with raw.cursor() as cursor, cursor.copy(f'COPY "{made.name}" ({listed}) FROM STDIN') as sink:
        for row in rows:
            values = (*row.values(), *usual.values())
            sink.write_row(
                [
                    json.dumps(value) if is_json and (value is not None or says_null) else value
                    for value, is_json, says_null in zip(values, as_json, empty, strict=True)
                ]
            )


def table(model: Any) -> Table:
    """Return the table of a model: rows without objects are stored in a fraction of the time."""
    return cast(Table, model.__table__)


def pieces(length: int, size: int) -> Iterator[slice]:
    """Yield the slices of a sequence of this length, each of at most this size."""
    marks = [*range(0, length, size), length]
    for begin, end in pairwise(marks):
        yield slice(begin, end)
