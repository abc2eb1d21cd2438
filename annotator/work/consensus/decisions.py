"""Decisions as they are stored: their content and their history."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from annotator.errors import RefusedError
from annotator.store.clock import now
from annotator.store.db import among, db
from annotator.store.marking import mark
from annotator.store.models import (
    Decision,
    DecisionBasis,
    DecisionEvent,
    Sentence,
    User,
)
from annotator.work.consensus.content import (
    REOPENED,
    Content,
    Taken,
    claim_json,
    content_from,
    content_json,
    taken_from,
)


class AlreadyDecidedError(RefusedError):
    """Somebody else has acted on this sentence since; nothing was overwritten."""

    def __init__(self, decision: Decision | None) -> None:
        super().__init__("This sentence was decided by another adjudicator in the meantime.")
        self.decision = decision


@dataclass(frozen=True)
class Act:
    """Who acts, on which revision of the decision (0: none yet), with which idempotency key."""

    user: User
    revision: int
    key: str


def claims_of(decision: Decision, today: Mapping[int, int] | None = None) -> tuple[Taken, ...]:
    """Return the claims of a decision."""
    return tuple(taken_from(stored, today) for stored in decision.claims)


def decision_on(sentence: Sentence) -> Decision | None:
    """Return the decision on a sentence, fresh from the database."""
    return db.session.scalar(
        select(Decision)
        .where(Decision.sentence_id == sentence.id)
        .options(selectinload(Decision.bases), joinedload(Decision.user))
        .execution_options(populate_existing=True)
    )


def decisions_on(sentences: Collection[int]) -> dict[int, Decision]:
    """Return the decisions on some sentences, by sentence."""
    query = select(Decision).where(among(Decision.sentence_id, sentences))
    query = query.options(selectinload(Decision.bases), joinedload(Decision.user))
    return {each.sentence_id: each for each in db.session.scalars(query)}


def locked(sentence: Sentence) -> Decision | None:
    """Return the decision on a sentence; the sentence is locked, so that one person acts at once.

    On SQLite the write transaction has locked everything already.
    """
    db.session.execute(select(Sentence.id).where(Sentence.id == sentence.id).with_for_update())
    return decision_on(sentence)


def replayed(decision: Decision | None, key: str) -> bool:
    """Say whether an act with this key has reached this decision before."""
    if decision is None:
        return False
    seen = select(DecisionEvent.id).where(
        DecisionEvent.decision_id == decision.id, DecisionEvent.key == key
    )
    return db.session.scalar(seen) is not None


def current(sentence: Sentence, act: Act) -> Decision | None:
    """Return the locked decision that an act is based on.

    Raises:
        AlreadyDecidedError: it is another revision by now.

    """
    decision = locked(sentence)
    if act.revision != (decision.revision if decision else 0):
        raise AlreadyDecidedError(decision)
    return decision


def write_down(
    sentence: Sentence,
    decision: Decision | None,
    content: Content,
    act: Act,
    kind: str,
    undoes: int | None = None,
) -> Decision:
    """Store a decision with its event."""
    project = sentence.article.project
    # Read before anything is added: a read of an expired person would flush half a decision.
    version, user_id = project.codebook_version, act.user.id
    if decision is None:
        decision = Decision(sentence_id=sentence.id, revision=0)
        db.session.add(decision)
    for name, value in columns_of(content).items():
        setattr(decision, name, value)
    decision.user_id = user_id
    decision.codebook_version_id = version.id
    decision.decided_at = now()
    decision.revision += 1
    db.session.flush()
    rest_on(decision, content.basis)
    db.session.add(
        DecisionEvent(
            decision_id=decision.id,
            project_id=project.id,
            revision=decision.revision,
            kind=kind,
            undoes=undoes,
            at=decision.decided_at,
            user_id=user_id,
            key=act.key,
            content=content_json(content),
        )
    )
    db.session.flush()
    mark(sentence)
    return decision


def columns_of(content: Content) -> dict[str, Any]:
    """Return what a decision says as its row has it."""
    return {
        "state": content.state,
        "how": content.how,
        "status": content.status,
        "claims": [claim_json(taken) for taken in content.claims],
        "fields": dict(content.fields),
        "soft": dict(content.soft) if content.soft else None,
        "reason": content.reason,
        "rule": content.rule,
        "readers": list(content.readers),
    }


def rest_on(decision: Decision, basis: Mapping[int, int]) -> None:
    """Remember on which answers a decision rests, and as what."""
    held = {each.answer_id: each for each in decision.bases}
    for answer_id, revision in basis.items():
        if answer_id in held:
            held.pop(answer_id).revision = revision
        else:
            decision.bases.append(DecisionBasis(answer_id=answer_id, revision=revision))
    for left in held.values():
        decision.bases.remove(left)
    db.session.flush()


def content_of(decision: Decision) -> Content:
    """Return what a decision says now."""
    return Content(
        state=decision.state,
        how=decision.how,
        status=decision.status,
        claims=claims_of(decision),
        fields=decision.fields,
        soft=decision.soft,
        reason=decision.reason,
        rule=decision.rule,
        readers=tuple(decision.readers),
        basis={each.answer_id: each.revision for each in decision.bases},
    )


# --- the history


def events_of(decision: Decision) -> Sequence[DecisionEvent]:
    """Return the events of one decision, the first act first."""
    return db.session.scalars(
        select(DecisionEvent)
        .where(DecisionEvent.decision_id == decision.id)
        .options(joinedload(DecisionEvent.user))
        .order_by(DecisionEvent.revision)
    ).all()


def content_at(decision: Decision, revision: int) -> Content:
    """Return a decision as it was; before the first act it is open and rests on nothing."""
    event = event_at(decision, revision)
    return content_from(event.content) if event is not None else Content(REOPENED)


def event_at(decision: Decision, revision: int) -> DecisionEvent | None:
    """Return the event that made one revision of a decision."""
    return db.session.scalar(
        select(DecisionEvent).where(
            DecisionEvent.decision_id == decision.id, DecisionEvent.revision == revision
        )
    )
