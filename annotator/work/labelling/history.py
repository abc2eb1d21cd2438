"""The history of an answer: one event per save, chained by hashes, and the audit of all chains."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from annotator.measure.origins import MODEL
from annotator.store.batches import Found
from annotator.store.db import db
from annotator.store.histories import StoredClaim, histories
from annotator.store.models import AnswerEvent, Project
from annotator.store.models.answers import KEEP as KEPT_KIND
from annotator.store.rows.answers import AnyAnswer, AnyClaim
from annotator.store.snapshot import one_moment
from annotator.work import shelving, staging
from annotator.work.jobs import Told, tell_nobody
from annotator.work.labelling.drafts import AnswerDraft, ClaimDraft

FIRST = "0" * 64
LINES = json.JSONEncoder(ensure_ascii=False)
CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
SAVE, UNDO, REDO, IMPORT, KEEP = "save", "undo", "redo", "import", KEPT_KIND
# The keys of events that a change of the codebook has written begin so: no steps of an annotator.
BY_CODEBOOK = "codebook-"
# After so many answers an audit says how far it is.
TOLD_AFTER = 500
# The columns of an answer that its events keep.
SAID = (
    "status", "complete", "unsure", "note", "codebook_version_id", "origin", "round",
    "active_seconds",
)  # fmt: skip


@dataclass(frozen=True)
class Step:
    """What a save is: an ordinary one, one that takes back an earlier one of this answer, or the
    first of an answer that came from elsewhere or was kept, at whatever revision it had there."""

    kind: str = SAVE
    undoes: int | None = None


ORDINARY = Step()
KEPT = Step(KEEP)


@dataclass(frozen=True)
class Audit:
    """What the audit found; `root` is the hash over the heads of all chains."""

    answers: int
    events: int
    root: str
    faults: tuple[str, ...]


def content_of(answer: AnyAnswer, where: str) -> str:
    """Return an answer as canonical JSON; `where` is `article key#position`.

    Speakers stand with their number, which stays, and their name at that time, which may not.
    """
    said = {name: getattr(answer, name) for name in SAID}
    return content_json(where, said, [claim_content(claim) for claim in answer.claims])


def content_json(where: str, said: Mapping[str, Any], claims: Sequence[Mapping[str, Any]]) -> str:
    """Return the content of an event: the columns in SAID, and the claims as `claim_content`."""
    content = {"where": where, "claims": claims} | {name: said[name] for name in SAID}
    return CANONICAL.encode(content)


def claim_content(claim: AnyClaim) -> dict[str, Any]:
    """Return one claim as it goes into an event."""
    return claim_columns(claim) | {
        "speaker": claim.speaker.name if claim.speaker else None,
        "via": [{"id": link.speaker_id, "name": link.speaker.name} for link in claim.via],
    }


def claim_columns(claim: AnyClaim | Found) -> dict[str, Any]:
    """Return what the row of a claim says, without names and without its chain."""
    mention = None
    if claim.mention_start is not None:
        mention = [claim.mention_start, claim.mention_end]
    return {
        "speaker_id": claim.speaker_id,
        "stance": claim.stance,
        "certainty": claim.certainty,
        "mention": mention,
        "conditional": claim.conditional,
        "aspect": claim.aspect,
        "evidence": claim.evidence,
        "note": claim.note,
    }


def draft_of_content(content: str | None) -> AnswerDraft:
    """Return the answer of an event as a draft; no event is an answer that says nothing."""
    return AnswerDraft() if content is None else draft_said(json.loads(content))


def draft_said(said: Mapping[str, Any]) -> AnswerDraft:
    """Return what the content of an event says as a draft."""
    return AnswerDraft(
        status=said["status"],
        unsure=said["unsure"],
        note=said["note"],
        claims=tuple(
            ClaimDraft(
                speaker=claim["speaker_id"],
                stance=claim["stance"],
                certainty=claim["certainty"],
                mention=tuple(claim["mention"]) if claim["mention"] else None,
                via=tuple(link["id"] for link in claim["via"]),
                conditional=claim["conditional"],
                aspect=claim["aspect"],
                evidence=tuple((start, end) for start, end in claim["evidence"]),
                note=claim["note"],
            )
            for claim in said["claims"]
        ),
    )


def chain_hash(
    before: str,
    revision: int,
    at: datetime,
    user_id: int,
    key: str,
    content: str,
    step: Step = ORDINARY,
) -> str:
    """Return the hash of an event: over itself and the hash of the event before it.

    What an undo or redo takes back is in the line; an ordinary save has the line it always had,
    so chains from before there was an undo still verify.
    """
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    entries: list[Any] = [before, revision, moment, user_id, key, content]
    if step != ORDINARY:
        entries += [step.kind, step.undoes]
    return hashlib.sha256(LINES.encode(entries).encode("utf-8")).hexdigest()


def event_values(
    answer: AnyAnswer,
    article_id: int,
    where: str,
    user_id: int,
    key: str,
    at: datetime,
    before: str,
    step: Step = ORDINARY,
) -> dict[str, Any]:
    """Return the columns of the event of an answer as it is now, by name.

    `before` is the hash of the event before.
    """
    content = content_of(answer, where)
    return {
        "answer_id": answer.id,
        "revision": answer.revision,
        "at": at,
        "user_id": user_id,
        "key": key,
        "content": content,
        "hash": chain_hash(before, answer.revision, at, user_id, key, content, step),
        "kind": step.kind,
        "undoes": step.undoes,
        "article_id": article_id,
    }


def content_at(answer: AnyAnswer, revision: int) -> str | None:
    """Return an answer as it was at one revision, None before the first."""
    return db.session.scalar(
        select(AnswerEvent.content).where(
            AnswerEvent.answer_id == answer.id, AnswerEvent.revision == revision
        )
    )


def events_of(answer: AnyAnswer) -> Sequence[AnswerEvent]:
    """Return the events of one answer, the first save first."""
    return db.session.scalars(
        select(AnswerEvent).where(AnswerEvent.answer_id == answer.id).order_by(AnswerEvent.revision)
    ).all()


def audit(project: Project | None = None, told: Told = tell_nobody) -> Audit:
    """Verify every chain, or those of one project, and every answer against its last event.

    The root hash covers the heads of all chains in the order of project, article, sentence and
    annotator, so it does not depend on row numbers; answers of models are verified and no part of
    it. Of one project those in copies are verified, too, and no part of it, as in releases. It is
    all of one moment, in which no import has appeared by half. `told` hears now and then how many
    answers are done.
    """
    faults: list[str] = []
    root = hashlib.sha256()
    answers = events = 0
    with one_moment() as moment:
        kept_beside = set(moment.scalars(select(AnswerEvent.key).where(AnswerEvent.kind == KEEP)))
        for answer, chain, claims in histories(moment, *audited(project)):
            answers, events = answers + 1, events + len(chain)
            place = "aside" if answer.position is None else answer.position
            where = f"{answer.slug}/{answer.key}#{place} {answer.pseudonym} round {answer.round}"
            known = answer.was_known or f"{KEEP}-{answer.id}" in kept_beside
            head, found = examined(answer, chain, claims, known=known)
            faults.extend(f"{where}: {fault}" for fault in found)
            if answer.origin != MODEL and (project is None or answer.slug == project.slug):
                root.update(f"{where} {head}\n".encode())
            if answers % TOLD_AFTER == 0:
                told(answers)
    return Audit(answers, events, root.hexdigest(), tuple(faults))


def audited(project: Project | None) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that an answer is one to verify: of all projects, or of one."""
    here = or_(staging.is_here(), shelving.is_shelf()), ~staging.is_staged()
    if project is None:
        return here
    return (*here, or_(Project.id == project.id, shelving.are_copies(project.id)))


def examined(
    answer: Found, chain: Sequence[Found], claims: Sequence[StoredClaim], *, known: bool
) -> tuple[str, list[str]]:
    """Follow one chain; return the hash it leads to, and what is wrong with it or the answer.

    `known`: the person has learned what others said of the sentence, or an answer of a round
    before is kept.
    """
    head = FIRST
    for expected, event in enumerate(chain, start=first_revision(chain)):
        if event.revision != expected:
            return head, [f"revision {expected} is missing"]
        head = chain_hash(
            head,
            event.revision,
            event.at,
            event.user_id,
            event.key,
            event.content,
            Step(event.kind, event.undoes),
        )
        if head != event.hash:
            return head, [f"revision {event.revision} does not match its hash"]
    if not chain:
        return head, ["the answer has no event"]
    return head, [*head_faults(answer, chain[-1], claims, known=known), *kept_faults(chain[0])]


def first_revision(chain: Sequence[Found]) -> int:
    """Return the revision a chain must begin with: 1, unless it came from elsewhere or was kept."""
    return chain[0].revision if chain and chain[0].kind in (IMPORT, KEEP) else 1


def head_faults(
    answer: Found, last: Found, claims: Sequence[StoredClaim], *, known: bool
) -> Iterator[str]:
    """Compare an answer with the last event of its chain."""
    if last.revision != answer.revision:
        yield f"the answer has revision {answer.revision}, its last event {last.revision}"
        return
    said = without_names(last.content)
    found = {name: getattr(answer, name) for name in SAID}
    # As `without_names` leaves those of an event.
    stored = [claim_columns(claim) | {"via": via} for claim, via in claims]
    found |= {"where": said["where"], "claims": stored}
    if said["round"] < found["round"] and known:
        # Sorted into rounds by a later version of the program, not by a save.
        said["round"] = found["round"]
    if found["origin"] == answer.declared:
        # Somebody has said since what the answers of its import are.
        said["origin"] = found["origin"]
    if said != found:
        yield f"the answer differs from its event of revision {last.revision}"


def kept_faults(first: Found) -> Iterator[str]:
    """Compare an answer that was kept with the history of the answer that went on."""
    if first.kind != KEEP:
        return
    one, other = (
        {**without_names(content), "where": ""} if content else None
        for content in (first.content, first.went_on)
    )
    if one != other:
        yield f"it differs from the answer that was kept, of revision {first.revision}"


def without_names(content: str) -> Any:
    """Drop the speakers' names, which a lead may change, from an event's content."""
    answer = json.loads(content)
    for claim in answer["claims"]:
        claim.pop("speaker")
        claim["via"] = [link["id"] for link in claim["via"]]
    return answer
