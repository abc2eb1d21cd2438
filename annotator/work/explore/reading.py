"""One article in text order with what anybody, everybody or gold says of each sentence."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select

from annotator.phrases import sentence_number
from annotator.store.batches import Batch
from annotator.store.clock import now
from annotator.store.db import db
from annotator.store.marking import TABLE
from annotator.store.models import (
    Article,
    Assignment,
    Correction,
    Membership,
    Project,
    Repair,
    Sentence,
)
from annotator.store.rows.answers import (
    AnswerRow,
    SpeakerRow,
    read_everybodys_answers,
    read_speakers,
)
from annotator.store.snapshot import by_code_point
from annotator.work.accounts.memberships import pseudonyms_of
from annotator.work.assignment import progress
from annotator.work.consensus.answers import comparisons
from annotator.work.consensus.comparison import Comparison
from annotator.work.consensus.consensus import consensus
from annotator.work.consensus.content import DECIDED
from annotator.work.consensus.decisions import claims_of, decisions_on
from annotator.work.consensus.disagreements import BITS, DIFFERS, KINDS
from annotator.work.explore.history import CORRECTED
from annotator.work.explore.notes import notes_on
from annotator.work.labelling.drafts import ClaimDraft
from annotator.work.labelling.speakers import speakers_today

SIZE = 100
REPAIRS = 20
EVERYBODY, GOLD = "", "gold"
ALL, DISPUTED = "", "disputed"
SOFT = "soft"


@dataclass(frozen=True)
class Voice:
    """What one person, or several in the same words, say of a sentence."""

    names: tuple[str, ...]  # pseudonyms
    answer: AnswerRow


@dataclass(frozen=True)
class GoldAnswer:
    """What gold says of a sentence by the majority method; `how` as in the gold file."""

    how: str  # "adjudicated", "unanimous", "majority", "single", "soft" or "open"
    status: str | None = None
    claims: tuple[ClaimDraft, ...] = ()
    reason: str = ""
    decided: bool = False  # by a decision that holds


@dataclass(frozen=True)
class Passage:
    """One sentence with its labels; `kinds` is in what the answers differ."""

    sentence: Any  # a row of the columns in `shown`
    kinds: tuple[str, ...]
    voices: tuple[Voice, ...]
    gold: GoldAnswer | None
    notes: tuple[str, ...] = ()  # of leads and adjudicators
    noted_by: frozenset[int] = frozenset()  # the numbers of these


@dataclass(frozen=True)
class Holder:
    """Who has an article, and how far they are."""

    membership: Membership
    assignment: Assignment
    state: str


@dataclass(frozen=True)
class Entry:
    """One entry of an article's history."""

    at: datetime
    who: str
    what: str


@dataclass(frozen=True)
class Labels:
    """The sentences of one page with their labels, and whom their claims name, by number."""

    passages: Sequence[Passage]
    speakers: dict[int, SpeakerRow]


def count_sentences(article: Article, only: str) -> int:
    """Return how many sentences of an article there are to read."""
    if only != DISPUTED:
        return article.sentence_count
    query = select(func.count()).select_from(TABLE)
    return db.session.scalars(query.where(TABLE.c.article_id == article.id, is_disputed())).one()


def is_disputed() -> ColumnElement[bool]:
    """Say whether the answers to a sentence differ, decided or not; for who has refreshed."""
    return TABLE.c.kinds.bitwise_and(DIFFERS) != 0


def read(project: Project, article: Article, by: str, only: str, offset: int) -> Labels:
    """Return one page of an article with the labels of everybody, of one pseudonym, or gold."""
    query = (
        select(
            Sentence.id,
            Sentence.position,
            Sentence.paragraph,
            Sentence.segment,
            Sentence.text,
            func.coalesce(TABLE.c.kinds, 0).label("kinds"),
        )
        .outerjoin(TABLE, TABLE.c.sentence_id == Sentence.id)
        .where(Sentence.article_id == article.id)
        .order_by(Sentence.position)
        .limit(SIZE)
    )
    if only == DISPUTED:
        query = query.where(is_disputed()).offset(offset)
    else:  # positions count without gaps, so that no row before is read
        query = query.where(Sentence.position >= offset)
    rows = db.session.execute(query).all()
    numbers = [row.id for row in rows]
    voices = {} if by == GOLD else voices_on(project, numbers, by)
    gold = gold_on(project, article, rows) if by in (EVERYBODY, GOLD) else {}
    notes = notes_on(numbers)
    passages = [
        Passage(
            row,
            tuple(kind for kind in KINDS if row.kinds & BITS[kind]),
            tuple(voices.get(row.id, ())),
            gold.get(row.id),
            tuple(note.text for note in notes.get(row.id, ())),
            frozenset(note.user_id for note in notes.get(row.id, ())),
        )
        for row in rows
    ]
    named = {
        each.speaker
        for one in gold.values()
        for each in one.claims
        if isinstance(each.speaker, int)
    }
    return Labels(passages, read_speakers(named) if named else {})


def voices_on(project: Project, sentences: Collection[int], by: str) -> dict[int, list[Voice]]:
    """Return by sentence what is said, the most frequent answer first; `by` keeps one person's."""
    names = pseudonyms_of(project)
    found: dict[int, dict[Any, list[tuple[str, AnswerRow]]]] = {}
    for answer in read_everybodys_answers(sentences):
        name = names.get(answer.user_id, "?")
        if by in (EVERYBODY, name) and says_something(answer):
            alike = found.setdefault(answer.sentence_id, {})
            alike.setdefault(words_of(answer), []).append((name, answer))
    return {
        sentence: sorted(
            (Voice(tuple(sorted(name for name, _ in same)), same[0][1]) for same in alike.values()),
            key=lambda voice: (-len(voice.names), voice.names),
        )
        for sentence, alike in found.items()
    }


def says_something(answer: AnswerRow) -> bool:
    """Say whether anything of an answer can be read: one that was taken back has nothing."""
    return bool(answer.status or answer.claims or answer.unsure or answer.note)


def words_of(answer: AnswerRow) -> tuple[Any, ...]:
    """Return all that a page shows of an answer: who says the same stands on one line."""
    claims = tuple(
        (
            claim.speaker.today.id if claim.speaker else None,
            claim.stance,
            claim.certainty,
            claim.aspect,
            claim.note,
        )
        for claim in answer.claims
    )
    return answer.status, answer.unsure, answer.note, answer.origin, claims


def gold_on(project: Project, article: Article, rows: Sequence[Any]) -> dict[int, GoldAnswer]:
    """Return what gold says of some sentences (id, position) of one article, by sentence.

    A decision wins, then what all or most say; where nobody has answered there is nothing.
    """
    connection = db.session.connection()
    today = speakers_today(connection, project)
    places = {row.position: row.id for row in rows}
    batch = Batch({article.id: article.key}, sentences=[*places.values()])
    found = comparisons(connection, batch, today, project.codebook.labels) if rows else {}
    gold = {
        places[position]: agreed_by(project, comparison)
        for (_, position), comparison in found.items()
    }
    for number, decision in decisions_on(places.values()).items():
        if decision.state != DECIDED:
            gold[number] = GoldAnswer("open", reason=decision.reason)
        elif decision.soft is not None:
            gold[number] = GoldAnswer(SOFT, reason=decision.reason, decided=True)
        else:
            claims = tuple(taken.claim for taken in claims_of(decision, today))
            gold[number] = GoldAnswer(
                decision.how, decision.status, claims, decision.reason, decided=True
            )
    return gold


def agreed_by(project: Project, comparison: Comparison) -> GoldAnswer:
    """Return what the answers make of a sentence that nobody has decided."""
    agreed = consensus(comparison, project.codebook.claims_status.value)
    if agreed.how == "open":
        return GoldAnswer("open")
    return GoldAnswer(agreed.how, agreed.status.value, agreed.claims())


# --- beside the text


def holders_of(article: Article) -> list[Holder]:
    """Return who has, or had, an article, by pseudonym."""
    today: date = now().date()
    rows = db.session.execute(
        select(Assignment, Membership)
        .join(
            Membership,
            (Membership.user_id == Assignment.user_id)
            & (Membership.project_id == article.project_id),
        )
        .where(Assignment.article_id == article.id)
        .order_by(Membership.pseudonym)
    ).all()
    return [
        Holder(membership, assignment, progress.state_of(assignment, today))
        for assignment, membership in rows
    ]


def alike(article: Article, most: int = 20) -> Sequence[Article]:
    """Return the near-duplicates of an article, by key."""
    if article.cluster_id is None:
        return ()
    return db.session.scalars(
        select(Article)
        .where(
            Article.cluster_id == article.cluster_id,
            Article.project_id == article.project_id,
            Article.id != article.id,
        )
        .order_by(by_code_point(Article.key))
        .limit(most)
    ).all()


def history_of(article: Article) -> list[Entry]:
    """Return what happened to an article itself, the newest first."""
    names = pseudonyms_of(article.project)
    entries = [Entry(article.imported_at, names.get(article.user_id or 0, ""), "Imported")]
    repairs = db.session.scalars(
        select(Repair)
        .where(Repair.article_id == article.id)
        .order_by(Repair.id.desc())
        .limit(REPAIRS)
    ).all()
    for each in repairs:
        done = "Repair undone" if each.undoes_id else "Repaired"
        where = f"{done}, from sentence {sentence_number(each.first)}"
        entries.append(Entry(each.at, names.get(each.user_id, ""), where))
    corrections = db.session.scalars(
        select(Correction)
        .where(Correction.article_id == article.id)
        .order_by(Correction.id.desc())
        .limit(REPAIRS)
    ).all()
    for made in corrections:
        what = CORRECTED.get(made.kind, made.kind)
        changed = f": {', '.join(made.after)}" if made.kind == "metadata" else ""
        entries.append(Entry(made.at, names.get(made.user_id or 0, ""), f"{what}{changed}"))
    return sorted(entries, key=lambda entry: entry.at, reverse=True)
