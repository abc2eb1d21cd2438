"""Short words for tests that label: who says what of which sentence."""

from itertools import count

from sqlalchemy import select

from annotator.store.db import db, write
from annotator.store.models import Answer, AnswerEvent, Assignment, Sentence, Speaker
from annotator.work.accounts import accounts
from annotator.work.labelling import saving
from annotator.work.labelling.drafts import AnswerDraft, ClaimDraft, NewSpeaker
from annotator.work.labelling.saving import Save

NUMBERS = count(1)
MATTIS = NewSpeaker("James Mattis", "person")


def claim(speaker=MATTIS, stance="neutral", certainty="certain", **fields):
    return ClaimDraft(speaker=speaker, stance=stance, certainty=certainty, **fields)


def claims(*said, **fields):
    return AnswerDraft(claims=said or (claim(),), **fields)


def nothing_claimed(**fields):
    return AnswerDraft(status="no_claim", **fields)


def sentence_of(article, position):
    return db.session.scalars(
        select(Sentence).where(Sentence.article_id == article.id, Sentence.position == position)
    ).one()


def save(article, draft, *, name="ann", position=2, revision=0, key=None, seconds=0):
    """Save one answer in a transaction of its own; every save has a new key unless told."""
    key = key or f"key-{next(NUMBERS):06}"
    with write():
        return saving.save_answer(
            sentence_of(article, position),
            accounts.get_user(name),
            draft,
            Save(revision=revision, key=key, seconds=seconds),
        )


def stored(article, name="ann", position=2):
    return saving.answer_for(sentence_of(article, position), accounts.get_user(name))


def assignment_of(article, name="ann"):
    query = select(Assignment).where(Assignment.article_id == article.id)
    user = accounts.get_user(name)
    return db.session.scalars(
        query.where(Assignment.user_id == user.id).execution_options(populate_existing=True)
    ).one()


def speaker_called(name):
    return db.session.scalars(select(Speaker).where(Speaker.name == name)).one()


def everything():
    """Return what saves write, to compare before and after a refusal."""
    return [
        db.session.execute(select(table.__table__).order_by(table.id)).all()
        for table in (Answer, AnswerEvent, Assignment, Speaker)
    ]
