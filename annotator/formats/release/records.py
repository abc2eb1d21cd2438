"""The rows of a release folder, each read into an object with every field of the right kind.

What is wrong with a row is said without its place; whoever reads the file knows that.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from annotator.codebook.scheme import LABELS, USUAL_LABELS
from annotator.errors import RefusedError
from annotator.formats.articles.records import check_metadata
from annotator.formats.labels.rows import (
    AnswerRow,
    ClaimRow,
    answer_row,
    claim_row,
    many,
    moment,
    number,
    one_of,
    optional,
    text,
)
from annotator.text.decode import check_text

STATES = ("decided", "reopened", "asked")
HOWS = ("unanimous", "majority", "model", "adjudicated")
ORIGINS = ("splitter", "lead")
Row = Mapping[str, Any]


@dataclass(frozen=True)
class ArticleRow:
    """One article; `text` is empty where the release has none."""

    where: str
    key: str
    title: str
    publisher: str
    author: str
    url: str
    published_on: date | None
    language: str
    licence: str
    sha256: str
    characters: int
    splitter: str
    version: int
    cluster: str
    metadata: Mapping[str, Any]
    text: str | None

    @property
    def version_of(self) -> str | None:
        """Return the key of the first version of this article, if this is a later one."""
        return self.key.rpartition("@")[0] if self.version > 1 else None


@dataclass(frozen=True)
class SentenceRow:
    """One sentence; spans are code points of the article."""

    where: str
    article: str
    position: int
    start: int
    end: int
    segment: str
    paragraph: int
    origin: str
    text: str | None


@dataclass(frozen=True)
class Rested:
    """One answer that a decision rests on, at the revision it had then."""

    annotator: str
    round: int
    revision: int


@dataclass(frozen=True)
class DecisionRow:
    """One decision; `claims` are those decided, `sources` whose they were."""

    where: str
    article: str
    sentence: int
    state: str
    how: str
    status: str | None
    claims: tuple[ClaimRow, ...]
    sources: tuple[str | None, ...]
    fields: Mapping[str, Any]
    soft: Mapping[str, Any] | None
    reason: str
    rule: str | None
    adjudicator: str | None
    decided_at: datetime
    codebook_version: int
    revision: int
    basis: tuple[Rested, ...]
    readers: tuple[str, ...]


@dataclass(frozen=True)
class SpeakerRow:
    """One speaker of the register with the forms it has, each in one article."""

    where: str
    name: str
    type: str
    wording: str | None
    member_of: str | None
    merged_into: str | None
    aliases: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class VersionRow:
    """One version of the codebook."""

    where: str
    number: int
    content: Mapping[str, Any]
    note: str
    created_at: datetime
    by: str | None


@dataclass(frozen=True)
class Words:
    """The text of the article at hand: what a row without words points at."""

    text: str

    def put(self, span: Any) -> Any:
        """Return a span with its words, where it has none."""
        if not isinstance(span, dict) or "text" in span:
            return span
        start, end = number(span, "start", 0), number(span, "end", 1)
        return {**span, "text": self.text[start:end]}

    def claim(self, row: Any) -> Any:
        """Return a claim with the words of its spans."""
        if not isinstance(row, dict):
            return row
        evidence = row.get("evidence")
        if isinstance(evidence, list):
            row = {**row, "evidence": [self.put(each) for each in evidence]}
        return {**row, "mention": self.put(row.get("mention"))}


def article_row(row: Row, where: str) -> ArticleRow:
    """Return one article."""
    metadata = row.get("metadata")
    if not isinstance(metadata, dict):
        raise RefusedError("“metadata” is not an object")
    check_metadata(metadata)
    splitter, version = text(row, "splitter"), text(row, "splitter_version")
    return ArticleRow(
        where=where,
        key=text(row, "key"),
        title=text(row, "title"),
        publisher=text(row, "publisher"),
        author=text(row, "author"),
        url=text(row, "url"),
        published_on=day(row, "published_on"),
        language=text(row, "language"),
        licence=text(row, "licence"),
        sha256=text(row, "sha256"),
        characters=number(row, "characters", 0),
        splitter=f"{splitter}-{version}" if version else splitter,
        version=number(row, "version", 1),
        cluster=text(row, "cluster"),
        metadata=metadata,
        text=text(row, "text") if "text" in row else None,
    )


def day(row: Row, name: str) -> date | None:
    """Return a day that may be null."""
    value = optional(row, name)
    try:
        return None if value is None else date.fromisoformat(value)
    except ValueError as error:
        raise RefusedError(f"“{name}” is not a date like 2018-07-24") from error


def sentence_row(row: Row, where: str, words: Words) -> SentenceRow:
    """Return one sentence; its words are those of the article."""
    start, end = number(row, "start", 0), number(row, "end", 1)
    here = words.text[start:end]
    if not start < end <= len(words.text):
        raise RefusedError(f"{start}-{end} is outside the text, which ends at {len(words.text)}")
    if "text" in row and text(row, "text") != here:
        raise RefusedError(f"the article has “{here[:60]}” at {start}-{end}, not its “text”")
    return SentenceRow(
        where=where,
        article=text(row, "article"),
        position=number(row, "sentence", 0),
        start=start,
        end=end,
        segment=text(row, "segment"),
        paragraph=number(row, "paragraph", 0),
        origin=one_of(row, "origin", ORIGINS) if "origin" in row else ORIGINS[0],
        text=here,
    )


def answer_of(row: Row, where: str, words: Words) -> AnswerRow:
    """Return one answer; a release without texts has none of its words."""
    whole = {**words.put(dict(row)), "claims": [words.claim(each) for each in many(row, "claims")]}
    return answer_row(whole, where)


def decision_row(row: Row, where: str, words: Words) -> DecisionRow:
    """Return one decision."""
    claims = [words.claim(each) for each in many(row, "claims")]
    return DecisionRow(
        where=where,
        article=text(row, "article"),
        sentence=number(row, "sentence", 0),
        state=one_of(row, "state", STATES),
        how=one_of(row, "how", HOWS),
        status=optional(row, "status"),
        claims=tuple(claim_row(each) for each in claims),
        sources=tuple(optional(each, "source") for each in claims),
        fields=fields_of(row.get("fields")),
        soft=soft_row(row.get("soft")),
        reason=text(row, "reason"),
        rule=optional(row, "rule"),
        adjudicator=optional(row, "adjudicator"),
        decided_at=moment(row, "decided_at"),
        codebook_version=number(row, "codebook_version", 1),
        revision=number(row, "revision", 1),
        basis=tuple(rested(each) for each in many(row, "basis")),
        readers=tuple(people(row, "readers")),
    )


def fields_of(fields: Any) -> dict[str, Any]:
    """Return who decided each field: {"status": HOW, "claims": [{FIELD: HOW}]}, or nothing."""
    if not isinstance(fields, dict):
        raise RefusedError("“fields” is not an object")
    words({name: how for name, how in fields.items() if name != "claims"})
    for each in many(fields, "claims") if "claims" in fields else ():
        if not isinstance(each, dict):
            raise RefusedError("a claim of “fields” is not an object")
        words(each)
    return fields


def words(row: Row) -> None:
    """Refuse what is no table of words."""
    for name in row:
        check_text(name)
        text(row, name)


def soft_row(soft: Any) -> Mapping[str, Any] | None:
    """Return a soft label: the readings side by side, with speakers by name."""
    if soft is None:
        return None
    if not isinstance(soft, dict):
        raise RefusedError("“soft” is not an object")
    number(soft, "n", 0)
    table(soft, "status")
    for claim in many(soft, "claims"):
        if not isinstance(claim, dict):
            raise RefusedError("a claim of “soft” is not an object")
        text(claim, "speaker")
        for name in ("present", *USUAL_LABELS, *(claim.keys() & {*LABELS[2:]})):
            table(claim, name)
    return soft


def table(row: Row, name: str) -> None:
    """Refuse what is no table of counts."""
    counts = row.get(name)
    if not isinstance(counts, dict):
        raise RefusedError(f"“{name}” is not an object of counts")
    for value in counts:
        check_text(value)
        number(counts, value, 0)


def people(row: Row, name: str) -> list[str]:
    """Return a list of pseudonyms."""
    found = many(row, name)
    if not all(isinstance(each, str) for each in found):
        raise RefusedError(f"“{name}” is not a list of pseudonyms")
    return found


def rested(row: Any) -> Rested:
    """Return one answer that a decision rests on."""
    if not isinstance(row, dict):
        raise RefusedError("an entry of “basis” is not an object")
    return Rested(text(row, "annotator"), number(row, "round", 1), number(row, "revision", 1))


def speaker_row(row: Row, where: str) -> SpeakerRow:
    """Return one speaker."""
    return SpeakerRow(
        where=where,
        name=text(row, "name"),
        type=text(row, "type"),
        wording=optional(row, "wording"),
        member_of=optional(row, "member_of"),
        merged_into=optional(row, "merged_into"),
        aliases=tuple(alias(each) for each in many(row, "aliases")),
    )


def alias(row: Any) -> tuple[str, str]:
    """Return one form of a speaker: the article's key, and the words."""
    if not isinstance(row, dict):
        raise RefusedError("an alias is not an object")
    return text(row, "article"), text(row, "text")


def version_row(row: Row, where: str) -> VersionRow:
    """Return one version of the codebook."""
    check_text(json.dumps(row["content"], ensure_ascii=False).replace("\\u0000", "\0"))
    return VersionRow(
        where=where,
        number=number(row, "number", 1),
        content=row["content"],
        note=text(row, "note"),
        created_at=moment(row, "created_at"),
        by=optional(row, "by"),
    )
