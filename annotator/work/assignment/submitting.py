"""Submitting an article, and counting what is decided in it."""

from annotator.errors import RefusedError
from annotator.phrases import counted
from annotator.store.clock import now
from annotator.store.db import db
from annotator.store.models import (
    OPEN_STATES,
    Assignment,
)
from annotator.work.labelling.saving import (
    AlreadySubmittedError,
    ClosedError,
    closed_words,
    count_all,
)


def count(assignment: Assignment) -> None:
    """Bring the counts on the assignment in line with this person's answers in the article."""
    db.session.flush()
    count_all([assignment.id])
    db.session.refresh(assignment)


def submit(assignment: Assignment) -> None:
    """Hand the article in; refuse while a sentence is undecided, saying how many are."""
    # Locked, so that no save that is still going on makes it wrong; read afresh behind the lock.
    db.session.refresh(assignment, with_for_update=True)
    if assignment.state == "closed":
        raise ClosedError(closed_words(assignment))
    if assignment.state not in OPEN_STATES:
        raise AlreadySubmittedError("You submitted this article already.")
    count(assignment)
    left = assignment.article.sentence_count - assignment.decided_count
    if left:
        raise RefusedError(f"Not submitted: {counted(left, 'sentence')} without a complete answer.")
    assignment.state = "submitted"
    assignment.submitted_at = now()
