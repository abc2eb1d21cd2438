"""Reads the answers that a report counts, once, into whole numbers.

Two queries of one moment: sentences, and answers with their claims. Text becomes the place of the
value in the codebook inside the database, so answers take some tens of bytes each; a report reads
them in parts, and nothing is kept between two reports. Articles stand by key and annotators by
pseudonym, so that the same answers give the same figures, in whatever order they were stored.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    SQLColumnExpression,
    case,
    func,
    literal,
    select,
)

from annotator.codebook.scheme import Value
from annotator.measure.alignment import Slots, align
from annotator.measure.panel import NONE, SmallArray
from annotator.measure.patterns import IntArray
from annotator.store.batches import articles_of
from annotator.store.models import Answer, Article, Claim, Project, Sentence, Speaker
from annotator.work.accounts.memberships import pseudonyms_of
from annotator.work.agreement.selection import (
    Selection,
    counted_answers,
    counted_sentences,
)

CHUNK = 10_000
# How many sentences make a part.
SENTENCES = 5_000
SPREAD = 8
MUCH = 4
# How far each part of a packed number stands from its end, in bits. There is room for 2 to the 35
# sentences, a million accounts and 255 values of each field.
BYTE = 255
SENTENCE, ANNOTATOR = 28, 8
SPEAKER, ORDER, STANCE = 24, 16, 8


@dataclass(frozen=True, eq=False)
class Claims:
    """Claims of the answers that count, (C,) each; values are places in the codebook, -1 none.

    `unit` and `annotator` are the rows and columns of `Collected.status`; `order` is the place in
    the answer, 0 the primary claim; `speaker` is an id, as stored.
    """

    unit: IntArray
    annotator: IntArray
    order: IntArray
    speaker: IntArray
    stance: IntArray
    certainty: IntArray


@dataclass(frozen=True, eq=False)
class Collected:
    """Everything a report counts.

    `sentences`: (U,) ids; `articles`: (U,) index into `article_ids`, which stand in the order of
    the keys; `annotators`: (A,) user ids in the order of the pseudonyms; `status`: (U, A) places
    of the codebook's statuses, -1 where an annotator has no answer that counts. `merged`: speaker
    id -> the id under which that speaker is known today.
    """

    sentences: IntArray
    articles: IntArray
    article_ids: IntArray
    annotators: IntArray
    status: SmallArray
    claims: Claims
    merged: dict[int, int]

    @cached_property
    def speaker_today(self) -> IntArray:
        """Return the speaker of each claim as known today (C,)."""
        return renamed(self.claims.speaker, self.merged)

    @cached_property
    def slots(self) -> Slots:
        """Return the claims lined up by their speakers of today."""
        claims = self.claims
        return align(claims.unit, claims.annotator, claims.order, self.speaker_today)

    def primary(self, value: IntArray) -> IntArray:
        """Return (U, A): a value of each annotator's primary claim, -1 where there is none."""
        first = self.claims.order == 0
        given = np.full(self.status.shape, NONE, dtype=np.int64)
        given[self.claims.unit[first], self.claims.annotator[first]] = value[first]
        return given


class Collector:
    """Reads the answers of a project that count, and their claims: all at once or in parts."""

    def __init__(self, now: Connection, project: Project, selection: Selection) -> None:
        self.now = now
        self.project = project
        self.selection = selection
        self.called = pseudonyms_of(project, now)
        self.merged = merges(now, project)
        self.articles = articles_of(now, project, selection.articles)
        self.order = [each.id for each in self.articles]

    def parts(self) -> Iterator[Collected]:
        """Yield whole articles, some at a time, in the order of their keys; at least one part."""
        if sum(each.sentence_count for each in self.articles) <= SENTENCES:
            yield self.whole()
            return
        together: list[int] = []
        size = 0
        for article in self.articles:
            if together and size + article.sentence_count > SENTENCES:
                yield self.collect(replace(self.selection, articles=tuple(together)))
                together, size = [], 0
            together.append(article.id)
            size += article.sentence_count
        yield self.collect(replace(self.selection, articles=tuple(together)))

    def whole(self) -> Collected:
        """Return everything at once."""
        return self.collect(self.selection, whole=is_most(self.now, self.project))

    def collect(self, selection: Selection, whole: bool = False) -> Collected:
        """Read what is selected; `whole` as in `counted_answers`."""
        now, project = self.now, self.project
        spots = integers(now, counted_sentences(project, selection).order_by(Sentence.id), 2)
        answer, claim = integers(now, packed_rows(project, selection, whole), 2).T
        sentence, rest = answer >> SENTENCE, answer & ((1 << SENTENCE) - 1)
        found = place_of(sentence, spots[:, 0])
        used = np.bincount(found, minlength=len(spots)) > 0
        unit = (np.cumsum(used) - 1)[found]
        user = rest >> ANNOTATOR
        people = np.flatnonzero(np.bincount(user)) if len(user) else user
        called = self.called
        people, who = in_order(
            people, sorted(people.tolist(), key=lambda each: called.get(each, ""))
        )
        column = who[place_of(user, np.sort(people))]
        given = np.full((int(used.sum()), len(people)), NONE, dtype=np.int16)
        given[unit, column] = (rest & BYTE) - 1
        found_in, articles = np.unique(spots[used, 1], return_inverse=True)
        article_ids, place = in_order(found_in, self.order)
        has = claim >= 0
        claim = claim[has]
        return Collected(
            sentences=spots[used, 0],
            articles=place[articles],
            article_ids=article_ids,
            annotators=people,
            status=given,
            claims=Claims(
                unit=unit[has],
                annotator=column[has],
                order=claim >> ORDER & BYTE,
                speaker=(claim >> SPEAKER) - 1,
                stance=(claim >> STANCE & BYTE) - 1,
                certainty=(claim & BYTE) - 1,
            ),
            merged=self.merged,
        )


def packed_rows(project: Project, selection: Selection, whole: bool) -> Select[int, int]:
    """Select a row per claim, and one per answer without a claim: (answer, claim or -1).

    Each is one number, because reading a row costs by its columns: sentence, annotator and status;
    speaker, place in the answer, stance and certainty.
    """
    codebook = project.codebook
    answer = (
        Sentence.id * literal(1 << SENTENCE, BigInteger)
        + Answer.user_id * literal(1 << ANNOTATOR, BigInteger)
        + places(Answer.status, codebook.statuses)
    )
    claim = (
        (func.coalesce(Claim.speaker_id, NONE) + 1) * literal(1 << SPEAKER, BigInteger)
        + Claim.position * literal(1 << ORDER, BigInteger)
        + places(Claim.stance, codebook.stances) * literal(1 << STANCE, BigInteger)
        + places(Claim.certainty, codebook.certainties)
    )
    answers = counted_answers(project, selection, whole)
    return answers.with_only_columns(answer, func.coalesce(claim, NONE)).join(
        Claim, Claim.answer_id == Answer.id, isouter=True
    )


def is_most(now: Connection, project: Project) -> bool:
    """Say whether a project has much of the database: then one run through all is quickest."""
    own = select(func.coalesce(func.sum(Article.sentence_count), 0))
    own = own.where(Article.project_id == project.id)
    last = func.coalesce(select(func.max(Sentence.id)).scalar_subquery(), 0)
    sentences, highest = now.execute(select(own.scalar_subquery(), last)).one()
    return int(sentences) * MUCH > int(highest)


def in_order(ids: IntArray, order: Sequence[int]) -> tuple[IntArray, IntArray]:
    """Return ascending ids in another order, and where each of them stands there."""
    rank = {each: place for place, each in enumerate(order)}
    sort = np.argsort(np.array([rank[each] for each in ids.tolist()], dtype=np.int64))
    place = np.empty(len(ids), dtype=np.int64)
    place[sort] = np.arange(len(ids))
    return ids[sort], place


def place_of(wanted: IntArray, ids: IntArray) -> IntArray:
    """Return where each wanted id stands among ascending ids; all of them stand there."""
    if not len(ids):
        return wanted
    reach = int(ids[-1] - ids[0]) + 1
    if reach > SPREAD * len(ids):
        return np.searchsorted(ids, wanted)
    table = np.zeros(reach, dtype=np.int64)
    table[ids - ids[0]] = np.arange(len(ids))
    found: IntArray = table[wanted - ids[0]]
    return found


def places(column: SQLColumnExpression[Any], values: Sequence[Value]) -> ColumnElement[int]:
    """Return the place of a value in the codebook from 1, 0 for none and values it never had."""
    known = {entry.value: place for place, entry in enumerate(values, 1)}
    return case(known, value=column, else_=0)


def integers(now: Connection, statement: Select[*tuple[Any, ...]], width: int) -> IntArray:
    """Return the rows of a query of whole numbers (N, width), read from the driver's own cursor.

    A result that is asked to stream has already taken its first row from that cursor, so this one
    is not.
    """
    result = now.execute(statement)
    cursor = result.cursor
    if cursor is None:
        raise TypeError("a statement that returns no rows cannot be read")
    chunks: Iterable[Sequence[Sequence[int]]] = iter(lambda: cursor.fetchmany(CHUNK), [])
    flat = chain.from_iterable(chain.from_iterable(chunks))
    found: IntArray = np.fromiter(flat, dtype=np.int64).reshape(-1, width)
    result.close()
    return found


def merges(now: Connection, project: Project) -> dict[int, int]:
    """Return the speakers that have been merged into others."""
    rows = now.execute(
        select(Speaker.id, Speaker.merged_into_id).where(
            Speaker.project_id == project.id, Speaker.merged_into_id.is_not(None)
        )
    )
    return {row.id: row.merged_into_id for row in rows}


def renamed(ids: IntArray, names: dict[int, int]) -> IntArray:
    """Replace ids by others where there are others."""
    if not names:
        return ids
    old = np.array(sorted(names), dtype=np.int64)
    new = np.array([names[each] for each in old.tolist()], dtype=np.int64)
    place = np.minimum(np.searchsorted(old, ids), len(old) - 1)
    return np.where(old[place] == ids, new[place], ids)
