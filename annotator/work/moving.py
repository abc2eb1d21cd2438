"""Moves labels from one speaker to another where a lead has split a speaker.

A merge needs none of this: it is a pointer that readers follow. A split says something new about
single answers, so each of them gets a revision and an event, signed by the lead.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload

from annotator.store.clock import now
from annotator.store.db import db
from annotator.store.models import (
    Alias,
    Answer,
    AnswerEvent,
    Assignment,
    Claim,
    Roster,
    Sentence,
    Speaker,
    User,
    Via,
)
from annotator.work import history
from annotator.work.labelling import whole

BATCH = 300
# Where a speaker of an answer was: its claim's position, and its place in the chain or none.
Place = tuple[int, int | None]
Moved = dict[str, list[list[int | None]]]


def move(
    from_ids: Collection[int], to: Speaker, articles: Collection[int], user: User, key: str
) -> Moved:
    """Give these articles' labels of some speakers to another one; return what was moved.

    The result has, per answer number, [claim position, chain position or None, speaker before,
    revision it was moved in].
    """
    moved: Moved = {}
    lock(articles)
    for answers in in_batches(answers_with(from_ids, articles)):
        places = {
            answer: [(place, held) for place, held in speakers_in(answer) if held in from_ids]
            for answer in answers
        }
        for answer, found in places.items():
            for place, _ in found:
                put(answer, place, to)
        record(answers, user, key)
        for answer, found in places.items():
            moved[str(answer.id)] = [[*place, held, answer.revision] for place, held in found]
    take_along(from_ids, to.id, articles)
    return moved


def take_along(from_ids: Collection[int], to_id: int, articles: Collection[int]) -> None:
    """Give surface forms and chips of these articles to the other speaker, too."""
    move_aliases(from_ids, to_id, articles)
    move_roster(from_ids, to_id, articles)


def shares(from_ids: Collection[int], articles: Collection[int]) -> list[list[int]]:
    """Divide these articles into those that can be moved at once, by how many answers move."""
    made: list[list[int]] = []
    held = BATCH
    for article, answers in per_article(from_ids, articles):
        if held + answers > BATCH:
            made.append([])
            held = 0
        made[-1].append(article)
        held += answers
    return made


def move_back(moved: Moved, from_: Speaker, to: Speaker, user: User, key: str) -> None:
    """Take a move of answers back; forms and chips are for `take_along`.

    An answer that nobody has saved since gets the very speakers it had; in any other, what is
    still the new speaker's becomes the old one's.
    """
    numbers = [int(number) for number in moved]
    lock(articles_of(numbers))
    for answers in in_batches(numbers):
        changed = []
        for answer in answers:
            wanted = places_back(answer, moved[str(answer.id)], from_, to)
            for place, speaker_id in wanted:
                put(answer, place, db.session.get_one(Speaker, speaker_id))
            changed += [answer] if wanted else []
        record(changed, user, key)


def places_back(
    answer: Answer, moved: list[list[int | None]], from_: Speaker, to: Speaker
) -> list[tuple[Place, int]]:
    """Return which speakers of an answer become which by taking a move back."""
    if answer.revision == moved[0][3]:
        return [((position or 0, link), held or 0) for position, link, held, _ in moved]
    return [(place, to.id) for place, held in speakers_in(answer) if held == from_.id]


def lock(articles: Collection[int]) -> None:
    """Hold back whoever saves in these articles, as every save does for its own assignment."""
    db.session.execute(
        select(Assignment.id)
        .where(Assignment.article_id.in_(articles))
        .order_by(Assignment.id)
        .with_for_update()
    ).all()


def articles_of(numbers: Sequence[int]) -> Sequence[int]:
    """Return the articles in which some answers are."""
    query = select(Sentence.article_id).join(Answer, Answer.sentence_id == Sentence.id)
    return db.session.scalars(query.where(Answer.id.in_(numbers)).distinct()).all()


def naming(from_ids: Collection[int], articles: Collection[int]) -> list[ColumnElement[bool]]:
    """Return what must hold of a claim and its sentence to name one of the speakers there."""
    chained = select(Via.claim_id).where(Via.speaker_id.in_(from_ids))
    return [
        Sentence.article_id.in_(articles),
        or_(Claim.speaker_id.in_(from_ids), Claim.id.in_(chained)),
    ]


def per_article(from_ids: Collection[int], articles: Collection[int]) -> Sequence[Any]:
    """Return each of these articles with how many of its answers name one of the speakers."""
    return db.session.execute(
        select(Sentence.article_id, func.count(Answer.id.distinct()))
        .join(Answer, Answer.sentence_id == Sentence.id)
        .join(Claim, Claim.answer_id == Answer.id)
        .where(*naming(from_ids, articles))
        .group_by(Sentence.article_id)
        .order_by(Sentence.article_id)
    ).all()


def answers_with(from_ids: Collection[int], articles: Collection[int]) -> Sequence[int]:
    """Return the numbers of the answers of these articles that name one of the speakers."""
    return db.session.scalars(
        select(Answer.id)
        .join(Claim, Claim.answer_id == Answer.id)
        .join(Answer.sentence)
        .where(*naming(from_ids, articles))
        .distinct()
        .order_by(Answer.id)
    ).all()


def in_batches(numbers: Sequence[int]) -> Iterator[Sequence[Answer]]:
    """Yield these answers with everything in them, locked, a few hundred at a time."""
    for first in range(0, len(numbers), BATCH):
        yield db.session.scalars(
            select(Answer)
            .where(Answer.id.in_(numbers[first : first + BATCH]))
            .order_by(Answer.id)
            .options(*whole(), joinedload(Answer.sentence).joinedload(Sentence.article))
            .with_for_update(of=Answer)
            .execution_options(populate_existing=True)
        ).all()


def speakers_in(answer: Answer) -> Iterator[tuple[Place, int]]:
    """Yield every speaker of an answer with its place."""
    for claim in answer.claims:
        if claim.speaker_id is not None:
            yield (claim.position, None), claim.speaker_id
        for link in claim.via:
            yield (claim.position, link.position), link.speaker_id


def put(answer: Answer, place: Place, speaker: Speaker) -> None:
    """Set one speaker of an answer."""
    claim = answer.claims[place[0]]
    if place[1] is None:
        claim.speaker = speaker
    else:
        claim.via[place[1]].speaker = speaker


def record(answers: Sequence[Answer], user: User, key: str) -> None:
    """Give changed answers their revisions and their events, all at once: there may be many."""
    heads = dict(
        db.session.execute(
            select(AnswerEvent.answer_id, AnswerEvent.hash)
            .join(AnswerEvent.answer)
            .where(
                Answer.id.in_([answer.id for answer in answers]),
                AnswerEvent.revision == Answer.revision,
            )
        ).all()
    )
    at = now()
    for answer in answers:
        answer.revision += 1
        answer.updated_at = at
    db.session.flush()
    for answer in answers:
        where = f"{answer.sentence.article.key}#{answer.sentence.position}"
        head = heads.get(answer.id, history.FIRST)
        db.session.add(history.event_of(answer, where, user.id, key, at, head))
    db.session.flush()


def move_aliases(from_ids: Collection[int], to_id: int, articles: Collection[int]) -> None:
    """Give the surface forms of these articles to the other speaker."""
    held = {
        (article_id, text)
        for article_id, text in db.session.execute(
            select(Alias.article_id, Alias.text).where(Alias.speaker_id == to_id)
        )
    }
    for alias in db.session.scalars(
        select(Alias).where(Alias.speaker_id.in_(from_ids), Alias.article_id.in_(articles))
    ):
        if (alias.article_id, alias.text) in held:
            db.session.delete(alias)
        else:
            held.add((alias.article_id, alias.text))
            alias.speaker_id = to_id
    db.session.flush()


def move_roster(from_ids: Collection[int], to_id: int, articles: Collection[int]) -> None:
    """Let the chips of these articles mean the other speaker, under the same numbers."""
    held = {
        (article_id, user_id)
        for article_id, user_id in db.session.execute(
            select(Roster.article_id, Roster.user_id).where(Roster.speaker_id == to_id)
        )
    }
    for entry in db.session.scalars(
        select(Roster)
        .where(Roster.speaker_id.in_(from_ids), Roster.article_id.in_(articles))
        .order_by(Roster.number)
    ):
        if (entry.article_id, entry.user_id) not in held:
            held.add((entry.article_id, entry.user_id))
            entry.speaker_id = to_id
    db.session.flush()
