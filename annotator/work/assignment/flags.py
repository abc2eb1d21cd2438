"""Flags and notes as a list that a lead answers; an answer stands until the sentence changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Select,
    exists,
    func,
    insert,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.orm import joinedload

from annotator.codebook.scheme import Codebook
from annotator.errors import NotFoundError, RefusedError
from annotator.store.clock import now
from annotator.store.db import UtcDateTime, db
from annotator.store.models import (
    Answer,
    Article,
    Claim,
    Membership,
    Project,
    Reply,
    Sentence,
    User,
)
from annotator.store.rows.answers import AnyAnswer
from annotator.store.snapshot import by_code_point
from annotator.work.accounts.memberships import pseudonyms_of
from annotator.work.labelling.changes import Dictionary
from annotator.work.labelling.history import claim_content
from annotator.work.labelling.saving import whole
from annotator.work.labelling.speaker_search import holds

PAGE = 30
LONGEST = 2000
MOST_SHOWN = 20
NOTES, FLAGS = "notes", "flags"
KINDS = {NOTES: "with a note", FLAGS: "flag alone"}


@dataclass(frozen=True)
class Flagged:
    """An answer that waits for the lead, with the replies given so far."""

    answer: Answer
    pseudonym: str
    said: str
    notes: tuple[str, ...]
    replies: Sequence[Reply]


@dataclass(frozen=True)
class Wanted:
    """Which of them: of one person, with or without words, in articles of this key or title."""

    person: Membership | None = None
    kind: str = ""  # of KINDS
    text: str = ""


EVERYTHING = Wanted()


def waiting(project: Project, wanted: Wanted = EVERYTHING) -> Select[Answer]:
    """Return the query for flagged or noted answers without a reply to what they say now."""
    # Written as in the partial indexes, which else would not be used.
    flagged = select(Answer.id).where(text("unsure OR note <> ''"))
    noted = select(Claim.answer_id).where(text("note <> ''"))
    answered = exists().where(Reply.answer_id == Answer.id, Reply.revision >= Answer.revision)
    return (
        select(Answer)
        .join(Answer.sentence)
        .join(Sentence.article)
        .where(
            Answer.id.in_(flagged.union(noted)),
            Article.project_id == project.id,
            Answer.current,
            ~answered,
            *narrowed(wanted, noted),
        )
    )


def narrowed(wanted: Wanted, noted: Select[int]) -> list[ColumnElement[bool]]:
    """Return the conditions of what is wanted; `noted` are the answers with a note on a claim."""
    found: list[ColumnElement[bool]] = []
    if wanted.person is not None:
        found.append(Answer.user_id == wanted.person.user_id)
    words = (Answer.note != "") | Answer.id.in_(noted)
    if wanted.kind:
        found.append(words if wanted.kind == NOTES else ~words)
    if wanted.text:
        found.append(holds(Article.key, wanted.text) | holds(Article.title, wanted.text))
    return found


def see_all(project: Project, wanted: Wanted, until: datetime, user: User) -> int:
    """Mark as seen all that is wanted and was said until a moment; return how many that were."""
    seen = waiting(project, wanted).where(Answer.updated_at <= until)
    rows = seen.with_only_columns(
        Answer.id, Answer.revision, literal(""), literal(user.id), literal(now(), UtcDateTime())
    )
    done = db.session.execute(
        insert(Reply).from_select(["answer_id", "revision", "text", "user_id", "at"], rows)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def count_waiting(project: Project, wanted: Wanted = EVERYTHING) -> int:
    """Return how many answers wait for the lead."""
    found = waiting(project, wanted).with_only_columns(Answer.id).subquery()
    return db.session.scalars(select(func.count()).select_from(found)).one()


def waiting_in_order(project: Project, wanted: Wanted = EVERYTHING) -> Sequence[int]:
    """Return the ids of all answers that wait, by article and sentence.

    So a page and how many there are come from one walk through them, and what an answer says is
    read of those on the page alone.
    """
    order = by_code_point(Article.key), Sentence.position, Answer.user_id
    found = waiting(project, wanted).with_only_columns(Answer.id)
    return db.session.scalars(found.order_by(*order)).all()


def entries_of(project: Project, ids: Sequence[int]) -> list[Flagged]:
    """Return what waits in these answers, in this order."""
    found = db.session.scalars(
        select(Answer)
        .where(Answer.id.in_(ids))
        .options(joinedload(Answer.sentence).joinedload(Sentence.article), *whole())
    )
    by_id = {answer.id: answer for answer in found}
    answers = [by_id[each] for each in ids if each in by_id]
    names = pseudonyms_of(project)
    replies = db.session.scalars(
        select(Reply)
        .where(Reply.answer_id.in_([answer.id for answer in answers]), Reply.text != "")
        .order_by(Reply.id)
    ).all()
    return [
        Flagged(
            answer,
            names[answer.user_id],
            in_words(answer, project.codebook),
            tuple(note for note in (answer.note, *(each.note for each in answer.claims)) if note),
            [reply for reply in replies if reply.answer_id == answer.id],
        )
        for answer in answers
    ]


def in_words(answer: Answer, codebook: Codebook) -> str:
    """Return what an answer says, without its notes."""
    dictionary = Dictionary(codebook, answer.sentence.article.key)
    claims = [dictionary.claim(claim_content(claim)) for claim in answer.claims]
    return "; ".join(claims) or (dictionary.status(answer.status) if answer.status else "no answer")


def reply(project: Project, answer_id: int, revision: int, words: str, user: User) -> Reply:
    """Answer a flag or note as it was at one revision; without words it only counts as seen."""
    answer = db.session.scalar(
        select(Answer)
        .join(Answer.sentence)
        .join(Sentence.article)
        .where(Answer.id == answer_id, Article.project_id == project.id)
    )
    if answer is None:
        raise NotFoundError("There is no such answer in this project.")
    words = words.strip()
    if len(words) > LONGEST or "\0" in words:
        raise RefusedError(
            f"The reply has {len(words):,} characters, at most {LONGEST:,} are allowed."
        )
    if not 1 <= revision <= answer.revision:
        raise RefusedError("This version of the answer does not exist. Reload the page.")
    made = Reply(answer_id=answer.id, revision=revision, text=words, user_id=user.id)
    db.session.add(made)
    db.session.flush()
    return made


def unseen(answer: AnyAnswer) -> Sequence[Reply]:
    """Return what leads have said to an answer and its annotator has not marked as seen."""
    return db.session.scalars(
        select(Reply)
        .where(Reply.answer_id == answer.id, Reply.text != "", Reply.seen_at.is_(None))
        .order_by(Reply.id)
    ).all()


def mark_seen(answer: AnyAnswer, newest: int) -> None:
    """Note that the annotator has seen the replies to an answer up to this one.

    One that came while they were reading stands until it was seen, too.
    """
    db.session.execute(
        update(Reply)
        .where(Reply.answer_id == answer.id, Reply.id <= newest, Reply.seen_at.is_(None))
        .values(seen_at=now())
    )


def replies_to(user: User, project: Project) -> list[Reply]:
    """Return what leads have said to a person and the person has not yet seen, newest first."""
    return list(
        db.session.scalars(
            select(Reply)
            .join(Reply.answer)
            .join(Answer.sentence)
            .join(Sentence.article)
            .where(
                Answer.user_id == user.id,
                Answer.current,
                Article.project_id == project.id,
                Reply.text != "",
                Reply.seen_at.is_(None),
            )
            .options(
                joinedload(Reply.answer).joinedload(Answer.sentence).joinedload(Sentence.article)
            )
            .order_by(Reply.id.desc())
            .limit(MOST_SHOWN)
        )
    )
