"""Reads the answers that a report counts, once, into whole numbers.

Queries of one moment: sentences, answers and their claims. Text becomes the place of the value in
the codebook inside the database, and an answer or a claim one number; a report makes tables of them
in parts. Articles stand by key and annotators by
pseudonym, so that the same answers give the same figures, in whatever order they were stored.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import add
from typing import Any

import numpy as np
import numpy.typing as npt
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
from sqlalchemy.orm import InstrumentedAttribute

from annotator.codebook.scheme import Value
from annotator.measure.collected import SENTENCES, Claims, Collected
from annotator.measure.panel import NONE
from annotator.measure.patterns import IntArray, numbered
from annotator.store.arrays import joined_integers
from annotator.store.batches import articles_of
from annotator.store.models import Answer, Article, Claim, Project, Sentence, Speaker
from annotator.work.accounts.memberships import pseudonyms_of
from annotator.work.agreement.report import Selection
from annotator.work.agreement.selection import (
    counted_answers,
    counted_sentences,
    of_answers,
)

SPREAD = 8
MUCH = 4
# So many rows are read at once.
AT_ONCE = 100_000
NOTHING: IntArray = np.empty(0, dtype=np.int64)
# How far each part of a packed number stands from its end, in bits. There is room for 2 to the 34
# sentences, a million accounts and 255 values of each field.
BYTE = 255
SENTENCE, ANNOTATOR, LATER = 29, 9, 1 << 8
LABEL = 8  # of a claim each label takes so many, the last one those at the end


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
        rows = self.all_rows() if is_most(self.now, self.project) else None
        for articles in self.stretches():
            if rows is None:
                yield self.collect(replace(self.selection, articles=articles))
            else:
                yield self.assembled(rows.of(articles))

    def stretches(self) -> Iterator[tuple[int, ...]]:
        """Yield the articles of each part."""
        together: list[int] = []
        size = 0
        for article in self.articles:
            if together and size + article.sentence_count > SENTENCES:
                yield tuple(together)
                together, size = [], 0
            together.append(article.id)
            size += article.sentence_count
        yield tuple(together)

    def whole(self) -> Collected:
        """Return everything at once."""
        if is_most(self.now, self.project):
            return self.assembled(self.all_rows())
        return self.collect(self.selection)

    def collect(self, selection: Selection) -> Collected:
        """Read what is selected, sentence by sentence."""
        spots = self.spots(selection)
        answer, claim = joined_integers(self.now, packed_rows(self.project, selection))
        answers, owner = np.unique(answer, return_inverse=True)
        has = claim >= 0
        spot = Standing(spots[:, 0]).place_of(answers >> SENTENCE)
        return self.assembled(Rows(spots, spot, answers, owner[has], claim[has]))

    def all_rows(self) -> "Rows":
        """Read what is selected in two runs through all answers and claims of the database.

        As they are stored, some at a time: where a project has much of the database, that is
        several times as quick as to go to each sentence.
        """
        spots = self.spots(self.selection)
        wanted = [Answer.sentence_id.is_not(None), *of_answers(self.selection)]
        answers = select(Answer.id, packed_answer(self.project)).where(*wanted)
        read, sentences = Columns(np.int64, np.int32, np.int64), Standing(spots[:, 0])
        for some in runs(self.now, Answer.id):
            columns = joined_integers(self.now, answers.where(some))
            place = sentences.place_of(columns[1] >> SENTENCE)
            here = np.flatnonzero(place != NONE)
            here = here[np.argsort(columns[0][here])]
            read.add(columns[0][here], place[here], columns[1][here])
        ids, spot, answer = read.all()
        owners = Standing(ids)
        read = Columns(np.int32, np.int64)
        claims = select(Claim.answer_id, packed_claim(self.project))
        for some in runs(self.now, Claim.id):
            number, claim = joined_integers(self.now, claims.where(some))
            owner = owners.place_of(number)
            here = owner != NONE
            read.add(owner[here], claim[here])
        return Rows(spots, spot, answer, *read.all())

    def spots(self, selection: Selection) -> IntArray:
        """Return the sentences that count, ascending: (sentence, article) each."""
        found = np.column_stack(
            joined_integers(self.now, counted_sentences(self.project, selection))
        )
        return found[np.argsort(found[:, 0])]

    def assembled(self, rows: "Rows") -> Collected:
        """Return what was read as tables."""
        spots, found = rows.spots, rows.spot
        rest = rows.answers & ((1 << SENTENCE) - 1)
        used = np.bincount(found, minlength=len(spots)) > 0
        unit = (np.cumsum(used) - 1)[found]
        user = rest >> ANNOTATOR
        people = np.flatnonzero(np.bincount(user)) if len(user) else user
        called = self.called
        people, who = in_order(
            people, sorted(people.tolist(), key=lambda each: called.get(each, ""))
        )
        column = who[Standing(np.sort(people)).place_of(user)]
        given = np.full((int(used.sum()), len(people)), NONE, dtype=np.int16)
        given[unit, column] = (rest & BYTE) - 1
        found_in, articles = numbered(spots[used, 1])
        article_ids, place = in_order(found_in, self.order)
        claim, asked = rows.claims, self.project.codebook.labels
        said = claim >> LABEL * len(asked)
        behind = [LABEL * place for place in reversed(range(len(asked)))]
        return Collected(
            sentences=spots[used, 0],
            articles=place[articles],
            article_ids=article_ids,
            annotators=people,
            status=given,
            claims=Claims(
                unit=unit[rows.owner],
                annotator=column[rows.owner],
                order=said & BYTE,
                speaker=(said >> LABEL) - 1,
                labels={
                    name: (claim >> bits & BYTE) - 1
                    for name, bits in zip(asked, behind, strict=True)
                },
            ),
            merged=self.merged,
            superseded=int(np.count_nonzero(rest & LATER)),
        )


@dataclass(frozen=True, eq=False)
class Rows:
    """Answers and claims as they are read, a number each.

    `spots`: (U, 2) sentences, ascending, and their articles. `spot`, `answers`: (N,) the place of
    each answer's sentence among them, and the answer. `owner`, `claims`: (C,) the same of claims,
    by the places of their answers.
    """

    spots: IntArray
    spot: IntArray
    answers: IntArray
    owner: IntArray
    claims: IntArray

    def of(self, articles: Collection[int]) -> "Rows":
        """Return the rows of some articles."""
        here = np.isin(self.spots[:, 1], list(articles))
        mine = here[self.spot]
        answers, claims = np.flatnonzero(mine), np.flatnonzero(mine[self.owner])
        spot = (np.cumsum(here) - 1)[self.spot[answers]]
        owner = Standing(answers).place_of(self.owner[claims])
        return Rows(self.spots[here], spot, self.answers[answers], owner, self.claims[claims])


class Columns:
    """Columns of numbers that grow stretch by stretch, in one piece of memory each."""

    def __init__(self, *kinds: type[np.integer[Any]]) -> None:
        self.kinds = kinds
        self.numbers = [bytearray() for _ in kinds]

    def add(self, *columns: IntArray) -> None:
        """Put numbers behind those that are there."""
        for kind, numbers, column in zip(self.kinds, self.numbers, columns, strict=True):
            numbers.extend(column.astype(kind).data.cast("B"))

    def all(self) -> Iterator[IntArray]:
        """Yield the columns, uncopied."""
        for kind, numbers in zip(self.kinds, self.numbers, strict=True):
            yield np.frombuffer(numbers, dtype=kind)


def packed_rows(project: Project, selection: Selection) -> Select[int | None, int]:
    """Select a row per claim, and one per answer without a claim: (answer, claim or -1)."""
    answers = counted_answers(project, selection)
    return answers.with_only_columns(
        packed_answer(project).label("answer"),
        func.coalesce(packed_claim(project), NONE).label("claim"),
    ).join(Claim, Claim.answer_id == Answer.id, isouter=True)


def packed_answer(project: Project) -> ColumnElement[int | None]:
    """Return an answer as one number, because reading costs by the number.

    Sentence, annotator, whether a later answer took its place, and status.
    """
    return (
        Answer.sentence_id * literal(1 << SENTENCE, BigInteger)
        + Answer.user_id * literal(1 << ANNOTATOR, BigInteger)
        + case((Answer.current, 0), else_=LATER)
        + places(Answer.status, project.codebook.statuses)
    )


def packed_claim(project: Project) -> ColumnElement[int]:
    """Return a claim as one number: speaker, place in the answer, and its labels."""
    codebook = project.codebook
    parts = [
        func.coalesce(Claim.speaker_id, NONE) + 1,
        Claim.position,
        *(places(getattr(Claim, name), codebook.values_of(name)) for name in codebook.labels),
    ]
    shifted = [
        part * literal(1 << LABEL * place, BigInteger) for place, part in enumerate(reversed(parts))
    ]
    return reduce(add, shifted)


def runs(now: Connection, number: InstrumentedAttribute[int]) -> Iterator[ColumnElement[bool]]:
    """Yield conditions that cut a table into stretches by its numbers."""
    last = now.scalar(select(func.max(number))) or 0
    for first in range(0, last, AT_ONCE):
        yield (number > first) & (number <= first + AT_ONCE)


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


class Standing:
    """Ascending ids, (N,), among which others are looked for, by a table where they lie close."""

    def __init__(self, ids: IntArray) -> None:
        self.ids = ids
        self.first, self.last = (int(ids[0]), int(ids[-1])) if len(ids) else (0, -1)
        self.table: npt.NDArray[np.int32] | None = None
        if self.last - self.first < SPREAD * len(ids):
            self.table = np.full(self.last - self.first + 1, NONE, dtype=np.int32)
            self.table[ids - self.first] = np.arange(len(ids))

    def place_of(self, wanted: IntArray) -> IntArray:
        """Return where each wanted id stands among them, -1 for those that do not."""
        if not len(self.ids):
            return np.full(len(wanted), NONE, dtype=np.int64)
        inside = (wanted >= self.first) & (wanted <= self.last)
        some = np.where(inside, wanted, self.first)
        if self.table is not None:
            return np.where(inside, self.table[some - self.first].astype(np.int64), NONE)
        place = np.searchsorted(self.ids, some)
        return np.where(inside & (self.ids[place] == some), place, NONE)


def places(column: SQLColumnExpression[Any], values: Sequence[Value]) -> ColumnElement[int]:
    """Return the place of a value in the codebook from 1, 0 for none and values it never had."""
    known = {entry.value: place for place, entry in enumerate(values, 1)}
    return case(known, value=column, else_=0) if known else literal(0)


def merges(now: Connection, project: Project) -> dict[int, int]:
    """Return the speakers that have been merged into others."""
    rows = now.execute(
        select(Speaker.id, Speaker.merged_into_id).where(
            Speaker.project_id == project.id, Speaker.merged_into_id.is_not(None)
        )
    )
    return {row.id: row.merged_into_id for row in rows}
