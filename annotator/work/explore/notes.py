"""Notes of leads and adjudicators on sentences: one text on each of a selection."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, func, insert, literal, select

from annotator.errors import RefusedError
from annotator.phrases import counted
from annotator.store.db import among, db
from annotator.store.models import (
    Article,
    NotedSentence,
    Project,
    ReviewNote,
    Sentence,
    User,
)
from annotator.work.accounts import activity

LONGEST = 2000
MOST = 1000
# So many are offered to filter by.
OFFERED = 200


@dataclass(frozen=True)
class Listed:
    """A note, how many sentences it is on, and the first of them."""

    note: ReviewNote
    sentences: int


def holds() -> ColumnElement[bool]:
    """Return the condition that a noted place is in a sentence."""
    return (
        (NotedSentence.article_id == Sentence.article_id)
        & (NotedSentence.start >= Sentence.start)
        & (NotedSentence.start < Sentence.end)
    )


def write_note(project: Project, sentences: Collection[int], text: str, user: User) -> ReviewNote:
    """Put one note on some sentences.

    Raises:
        RefusedError: it says nothing or too much, or there are too many notes.

    """
    text = text.replace("\0", "").strip()
    if not text:
        raise RefusedError("Write a note.")
    if len(text) > LONGEST:
        said = f"{len(text):,} characters, at most {LONGEST:,} are allowed"
        raise RefusedError(f"The note has {said}.")
    held = select(func.count(ReviewNote.id)).where(ReviewNote.project_id == project.id)
    if (db.session.scalar(held) or 0) >= MOST:
        raise RefusedError(f"A project has at most {MOST:,} notes. Delete one first.")
    note = ReviewNote(project_id=project.id, text=text, user_id=user.id)
    db.session.add(note)
    db.session.flush()
    places = select(Sentence.article_id, Sentence.start, literal(note.id)).where(
        among(Sentence.id, [*sentences])
    )
    names = ["article_id", "start", "note_id"]
    db.session.execute(insert(NotedSentence).from_select(names, places))
    what = f"Note on {counted(len(set(sentences)), 'sentence')}"
    activity.note(project, user, activity.DECISIONS, what)
    return note


def notes_of(project: Project) -> list[Listed]:
    """Return the notes of a project, the newest first, with how many sentences each is on."""
    rows = db.session.execute(
        select(ReviewNote, func.count(Article.id))
        .outerjoin(NotedSentence, NotedSentence.note_id == ReviewNote.id)
        .outerjoin(
            Article,
            (Article.id == NotedSentence.article_id) & (Article.project_id == project.id),
        )
        .where(ReviewNote.project_id == project.id)
        .group_by(ReviewNote.id)
        .order_by(ReviewNote.id.desc())
    ).all()
    return [Listed(note, n) for note, n in rows]


def notes_on(sentences: Collection[int]) -> dict[int, list[ReviewNote]]:
    """Return the notes on some sentences, by sentence, the oldest first."""
    found: dict[int, list[ReviewNote]] = {}
    rows = db.session.execute(
        select(Sentence.id, ReviewNote)
        .join(NotedSentence, holds())
        .join(ReviewNote, ReviewNote.id == NotedSentence.note_id)
        .where(among(Sentence.id, [*sentences]))
        .order_by(ReviewNote.id)
    )
    for sentence, note in rows:
        if note not in found.setdefault(sentence, []):
            found[sentence].append(note)
    return found


def remove(project: Project, number: int, user: User) -> None:
    """Delete a note from all its sentences.

    Raises:
        RefusedError: there is no such note in the project.

    """
    note = db.session.get(ReviewNote, number)
    if note is None or note.project_id != project.id:
        raise RefusedError("This note is not there any more.")
    db.session.execute(delete(NotedSentence).where(NotedSentence.note_id == number))
    db.session.delete(note)
    activity.note(project, user, activity.DECISIONS, "Note on sentences deleted")


def noted(project: Project, which: str) -> Sequence[ColumnElement[bool]]:
    """Return the condition of sentences with a note ("yes"), with none ("no"), or with this one."""
    if not which:
        return ()
    places = (
        select(Sentence.id)
        .join(NotedSentence, holds())
        .join(ReviewNote, ReviewNote.id == NotedSentence.note_id)
        .where(ReviewNote.project_id == project.id)
    )
    if which.isdecimal():
        places = places.where(ReviewNote.id == int(which))
    return (Sentence.id.not_in(places) if which == "no" else Sentence.id.in_(places),)
