"""The answers of a project in batches of one size, read within one connection."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Dialect,
    Row,
    Select,
    String,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.types import TypeDecorator

from annotator.measure.rounds import FIRST_ROUND
from annotator.phrases import moment
from annotator.store.db import among
from annotator.store.models import Answer, Article, Claim, Project, Sentence, Via
from annotator.store.snapshot import by_code_point

# How many sentences are read at once; memory grows with this and not with the project. All rows of
# a batch are fetched by one call: a call for each takes as long as the database.
BATCH = 1000

Found = Row[*tuple[Any, ...]]
Query = Select[*tuple[Any, ...]]


# As SQLite has a moment, to the millionth of a second: `2026-03-01 09:30:00.000000`.
STORED_LENGTH = 26


class MomentText(TypeDecorator[str]):
    """A stored moment as files have it, see `moment`; SQLite's text is cut and never parsed."""

    impl = String
    cache_ok = True

    def process_result_value(self, value: Any, _dialect: Dialect) -> str | None:
        """Return the moment as a text."""
        if isinstance(value, str):
            if len(value) == STORED_LENGTH:
                return f"{value[:10]}T{value[11:19]}Z"
            value = datetime.fromisoformat(value)
        if isinstance(value, datetime):
            return moment(value if value.tzinfo else value.replace(tzinfo=UTC))
        return None


class StoredSpans(TypeDecorator[list[list[int]]]):
    """Stored spans; SQLite has them as text, and most are none, for which nothing is parsed."""

    impl = String
    cache_ok = True

    def process_result_value(self, value: Any, _dialect: Dialect) -> Any:
        """Return the spans as lists of start and end."""
        if isinstance(value, str):
            return [] if value == "[]" else json.loads(value)
        return value


@dataclass(frozen=True)
class Batch:
    """Whole articles, a stretch of one long article, or some sentences of them."""

    articles: Mapping[int, str]  # id -> key, in the order of the export
    first: int = 0
    last: int | None = None
    sentences: Sequence[int] = ()  # none: all of them

    def narrow(self, query: Query) -> Query:
        """Keep what belongs to the sentences of this batch."""
        if self.sentences:
            return query.where(among(Sentence.id, self.sentences))
        query = query.where(Sentence.article_id.in_(self.articles))
        if self.last is None:
            return query
        return query.where(Sentence.position.between(self.first, self.last))


def articles_of(
    connection: Connection, project: Project, only: Collection[int] = ()
) -> list[Found]:
    """Return key and length of each article, or of some, by key."""
    query = (
        select(Article.id, Article.key, Article.sentence_count)
        .where(Article.project_id == project.id)
        .order_by(by_code_point(Article.key))
    )
    return list(connection.execute(query.where(among(Article.id, only)) if only else query))


def batches(articles: Iterable[Found]) -> Iterator[Batch]:
    """Put short articles together and cut long ones, so that every batch is of one size."""
    together: dict[int, str] = {}
    total = 0
    for article in articles:
        if together and total + article.sentence_count > BATCH:
            yield Batch(together)
            together, total = {}, 0
        if article.sentence_count > BATCH:
            for first in range(0, article.sentence_count, BATCH):
                yield Batch({article.id: article.key}, first, first + BATCH - 1)
        else:
            together[article.id] = article.key
            total += article.sentence_count
    if together:
        yield Batch(together)


WHOLE = (
    Answer.id,
    Answer.user_id,
    Answer.round,
    Answer.status,
    Answer.complete,
    Answer.unsure,
    Answer.note,
    Answer.revision,
    Answer.codebook_version_id,
    Answer.origin,
    Answer.active_seconds,
    type_coerce(Answer.created_at, MomentText).label("created_at"),
    type_coerce(Answer.updated_at, MomentText).label("updated_at"),
    Sentence.article_id,
    Sentence.position,
    Sentence.start,
    Sentence.end,
    Sentence.segment,
    Sentence.text,
)
"""All of an answer and its sentence, as an annotation row has it."""
OF_CLAIMS = (
    Claim.answer_id,  # first: whoever reads tables side by side goes by it
    Claim.id,
    Claim.speaker_id,
    Claim.stance,
    Claim.certainty,
    Claim.mention_start,
    Claim.mention_end,
    Claim.conditional,
    Claim.aspect,
    type_coerce(Claim.evidence, StoredSpans).label("evidence"),
    Claim.note,
)
"""All of a claim but its chain."""


def answers_of(
    connection: Connection,
    batch: Batch,
    *wanted: ColumnElement[bool],
    columns: Sequence[Any] = WHOLE,
) -> list[Found]:
    """Return the answers of a batch that say something, each with its sentence.

    A later round that says nothing takes back what an earlier one said, which is something.
    """
    query = select(*columns).join(Answer.sentence)
    says_something = or_(
        Answer.status.is_not(None), Answer.unsure, Answer.note != "", Answer.round > FIRST_ROUND
    )
    return list(connection.execute(batch.narrow(query).where(says_something, *wanted)).all())


def claims_of(connection: Connection, batch: Batch) -> dict[int, list[Found]]:
    """Return the claims of each answer of a batch, in order."""
    query = select(*OF_CLAIMS).join(Claim.answer).join(Answer.sentence).order_by(Claim.position)
    claims = defaultdict(list)
    for row in connection.execute(batch.narrow(query)).all():
        claims[row.answer_id].append(row)
    return claims


def vias_of(connection: Connection, batch: Batch) -> dict[int, list[int]]:
    """Return the chain of each claim of a batch, outermost first."""
    query = (
        select(Via.claim_id, Via.speaker_id)
        .join(Via.claim)
        .join(Claim.answer)
        .join(Answer.sentence)
        .order_by(Via.position)
    )
    vias = defaultdict(list)
    for row in connection.execute(batch.narrow(query)).all():
        vias[row.claim_id].append(row.speaker_id)
    return vias


class Words:
    """The words of spans; an article's text is read only where its sentence does not hold them."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.article_id = 0
        self.text = ""

    def span(self, sentence: Found, start: int, end: int) -> dict[str, Any]:
        """Return a span of the article with its words."""
        if sentence.start <= start and end <= sentence.end:
            text = sentence.text[start - sentence.start : end - sentence.start]
        else:
            text = self.article(sentence.article_id)[start:end]
        return {"start": start, "end": end, "text": text}

    def article(self, article_id: int) -> str:
        """Return the text of an article, keeping one at a time."""
        if article_id != self.article_id:
            query = select(Article.text).where(Article.id == article_id)
            self.text, self.article_id = self.connection.scalars(query).one(), article_id
        return self.text
