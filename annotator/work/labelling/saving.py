"""Labelling: the one way an answer is stored."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from sqlalchemy import Select, bindparam, case, func, or_, select, update
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from annotator.codebook.scheme import Codebook
from annotator.errors import NotAllowedError, NotFoundError, RefusedError
from annotator.store.clock import now
from annotator.store.db import among, db
from annotator.store.marking import mark
from annotator.store.models import (
    Answer,
    AnswerEvent,
    Article,
    Assignment,
    Claim,
    CodebookVersion,
    Roster,
    Sentence,
    Speaker,
    User,
    Via,
)
from annotator.store.models.answers import FIRST_ROUND, SECOND_ROUND
from annotator.work.labelling import claims as claim_rows
from annotator.work.labelling import history, speakers
from annotator.work.labelling.drafts import (
    AnswerDraft,
    ClaimDraft,
    InvalidAnswerError,
    check,
    complete,
    draft_of,
    settle,
)
from annotator.work.labelling.independence import has_ended

OPEN_STATES = ("open", "returned")


class NotAssignedError(NotFoundError):
    """This article is not this person's to label."""


class AlreadySubmittedError(NotAllowedError):
    """The article was submitted; only a lead can return it."""


class ClosedError(NotAllowedError):
    """The lead wants no more work on this assignment; what was saved is kept."""


class StaleRevisionError(RefusedError):
    """The answer was changed since this person read it; both versions are in the exception."""

    def __init__(self, saved: Answer | None, yours: AnswerDraft) -> None:
        super().__init__("This answer was changed elsewhere. Nothing was overwritten.")
        self.saved = saved
        self.yours = yours


@dataclass(frozen=True)
class Saved:
    """An answer after a save; `written` is False where nothing had to be stored."""

    answer: Answer | None
    written: bool
    event: AnswerEvent | None = None  # what this save added to the history
    before: str | None = None  # the content of the event before it, None for the first
    roster: Sequence[Roster] | None = None  # as it was under the lock, None where it was not read
    # What was stored before and is stored now; both None after a replay.
    had: AnswerDraft | None = None
    has: AnswerDraft | None = None


@dataclass(frozen=True)
class Save:
    """One act of saving: what it is based on, its idempotency key, and the time it took."""

    revision: int
    key: str
    seconds: int = 0
    step: history.Step = history.ORDINARY


def assignment_for(article: Article, user: User, *, lock: bool = False) -> Assignment:
    """Return this person's assignment of this article, locked for the transaction if asked.

    On PostgreSQL the locked row puts the saves of one person in one article in a queue; on
    SQLite the write transaction already has.
    """
    query = select(Assignment).where(
        Assignment.article_id == article.id, Assignment.user_id == user.id
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    assignment = db.session.scalar(query)
    if assignment is None:
        raise NotAssignedError("This article is not assigned to you.")
    return assignment


def closed_words(assignment: Assignment) -> str:
    """Say when an article was taken back, and what is kept."""
    at = assignment.closed_at
    when = f" on {at.day} {at:%b %Y, %H:%M} UTC" if at else ""
    return f"Your lead closed this article for you{when}. Saved answers are kept."


def open_assignment(article: Article, user: User) -> Assignment:
    """Return this person's assignment, locked for a change; refuse when it was submitted."""
    assignment = assignment_for(article, user, lock=True)
    refuse_unless_open(assignment)
    return assignment


def refuse_unless_open(assignment: Assignment) -> None:
    """Refuse to change what was submitted or closed."""
    if assignment.state == "closed":
        raise ClosedError(closed_words(assignment))
    if assignment.state not in OPEN_STATES:
        raise AlreadySubmittedError(
            "You submitted this article. Ask your lead to return it if you want to change it."
        )


def answer_for(sentence: Sentence, user: User) -> Answer | None:
    """Return this person's newest answer with its claims, fresh from the database."""
    given = {"sentence": sentence.id, "user": user.id}
    return db.session.scalars(answer_query(), given).unique().one_or_none()


@cache
def answer_query() -> Select[Answer]:
    """Return the query of `answer_for`; making one costs more than running it."""
    return (
        select(Answer)
        .where(
            Answer.sentence_id == bindparam("sentence"),
            Answer.user_id == bindparam("user"),
            Answer.current,
        )
        # In one statement: it is one answer, and most have one claim and no chain.
        .options(
            joinedload(Answer.claims).options(
                joinedload(Claim.speaker), joinedload(Claim.via).joinedload(Via.speaker)
            )
        )
        .execution_options(populate_existing=True)
    )


def whole() -> Sequence[ExecutableOption]:
    """Return the loader options that fetch an answer with everything in it."""
    return (
        selectinload(Answer.claims).joinedload(Claim.speaker),
        selectinload(Answer.claims).selectinload(Claim.via).joinedload(Via.speaker),
    )


def save_answer(sentence: Sentence, user: User, draft: AnswerDraft, save: Save) -> Saved:
    """Replace this person's whole answer on the sentence, and write its event.

    Raises:
        NotAssignedError: the article is not this person's to change.
        And whatever `save_locked` raises.

    """
    assignment = assignment_for(sentence.article, user, lock=True)
    answer = answer_for(sentence, user)
    return save_locked(assignment, sentence, user, answer, draft, save)


def save_locked(
    assignment: Assignment,
    sentence: Sentence,
    user: User,
    answer: Answer | None,
    draft: AnswerDraft,
    save: Save,
) -> Saved:
    """Do what `save_answer` does, where the assignment is locked and the answer read since.

    The same key twice is one save, also when others came between. Saying again what is stored
    stores nothing.

    Raises:
        AlreadySubmittedError, ClosedError: the article is not to be changed now.
        StaleRevisionError: `save.revision` is not the stored one; nothing is merged.
        InvalidAnswerError, UnknownSpeakerError: the answer does not fit codebook or project.

    """
    article = sentence.article
    refuse_unless_open(assignment)
    seen, last = events_before(answer, save.key)
    if seen:
        return Saved(answer, written=False)
    if save.revision != (answer.revision if answer else 0):
        raise StaleRevisionError(answer, draft)
    version = article.project.codebook_version
    codebook = version.codebook
    draft = settle(draft, codebook)
    check(draft, codebook, answer, length_of(article) if has_spans(draft) else 0)
    roster = speakers.roster_of(article, user)
    met = [entry.speaker for entry in roster]
    draft = replace(draft, claims=resolve_speakers(article, codebook, user, draft.claims, met))
    had = draft_of(answer)
    if draft == had and save.step == history.ORDINARY:
        return Saved(answer, written=False, had=had, has=draft)
    draft = keep_merged(draft, answer)
    at, before = now(), marks(answer)
    round_ = answer.round if answer else FIRST_ROUND
    if round_ == FIRST_ROUND and has_ended(assignment, sentence):
        round_ = SECOND_ROUND
        if answer is not None:
            begin_second_round(answer, at)
    answer = store(answer, sentence, user, draft, save, version, at, round_)
    roster = speakers.enrol(article, user, roster, used_speakers(draft))
    remember_mentions(article, user, draft.claims)
    adjust(assignment, before, marks(answer))
    assignment.active_seconds += save.seconds
    # Who has begun keeps the article: a lease is for what nobody has touched.
    assignment.saved_at, assignment.lease_until = at, None
    # Answers of one's own count, whatever was imported before.
    assignment.imported = False
    where = f"{article.key}#{sentence.position}"
    head = last.hash if last else history.FIRST
    event = history.event_of(answer, where, user.id, save.key, at, head, save.step)
    db.session.add(event)
    db.session.flush()
    mark(sentence)
    return Saved(answer, True, event, last.content if last else None, roster, had, draft)


def begin_second_round(answer: Answer, at: datetime) -> None:
    """Make an answer that is about to change round 2, and keep it as it is as round 1.

    The row and its chain of revisions go on; the copy has a chain of its own, which begins at the
    revision at which the answer was independent last.
    """
    kept = Answer(
        sentence_id=answer.sentence_id,
        user_id=answer.user_id,
        current=False,
        status=answer.status,
        complete=answer.complete,
        unsure=answer.unsure,
        note=answer.note,
        revision=answer.revision,
        codebook_version_id=answer.codebook_version_id,
        origin=answer.origin,
        active_seconds=answer.active_seconds,
        created_at=answer.created_at,
        updated_at=answer.updated_at,
        claims=[claim_rows.copied(claim) for claim in answer.claims],
    )
    answer.round, answer.created_at = SECOND_ROUND, at
    # There is one answer of a round, so the row makes room before the copy comes.
    db.session.flush()
    db.session.add(kept)
    db.session.flush()
    article = kept.sentence.article
    where, key = f"{article.key}#{kept.sentence.position}", f"{history.KEEP}-{answer.id}"
    db.session.add(
        history.event_of(kept, where, kept.user_id, key, at, history.FIRST, history.KEPT)
    )


def events_before(answer: Answer | None, key: str) -> tuple[bool, AnswerEvent | None]:
    """Say whether a save with this key has reached this answer before; return its last event."""
    if answer is None:
        return False, None
    given = {"answer": answer.id, "key": key, "revision": answer.revision}
    events = db.session.scalars(events_query(), given).all()
    last = next((event for event in events if event.revision == answer.revision), None)
    return any(event.key == key for event in events), last


@cache
def events_query() -> Select[AnswerEvent]:
    """Return the query of `events_before`; making one costs more than running it."""
    return select(AnswerEvent).where(
        AnswerEvent.answer_id == bindparam("answer"),
        or_(AnswerEvent.key == bindparam("key"), AnswerEvent.revision == bindparam("revision")),
    )


def has_spans(draft: AnswerDraft) -> bool:
    """Say whether the answer points at words of the article."""
    return any(claim.mention or claim.evidence for claim in draft.claims)


def length_of(article: Article) -> int:
    """Return where the article's last sentence ends, in code points."""
    last = select(Sentence.end).where(Sentence.article_id == article.id)
    return db.session.scalars(last.order_by(Sentence.position.desc()).limit(1)).one()


def resolve_speakers(
    article: Article,
    codebook: Codebook,
    user: User,
    claims: Sequence[ClaimDraft],
    met: Iterable[Speaker] = (),
) -> tuple[ClaimDraft, ...]:
    """Return the claims with every speaker as a number of this project.

    Only those whom the person has not `met` in this article are looked up.
    """
    project = article.project
    chosen = {claim.speaker for claim in claims if isinstance(claim.speaker, int)}
    chosen |= {link for claim in claims for link in claim.via}
    today = {speaker.id: speaker.merged_into_id or speaker.id for speaker in met}
    if not chosen <= today.keys():
        today |= speakers.check_speakers(project, chosen - today.keys())

    def number(index: int, claim: ClaimDraft) -> int | None:
        if claim.speaker is None:
            return None
        if isinstance(claim.speaker, int):
            return today[claim.speaker]
        try:
            return speakers.resolve(project, article, codebook, user, claim.speaker)
        except RefusedError as error:
            raise InvalidAnswerError(str(error), f"claims-{index}-new_name") from error

    return tuple(
        replace(claim, speaker=number(index, claim), via=tuple(today[link] for link in claim.via))
        for index, claim in enumerate(claims)
    )


def keep_merged(draft: AnswerDraft, answer: Answer | None) -> AnswerDraft:
    """Return the draft with the speakers that the answer named before they were merged.

    Who edits something else in a claim has not chosen its speaker anew, so that the undo of the
    merge gives this label back, too. A speaker that the answer names itself stays.
    """
    if answer is None:
        return draft
    named = [claim.speaker for claim in answer.claims if claim.speaker]
    named += [link.speaker for claim in answer.claims for link in claim.via]
    kept = {each.today.id: each.id for each in named if each.merged_into_id}
    kept |= {each.id: each.id for each in named}
    claims = tuple(
        replace(
            claim,
            speaker=kept.get(claim.speaker, claim.speaker)
            if isinstance(claim.speaker, int)
            else claim.speaker,
            via=tuple(kept.get(link, link) for link in claim.via),
        )
        for claim in draft.claims
    )
    return replace(draft, claims=claims)


def used_speakers(draft: AnswerDraft) -> list[int]:
    """Return the numbers of all speakers of an answer in the order of its claims."""
    used: list[int] = []
    for claim in draft.claims:
        used.extend(claim.via)
        if isinstance(claim.speaker, int):
            used.append(claim.speaker)
    return used


def store(
    answer: Answer | None,
    sentence: Sentence,
    user: User,
    draft: AnswerDraft,
    save: Save,
    version: CodebookVersion,
    at: datetime,
    round_: int,
) -> Answer:
    """Write the answer and its claims in place of what was there; `round_` is that of a new one."""
    if answer is None:
        answer = Answer(
            sentence_id=sentence.id,
            user_id=user.id,
            round=round_,
            revision=0,
            active_seconds=0,
            created_at=at,
        )
        db.session.add(answer)
    answer.status = draft.status
    answer.complete = complete(draft, version.codebook)
    answer.unsure = draft.unsure
    answer.note = draft.note
    answer.revision += 1
    answer.codebook_version_id = version.id
    answer.origin = "human"
    answer.active_seconds += save.seconds
    answer.updated_at = at
    claim_rows.rewrite(answer.claims, draft.claims)
    if db.session.new:
        # What is new gets its number, and can look up its speakers.
        db.session.flush()
    return answer


def remember_mentions(article: Article, user: User, claims: Sequence[ClaimDraft]) -> None:
    """Keep the mentioned words as surface forms of their speakers."""
    for claim in claims:
        if claim.mention and isinstance(claim.speaker, int):
            words = words_at(article, claim.mention)
            speakers.remember_alias(article, user, claim.speaker, words)


def words_at(article: Article, span: tuple[int, int]) -> str:
    """Return the words of a span, read from the sentences it touches, not the whole article."""
    start, end = span
    rows = db.session.execute(
        select(Sentence.start, Sentence.end, Sentence.text)
        .where(Sentence.article_id == article.id, Sentence.start < end, Sentence.end > start)
        .order_by(Sentence.start)
    )
    return " ".join(
        row.text[max(start - row.start, 0) : min(end, row.end) - row.start] for row in rows
    )


def marks(answer: Answer | None) -> tuple[int, int, int]:
    """Return what one answer adds to the counts: decided, incomplete, unsure."""
    if answer is None:
        return 0, 0, 0
    begun = answer.status is not None
    return int(answer.complete), int(begun and not answer.complete), int(answer.unsure)


def adjust(
    assignment: Assignment, before: tuple[int, int, int], after: tuple[int, int, int]
) -> None:
    """Bring the counts in line with one changed answer, at the same cost in a long article."""
    decided, incomplete, unsure = (new - old for old, new in zip(before, after, strict=True))
    assignment.decided_count += decided
    assignment.incomplete_count += incomplete
    assignment.unsure_count += unsure


def count_all(assignments: Collection[int]) -> None:
    """Bring the counts on some assignments in line with the answers."""
    own = (
        select(
            Assignment.id,
            func.count(case((Answer.complete, 1))).label("decided"),
            func.count(case((Answer.unsure, 1))).label("unsure"),
            func.count(Answer.status).label("begun"),
        )
        .outerjoin(Sentence, Sentence.article_id == Assignment.article_id)
        .outerjoin(
            Answer,
            (Answer.sentence_id == Sentence.id)
            & (Answer.user_id == Assignment.user_id)
            & Answer.current,
        )
        .where(among(Assignment.id, assignments))
        .group_by(Assignment.id)
    )
    rows = [
        {
            "id": row.id,
            "decided_count": row.decided,
            "unsure_count": row.unsure,
            "incomplete_count": row.begun - row.decided,
        }
        for row in db.session.execute(own)
    ]
    if rows:
        db.session.execute(update(Assignment), rows)


def revision_after(answer: Answer | None, key: str) -> int:
    """Return the revision that the save with this key made; the stored one if it made none."""
    if answer is None:
        return 0
    made = select(AnswerEvent.revision).where(
        AnswerEvent.answer_id == answer.id, AnswerEvent.key == key
    )
    found = db.session.scalar(made)
    return answer.revision if found is None else found
