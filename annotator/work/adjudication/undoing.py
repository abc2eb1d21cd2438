"""Undo and redo of what a person has decided, read from the events of the decisions.

Nothing is deleted: an undo is an act that restores the decision as it was, and a redo is an undo of
that undo. The stacks are those of `undoing`: the same in every tab and after every reload.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import aliased, joinedload

from annotator.store.db import Steps, db
from annotator.store.models import Decision, DecisionEvent, Project, Sentence, User
from annotator.work import shelving
from annotator.work.consensus.content import DECIDE, UNDO
from annotator.work.consensus.decisions import (
    Act,
    content_at,
    event_at,
    events_of,
    locked,
    write_down,
)
from annotator.work.labelling import history
from annotator.work.labelling.undoing import BATCH, Mark, MovedOnError, tops

# So many decisions are taken back in one step.
UNDONE_AT_ONCE = 10


def marks_of(project: Project, user: User) -> Iterator[Mark]:
    """Yield this person's acts in this project from the newest on, a few at a time.

    What takes back an undo is a redo; it is stored as an undo of that undo.
    """
    target = aliased(DecisionEvent)
    query = (
        select(
            DecisionEvent.id,
            DecisionEvent.decision_id,
            DecisionEvent.revision,
            DecisionEvent.kind,
            DecisionEvent.undoes,
            target.kind.label("taken"),
        )
        .outerjoin(
            target,
            and_(
                target.decision_id == DecisionEvent.decision_id,
                target.revision == DecisionEvent.undoes,
            ),
        )
        .where(
            DecisionEvent.project_id == project.id,
            DecisionEvent.user_id == user.id,
            ~DecisionEvent.key.startswith(history.BY_CODEBOOK),
        )
        .where(*decided_in_work(project))
        .order_by(DecisionEvent.id.desc())
        .limit(BATCH)
    )
    rows = db.session.execute(query).all()
    while rows:
        for row in rows:
            kind = history.SAVE
            if row.kind == UNDO:
                kind = history.REDO if row.taken == UNDO else history.UNDO
            yield Mark(row.id, row.decision_id, row.revision, kind, row.undoes)
        rows = db.session.execute(query.where(DecisionEvent.id < rows[-1].id)).all()


def decided_in_work(project: Project) -> list[ColumnElement[bool]]:
    """Return the conditions that a decision is not of a withdrawn article."""
    withdrawn = shelving.in_work(Sentence.article_id, project.id)
    if not withdrawn:
        return []
    out = select(Decision.id).join(Decision.sentence)
    return [
        DecisionEvent.decision_id.not_in(
            out.where(Sentence.article_id.in_(shelving.out_of_work(project.id)))
        )
    ]


@dataclass(frozen=True)
class Back:
    """What undo and redo would do now; `redone` is the act that a redo would bring back."""

    undo: DecisionEvent | None = None
    redo: DecisionEvent | None = None
    redone: DecisionEvent | None = None


def back_of(project: Project, user: User) -> Back:
    """Return the act that undo would take back, and the undo that redo would take back."""
    undo_mark, redo_mark = tops(marks_of(project, user))
    event = db.session.get(DecisionEvent, redo_mark.id) if redo_mark else None
    return Back(
        db.session.get(DecisionEvent, undo_mark.id) if undo_mark else None,
        event,
        event_at(event.decision, event.undoes or 0) if event else None,
    )


def last_act(project: Project, user: User) -> DecisionEvent | None:
    """Return the act that undo would take back: this person's newest one that still counts."""
    return back_of(project, user).undo


def undo(project: Project, user: User, event_id: int, key: str) -> Sentence:
    """Take back this person's last act; `event_id` is what they saw it was.

    A first act leaves a decision that is open again: its history stays.

    Raises:
        MovedOnError: it is another act by now, or somebody else has acted on the sentence since.

    """
    if (done := done_with(user, key)) is not None:
        return done
    return take_back(user, last_act(project, user), event_id, key, "undo")


def redo(project: Project, user: User, event_id: int, key: str) -> Sentence:
    """Bring back what this person's last undo took; `event_id` names that undo.

    Raises:
        MovedOnError: it is another one by now, or somebody else has acted on the sentence since.

    """
    if (done := done_with(user, key)) is not None:
        return done
    return take_back(user, back_of(project, user).redo, event_id, key, "redo")


def done_with(user: User, key: str) -> Sentence | None:
    """Return the sentence of the act that this person has done with this key, if there is one."""
    event = db.session.scalar(
        select(DecisionEvent).where(DecisionEvent.key == key, DecisionEvent.user_id == user.id)
    )
    return event.decision.sentence if event is not None else None


def take_back(
    user: User, event: DecisionEvent | None, event_id: int, key: str, word: str
) -> Sentence:
    """Store the decision as it was before an act, with an event that names the act."""
    if event is None or event.id != event_id:
        raise MovedOnError(
            "Nothing was changed: the last action is a different one now. Check it, then"
            f" choose {word} again."
        )
    sentence = event.decision.sentence
    decision = locked(sentence)
    if decision is None or acted_since(decision, event.revision):
        raise MovedOnError(
            "Nothing was changed: another adjudicator has changed this sentence since."
        )
    # Before an act is the revision below it; before an undo is the act that it took back.
    before = event.revision - 1 if event.undoes is None else event.undoes
    act = Act(user, decision.revision, key)
    write_down(sentence, decision, content_at(decision, before), act, UNDO, event.revision)
    return sentence


def accepted_by(project: Project, user: User, key: str) -> list[DecisionEvent]:
    """Return the acts of one acceptance of many that can be taken back, in the order of sentences.

    Left out is what somebody has acted on since.
    """
    events = db.session.scalars(
        select(DecisionEvent)
        .where(
            DecisionEvent.project_id == project.id,
            DecisionEvent.user_id == user.id,
            DecisionEvent.key == key,
            DecisionEvent.kind == DECIDE,
            *decided_in_work(project),
        )
        .options(joinedload(DecisionEvent.decision))
        .order_by(DecisionEvent.id)
    )
    return [each for each in events if each.revision == each.decision.revision]


def undo_accepted(project: Project, user: User, accepted: str, key: str) -> Steps[int]:
    """Take back what this person accepted together, some in a step; return how many that were.

    `accepted` is the key of that act, `key` the one of this; the same key twice is one act.
    """
    undone, events = 0, accepted_by(project, user, accepted)
    for first in range(0, len(events), UNDONE_AT_ONCE):
        undone += yield partial(undo_some, user, events[first : first + UNDONE_AT_ONCE], key)
    return undone


def undo_some(user: User, events: Sequence[DecisionEvent], key: str) -> int:
    """Take back some acts; return how many nobody has acted on since."""
    undone = 0
    for event in events:
        sentence = event.decision.sentence
        decision = locked(sentence)
        if decision is None or decision.revision != event.revision:
            continue
        act = Act(user, decision.revision, key)
        before = content_at(decision, event.revision - 1)
        write_down(sentence, decision, before, act, UNDO, event.revision)
        undone += 1
    return undone


def acted_since(decision: Decision, revision: int) -> bool:
    """Say whether an act after this revision still counts: one that nobody has taken back.

    Acts that were taken back again leave the decision as this revision had left it.
    """
    events = {event.revision: event for event in events_of(decision)}
    taken_back: set[int | None] = set()
    for event in (events[number] for number in sorted(events, reverse=True) if number > revision):
        if event.revision in taken_back:
            continue
        if event.kind != UNDO:
            return True
        taken_back.add(event.undoes)
    return events[max(events)].content != events[revision].content
