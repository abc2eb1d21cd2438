"""Labelling: the one way an answer is stored."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import case, func, select, update
from sqlalchemy.orm import selectinload
from sqlalchemy.sql.base import ExecutableOption

from annotator.codebook.scheme import Codebook
from annotator.errors import NotAllowedError, NotFoundError, RefusedError
from annotator.measure.rounds import FIRST_ROUND, SECOND_ROUND
from annotator.store.clock import now
from annotator.store.db import among, db
from annotator.store.marking import mark
from annotator.store.models import (
    OPEN_STATES,
    Answer,
    AnswerEvent,
    Assignment,
    Claim,
    Sentence,
    Via,
)
from annotator.store.rows import answers, events
from annotator.store.rows.answers import AnswerRow, ClaimRow, RosterRow, SpeakerRow, ViaRow
from annotator.store.rows.events import EventRow
from annotator.store.rows.places import (
    AnyArticle,
    AnyAssignment,
    AnySentence,
    AnyUser,
    AssignmentRow,
    SentenceRow,
    UserRow,
    keep_assignment,
    read_place,
)
from annotator.work.labelling import history, proposals, speakers
from annotator.work.labelling.drafts import (
    AnswerDraft,
    ClaimDraft,
    InvalidAnswerError,
    check,
    complete,
    draft_of,
    settle,
    with_claims,
    without_unasked,
)
from annotator.work.labelling.independence import has_ended


class NotAssignedError(NotFoundError):
    """This article is not this person's to label."""


class AlreadySubmittedError(NotAllowedError):
    """The article was submitted; only a lead can return it."""


class ClosedError(NotAllowedError):
    """The lead wants no more work on this assignment; what was saved is kept."""


class StaleRevisionError(RefusedError):
    """The answer was changed since this person read it; both versions are in the exception."""

    def __init__(self, saved: AnswerRow | None, yours: AnswerDraft) -> None:
        super().__init__("This answer was changed elsewhere. Nothing was overwritten.")
        self.saved = saved
        self.yours = yours


@dataclass(frozen=True)
class Saved:
    """An answer after a save; `written` is False where nothing had to be stored."""

    answer: AnswerRow | None
    written: bool
    event: EventRow | None = None  # what this save added to the history
    before: str | None = None  # the content of the event before it, None for the first
    # As it was under the lock, None where it was not read.
    roster: Sequence[RosterRow] | None = None
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
    # Saying again what is stored is a revision, too: under the codebook in force now.
    restates: bool = False
    # What a model suggested, as JSON (`annotator.work.models.suggestions`).
    suggested: str | None = None


def assignment_for(article: AnyArticle, user: AnyUser, *, lock: bool = False) -> Assignment:
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


def closed_words(assignment: AnyAssignment) -> str:
    """Say when an article was taken back, and what is kept."""
    at = assignment.closed_at
    when = f" on {at.day} {at:%b %Y, %H:%M} UTC" if at else ""
    return f"Your lead closed this article for you{when}. Saved answers are kept."


def open_assignment(article: AnyArticle, user: AnyUser) -> Assignment:
    """Return this person's assignment, locked for a change; refuse when it was submitted."""
    assignment = assignment_for(article, user, lock=True)
    refuse_unless_open(assignment)
    return assignment


def refuse_unless_open(assignment: AnyAssignment) -> None:
    """Refuse to change what was submitted or closed."""
    if assignment.state == "closed":
        raise ClosedError(closed_words(assignment))
    if assignment.state not in OPEN_STATES:
        raise AlreadySubmittedError(
            "You submitted this article. Ask your lead to return it if you want to change it."
        )


def answer_for(sentence: AnySentence, user: AnyUser) -> AnswerRow | None:
    """Return this person's newest answer with its claims, fresh from the database."""
    return answers.read_answer(sentence.id, user.id)


def whole() -> Sequence[ExecutableOption]:
    """Return the loader options that fetch an answer with everything in it."""
    return (
        selectinload(Answer.claims).joinedload(Claim.speaker),
        selectinload(Answer.claims).selectinload(Claim.via).joinedload(Via.speaker),
    )


def save_answer(sentence: AnySentence, user: AnyUser, draft: AnswerDraft, save: Save) -> Saved:
    """Replace this person's whole answer on the sentence, and write its event.

    Raises:
        NotAssignedError: the article is not this person's to change.
        And whatever `save_locked` raises.

    """
    db.session.flush()
    place = read_place(sentence.article_id, sentence.position, user.id, lock=True)
    if place is None or place.assignment is None:
        raise NotAssignedError("This article is not assigned to you.")
    answer = answer_for(place.sentence, place.user)
    return save_locked(place.assignment, place.sentence, place.user, answer, draft, save)


def save_locked(
    assignment: AssignmentRow,
    sentence: SentenceRow,
    user: UserRow,
    answer: AnswerRow | None,
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
    draft = settle(without_unasked(draft, codebook, answer), codebook)
    check(draft, codebook, answer, length_of(article) if has_spans(draft) else 0)
    roster = answers.read_roster(article.id, user.id)
    met = [entry.speaker for entry in roster]
    draft = with_claims(draft, resolve_speakers(article, codebook, user, draft.claims, met))
    had = draft_of(answer)
    # What a newer codebook asks for no more may have been all that was missing.
    finishes = answer is not None and not answer.complete and complete(draft, codebook)
    if draft == had and save.step == history.ORDINARY and not save.restates and not finishes:
        return Saved(answer, written=False, had=had, has=draft)
    draft = keep_merged(draft, answer)
    at, before = now(), marks(answer)
    round_ = answer.round if answer else FIRST_ROUND
    if round_ == FIRST_ROUND and has_ended(assignment, sentence):
        round_ = SECOND_ROUND
        if answer is not None:
            begin_second_round(answer, sentence, at)
    known = known_speakers(draft, answer, met)
    answer = store(answer, sentence, user, draft, save, version.id, at, round_, known)
    roster = enrol(article, user, roster, known, used_speakers(draft))
    remember_mentions(article, user, draft.claims)
    adjust(assignment, before, marks(answer))
    assignment.active_seconds += save.seconds
    # Who has begun keeps the article: a lease is for what nobody has touched.
    assignment.saved_at, assignment.lease_until = at, None
    keep_assignment(assignment)
    where = f"{article.key}#{sentence.position}"
    head = last.hash if last else history.FIRST
    values = history.event_values(answer, article.id, where, user.id, save.key, at, head, save.step)
    if save.step == history.ORDINARY:
        used = proposals.used(sentence.proposals, codebook, had, answer)
        values["proposed"] = proposals.beside(used, save.suggested)
    event = events.insert_event(values)
    mark(sentence)
    return Saved(answer, True, event, last.content if last else None, roster, had, draft)


def begin_second_round(answer: AnswerRow, sentence: SentenceRow, at: datetime) -> None:
    """Make an answer that is about to change round 2, and keep it as it is as round 1.

    The row and its chain of revisions go on; the copy has a chain of its own, which begins at the
    revision at which the answer was independent last.
    """
    kept = replace(answer, claims=[])
    claims = [replace(claim) for claim in answer.claims]
    answer.round, answer.created_at = SECOND_ROUND, at
    # There is one answer of a round, so the row makes room before the copy comes.
    answers.update_round(answer)
    answers.insert_answer(kept, current=False)
    answers.write_claims(kept, claims)
    where, key = f"{sentence.article.key}#{sentence.position}", f"{history.KEEP}-{answer.id}"
    events.insert_event(
        history.event_values(
            kept, sentence.article.id, where, kept.user_id, key, at, history.FIRST, history.KEPT
        )
    )


def events_before(answer: Answer | AnswerRow | None, key: str) -> tuple[bool, EventRow | None]:
    """Say whether a save with this key has reached this answer before; return its last event."""
    if answer is None:
        return False, None
    found = events.read_events(answer.id, key, answer.revision)
    last = next((event for event in found if event.revision == answer.revision), None)
    return any(event.key == key for event in found), last


def has_spans(draft: AnswerDraft) -> bool:
    """Say whether the answer points at words of the article."""
    return any(claim.mention or claim.evidence for claim in draft.claims)


def length_of(article: AnyArticle) -> int:
    """Return where the article's last sentence ends, in code points."""
    last = select(Sentence.end).where(Sentence.article_id == article.id)
    return db.session.scalars(last.order_by(Sentence.position.desc()).limit(1)).one()


def resolve_speakers(
    article: AnyArticle,
    codebook: Codebook,
    user: AnyUser,
    claims: Sequence[ClaimDraft],
    met: Iterable[SpeakerRow] = (),
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

    def resolved(index: int, claim: ClaimDraft) -> ClaimDraft:
        speaker, via = number(index, claim), tuple(today[link] for link in claim.via)
        if speaker == claim.speaker and via == claim.via:
            return claim
        return replace(claim, speaker=speaker, via=via)

    return tuple(map(resolved, range(len(claims)), claims))


def keep_merged(draft: AnswerDraft, answer: AnswerRow | None) -> AnswerDraft:
    """Return the draft with the speakers that the answer named before they were merged.

    Who edits something else in a claim has not chosen its speaker anew, so that the undo of the
    merge gives this label back, too. A speaker that the answer names itself stays.
    """
    if answer is None:
        return draft
    named = [claim.speaker for claim in answer.claims if claim.speaker]
    named += [link.speaker for claim in answer.claims for link in claim.via]
    kept = {each.today.id: each.id for each in named if each.merged_into_id}
    if not kept:
        return draft
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


def known_speakers(
    draft: AnswerDraft, answer: AnswerRow | None, met: Iterable[SpeakerRow]
) -> dict[int, SpeakerRow]:
    """Return the speakers of an answer by number; only whom nobody has read yet is looked up."""
    known = {each.id: each for each in met}
    for claim in answer.claims if answer else ():
        named = [claim.speaker, *(link.speaker for link in claim.via)]
        known |= {each.id: each for each in named if each}
    unknown = set(used_speakers(draft)) - known.keys()
    return known | (answers.read_speakers(unknown) if unknown else {})


def store(
    answer: AnswerRow | None,
    sentence: SentenceRow,
    user: UserRow,
    draft: AnswerDraft,
    save: Save,
    version_id: int,
    at: datetime,
    round_: int,
    known: dict[int, SpeakerRow],
) -> AnswerRow:
    """Write the answer and its claims in place of what was there; `round_` is that of a new one."""
    codebook = sentence.article.project.codebook
    stored = AnswerRow(
        id=answer.id if answer else 0,
        sentence_id=sentence.id,
        user_id=user.id,
        round=answer.round if answer else round_,
        status=draft.status,
        complete=complete(draft, codebook),
        unsure=draft.unsure,
        note=draft.note,
        revision=(answer.revision if answer else 0) + 1,
        codebook_version_id=version_id,
        origin="human",
        active_seconds=(answer.active_seconds if answer else 0) + save.seconds,
        created_at=answer.created_at if answer else at,
        updated_at=at,
        claims=answer.claims if answer else [],
    )
    if answer is None:
        answers.insert_answer(stored)
    else:
        answers.update_answer(stored)
    answers.write_claims(stored, [claim_row(*each, known) for each in enumerate(draft.claims)])
    return stored


def claim_row(position: int, draft: ClaimDraft, known: Mapping[int, SpeakerRow]) -> ClaimRow:
    """Return the row of a claim that is not stored yet."""
    start, end = draft.mention or (None, None)
    speaker = known[draft.speaker] if isinstance(draft.speaker, int) else None
    return ClaimRow(
        id=0,
        position=position,
        speaker_id=speaker.id if speaker else None,
        stance=draft.stance,
        certainty=draft.certainty,
        mention_start=start,
        mention_end=end,
        conditional=draft.conditional,
        aspect=draft.aspect,
        evidence=[list(span) for span in draft.evidence],
        note=draft.note,
        speaker=speaker,
        via=[ViaRow(index, number, known[number]) for index, number in enumerate(draft.via)],
    )


def enrol(
    article: AnyArticle,
    user: AnyUser,
    roster: Sequence[RosterRow],
    known: dict[int, SpeakerRow],
    used: Iterable[int],
) -> list[RosterRow]:
    """Give speakers used for the first time in this article the next numbers; return the roster."""
    met = {entry.speaker_id for entry in roster}
    number = max((entry.number for entry in roster), default=0)
    fresh = (each for each in dict.fromkeys(used) if each not in met)
    added = [RosterRow(each, number + more, known[each]) for more, each in enumerate(fresh, 1)]
    for entry in added:
        answers.insert_roster(article.id, user.id, entry)
    return [*roster, *added]


def remember_mentions(article: AnyArticle, user: AnyUser, claims: Sequence[ClaimDraft]) -> None:
    """Keep the mentioned words as surface forms of their speakers."""
    for claim in claims:
        if claim.mention and isinstance(claim.speaker, int):
            words = words_at(article, claim.mention)
            speakers.remember_alias(article, user, claim.speaker, words)


def words_at(article: AnyArticle, span: tuple[int, int]) -> str:
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


def marks(answer: AnswerRow | None) -> tuple[int, int, int]:
    """Return what one answer adds to the counts: decided, incomplete, unsure."""
    if answer is None:
        return 0, 0, 0
    begun = answer.status is not None
    return int(answer.complete), int(begun and not answer.complete), int(answer.unsure)


def adjust(
    assignment: AssignmentRow, before: tuple[int, int, int], after: tuple[int, int, int]
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


def revision_after(answer: AnswerRow | None, key: str) -> int:
    """Return the revision that the save with this key made; the stored one if it made none."""
    if answer is None:
        return 0
    made = select(AnswerEvent.revision).where(
        AnswerEvent.answer_id == answer.id, AnswerEvent.key == key
    )
    found = db.session.scalar(made)
    return answer.revision if found is None else found
