"""Adjudicating: one sentence whose answers differ, and the acts that settle it."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from sqlalchemy import or_, select

from annotator.codebook.scheme import Codebook
from annotator.errors import NotFoundError, RefusedError
from annotator.measure.matching import Held
from annotator.store.batches import Batch
from annotator.store.clock import now
from annotator.store.db import among, db
from annotator.store.models import (
    Appeal,
    Article,
    Decision,
    Project,
    Sentence,
    Speaker,
    User,
)
from annotator.work.accounts.memberships import pseudonyms_of
from annotator.work.adjudication.objections import against, sources
from annotator.work.consensus import decisions
from annotator.work.consensus.answers import comparisons
from annotator.work.consensus.comparison import Comparison, held
from annotator.work.consensus.consensus import Consensus, consensus
from annotator.work.consensus.content import (
    DECIDE,
    DECIDED,
    REOPEN,
    REOPENED,
    Content,
    Taken,
)
from annotator.work.consensus.decisions import Act
from annotator.work.labelling import saving
from annotator.work.labelling.drafts import AnswerDraft, ClaimDraft, InvalidAnswerError, check
from annotator.work.labelling.speakers import speakers_today

LONGEST_REASON = 1000
CODE = re.compile(r"\w+(?:[-.]\w+)*")
NOTHING_CHOSEN = "Select an answer, edit the decision, or keep a soft label first."


class AnswersChangedError(RefusedError):
    """An answer was changed while the adjudicator looked at it; nothing was decided."""

    def __init__(self) -> None:
        super().__init__(
            "An annotator changed an answer in the meantime. Nothing was decided. Check"
            " the current answers."
        )


class ReasonMissingError(RefusedError):
    """A decision against most annotators does not say why, or a question is empty."""


@dataclass(frozen=True)
class Case:
    """One sentence with the answers to it, and what was decided so far."""

    sentence: Sentence
    comparison: Comparison
    consensus: Consensus
    decision: Decision | None
    order: tuple[int, ...]  # places in `comparison.readings`, shuffled for this sentence

    @property
    def revision(self) -> int:
        """Return the revision on which an act is based."""
        return self.decision.revision if self.decision else 0

    @property
    def stale(self) -> bool:
        """Say whether an answer was changed or added after the decision."""
        decision = self.decision
        if decision is None or decision.state != DECIDED:
            return False
        return {each.answer_id: each.revision for each in decision.bases} != self.comparison.basis


@dataclass(frozen=True)
class DecisionDraft:
    """What an adjudicator wants to decide; `basis` is what they saw: answer to revision."""

    status: str | None = None
    claims: tuple[Taken, ...] = ()
    soft: bool = False
    reason: str = ""
    rule: str | None = None
    basis: Mapping[int, int] | None = None


def sentence_in(project: Project, article_id: int, position: int) -> Sentence:
    """Return a sentence of this project."""
    sentence = db.session.scalar(
        select(Sentence)
        .join(Sentence.article)
        .where(
            Article.project_id == project.id,
            Sentence.article_id == article_id,
            Sentence.position == position,
        )
    )
    if sentence is None:
        raise NotFoundError("There is no such sentence in this project.")
    return sentence


def case_of(sentence: Sentence, decision: Decision | None = None) -> Case:
    """Return a sentence with its answers and its decision as they are now."""
    article = sentence.article
    connection = db.session.connection()
    batch = Batch({article.id: article.key}, sentence.position, sentence.position)
    labels = article.project.codebook.labels
    found = comparisons(connection, batch, speakers_today(connection, article.project), labels)
    comparison = found.get((article.id, sentence.position), Comparison((), labels))
    return Case(
        sentence,
        comparison,
        consensus(comparison, article.project.codebook.claims_status.value),
        decision or decisions.decision_on(sentence),
        shuffled(sentence, comparison, pseudonyms_of(article.project)),
    )


def shuffled(
    sentence: Sentence, comparison: Comparison, pseudonyms: Mapping[int, str]
) -> tuple[int, ...]:
    """Return the places of the annotators in an order of this sentence's own.

    It is the same at every visit and on every machine, so "Annotator 2" stays who it is, and it
    tells nothing about the next sentence. The decision stores it.
    """
    article = sentence.article

    def lot(place: int) -> str:
        user_id = comparison.readings[place].user_id
        project = article.project.first_slug or article.project.slug
        where = f"{project}/{article.sha256}/{sentence.position}"
        return sha256(f"{where}/{pseudonyms.get(user_id, user_id)}".encode()).hexdigest()

    return tuple(sorted(range(len(comparison.readings)), key=lot))


def speakers_in(project: Project, wanted: Iterable[int]) -> dict[int, Speaker]:
    """Return these speakers of a project, and its narrator."""
    found = db.session.scalars(
        select(Speaker).where(
            Speaker.project_id == project.id,
            or_(among(Speaker.id, [*wanted]), Speaker.name == project.codebook.narrator_name),
        )
    )
    return {speaker.id: speaker for speaker in found}


def named_in(cases: Iterable[Case]) -> set[int]:
    """Return the numbers of all whom the annotators name in these sentences."""
    readings = (reading for case in cases for reading in case.comparison.readings)
    return speakers_of(claim for reading in readings for claim in reading.claims)


def speakers_of(claims: Iterable[ClaimDraft]) -> set[int]:
    """Return the numbers of the speakers of some claims, and of those who pass them on."""
    found: set[int] = set()
    for claim in claims:
        found.update(claim.via)
        if isinstance(claim.speaker, int):
            found.add(claim.speaker)
    return found


def decide(sentence: Sentence, draft: DecisionDraft, act: Act) -> Decision:
    """Decide a sentence; the same key twice is one decision.

    Raises:
        AlreadyDecidedError: somebody else acted meanwhile; their decision is in the exception.
        AnswersChangedError: an answer is not what the adjudicator saw.
        ReasonMissingError: most annotators say something else and no reason is given.
        InvalidAnswerError, RefusedError: nothing is chosen, or it does not fit the codebook.

    """
    decision = decisions.locked(sentence)
    if decision is not None and decisions.replayed(decision, act.key):
        return decision
    decision = decisions.current(sentence, act)
    case = case_of(sentence, decision)
    if not case.comparison.readings:
        raise RefusedError("Nobody has answered this sentence yet.")
    if draft.basis is not None and dict(draft.basis) != case.comparison.basis:
        raise AnswersChangedError
    content = settled(case, checked(case, draft, act.user))
    answer_appeals(decision, content, act.user)
    return decisions.write_down(sentence, decision, content, act, DECIDE)


def checked(case: Case, draft: DecisionDraft, user: User) -> DecisionDraft:
    """Return the draft as it can be stored, or refuse it in words."""
    article = case.sentence.article
    codebook = article.project.codebook
    draft = replace(draft, reason=draft.reason.strip(), rule=rule_of(draft, codebook))
    if len(draft.reason) > LONGEST_REASON:
        raise RefusedError(f"A reason can have at most {LONGEST_REASON:,} characters.")
    if draft.soft:
        return draft
    takes_claims = codebook.claims_status.value
    status = takes_claims if draft.claims else draft.status
    if status is None or (status == takes_claims and not draft.claims):
        raise RefusedError(NOTHING_CHOSEN)
    plain = tuple(taken.claim for taken in draft.claims)
    for index, claim in enumerate(plain):
        if missing := claim.missing(codebook):
            field = missing[0]
            raise InvalidAnswerError(
                f"{codebook.title_of(field)} is still open.", f"claims-{index}-{field}"
            )
    before = held_before(case, status)
    check(AnswerDraft(status, claims=plain), codebook, before, saving.length_of(article))
    plain = saving.resolve_speakers(article, codebook, user, plain)
    claims = tuple(
        replace(taken, claim=claim) for taken, claim in zip(draft.claims, plain, strict=True)
    )
    draft = replace(draft, status=status, claims=claims)
    objection = against(case.consensus, status, claims)
    if objection and not draft.reason:
        raise ReasonMissingError(objection.words)
    return draft


def held_before(case: Case, status: str | None) -> AnswerDraft:
    """Return the values that stay valid although the codebook has retired them: the annotators'.

    Anything an annotator was allowed to say can be decided.
    """
    return AnswerDraft(
        status if any(status == each.status for each in case.comparison.readings) else None,
        claims=tuple(claim for reading in case.comparison.readings for claim in reading.claims),
    )


def rule_of(draft: DecisionDraft, codebook: Codebook) -> str | None:
    """Return the rule of the codebook that was named, or the first that the reason names."""
    known = {rule.id.upper(): rule.id for rule in codebook.rules}
    named = (draft.rule or "").strip().upper()
    if named and named not in known:
        raise RefusedError(f"“{draft.rule}” is not a rule of this codebook.")
    return known[named] if named else rule_in(draft.reason, codebook)


def rule_in(words: str, codebook: Codebook) -> str | None:
    """Return the rule that words name first, wherever its code stands: "By ST-3: …"."""
    known = {rule.id.upper(): rule.id for rule in codebook.rules}
    codes = CODE.findall(words.upper())
    return next((known[code] for code in codes if code in known), None)


def settled(case: Case, draft: DecisionDraft) -> Content:
    """Return the content of a decision."""
    readers = tuple(case.comparison.readings[place].user_id for place in case.order)
    plain = Content(
        DECIDED,
        reason=draft.reason,
        rule=draft.rule,
        readers=readers,
        basis=case.comparison.basis,
    )
    if draft.soft:
        return replace(plain, soft=soft_label(case.consensus))
    return replace(
        plain,
        status=draft.status,
        claims=draft.claims,
        fields=sources(case.consensus, draft.status, draft.claims),
    )


def soft_label(agreed: Consensus) -> dict[str, Any]:
    """Return how often each value was given, per field: the readings side by side."""
    return {
        "n": len(agreed.comparison.readings),
        "status": dict(agreed.status.votes),
        "claims": [
            {
                "speaker_id": row.row.speaker,
                "present": dict(row.present.votes),
                **{name: dict(vote.votes) for name, vote in row.labels.items()},
            }
            for row in agreed.rows
        ],
    }


def reopen(sentence: Sentence, act: Act) -> Decision:
    """Put a decided sentence back into the queue; what was decided stays in view.

    Raises:
        AlreadyDecidedError: somebody else acted meanwhile.

    """
    decision = decisions.locked(sentence)
    if decision is not None and decisions.replayed(decision, act.key):
        return decision
    decision = decisions.current(sentence, act)
    if decision is None or decision.state == REOPENED:
        raise RefusedError("This sentence is not decided.")
    content = replace(decisions.content_of(decision), state=REOPENED)
    return decisions.write_down(sentence, decision, content, act, REOPEN)


def answer_appeals(decision: Decision | None, content: Content, user: User) -> None:
    """Close the appeals against a decision: accepted if it becomes another one, else kept."""
    if decision is None:
        return
    old = decisions.content_of(decision)
    codebook = decision.sentence.article.project.codebook
    was, now_is = (
        (each.status, labels_of(each, codebook), bool(each.soft)) for each in (old, content)
    )
    for appeal in open_appeals(decision):
        appeal.state = "accepted" if was != now_is else "kept"
        appeal.reply = content.reason
        appeal.answered_at = now()
        appeal.answered_by_id = user.id


def open_appeals(decision: Decision | None) -> Sequence[Appeal]:
    """Return the appeals against a decision that nobody has answered, the oldest first."""
    if decision is None:
        return ()
    return db.session.scalars(
        select(Appeal)
        .where(Appeal.decision_id == decision.id, Appeal.state == "open")
        .order_by(Appeal.id)
    ).all()


def labels_of(content: Content, codebook: Codebook) -> Counter[Held]:
    """Return what is measured of decided claims, in whatever order they stand."""
    return Counter(held(taken.claim, codebook.labels) for taken in content.claims)


def own_places(case: Case, user: User) -> frozenset[int]:
    """Return the places of a person's own answers; they are marked once the case is decided."""
    if case.decision is None or case.decision.state != DECIDED:
        return frozenset()
    readings = case.comparison.readings
    return frozenset(place for place, each in enumerate(readings) if each.user_id == user.id)
