"""The fields of an answer as the label page posts them."""

from itertools import count

from sqlalchemy import select

from annotator.store.db import db
from annotator.store.models import Answer, AnswerEvent, Claim, Sentence, Speaker
from annotator.work.accounts import accounts

_keys = count(1)


def new_key():
    return f"key-{next(_keys):08}"


def fields(*claims, revision=0, key=None, **others):
    """Return the posted fields of an answer with these claims (dicts of field: value)."""
    posted = {"revision": revision, "key": key or new_key(), "seconds": 0, "open": 0, **others}
    for index, claim in enumerate(claims):
        posted |= {f"claims-{index}-{name}": value for name, value in claim.items()}
    return posted


def narrator():
    first = select(Speaker).where(Speaker.wording.is_(None)).order_by(Speaker.id)
    return db.session.scalars(first).first()


def claim(speaker=None, stance="neutral", certainty="certain", **others):
    return {
        "speaker": speaker or narrator().id,
        "stance": stance,
        "certainty": certainty,
        **others,
    }


def sentence_at(article, position):
    return db.session.scalars(
        select(Sentence).where(Sentence.article_id == article.id, Sentence.position == position)
    ).one()


def answer_of(article, position=2, name="ann"):
    """Return a person's answer as it lies in the database now."""
    db.session.rollback()
    return db.session.scalars(
        select(Answer)
        .join(Sentence)
        .where(
            Sentence.article_id == article.id,
            Sentence.position == position,
            Answer.user_id == accounts.get_user(name).id,
        )
    ).one_or_none()


def stored(kind):
    """Return how many rows of a kind there are."""
    db.session.rollback()
    return len(db.session.scalars(select(kind)).all())


def nothing_stored():
    return stored(Answer) == stored(AnswerEvent) == stored(Claim) == 0


def speaker_named(name):
    return db.session.scalars(select(Speaker).where(Speaker.name == name)).one()
