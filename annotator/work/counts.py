"""Counts the answers that agreement may rest on, grouped inside the database.

No answer leaves the database: closed fields come as count patterns, speakers as sums per sentence,
so the cost of a report grows with the number of distinct patterns, not of answers. Everything is
read from a connection that sees one moment (`annotator.store.reading`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Subquery,
    case,
    cast,
    distinct,
    func,
    literal,
    select,
)

from annotator.measure.patterns import PACK_LIMIT, IntArray, Patterns, unpack, weights_for
from annotator.store.models import Article, Assignment, Claim, Project, Speaker
from annotator.work.selecting import Selection, counted_answers


@dataclass(frozen=True)
class Scope:
    """What a report looks at, before any field asks for two answers."""

    articles: int
    sentences: int
    annotators: int
    answers: int
    claims: int
    double_labelled: int


@dataclass(frozen=True)
class SpeakerCounts:
    """Answers to an open field: (r, q, n) rows, and (speaker id, answers) totals.

    `n` sentences have `r` answers, and `q` sums the squares of their answers per speaker. `totals`
    rest on the sentences with two or more answers, the most named speaker first.
    """

    rows: tuple[tuple[int, int, int], ...]
    totals: tuple[tuple[int, int], ...]


def count_scope(now: Connection, project: Project, selection: Selection) -> Scope:
    """Count what the report looks at."""
    answers = counted_answers(project, selection).subquery()
    per_sentence = (
        select(answers.c.article_id, func.count().label("given"))
        .group_by(answers.c.sentence_id, answers.c.article_id)
        .subquery()
    )
    given = per_sentence.c.given
    sentences = now.execute(
        select(
            func.count(distinct(per_sentence.c.article_id)),
            func.count(),
            func.coalesce(func.sum(given), 0),
            func.count(case((given > 1, 1))),
        )
    ).one()
    people = select(func.count(distinct(answers.c.user_id)))
    claims = (
        select(func.count())
        .select_from(answers)
        .join(Claim, Claim.answer_id == answers.c.answer_id)
    )
    articles, n_sentences, n_answers, doubles = sentences
    return Scope(
        articles=articles,
        sentences=n_sentences,
        annotators=now.scalars(people).one(),
        answers=int(n_answers),
        claims=now.scalars(claims).one(),
        double_labelled=doubles,
    )


def count_patterns(now: Connection, labels: Subquery, values: Sequence[str], most: int) -> Patterns:
    """Return the count patterns of a closed field; `most` bounds the answers to one sentence.

    The database adds one weight per answer (see `weights_for`) and groups by the sum. A scale too
    long for one 64-bit sum is spread over several. Values outside the scale do not count.
    """
    most = max(most, 1)
    parts = packed_parts(values, most)
    sums = [
        cast(func.sum(packed_weight(labels, part, most)), BigInteger).label(f"packed_{index}")
        for index, part in enumerate(parts)
    ]
    units = (
        select(*sums).where(labels.c.value.in_(values)).group_by(labels.c.sentence_id).subquery()
    )
    rows = now.execute(select(*units.c, func.count()).group_by(*units.c)).all()
    table = np.array([tuple(row) for row in rows], np.int64).reshape(len(rows), len(parts) + 1)
    counts: IntArray = np.hstack(
        [unpack(table[:, index], most, len(part)) for index, part in enumerate(parts)]
    )
    return Patterns(tuple(values), counts, table[:, -1])


def packed_parts(values: Sequence[str], most: int) -> list[Sequence[str]]:
    """Cut a scale into parts whose patterns each fit one signed 64-bit integer."""
    width = next(n for n in range(len(values), 0, -1) if (most + 1) ** n < PACK_LIMIT)
    return [values[start : start + width] for start in range(0, len(values), width)]


def packed_weight(labels: Subquery, values: Sequence[str], most: int) -> ColumnElement[int]:
    """Return what one answer adds to the packed pattern of these values; 0 for other values."""
    weights = weights_for(most, len(values))
    by_value = {
        value: literal(weight, BigInteger) for value, weight in zip(values, weights, strict=True)
    }
    return case(by_value, value=labels.c.value, else_=literal(0, BigInteger))


def count_speakers(now: Connection, labels: Subquery) -> SpeakerCounts:
    """Return the sums that agreement on an open field needs."""
    per_value = (
        select(labels.c.sentence_id, labels.c.value, func.count().label("n"))
        .group_by(labels.c.sentence_id, labels.c.value)
        .cte("per_value")
    )
    n = per_value.c.n
    per_unit = (
        select(per_value.c.sentence_id, func.sum(n).label("r"), func.sum(n * n).label("q"))
        .group_by(per_value.c.sentence_id)
        .cte("per_unit")
    )
    r, q = per_unit.c.r, per_unit.c.q
    rows = now.execute(select(r, q, func.count()).group_by(r, q))
    totals = now.execute(
        select(per_value.c.value, func.sum(n))
        .join(per_unit, per_unit.c.sentence_id == per_value.c.sentence_id)
        .where(r > 1)
        .group_by(per_value.c.value)
    )
    named = [(speaker, int(n)) for speaker, n in totals]
    return SpeakerCounts(
        rows=tuple(sorted((int(r), int(q), n) for r, q, n in rows)),
        totals=tuple(sorted(named, key=lambda total: (-total[1], total[0]))),
    )


def count_raters(
    now: Connection, labels: Subquery, values: Sequence[str] | None = None
) -> tuple[int, int]:
    """Return how many annotators and articles the sentences with two or more answers come from."""
    given = func.count().over(partition_by=labels.c.sentence_id).label("given")
    rows = select(labels.c.user_id, labels.c.article_id, given)
    if values is not None:
        rows = rows.where(labels.c.value.in_(values))
    paired = rows.subquery()
    found = now.execute(
        select(
            func.count(distinct(paired.c.user_id)), func.count(distinct(paired.c.article_id))
        ).where(paired.c.given > 1)
    ).one()
    annotators, articles = found
    return annotators, articles


def speaker_names(now: Connection, project: Project, ids: Sequence[int]) -> dict[int, str]:
    """Return the names of these speakers."""
    wanted = set(ids)
    rows = now.execute(select(Speaker.id, Speaker.name).where(Speaker.project_id == project.id))
    return {row.id: row.name for row in rows if row.id in wanted}


def count_shared_articles(now: Connection, project: Project) -> int:
    """Count the articles that two or more annotators have been given."""
    shared = (
        select(Assignment.article_id)
        .join(Article, Article.id == Assignment.article_id)
        .where(Article.project_id == project.id)
        .group_by(Assignment.article_id)
        .having(func.count() > 1)
        .subquery()
    )
    return now.scalars(select(func.count()).select_from(shared)).one()
