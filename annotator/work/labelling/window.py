"""Reading an article: the sentences of a window, one person's answers, and what comes next."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import (
    ColumnElement,
    Executable,
    Row,
    Select,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
)

from annotator.store.db import db
from annotator.store.models import Answer, Assignment, Claim, Sentence, Speaker
from annotator.store.rows.answers import AnswerRow, read_answers
from annotator.store.rows.places import (
    OF_SENTENCE,
    AnyArticle,
    AnyAssignment,
    AnyUser,
    SentenceRow,
)
from annotator.store.rows.prepared import made, prepared
from annotator.work.labelling.drafts import MOST_CLAIMS

WINDOW = 60
# Windows begin at multiples of this, so that each sentence lies in one of them, and moves on
# inside a window need no other.
STEP = 30
# So many sentences stand before and behind each one in its window, where the article has them.
LEAST = 15
WIDENED = 10
# How far back "same speaker" looks; further away nobody remembers who that was.
REACH = 60
# Whoever speaks in one of so many sentences is likely to speak in the next one, too.
NEAR = 3
# Up to this length the next sentence to do is looked up for every page.
SHORT = 240
HEADLINE = "headline"
# "Sentence 7", "sentences 1,007 and 8": the first that a note names, as screens count.
NAMED = re.compile(r"\bsentences?\s+(\d{1,3}(?:,\d{3})+|\d{1,7})\b", re.IGNORECASE)


class Glance(NamedTuple):
    """One sentence, and how far one person is with it."""

    position: int
    paragraph: int
    segment: str
    text: str
    status: str | None
    complete: bool | None
    unsure: bool | None

    @property
    def mark(self) -> str:
        """Return how the strip shows it: "decided", "half" or "todo"."""
        if self.unsure or (self.status is not None and not self.complete):
            return "half"
        return "todo" if self.status is None else "decided"


SeenT = TypeVar("SeenT", SentenceRow, Glance)


@dataclass(frozen=True)
class Stretch(Generic[SeenT]):
    """The sentences of a window, with the positions of the article's first and last ones."""

    sentences: Sequence[SeenT]
    first: int
    last: int
    total: int


def stretch_around(article: AnyArticle, position: int) -> Stretch[SentenceRow]:
    """Return the window around this position: 60 sentences, widened to whole paragraphs."""
    rows = stretch.rows(around(article, position))
    return stretch_of([made(SentenceRow, *row, article) for row in rows], article, position)


def glances_around(article: AnyArticle, user: AnyUser, position: int) -> Stretch[Glance]:
    """Return the same window as this person sees it from afar, in one statement."""
    rows = glances.rows(around(article, position) | {"user": user.id})
    return stretch_of([Glance(*row) for row in rows], article, position)


def begin_of(article: AnyArticle, position: int) -> int:
    """Return where the window around a position begins, before it is widened."""
    last = max(-(-(article.sentence_count - WINDOW) // STEP) * STEP, 0)
    return min(max((position - LEAST) // STEP * STEP, 0), last)


def around(article: AnyArticle, position: int) -> dict[str, int]:
    """Return what the queries for a window are given: it, and some more on either side."""
    begin = begin_of(article, position)
    return {"article": article.id, "low": begin - WIDENED, "high": begin + WINDOW + WIDENED - 1}


@prepared
def stretch() -> Executable:
    """Return the query of `stretch_around`."""
    return in_window(select(*OF_SENTENCE))


@prepared
def glances() -> Executable:
    """Return the query of `glances_around`, with the fields of a `Glance`."""
    columns = (Sentence.position, Sentence.paragraph, Sentence.segment, Sentence.text)
    answers = and_(
        Answer.sentence_id == Sentence.id, Answer.user_id == bindparam("user"), Answer.current
    )
    said = (Answer.status, Answer.complete, Answer.unsure)
    return in_window(select(*columns, *said).select_from(Sentence).outerjoin(Answer, answers))


def in_window(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Narrow a query to the sentences of a window, in order."""
    return query.where(
        Sentence.article_id == bindparam("article"),
        Sentence.position.between(bindparam("low"), bindparam("high")),
    ).order_by(Sentence.position)


def stretch_of(rows: Sequence[SeenT], article: AnyArticle, position: int) -> Stretch[SeenT]:
    """Cut a window to its 60 sentences and what belongs to their first and last paragraph."""
    begin = begin_of(article, position)
    core = [row for row in rows if begin <= row.position < begin + WINDOW]
    edges = {core[0].paragraph, core[-1].paragraph}
    sentences = [
        row for row in rows if begin <= row.position < begin + WINDOW or row.paragraph in edges
    ]
    return Stretch(sentences, sentences[0].position, sentences[-1].position, article.sentence_count)


def answers_in(
    article: AnyArticle, stretch: Stretch[SentenceRow], user: AnyUser
) -> dict[int, AnswerRow]:
    """Return this person's answers to the sentences of a window, by sentence number."""
    answers = read_answers(article.id, stretch.first, stretch.last, user.id)
    return {answer.sentence_id: answer for answer in answers}


def undecided(article_id: Any, user_id: Any) -> Select[int]:
    """Return the query for the positions that this person has not decided."""
    return (
        select(Sentence.position)
        .outerjoin(
            Answer,
            and_(
                Answer.sentence_id == Sentence.id,
                Answer.user_id == user_id,
                Answer.current,
            ),
        )
        .where(
            Sentence.article_id == article_id, or_(Answer.id.is_(None), Answer.complete.is_(False))
        )
    )


def first_undecided(*wanted: ColumnElement[bool]) -> Select[int]:
    """Return the query for the first of them of which this holds, given who and where."""
    query = undecided(bindparam("article"), bindparam("user")).where(*wanted)
    return query.order_by(Sentence.position).limit(1)


@prepared
def later_body() -> Select[int]:
    """Return the query for the first in the body after a position."""
    return first_undecided(Sentence.segment != HEADLINE, Sentence.position > bindparam("after"))


@prepared
def first_body() -> Select[int]:
    """Return the query for the first in the body."""
    return first_undecided(Sentence.segment != HEADLINE)


@prepared
def first_anywhere() -> Select[int]:
    """Return the query for the first, headlines among them."""
    return first_undecided()


@prepared
def nearby_body() -> Select[int]:
    """Return the query for the first in the body between two positions."""
    near = Sentence.position > bindparam("after"), Sentence.position <= bindparam("last")
    return first_undecided(Sentence.segment != HEADLINE, *near)


def next_to_do(assignment: AnyAssignment, after: int = -1) -> int | None:
    """Return the next undecided position after this one, then from the start, headlines last.

    A headline primes whoever reads it first, so it is offered when the body is decided.
    """
    if assignment.decided_count >= assignment.article.sentence_count:
        return None
    given = {"article": assignment.article_id, "user": assignment.user_id, "after": after}
    for query in (later_body, first_body, first_anywhere):
        found: int | None = query.value(given)
        if found is not None:
            return found
    return None


def to_look_at(assignment: AnyAssignment) -> int | None:
    """Return where somebody begins who got an article back: the first sentence the note names.

    Where the note names none it is the first of the article. None when the article was not given
    back, or something in it was changed since.
    """
    if assignment.state != "returned":
        return None
    given, saved = assignment.submitted_at, assignment.saved_at
    if given is not None and saved is not None and saved > given:
        return None
    named = NAMED.search(assignment.note)
    number = int(named[1].replace(",", "")) if named else 1
    return number - 1 if 1 <= number <= assignment.article.sentence_count else 0


def next_among(glances: Sequence[Glance], after: int) -> int | None:
    """Return what `next_to_do` returns, where all sentences of the article are at hand."""
    left = [each for each in glances if not each.complete]
    body = [each.position for each in left if each.segment != HEADLINE]
    later = [position for position in body if position > after]
    return next(iter([*later, *body, *(each.position for each in left)]), None)


def next_nearby(assignment: AnyAssignment, after: int) -> int | None:
    """Return the next undecided position of the body among the 60 after this one.

    Behind thousands of decided sentences `next_to_do` has to look at each of them.
    """
    where = {"article": assignment.article_id, "user": assignment.user_id}
    found: int | None = nearby_body.value(where | {"after": after, "last": after + REACH})
    return found


def missing(assignment: AnyAssignment, most: int = 20) -> Sequence[int]:
    """Return the first undecided positions, in order."""
    query = undecided(assignment.article_id, assignment.user_id)
    return db.session.scalars(query.order_by(Sentence.position).limit(most)).all()


def flagged(assignment: AnyAssignment, most: int = 20) -> Sequence[Row[int, str]]:
    """Return the first sentences this person was unsure of, in order: position and text."""
    return db.session.execute(
        select(Sentence.position, Sentence.text)
        .join(Answer, Answer.sentence_id == Sentence.id)
        .where(
            Sentence.article_id == assignment.article_id,
            Answer.user_id == assignment.user_id,
            Answer.current,
            Answer.unsure,
        )
        .order_by(Sentence.position)
        .limit(most)
    ).all()


def has_answered(user: AnyUser) -> bool:
    """Say whether this person has ever saved an answer, in any article."""
    return bool(has_saved.value({"user": user.id}))


@prepared
def has_saved() -> Select[bool]:
    """Return the query of `has_answered`."""
    mine = Assignment.user_id == bindparam("user")
    return select(exists().where(mine, Assignment.saved_at.is_not(None)))


def speakers_before(article: AnyArticle, user: AnyUser, position: int) -> list[tuple[int, int]]:
    """Return the speakers of this person's last claims before a sentence, and where they speak.

    The newest comes first; those of the sentences that are NEAR are all among them.
    """
    near = {"low": position - REACH, "high": position - 1}
    rows = spoke_before.rows({"article": article.id, "user": user.id} | near)
    return [(row[0], row[1]) for row in rows]


@prepared
def spoke_before() -> Select[int, int]:
    """Return the query of `speakers_before`."""
    return (
        select(func.coalesce(Speaker.merged_into_id, Speaker.id), Sentence.position)
        .select_from(Claim)
        .join(Claim.speaker)
        .join(Claim.answer)
        .join(Answer.sentence)
        .where(
            Sentence.article_id == bindparam("article"),
            Sentence.position.between(bindparam("low"), bindparam("high")),
            Answer.user_id == bindparam("user"),
            Answer.current,
        )
        .order_by(Sentence.position.desc(), Claim.position.desc())
        .limit(NEAR * MOST_CLAIMS)
    )


def neighbours(article: AnyArticle, position: int, reach: int) -> list[SentenceRow]:
    """Return the sentences around one, nearest first, itself in front."""
    given = {"article": article.id, "low": position - reach, "high": position + reach}
    found = [made(SentenceRow, *row, article) for row in stretch.rows(given)]
    return sorted(found, key=lambda each: (abs(each.position - position), each.position))
