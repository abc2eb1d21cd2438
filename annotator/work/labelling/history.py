"""The history of an answer: one event per save, chained by hashes, and the audit of all chains."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from annotator.store.db import db
from annotator.store.models import (
    Answer,
    AnswerEvent,
    Article,
    Claim,
    Exposure,
    Membership,
    Project,
    Sentence,
    Via,
)
from annotator.store.snapshot import begin_whole, by_code_point
from annotator.work import staging
from annotator.work.labelling.drafts import AnswerDraft, ClaimDraft

FIRST = "0" * 64
BATCH = 500
SET_ASIDE = -1
SAVE, UNDO, REDO, IMPORT, KEEP = "save", "undo", "redo", "import", "keep"
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


def content_of(answer: Answer, where: str) -> str:
    """Return an answer as canonical JSON; `where` is `article key#position`.

    Speakers stand with their number, which stays, and their name at that time, which may not.
    """
    said = {name: getattr(answer, name) for name in SAID}
    return content_json(where, said, [claim_content(claim) for claim in answer.claims])


def content_json(where: str, said: Mapping[str, Any], claims: Sequence[Mapping[str, Any]]) -> str:
    """Return the content of an event: the columns in SAID, and the claims as `claim_content`."""
    content = {"where": where, "claims": claims} | {name: said[name] for name in SAID}
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def claim_content(claim: Claim) -> dict[str, Any]:
    """Return one claim as it goes into an event."""
    mention = None
    if claim.mention_start is not None:
        mention = [claim.mention_start, claim.mention_end]
    return {
        "speaker_id": claim.speaker_id,
        "speaker": claim.speaker.name if claim.speaker else None,
        "via": [{"id": link.speaker_id, "name": link.speaker.name} for link in claim.via],
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
    if content is None:
        return AnswerDraft()
    said = json.loads(content)
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
    line = json.dumps(entries, ensure_ascii=False)
    return hashlib.sha256(line.encode("utf-8")).hexdigest()


def append_event(
    answer: Answer, where: str, user_id: int, key: str, at: datetime, step: Step = ORDINARY
) -> AnswerEvent:
    """Add the event of the save that has just changed this answer."""
    before = db.session.scalar(
        select(AnswerEvent.hash).where(
            AnswerEvent.answer_id == answer.id, AnswerEvent.revision == answer.revision - 1
        )
    )
    event = event_of(answer, where, user_id, key, at, before or FIRST, step)
    db.session.add(event)
    return event


def event_of(
    answer: Answer,
    where: str,
    user_id: int,
    key: str,
    at: datetime,
    before: str,
    step: Step = ORDINARY,
) -> AnswerEvent:
    """Return the event of an answer as it is now; `before` is the hash of the event before."""
    content = content_of(answer, where)
    return AnswerEvent(
        answer_id=answer.id,
        revision=answer.revision,
        at=at,
        user_id=user_id,
        key=key,
        content=content,
        hash=chain_hash(before, answer.revision, at, user_id, key, content, step),
        kind=step.kind,
        undoes=step.undoes,
        article_id=answer.sentence.article_id,
    )


def content_at(answer: Answer, revision: int) -> str | None:
    """Return an answer as it was at one revision, None before the first."""
    return db.session.scalar(
        select(AnswerEvent.content).where(
            AnswerEvent.answer_id == answer.id, AnswerEvent.revision == revision
        )
    )


def events_of(answer: Answer) -> Sequence[AnswerEvent]:
    """Return the events of one answer, the first save first."""
    return db.session.scalars(
        select(AnswerEvent).where(AnswerEvent.answer_id == answer.id).order_by(AnswerEvent.revision)
    ).all()


def audit(project: Project | None = None) -> Audit:
    """Verify every chain, or those of one project, and every answer against its last event.

    The root hash covers the heads of all chains in the order of project, article, sentence and
    annotator, so it does not depend on row numbers. It is all of one moment, in which no import has
    appeared by half; what the session has not committed is given up.
    """
    begin_whole()
    faults: list[str] = []
    root = hashlib.sha256()
    answers = events = 0
    for answer, where in answers_in_order(project):
        head = FIRST
        chain = events_of(answer)
        answers, events = answers + 1, events + len(chain)
        for expected, event in enumerate(chain, start=first_revision(chain)):
            if event.revision != expected:
                faults.append(f"{where}: revision {expected} is missing")
                break
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
                faults.append(f"{where}: revision {event.revision} does not match its hash")
                break
        else:
            faults.extend(f"{where}: {fault}" for fault in head_faults(answer, chain))
            faults.extend(f"{where}: {fault}" for fault in kept_faults(answer, chain))
        root.update(f"{where} {head}\n".encode())
    return Audit(answers, events, root.hexdigest(), tuple(faults))


def first_revision(chain: Sequence[AnswerEvent]) -> int:
    """Return the revision a chain must begin with: 1, unless it came from elsewhere or was kept."""
    return chain[0].revision if chain and chain[0].kind in (IMPORT, KEEP) else 1


def head_faults(answer: Answer, chain: Any) -> Iterator[str]:
    """Compare an answer with the last event of its chain."""
    if not chain:
        yield "the answer has no event"
        return
    last = chain[-1]
    if last.revision != answer.revision:
        yield f"the answer has revision {answer.revision}, its last event {last.revision}"
        return
    said, found = (
        without_names(content)
        for content in (last.content, content_of(answer, json.loads(last.content)["where"]))
    )
    if said["round"] < found["round"] and (kept_beside(answer) or was_known(answer)):
        # Sorted into rounds by a later version of the program, not by a save.
        said["round"] = found["round"]
    if said != found:
        yield f"the answer differs from its event of revision {last.revision}"


def kept_beside(answer: Answer) -> bool:
    """Say whether this person's answer is kept as it was in a round before."""
    query = select(AnswerEvent.id).join(AnswerEvent.answer)
    return (
        db.session.scalar(
            query.where(AnswerEvent.kind == KEEP, AnswerEvent.key == f"{KEEP}-{answer.id}").limit(1)
        )
        is not None
    )


def was_known(answer: Answer) -> bool:
    """Say whether this person has learned what others said of the sentence."""
    query = select(Exposure.id).where(
        Exposure.user_id == answer.user_id, Exposure.sentence_id == answer.sentence_id
    )
    return db.session.scalar(query) is not None


def kept_faults(answer: Answer, chain: Sequence[AnswerEvent]) -> Iterator[str]:
    """Compare an answer that was kept with the history of the answer that went on."""
    if not chain or chain[0].kind != KEEP:
        return
    went_on = chain[0].key.removeprefix(f"{KEEP}-")
    said = db.session.scalar(
        select(AnswerEvent.content).where(
            AnswerEvent.answer_id == int(went_on), AnswerEvent.revision == chain[0].revision
        )
    )
    one, other = (
        {**without_names(content), "where": ""} if content else None
        for content in (chain[0].content, said)
    )
    if one != other:
        yield f"it differs from the answer that was kept, of revision {chain[0].revision}"


def without_names(content: str) -> Any:
    """Drop the speakers' names, which a lead may change, from an event's content."""
    answer = json.loads(content)
    for claim in answer["claims"]:
        claim.pop("speaker")
        claim["via"] = [link["id"] for link in claim["via"]]
    return answer


def answers_in_order(project: Project | None) -> Iterator[tuple[Answer, str]]:
    """Yield every answer with its place in words, in an order that row numbers do not change."""
    query = (
        select(Answer, Project.slug, Article.key, Sentence.position, Membership.pseudonym)
        .outerjoin(Answer.sentence)
        .join(Article, Article.id == func.coalesce(Sentence.article_id, Answer.aside_in_id))
        .join(Article.project)
        .join(
            Membership,
            (Membership.user_id == Answer.user_id) & (Membership.project_id == Project.id),
        )
        .options(
            selectinload(Answer.claims).selectinload(Claim.via).joinedload(Via.speaker),
            selectinload(Answer.claims).joinedload(Claim.speaker),
        )
        .order_by(
            by_code_point(Project.slug),
            by_code_point(Article.key),
            func.coalesce(Sentence.position, SET_ASIDE),
            by_code_point(Membership.pseudonym),
            Answer.round,
            Answer.id,
        )
        .execution_options(yield_per=BATCH)
    )
    query = query.where(staging.is_here(), ~staging.is_staged())
    if project is not None:
        query = query.where(Project.id == project.id)
    rows = db.session.execute(query)
    for answer, slug, key, position, pseudonym in rows:
        place = "aside" if position is None else position
        yield answer, f"{slug}/{key}#{place} {pseudonym} round {answer.round}"
