"""Answers that were added after a decision: those that say the same leave it as it is.

A decision that an added answer confirms is nothing to decide again. One that an added answer
contradicts, or whose author was unsure, is looked at once more, and so is a soft label, whose
votes the answer changes.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select

from annotator.store.db import among, db
from annotator.store.models import Answer, Claim, Decision, DecisionBasis, Project, Speaker
from annotator.work.consensus.comparison import Comparison
from annotator.work.consensus.decisions import claims_of
from annotator.work.consensus.disagreements import counts
from annotator.work.labelling import speakers
from annotator.work.labelling.speakers import speakers_today

Said = tuple[str | None, frozenset[tuple[Any, ...]]]
BATCH = 500


def confirmed(project: Project, decisions: Collection[int]) -> frozenset[int]:
    """Return those of these decisions with which every added answer agrees."""
    found: set[int] = set()
    wanted, labels = sorted(decisions), project.codebook.labels
    today = speakers_today(db.session.connection(), project) if wanted else {}
    for start in range(0, len(wanted), BATCH):
        some = wanted[start : start + BATCH]
        kept = db.session.scalars(select(Decision).where(Decision.id.in_(some))).all()
        added = added_to(some, labels)
        found |= {
            each.id
            for each in kept
            if each.soft is None
            and all(said == decided(each, today, labels) for said in added.get(each.id, ()))
        }
    return frozenset(found)


def decided(decision: Decision, today: dict[int, int], labels: Sequence[str]) -> Said:
    """Return the status and the labels of a decision."""
    claims = (taken.claim for taken in claims_of(decision, today))
    said = ((claim.speaker, *(getattr(claim, name) for name in labels)) for claim in claims)
    return decision.status, frozenset(said)


def added_to(decisions: Collection[int], asked: Sequence[str]) -> dict[int, list[Said | None]]:
    """Return what was added to each decision; None for an answer whose author was unsure."""
    rows = db.session.execute(
        select(Decision.id, Answer.id, Answer.status, Answer.unsure)
        .join(Answer, Answer.sentence_id == Decision.sentence_id)
        .outerjoin(
            DecisionBasis,
            (DecisionBasis.decision_id == Decision.id) & (DecisionBasis.answer_id == Answer.id),
        )
        .where(Decision.id.in_(decisions), counts(), DecisionBasis.answer_id.is_(None))
    ).all()
    labels: defaultdict[int, set[tuple[Any, ...]]] = defaultdict(set)
    claims = db.session.execute(
        select(
            Claim.answer_id,
            speakers.today(),
            *(getattr(Claim, name) for name in asked),
        )
        .join(Speaker, Speaker.id == Claim.speaker_id)
        .where(among(Claim.answer_id, [row[1] for row in rows]))
    )
    for answer_id, *label in claims:
        labels[answer_id].add(tuple(label))
    found: defaultdict[int, list[Said | None]] = defaultdict(list)
    for decision_id, answer_id, status, unsure in rows:
        said = None if unsure else (status, frozenset(labels[answer_id]))
        found[decision_id].append(said)
    return found


def since(decision: Decision, comparison: Comparison) -> tuple[bool, bool]:
    """Say whether answers under a decision were changed since, and whether some were added."""
    rested_on = {each.answer_id: each.revision for each in decision.bases}
    now = comparison.basis
    changed = any(now.get(answer) != revision for answer, revision in rested_on.items())
    return changed, bool(now.keys() - rested_on.keys())
