"""Acknowledging a save: which revision of the answer it made."""

from sqlalchemy import select

from annotator.store.db import db
from annotator.store.models import Answer, AnswerEvent


def revision_after(answer: Answer | None, key: str) -> int:
    """Return the revision that the save with this key made; the stored one if it made none."""
    if answer is None:
        return 0
    made = select(AnswerEvent.revision).where(
        AnswerEvent.answer_id == answer.id, AnswerEvent.key == key
    )
    found = db.session.scalar(made)
    return answer.revision if found is None else found
