"""Moves labels from one speaker to another where a lead has split a speaker.

A merge needs none of this: it is a pointer that readers follow. A split says something new about
single answers, so each of them gets a revision and an event, signed by the lead.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, exists, func, or_, select, update
from sqlalchemy.orm import aliased, joinedload

from annotator.store.clock import now
from annotator.store.db import among, db
from annotator.store.marking import mark_answers
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
from annotator.work.labelling import history
from annotator.work.labelling.saving import whole

# So many answers are moved in one step: some tens of milliseconds.
BATCH = 50
# Nothing that was read before the write is looked at in it.
UNSEEN = {"synchronize_session": False}
# Where a speaker of an answer was: its claim's position, and its place in the chain or none.
Place = tuple[int, int | None]


def move(
    numbers: Sequence[int], from_ids: Collection[int], to: Speaker, user: User, key: str
) -> None:
    """Give what some answers say of some speakers to another one.

    `key` is that of the events this writes; `move_back` knows by it what was moved.
    """
    moved = []
    for answer in locked(numbers):
        places = [place for place, held in speakers_in(answer) if held in from_ids]
        for place in places:
            put(answer, place, to)
        moved += [answer] if places else []
    record(moved, user, key)


def end_articles(
    from_ids: Collection[int], to: Speaker, articles: Collection[int], user: User, key: str
) -> bool:
    """Give what is left of these articles to the other speaker; with the last answers go the chips.

    So a chip means what the answers say that were given by it. Return whether there may be more.
    """
    lock(select(Assignment.id).where(Assignment.article_id.in_(articles)))
    numbers = db.session.scalars(answers_with(from_ids, articles, key).limit(BATCH)).all()
    move(numbers, from_ids, to, user, key)
    if len(numbers) == BATCH:
        return True
    take_along(from_ids, to.id, articles)
    return False


def take_along(from_ids: Collection[int], to_id: int, articles: Collection[int]) -> None:
    """Give surface forms and chips of these articles to the other speaker, too."""
    move_aliases(from_ids, to_id, articles)
    move_roster(from_ids, to_id, articles)


def shares(
    from_ids: Collection[int], articles: Collection[int]
) -> list[tuple[list[int], Sequence[int]]]:
    """Divide these articles into those that can be ended at once, by how many answers move.

    Where that is one article with too many answers, those come along that are to be moved before.
    """
    made: list[tuple[list[int], Sequence[int]]] = []
    held = BATCH
    for article, answers in per_article(from_ids, articles):
        if held + answers > BATCH:
            made.append(([], ()))
            held = 0
        made[-1][0].append(article)
        held += answers
        if answers > BATCH:
            made[-1] = ([article], db.session.scalars(answers_with(from_ids, [article])).all())
    return made


def moved_by(key: str, to: Speaker, articles: Collection[int], back: str) -> Sequence[int]:
    """Return the answers of these articles that a move has changed and that name the new speaker.

    `back` is the key of the events by which it was taken back, as far as it was.
    """
    query = answers_with([to.id], articles, back)
    return db.session.scalars(query.where(has_event(key))).all()


def move_back(
    numbers: Sequence[int], from_: Speaker, to: Speaker, user: User, key: str, back: str
) -> None:
    """Take the move of some answers back; forms and chips are for `take_along`.

    An answer that nobody has saved since gets the very speakers it had; in any other, what is
    still the new speaker's becomes the old one's.
    """
    answers = locked(numbers)
    before = contents_before(answers, key)
    changed = []
    for answer in answers:
        places = [place for place, held in speakers_in(answer) if held == from_.id]
        had = before.get(answer.id, {})
        for place in places:
            put(answer, place, db.session.get_one(Speaker, had.get(place, to.id)))
        changed += [answer] if places else []
    record(changed, user, back)


def contents_before(answers: Sequence[Answer], key: str) -> dict[int, dict[Place, int]]:
    """Return the speakers that answers had before the event of a key, where that is their last."""
    last = aliased(AnswerEvent)
    rows = db.session.execute(
        select(AnswerEvent.answer_id, AnswerEvent.content)
        .join(
            last,
            (last.answer_id == AnswerEvent.answer_id) & (last.revision == AnswerEvent.revision + 1),
        )
        .join(Answer, (Answer.id == last.answer_id) & (Answer.revision == last.revision))
        .where(Answer.id.in_([answer.id for answer in answers]), last.key == key)
    )
    return {number: dict(speakers_of(content)) for number, content in rows}


def speakers_of(content: str) -> Iterator[tuple[Place, int]]:
    """Yield every speaker of an event with its place."""
    for position, claim in enumerate(history.draft_of_content(content).claims):
        if isinstance(claim.speaker, int):
            yield (position, None), claim.speaker
        for index, link in enumerate(claim.via):
            yield (position, index), link


def lock(theirs: Select[int]) -> None:
    """Hold back whoever saves there, as every save does for its own assignment."""
    db.session.execute(theirs.order_by(Assignment.id).with_for_update(of=Assignment)).all()


def naming(from_ids: Collection[int], articles: Collection[int]) -> list[ColumnElement[bool]]:
    """Return what must hold of a claim and its sentence to name one of the speakers there."""
    chained = select(Via.claim_id).where(Via.speaker_id.in_(from_ids))
    return [
        among(Sentence.article_id, articles),
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


def answers_with(
    from_ids: Collection[int], articles: Collection[int], without: str = ""
) -> Select[int]:
    """Select the answers of these articles that name one of the speakers.

    Those that have an event of the key `without` say what they do since that act.
    """
    return (
        select(Answer.id)
        .join(Claim, Claim.answer_id == Answer.id)
        .join(Answer.sentence)
        .where(*naming(from_ids, articles), ~has_event(without))
        .distinct()
        .order_by(Answer.id)
    )


def has_event(key: str) -> ColumnElement[bool]:
    """Return the condition of answers that have an event of this key."""
    return exists().where(AnswerEvent.answer_id == Answer.id, AnswerEvent.key == key)


def locked(numbers: Sequence[int]) -> Sequence[Answer]:
    """Return those of some answers that have a place, with everything in them, locked."""
    lock(
        select(Assignment.id)
        .join(Sentence, Sentence.article_id == Assignment.article_id)
        .join(Answer, (Answer.sentence_id == Sentence.id) & (Answer.user_id == Assignment.user_id))
        .where(Answer.id.in_(numbers))
    )
    return db.session.scalars(
        select(Answer)
        .where(Answer.id.in_(numbers), Answer.sentence_id.is_not(None))
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
        article_id = answer.sentence.article_id
        values = history.event_values(answer, article_id, where, user.id, key, at, head)
        db.session.add(AnswerEvent(**values))
    db.session.flush()
    mark_answers([answer.id for answer in answers])


def move_aliases(from_ids: Collection[int], to_id: int, articles: Collection[int]) -> None:
    """Give the surface forms of these articles to the other speaker, each once."""
    other = aliased(Alias)
    twice = exists().where(
        other.article_id == Alias.article_id,
        other.text == Alias.text,
        or_(other.speaker_id == to_id, other.speaker_id.in_(from_ids) & (other.id < Alias.id)),
    )
    moving = Alias.speaker_id.in_(from_ids) & among(Alias.article_id, articles)
    db.session.execute(delete(Alias).where(moving, twice), execution_options=UNSEEN)
    db.session.execute(
        update(Alias).where(moving).values(speaker_id=to_id), execution_options=UNSEEN
    )


def move_roster(from_ids: Collection[int], to_id: int, articles: Collection[int]) -> None:
    """Let the chips of these articles mean the other speaker, under the same numbers."""
    other = aliased(Roster)
    there = exists().where(
        other.article_id == Roster.article_id,
        other.user_id == Roster.user_id,
        or_(
            other.speaker_id == to_id,
            other.speaker_id.in_(from_ids) & (other.number < Roster.number),
        ),
    )
    moving = Roster.speaker_id.in_(from_ids) & among(Roster.article_id, articles)
    db.session.execute(
        update(Roster).where(moving, ~there).values(speaker_id=to_id), execution_options=UNSEEN
    )
