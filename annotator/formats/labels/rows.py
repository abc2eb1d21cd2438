"""Annotation rows read back: our own JSON Lines, each row checked for its shape."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from annotator.errors import RefusedError
from annotator.formats.articles import jsonl
from annotator.formats.articles.records import RecordError
from annotator.measure.origins import COUNTED, ORIGINS
from annotator.measure.rounds import FIRST_ROUND, NEWEST
from annotator.text.decode import UndecodableText, check_text

Span = tuple[int, int, str]
WORK, *OTHERS = PURPOSES = ("work", "training", "control", "repeat")
LARGEST = 2**31 - 1
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


@dataclass(frozen=True)
class Remark:
    """What was read otherwise than it stands in the file; no fault, but to be said."""

    said: str

    def __str__(self) -> str:
        return self.said


@dataclass(frozen=True)
class ClaimRow:
    """One claim of a row; spans with their words, speakers by name."""

    speaker: str | None = None
    speaker_type: str | None = None
    mention: Span | None = None
    via: tuple[str, ...] = ()
    stance: str | None = None
    certainty: str | None = None
    conditional: bool = False
    aspect: str | None = None
    evidence: tuple[Span, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class AnswerRow:
    """One answer as a file says it; `where` is its place in the file.

    `sentence` is a position or None where `start` and `end` alone say which one is meant.
    """

    where: str
    article: str
    annotator: str
    sentence: int | None
    start: int | None = None
    end: int | None = None
    text: str | None = None
    status: str | None = None
    complete: bool | None = None
    unsure: bool = False
    note: str = ""
    claims: tuple[ClaimRow, ...] = ()
    codebook_version: int | None = None
    origin: str = "imported"
    purpose: str = WORK
    round: int = 1
    revision: int = 1
    active_seconds: int = 0
    created_at: datetime | None = None
    updated_at: datetime | None = None


def read(stream: BinaryIO) -> Iterator[AnswerRow | RecordError]:
    """Yield the answer of each line, or what is wrong with it."""
    try:
        for line, row in jsonl.lines(stream):
            where = f"line {line}"
            if isinstance(row, RecordError):
                yield row
                continue
            try:
                yield answer_row(row, where)
            except (RefusedError, UndecodableText) as error:
                yield RecordError(f"{where}: {error}")
    except RecordError as error:
        yield error


def answer_row(row: Mapping[str, Any], where: str) -> AnswerRow:
    """Return one row, every field of the right kind."""
    missing = [name for name in ("article", "sentence", "annotator") if row.get(name) is None]
    if missing:
        raise RefusedError(f"it has no “{missing[0]}”; is this a file of annotation rows?")
    return AnswerRow(
        where=where,
        article=text(row, "article"),
        annotator=text(row, "annotator"),
        sentence=number(row, "sentence", 0),
        start=number(row, "start", 0),
        end=number(row, "end", 1),
        text=text(row, "text"),
        status=text(row, "status") if row.get("status") is not None else None,
        complete=flag(row, "complete"),
        unsure=flag(row, "unsure"),
        note=text(row, "note"),
        claims=tuple(claim_row(each) for each in many(row, "claims")),
        codebook_version=number(row, "codebook_version", 1),
        origin=one_of(row, "origin", ORIGINS),
        # Rows of earlier versions do not say it.
        purpose=one_of(row, "purpose", PURPOSES) if "purpose" in row else WORK,
        round=number(row, "round", 1),
        revision=number(row, "revision", 1),
        active_seconds=number(row, "active_seconds", 0),
        created_at=moment(row, "created_at"),
        updated_at=moment(row, "updated_at"),
    )


def claim_row(row: Any) -> ClaimRow:
    """Return one claim of a row."""
    if not isinstance(row, dict):
        raise RefusedError("a claim is not an object")
    via = many(row, "via")
    if not all(isinstance(link, str) for link in via):
        raise RefusedError("“via” must be a list of names")
    return ClaimRow(
        speaker=optional(row, "speaker"),
        speaker_type=optional(row, "speaker_type"),
        mention=span(row["mention"]) if row.get("mention") is not None else None,
        via=tuple(via),
        stance=optional(row, "stance"),
        certainty=optional(row, "certainty"),
        conditional=flag(row, "conditional"),
        aspect=optional(row, "aspect"),
        evidence=tuple(span(each) for each in many(row, "evidence")),
        note=text(row, "note"),
    )


def span(value: Any) -> Span:
    """Return a span with its words."""
    if not isinstance(value, dict):
        raise RefusedError("a span must be an object with start, end and text")
    return number(value, "start", 0), number(value, "end", 1), text(value, "text")


def text(row: Mapping[str, Any], name: str) -> str:
    """Return a text that must be there."""
    value = row.get(name)
    if not isinstance(value, str):
        raise RefusedError(f"“{name}” is not a text")
    check_text(value)
    return value


def optional(row: Mapping[str, Any], name: str) -> str | None:
    """Return a text that may be null."""
    return None if row.get(name) is None else text(row, name)


def number(row: Mapping[str, Any], name: str, least: int) -> int:
    """Return a whole number that must be there."""
    value = row.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= LARGEST:
        raise RefusedError(f"“{name}” is not a whole number of {least} or more")
    return value


def flag(row: Mapping[str, Any], name: str) -> bool:
    """Return true or false."""
    value = row.get(name)
    if not isinstance(value, bool):
        raise RefusedError(f"“{name}” is neither true nor false")
    return value


def many(row: Mapping[str, Any], name: str) -> list[Any]:
    """Return a list."""
    value = row.get(name)
    if not isinstance(value, list):
        raise RefusedError(f"“{name}” is not a list")
    return value


def one_of(row: Mapping[str, Any], name: str, known: tuple[str, ...]) -> str:
    """Return a word of a closed list."""
    value = text(row, name)
    if value not in known:
        raise RefusedError(f"“{name}” is “{value[:40]}”, not one of {', '.join(known)}")
    return value


def moment(row: Mapping[str, Any], name: str) -> datetime:
    """Return a moment in UTC."""
    value = text(row, name)
    try:
        # ISO 8601 knows more than the one form that is ours; to parse by a form takes ten times as
        # long.
        if not MOMENT.fullmatch(value):
            raise ValueError(value)
        return datetime.fromisoformat(value)
    except ValueError as error:
        raise RefusedError(f"“{name}” is not a time like 2018-07-24T16:05:00Z") from error


def counted_rows(
    rows: Iterable[dict[str, Any]],
    round_: int | None = FIRST_ROUND,
    origins: Sequence[str] = COUNTED,
) -> list[dict[str, Any]]:
    """Return which annotation rows of one sentence count; the same rule as `counted`."""
    known = list(rows)
    if round_ is NEWEST:
        known = newest(known)
    return [
        row
        for row in known
        if row["complete"] and row["origin"] in origins and round_ in (NEWEST, row["round"])
    ]


def newest(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return of the annotation rows of one sentence the newest of each annotator."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        held = found.get(row["annotator"])
        if held is None or row["round"] > held["round"]:
            found[row["annotator"]] = row
    return list(found.values())
