"""Puts sentences into the queue that somebody wants decided, whether answers differ or not."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from secrets import token_hex
from typing import Any

from sqlalchemy import insert, select, update

from annotator.store.clock import now
from annotator.store.db import Steps, among, db
from annotator.store.marking import mark_all
from annotator.store.models import Answer, Decision, DecisionEvent, Project, Sentence, User
from annotator.work.consensus import decisions
from annotator.work.consensus.content import DECIDED, REOPEN, REOPENED, Content, content_json
from annotator.work.jobs import Told, tell_nobody

# So many sentences are put into the queue at once: in a tenth of a second.
AT_ONCE = 500


def request(
    project: Project, sentences: Sequence[int], user: User, tell: Told = tell_nobody
) -> Steps[int]:
    """Put sentences into the queue, some in each write; return how many were not there.

    What is decided is reopened, and what was decided stays in view. Sentences that nobody has
    answered are left out. `tell` hears between two writes how many have been looked at; what it
    raises ends the act, and what was put into the queue stays there.
    """
    done = 0
    wanted, project_id, user_id = sorted(set(sentences)), project.id, user.id
    for first in range(0, len(wanted), AT_ONCE):
        tell(first)
        done += yield partial(request_some, project_id, wanted[first : first + AT_ONCE], user_id)
    return done


def request_some(project_id: int, sentences: Sequence[int], user_id: int) -> int:
    """Put some sentences into the queue; return how many were not there."""
    # All who lock several do it in one order: on PostgreSQL none then waits for the other.
    locked = select(Sentence.id).where(among(Sentence.id, sentences)).order_by(Sentence.id)
    db.session.execute(locked.with_for_update())
    known = decisions.decisions_on(sentences)
    answered = select(Answer.sentence_id).where(
        among(Answer.sentence_id, sentences), Answer.complete
    )
    fresh = sorted({*db.session.scalars(answered)} - known.keys())
    again = [each for each in known.values() if each.state == DECIDED]
    version_id = db.session.get_one(Project, project_id).codebook_version.id
    by = {"user_id": user_id, "codebook_version_id": version_id, "decided_at": now()}
    acts = [*add(fresh, by), *reopen(again, by)]
    concerned = [*fresh, *(each.sentence_id for each in again)]
    if acts:
        same = {"project_id": project_id, "kind": REOPEN, "undoes": None}
        same |= {"at": by["decided_at"], "user_id": user_id}
        db.session.execute(
            insert(DecisionEvent), [{**same, **act, "key": token_hex(16)} for act in acts]
        )
        mark_all(concerned)
    for each in again:
        db.session.expire(each)
    return len(acts)


def add(sentences: Sequence[int], by: dict[str, Any]) -> list[dict[str, Any]]:
    """Let sentences without a decision have an open one; return what their events say."""
    if not sentences:
        return []
    content = Content(REOPENED)
    row = {**decisions.columns_of(content), **by, "revision": 1}
    made = db.session.scalars(
        insert(Decision).returning(Decision.id),
        [{**row, "sentence_id": each} for each in sentences],
    ).all()
    said = content_json(content)
    return [{"decision_id": number, "revision": 1, "content": said} for number in made]


def reopen(decided: Sequence[Decision], by: dict[str, Any]) -> list[dict[str, Any]]:
    """Reopen decisions; return what their events say."""
    if not decided:
        return []
    found = [
        {
            "decision_id": each.id,
            "revision": each.revision + 1,
            "content": content_json(replace(decisions.content_of(each), state=REOPENED)),
        }
        for each in decided
    ]
    db.session.execute(
        update(Decision)
        .where(among(Decision.id, [each.id for each in decided]))
        .values(**by, state=REOPENED, revision=Decision.revision + 1),
        execution_options={"synchronize_session": False},
    )
    return found
