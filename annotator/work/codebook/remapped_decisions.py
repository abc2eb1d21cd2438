"""Gives decisions the values that the answers they rest on get, and takes that back.

They stay their adjudicator's, and were made when they were.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Text, cast, or_, select
from sqlalchemy.orm import selectinload

from annotator.store.db import db
from annotator.store.marking import mark_all
from annotator.store.models import (
    Article,
    Decision,
    DecisionEvent,
    Project,
    Remapping,
    Sentence,
    User,
)
from annotator.work import shelving
from annotator.work.codebook.mappings import OF_CLAIMS, Values, key_of
from annotator.work.consensus.content import DECIDE, Content, claim_json, content_from, content_json
from annotator.work.consensus.decisions import content_of


def deciding(project: Project, values: Values) -> list[Decision]:
    """Return the decisions that may have one of the values."""
    # The answers of withdrawn articles are mapped, so what was decided on them is, too.
    places = [each for each in (project.id, shelving.shelf_of(project.id)) if each]
    texts = (cast(Decision.claims, Text), cast(Decision.soft, Text))
    names = {old for each in values.values() for old in each}
    has = [text.contains(f'"{name}"', autoescape=True) for text in texts for name in names]
    return list(
        db.session.scalars(
            select(Decision)
            .join(Sentence, Sentence.id == Decision.sentence_id)
            .join(Article, Article.id == Sentence.article_id)
            .where(
                Article.project_id.in_(places),
                or_(Decision.status.in_(list(values.get("status", {}))), *has),
            )
            .options(selectinload(Decision.bases))
            .order_by(Decision.id)
            .with_for_update(of=Decision)
            .execution_options(populate_existing=True)
        )
    )


def decide(decision: Decision, made: Remapping, values: Values) -> int | None:
    """Give a decision the other values; return the version it was made under, None if untouched."""
    before = content_of(decision)
    claims = tuple(
        replace(
            taken,
            claim=replace(
                taken.claim,
                **{
                    field: values.get(field, {}).get(said, said)
                    for field in OF_CLAIMS
                    if (said := getattr(taken.claim, field)) is not None
                },
            ),
        )
        for taken in before.claims
    )
    status = values.get("status", {}).get(before.status or "", before.status)
    after = replace(before, claims=claims, status=status, soft=soft_mapped(before.soft, values))
    if after == before:
        return None
    version_id = decision.codebook_version_id
    decision.codebook_version_id = made.codebook_version_id
    store(decision, after, made.project_id, made.user_id, key_of(made), made.at)
    return version_id


def soft_mapped(soft: Any, values: Values) -> Any:
    """Return a soft label with the other values, those that become one added up."""
    if soft is None:
        return None
    claims = [
        {
            name: tally_mapped(each, values.get(name, {})) if name in OF_CLAIMS else each
            for name, each in claim.items()
        }
        for claim in soft["claims"]
    ]
    return {**soft, "status": tally_mapped(soft["status"], values.get("status", {})),
            "claims": claims}  # fmt: skip


def tally_mapped(tally: Mapping[str, int], values: Mapping[str, str]) -> dict[str, int]:
    """Return counts by value with the other values."""
    found: dict[str, int] = {}
    for value, count in tally.items():
        name = values.get(value, value)
        found[name] = found.get(name, 0) + count
    return found


def store(
    decision: Decision, content: Content, project_id: int, user_id: int, key: str, at: Any
) -> None:
    """Store what a decision says from now on; whose it is and when it was made stays."""
    decision.status = content.status
    decision.claims = [claim_json(taken) for taken in content.claims]
    decision.soft = dict(content.soft) if content.soft else None
    decision.revision += 1
    db.session.add(
        DecisionEvent(
            decision_id=decision.id,
            project_id=project_id,
            revision=decision.revision,
            kind=DECIDE,
            at=at,
            user_id=user_id,
            key=key,
            content=content_json(content),
        )
    )
    db.session.flush()
    mark_all([decision.sentence_id])


def give_back(made: Remapping, user: User) -> tuple[int, int]:
    """Give back what decisions said; return how many, and how many somebody has changed since."""
    events = db.session.execute(
        select(DecisionEvent.decision_id, DecisionEvent.revision).where(
            DecisionEvent.project_id == made.project_id, DecisionEvent.key == key_of(made)
        )
    ).all()
    done = 0
    for event in events:
        decision = db.session.get(
            Decision, event.decision_id, with_for_update=True, populate_existing=True
        )
        if decision is None or decision.revision != event.revision:
            continue
        content = db.session.scalars(
            select(DecisionEvent.content).where(
                DecisionEvent.decision_id == decision.id,
                DecisionEvent.revision == event.revision - 1,
            )
        ).one()
        before = content_from(content)
        basis = {each.answer_id: each.revision for each in decision.bases}
        again, key = replace(before, basis=basis), key_of(made, "undo")
        store(decision, again, made.project_id, user.id, key, made.undone_at)
        decision.codebook_version_id = made.decided_under[str(decision.id)]
        done += 1
    return done, len(events) - done
