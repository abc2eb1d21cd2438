"""Reading an article: the sentences of a window, one person's answers, and what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, and_, func, or_, select

from annotator.store.db import db
from annotator.store.models import Answer, Article, Assignment, Claim, Sentence, User
from annotator.work.labelling import whole

WINDOW = 60
WIDENED = 10
HEADLINE = "headline"


@dataclass(frozen=True)
class Stretch:
    """The sentences of a window, with the positions of the article's first and last ones."""

    sentences: Sequence[Sentence]
    first: int
    last: int
    total: int


def stretch_around(article: Article, position: int) -> Stretch:
    """Return the window that holds this position: 60 sentences, widened to whole paragraphs.

    Windows begin at multiples of 60, so a sentence always lies in the same one.
    """
    begin = position - position % WINDOW
    rows = db.session.scalars(
        select(Sentence)
        .where(
            Sentence.article_id == article.id,
            Sentence.position >= begin - WIDENED,
            Sentence.position < begin + WINDOW + WIDENED,
        )
        .order_by(Sentence.position)
    ).all()
    core = [row for row in rows if begin <= row.position < begin + WINDOW]
    edges = {core[0].paragraph, core[-1].paragraph}
    sentences = [
        row for row in rows if begin <= row.position < begin + WINDOW or row.paragraph in edges
    ]
    return Stretch(sentences, sentences[0].position, sentences[-1].position, article.sentence_count)


def answers_in(stretch: Stretch, user: User, round_: int = 1) -> dict[int, Answer]:
    """Return this person's answers to the sentences of a window, by sentence number."""
    answers = db.session.scalars(
        select(Answer)
        .where(
            Answer.user_id == user.id,
            Answer.round == round_,
            Answer.sentence_id.in_([sentence.id for sentence in stretch.sentences]),
        )
        .options(*whole())
        .execution_options(populate_existing=True)
    )
    return {answer.sentence_id: answer for answer in answers}


def undecided(article_id: int, user_id: int) -> Select[int]:
    """Return the query for the positions that this person has not decided, round 1."""
    return (
        select(Sentence.position)
        .outerjoin(
            Answer,
            and_(
                Answer.sentence_id == Sentence.id,
                Answer.user_id == user_id,
                Answer.round == 1,
            ),
        )
        .where(
            Sentence.article_id == article_id, or_(Answer.id.is_(None), Answer.complete.is_(False))
        )
    )


def next_to_do(assignment: Assignment, after: int = -1) -> int | None:
    """Return the next undecided position after this one, then from the start, headlines last.

    A headline primes whoever reads it first, so it is offered when the body is decided.
    """
    if assignment.decided_count >= assignment.article.sentence_count:
        return None
    open_positions = undecided(assignment.article_id, assignment.user_id)
    body = open_positions.where(Sentence.segment != HEADLINE)
    for query in (body.where(Sentence.position > after), body, open_positions):
        found = db.session.scalar(query.order_by(Sentence.position).limit(1))
        if found is not None:
            return found
    return None


def missing(assignment: Assignment, most: int = 20) -> Sequence[int]:
    """Return the first undecided positions, in order."""
    query = undecided(assignment.article_id, assignment.user_id)
    return db.session.scalars(query.order_by(Sentence.position).limit(most)).all()


def flagged(assignment: Assignment, most: int = 20) -> Sequence[int]:
    """Return the first positions this person was unsure of, in order."""
    return db.session.scalars(
        select(Sentence.position)
        .join(Answer, Answer.sentence_id == Sentence.id)
        .where(
            Sentence.article_id == assignment.article_id,
            Answer.user_id == assignment.user_id,
            Answer.unsure,
        )
        .order_by(Sentence.position)
        .limit(most)
    ).all()


def body_left(article: Article, user: User) -> bool:
    """Say whether a sentence besides the headline is undecided."""
    query = undecided(article.id, user.id).where(Sentence.segment != HEADLINE)
    return db.session.scalar(query.limit(1)) is not None


def speaker_before(article: Article, user: User, position: int) -> int | None:
    """Return the speaker of this person's last claim before a sentence."""
    return db.session.scalar(
        select(Claim.speaker_id)
        .join(Claim.answer)
        .join(Answer.sentence)
        .where(
            Sentence.article_id == article.id,
            Sentence.position < position,
            Answer.user_id == user.id,
            Claim.speaker_id.is_not(None),
        )
        .order_by(Sentence.position.desc(), Claim.position.desc())
        .limit(1)
    )


def neighbours(article: Article, position: int, reach: int) -> Sequence[Sentence]:
    """Return the sentences around one, nearest first, itself in front."""
    return db.session.scalars(
        select(Sentence)
        .where(
            Sentence.article_id == article.id,
            Sentence.position.between(position - reach, position + reach),
        )
        .order_by(func.abs(Sentence.position - position), Sentence.position)
    ).all()
