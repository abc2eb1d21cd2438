"""Which answers are independent, which count, and what ends the independence of one.

An answer is independent while its annotator knows neither what others said of the sentence nor what
was decided on it. Somebody learns that when an adjudicator asks about it, when their article comes
back after adjudication of the sentence began, when gold is shown to them, or when they look at the
answers of others, as an adjudicator or lead may. Each of these is an `Exposure`; what a person says
of the sentence from then on is round 2, and round 1 stays beside it as it was.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, literal, select, update
from sqlalchemy.orm import aliased

from annotator.measure.origins import COUNTED
from annotator.measure.rounds import FIRST_ROUND, NEWEST
from annotator.store.clock import now
from annotator.store.db import among, db, insert_for
from annotator.store.models import (
    Answer,
    Assignment,
    Decision,
    Exposure,
    Membership,
    Sentence,
)
from annotator.store.rows.answers import AnyAnswer
from annotator.store.rows.places import AnyAssignment, AnySentence

ASKED, RETURNED, GOLD, ANSWERS = "asked", "returned", "gold", "answers"


def counted(
    round_: int | None = FIRST_ROUND, origins: Sequence[str] = COUNTED
) -> list[ColumnElement[bool]]:
    """Return what must hold of an answer that counts: complete, given by people, of one round.

    Round 1 is what was given independently: what agreement compares. `NEWEST` is what gold and
    adjudication rest on.
    """
    return [
        Answer.complete.is_(True),
        Answer.origin.in_(origins),
        Answer.current.is_(True) if round_ is NEWEST else Answer.round == round_,
    ]


def last_independent(answer: AnyAnswer) -> int | None:
    """Return the revision up to which an answer was given independently: None where all of it was.

    An answer whose round 1 is kept nowhere was given in round 2 from its beginning: 0.
    """
    if answer.round == FIRST_ROUND:
        return None
    kept = select(Answer.revision).where(
        Answer.sentence_id == answer.sentence_id,
        Answer.user_id == answer.user_id,
        Answer.round == FIRST_ROUND,
    )
    return db.session.scalar(kept) or 0


def has_ended(assignment: AnyAssignment, sentence: AnySentence) -> bool:
    """Say whether what this person says of a sentence now is not independent any more.

    The assignment, which every save has at hand, tells whether there is anything to ask for.
    """
    if not assignment.informed:
        return False
    query = select(Exposure.id).where(
        Exposure.user_id == assignment.user_id, Exposure.sentence_id == sentence.id
    )
    return db.session.scalar(query) is not None


def given_back(assignment: Assignment, asked: Sentence) -> None:
    """Remember that an article went back because an adjudicator asks about a sentence."""
    expose(assignment.user_id, [asked.id], ASKED)
    all_given_back([assignment.id])
    db.session.expire(assignment, ["informed"])


def all_given_back(assignments: Collection[int]) -> None:
    """Remember that articles went back: the sentences on which somebody acted are known by now."""
    acted = (
        select(Assignment.user_id, Decision.sentence_id, literal(RETURNED), literal(now()))
        .join(Sentence, Sentence.article_id == Assignment.article_id)
        .join(Decision, Decision.sentence_id == Sentence.id)
        .where(among(Assignment.id, assignments))
        # All who remember several do it in one order: on PostgreSQL none then waits for the other.
        .order_by(Assignment.user_id, Decision.sentence_id)
    )
    names = ["user_id", "sentence_id", "how", "at"]
    db.session.execute(insert_for(Exposure).from_select(names, acted).on_conflict_do_nothing())
    of_acted = select(Sentence.article_id).join(Decision, Decision.sentence_id == Sentence.id)
    db.session.execute(
        update(Assignment)
        .where(among(Assignment.id, assignments), Assignment.article_id.in_(of_acted))
        .values(informed=True),
        execution_options={"synchronize_session": False},
    )


def unknown_to(membership: Membership, sentences: Iterable[int]) -> list[int]:
    """Return which sentences a person who labels in this project learns of only now.

    Who does not label has no independence to lose, so nothing is remembered of them.
    """
    wanted = sorted(set(sentences))
    if not membership.annotator or not wanted:
        return []
    known = set(
        db.session.scalars(
            select(Exposure.sentence_id).where(
                Exposure.user_id == membership.user_id, among(Exposure.sentence_id, wanted)
            )
        )
    )
    return [each for each in wanted if each not in known]


def expose(user_id: int, sentences: Collection[int], how: str) -> None:
    """Remember that a person has learned of these sentences; the first time counts."""
    if not sentences:
        return
    at = now()
    rows = [{"user_id": user_id, "sentence_id": each, "how": how, "at": at} for each in sentences]
    db.session.execute(insert_for(Exposure).on_conflict_do_nothing(), rows)
    articles = select(Sentence.article_id).where(among(Sentence.id, sentences))
    db.session.execute(
        update(Assignment)
        .where(Assignment.user_id == user_id, Assignment.article_id.in_(articles))
        .values(informed=True)
    )


def mark_informed(articles: Collection[int]) -> None:
    """Let the assignments of some articles say whether their people know of a sentence there."""
    knows = exists().where(
        Exposure.user_id == Assignment.user_id,
        Exposure.sentence_id == Sentence.id,
        Sentence.article_id == Assignment.article_id,
    )
    db.session.execute(
        update(Assignment)
        .where(
            among(Assignment.article_id, articles),
            Assignment.informed.is_(False),
            knows,
        )
        .values(informed=True),
        execution_options={"synchronize_session": False},
    )


def mark_newest(answers: Collection[int]) -> None:
    """Let those of some answers be current that no later round of the same person follows."""
    later = aliased(Answer)
    superseded = exists().where(
        later.sentence_id == Answer.sentence_id,
        later.user_id == Answer.user_id,
        later.round > Answer.round,
    )
    db.session.execute(
        update(Answer).where(among(Answer.id, answers)).values(current=~superseded),
        execution_options={"synchronize_session": False},
    )


Known = list[dict[str, Any]]


def lifted(sentences: Collection[int]) -> Known:
    """Take away who knew of the sentences of a repair, to be `put_down` on what they become."""
    rows = db.session.execute(
        delete(Exposure)
        .where(Exposure.sentence_id.in_(sentences))
        .returning(Exposure.user_id, Exposure.how, Exposure.at)
    ).all()
    first: dict[int, dict[str, Any]] = {}
    for row in sorted(rows, key=lambda row: (row.at, row.how)):
        first.setdefault(row.user_id, {"user_id": row.user_id, "how": row.how, "at": row.at})
    return [first[user] for user in sorted(first)]


def put_down(known: Known, sentences: Collection[int]) -> None:
    """Let whoever knew one of the sentences of a repair know all that came in their place."""
    rows = [{**each, "sentence_id": sentence} for each in known for sentence in sentences]
    if rows:
        db.session.execute(insert_for(Exposure), rows)
