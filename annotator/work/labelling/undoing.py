"""Undo and redo of one person's saves in one article, read from the events and nothing else.

Nothing is ever deleted: an undo is a save that restores the answer as it was before the save it
takes back, and a redo is a save that takes back an undo. An event counts unless one that counts
takes it back. Undo takes back the newest save that counts; redo takes back the newest undo that
counts, as long as no save that counts came after it. So the two stacks are the same in every
tab, after every reload, and on every machine.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, select

from annotator.errors import RefusedError
from annotator.store.db import db
from annotator.store.models import Answer, AnswerEvent, Sentence
from annotator.store.rows.answers import AnswerRow
from annotator.store.rows.places import AnyArticle, AnyUser
from annotator.store.rows.prepared import made, prepared
from annotator.work.labelling import history, saving
from annotator.work.labelling.changes import Change, Dictionary, changes_between, in_words
from annotator.work.labelling.saving import Save, Saved

BATCH = 20
# No event has this number, or a greater one.
LAST = 2**31 - 1


class MovedOnError(RefusedError):
    """What the person saw is not what would be taken back now."""


@dataclass(frozen=True)
class Mark:
    """What undo and redo need to know of one event."""

    id: int
    answer_id: int
    revision: int
    kind: str
    undoes: int | None


class Content(NamedTuple):
    """An answer as it was at one revision, and where its sentence stands."""

    answer_id: int
    revision: int
    content: str
    position: int


@dataclass(frozen=True)
class Step:
    """One thing that undo or redo would do now; `event_id` names the event it takes back."""

    event_id: int
    position: int
    changes: tuple[Change, ...]

    @property
    def words(self) -> str:
        """Return the save that is meant, in words; one that changes nothing says it again."""
        return in_words(self.changes) if self.changes else "confirmed"


@dataclass(frozen=True)
class Steps:
    """What undo and redo would do now."""

    undo: Step | None = None
    redo: Step | None = None


@dataclass(frozen=True)
class Stepped:
    """An answer after an undo or a redo, and what is different in it.

    `mark` is what was taken back: a save, or by a redo the undo of one; None where this was done
    before.
    """

    answer: AnswerRow
    position: int
    changes: tuple[Change, ...]
    mark: Mark | None = None


def tops(newest_first: Iterable[Mark]) -> tuple[Mark | None, Mark | None]:
    """Return the save that undo would take back, and the undo that redo would take back.

    Reads from the newest event only as far back as the newest save that counts.
    """
    taken_back: set[tuple[int, int | None]] = set()
    redo: Mark | None = None
    for mark in newest_first:
        if (mark.answer_id, mark.revision) in taken_back:
            continue
        if mark.kind == history.SAVE:
            return mark, redo
        taken_back.add((mark.answer_id, mark.undoes))
        if mark.kind == history.UNDO and redo is None:
            redo = mark
    return None, redo


def events_of(article: AnyArticle, user: AnyUser) -> Iterator[Mark]:
    """Yield this person's events in this article from the newest on, a few at a time."""
    given = {"article": article.id, "user": user.id, "before": LAST}
    while rows := newest.rows(given):
        yield from (made(Mark, *row) for row in rows)
        if len(rows) < BATCH:
            return
        given["before"] = rows[-1][0]


@prepared
def newest() -> Select[*tuple[Any, ...]]:
    """Return the query for some events of a person in an article that came before one."""
    return (
        select(
            AnswerEvent.id,
            AnswerEvent.answer_id,
            AnswerEvent.revision,
            AnswerEvent.kind,
            AnswerEvent.undoes,
        )
        .join(AnswerEvent.answer)
        .where(Answer.sentence_id.is_not(None))
        .where(
            AnswerEvent.article_id == bindparam("article"),
            AnswerEvent.user_id == bindparam("user"),
            # What a lead has mapped are no steps of hers, nor of those whose answers they are.
            Answer.user_id == AnswerEvent.user_id,
            AnswerEvent.key.not_like(f"{history.BY_CODEBOOK}%"),
            AnswerEvent.id < bindparam("before"),
        )
        .order_by(AnswerEvent.id.desc())
        .limit(BATCH)
    )


def steps(article: AnyArticle, user: AnyUser) -> Steps:
    """Return what undo and redo would do now."""
    undo, redo = tops(events_of(article, user))
    saves = [(mark.answer_id, save_of(mark)) for mark in (undo, redo) if mark]
    if not saves:
        return Steps()
    contents = {
        (row.answer_id, row.revision): row
        for answer_id, revision in saves
        for row in contents_around(answer_id, revision)
    }
    dictionary = Dictionary(article.project.codebook, article.key)

    def step(mark: Mark | None) -> Step | None:
        if mark is None:
            return None
        revision = save_of(mark)
        before = contents.get((mark.answer_id, revision - 1))
        after = contents[mark.answer_id, revision]
        changes = changes_between(before.content if before else None, after.content, dictionary)
        return Step(mark.id, after.position, changes)

    return Steps(step(undo), step(redo))


def steps_after(saved: Saved, article: AnyArticle, position: int) -> Steps | None:
    """Return what they would do after a save that is the newest, None where it is not known.

    An ordinary save is the newest one that counts, and no undo came after it.
    """
    if saved.event is None or saved.event.kind != history.SAVE:
        return None
    dictionary = Dictionary(article.project.codebook, article.key)
    changes = changes_between(saved.before, saved.event.content, dictionary)
    return Steps(undo=Step(saved.event.id, position, changes))


def save_of(mark: Mark) -> int:
    """Return the revision of the save that a mark is about: its own, or what the undo undid."""
    return mark.revision if mark.undoes is None else mark.undoes


def contents_around(answer_id: int, revision: int) -> list[Content]:
    """Return what a save made of an answer, and what was there before it."""
    given = {"answer": answer_id, "low": revision - 1, "high": revision}
    return [made(Content, *row) for row in around.rows(given)]


@prepared
def around() -> Select[*tuple[Any, ...]]:
    """Return the query of `contents_around`, with the fields of a `Content`."""
    columns = (
        AnswerEvent.answer_id,
        AnswerEvent.revision,
        AnswerEvent.content,
        Sentence.position,
    )
    return (
        select(*columns)
        .join(AnswerEvent.answer)
        .join(Answer.sentence)
        .where(
            AnswerEvent.answer_id == bindparam("answer"),
            AnswerEvent.revision.between(bindparam("low"), bindparam("high")),
        )
    )


def undo(article: AnyArticle, user: AnyUser, event_id: int, key: str, seconds: int = 0) -> Stepped:
    """Take back this person's newest save in this article; `event_id` is what they saw it was.

    Raises:
        MovedOnError: something else would be taken back now; nothing was changed.
        NotAssignedError, AlreadySubmittedError, InvalidAnswerError: as for every save.

    """
    return take_back(article, user, history.UNDO, event_id, key, seconds)


def redo(article: AnyArticle, user: AnyUser, event_id: int, key: str, seconds: int = 0) -> Stepped:
    """Bring back what this person's newest undo took; otherwise as `undo`."""
    return take_back(article, user, history.REDO, event_id, key, seconds)


def take_back(
    article: AnyArticle, user: AnyUser, kind: str, event_id: int, key: str, seconds: int
) -> Stepped:
    """Store the answer as it was before the named event, with an event that says so."""
    saving.open_assignment(article, user)
    event = own_event(article, user, event_id)
    if event is not None and (done := replayed(event, key, article)):
        return done
    save_mark, undo_mark = tops(events_of(article, user))
    mark = save_mark if kind == history.UNDO else undo_mark
    if event is None or mark is None or mark.id != event_id:
        raise MovedOnError(
            "Nothing was changed: the last change is a different one now."
            f" Check it, then choose {kind} again."
        )
    answer = event.answer
    # An undo goes to before its save; a redo to that save, which the undo had gone back from.
    wanted = save_of(mark) - (1 if kind == history.UNDO else 0)
    before, after = (
        history.content_at(answer, answer.revision),
        history.content_at(answer, wanted),
    )
    save = Save(answer.revision, key, seconds, history.Step(kind, mark.revision))
    draft = history.draft_of_content(after)
    saved = saving.save_answer(answer.sentence, user, draft, save)
    return stepped(saved.answer, event, article, before, after, mark)


def own_event(article: AnyArticle, user: AnyUser, event_id: int) -> AnswerEvent | None:
    """Return one event of this person in this article."""
    return db.session.scalar(
        select(AnswerEvent).where(
            AnswerEvent.id == event_id,
            AnswerEvent.article_id == article.id,
            AnswerEvent.user_id == user.id,
        )
    )


def replayed(event: AnswerEvent, key: str, article: AnyArticle) -> Stepped | None:
    """Return what came of this very act, when it has reached us before."""
    if not saving.events_before(event.answer, key)[0]:
        return None
    answer = saving.answer_for(event.answer.sentence, event.answer.user)
    return stepped(answer, event, article, None, None)


def stepped(
    answer: AnswerRow | None,
    event: AnswerEvent,
    article: AnyArticle,
    before: str | None,
    after: str | None,
    mark: Mark | None = None,
) -> Stepped:
    """Return the answer of an event as it is now, with what changed in it."""
    dictionary = Dictionary(article.project.codebook, article.key)
    changes = changes_between(before, after, dictionary)
    # An answer that has an event is there.
    assert answer is not None
    return Stepped(answer, event.answer.sentence.position, changes, mark)
