"""Repairing: a lead splits, merges and moves sentences or changes their segment.

Every repair replaces a run of neighbouring sentences by others that hold the same text. Answers are
kept: each goes to the sentence that holds its words, else most of its old sentence. Where a
person would have two on one sentence, the one with more claims stays and the other is set aside.
Nothing of an answer is changed, and each repair says which ones it touched.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.orm import selectinload

from annotator.codebook.scheme import SEGMENTS
from annotator.errors import RefusedError
from annotator.phrases import both_numbers, counted
from annotator.store.clock import now
from annotator.store.db import db
from annotator.store.marking import mark_all
from annotator.store.models import (
    Answer,
    Article,
    Assignment,
    Decision,
    Membership,
    Repair,
    Sentence,
    User,
)
from annotator.text import sentences
from annotator.work import staging
from annotator.work.assignment import submitting
from annotator.work.labelling import independence, proposals

SPLIT, MERGE, MOVE, SEGMENT = "split", "merge", "move", "segment"
KINDS = (SPLIT, MERGE, MOVE, SEGMENT)
LEAD = "lead"


@dataclass(frozen=True)
class Unit:
    """One sentence of a repair, before or after."""

    start: int
    end: int
    segment: str
    paragraph: int
    origin: str = LEAD

    def overlap(self, start: int, end: int) -> int:
        """Return how many characters of a span it holds."""
        return max(0, min(end, self.end) - max(start, self.start))

    def row(self) -> list[int | str]:
        """Return it as it is kept."""
        return [self.start, self.end, self.segment, self.paragraph, self.origin]


@dataclass(frozen=True)
class Carried:
    """One answer and its way: places count from the first sentence; None is set aside."""

    answer: Answer
    pseudonym: str
    before: int
    after: int | None


@dataclass(frozen=True)
class Plan:
    """What a repair would do; `proof` changes with anything it rests on."""

    article: Article
    first: int
    before: tuple[Unit, ...]
    after: tuple[Unit, ...]
    text: str
    answers: tuple[Carried, ...]
    undoes: Repair | None = None

    @property
    def proof(self) -> str:
        """Return a digest of what was shown, to know it again by."""
        shown = [
            self.article.id,
            self.first,
            [each.row() for each in self.before],
            [each.row() for each in self.after],
            [[each.answer.id, each.answer.revision, each.after] for each in self.answers],
            self.undoes.id if self.undoes else None,
        ]
        return hashlib.sha256(json.dumps(shown).encode()).hexdigest()

    def words(self, unit: Unit) -> str:
        """Return the text of one of its sentences."""
        base = self.before[0].start
        return self.text[unit.start - base : unit.end - base]


def plan(article: Article, position: int, kind: str, value: str = "") -> Plan:
    """Return what a repair would do; nothing is stored.

    `value` is an offset of the article for a split (where the second sentence begins) and for a
    move (where the next one begins), and a segment for a change of segment.

    Raises:
        RefusedError: there is nothing to repair there, or the sentence has a decision.

    """
    many = 2 if kind in {MERGE, MOVE} else 1
    rows = run_of(article, position, many)
    if len(rows) < many:
        raise RefusedError("There is no next sentence to merge with.")
    before = tuple(unit_of(row) for row in rows)
    text = words_of(article, before[0].start, before[-1].end)
    after = wanted(before, text, kind, value)
    if not after or after == before:
        raise RefusedError("Nothing to change: the sentence is already like this.")
    return Plan(article, position, before, after, text, carry(rows, before, after))


def wanted(before: Sequence[Unit], text: str, kind: str, value: str) -> tuple[Unit, ...]:
    """Return the sentences as they shall be."""
    one, base = before[0], before[0].start
    if kind == SEGMENT:
        if value not in SEGMENTS:
            raise RefusedError(f"Choose a segment: {', '.join(SEGMENTS)}.")
        same = value == one.segment
        return () if same else (Unit(one.start, one.end, value, one.paragraph, one.origin),)
    if kind == MERGE:
        return (Unit(one.start, before[1].end, one.segment, one.paragraph),)
    if kind not in {SPLIT, MOVE}:
        raise RefusedError("Choose an action: split, merge, move or segment.")
    end = before[-1].end
    at = int(value) if value.isdecimal() and len(value) < 10 else -1
    if not one.start < at < end:
        raise RefusedError("Choose a word after the first word of the sentence.")
    left, right = text[: at - base], text[at - base :]
    second = before[-1]
    if not left.strip() or not right.strip():
        raise RefusedError("A sentence cannot be empty: choose a word inside it.")
    cut = (base, base + len(left.rstrip())), (at + len(right) - len(right.lstrip()), end)
    units = (
        Unit(*cut[0], one.segment, one.paragraph),
        Unit(*cut[1], second.segment, second.paragraph),
    )
    spans = [(each.start - base, each.end - base) for each in units]
    sentences.check(text, spans)
    same = [(each.start, each.end) for each in before] == [(each.start, each.end) for each in units]
    return () if same else units


class HasDecisionError(RefusedError):
    """A sentence with a decision cannot be repaired; `position` is where it is."""

    def __init__(self, position: int) -> None:
        super().__init__(
            f"Sentence {both_numbers(position)} has a decision. Reopen it first, then repair."
        )
        self.position = position


def run_of(article: Article, position: int, many: int) -> Sequence[Sentence]:
    """Return some neighbouring sentences; refuse those with a decision."""
    rows = db.session.scalars(
        select(Sentence)
        .where(
            Sentence.article_id == article.id,
            Sentence.position.between(position, position + many - 1),
        )
        .order_by(Sentence.position)
    ).all()
    if not rows:
        raise RefusedError("There is no such sentence.")
    decided = (
        select(Sentence.position)
        .join(Decision, Decision.sentence_id == Sentence.id)
        .where(Sentence.id.in_([row.id for row in rows]))
        .order_by(Sentence.position)
    )
    if (first := db.session.scalar(decided.limit(1))) is not None:
        raise HasDecisionError(first)
    return rows


def unit_of(row: Sentence) -> Unit:
    return Unit(row.start, row.end, row.segment, row.paragraph, row.origin)


def words_of(article: Article, start: int, end: int) -> str:
    """Return a stretch of the article's text."""
    text = db.session.scalars(select(Article.text).where(Article.id == article.id)).one()
    return text[start:end]


def answers_on(rows: Sequence[Sentence]) -> list[tuple[Answer, str, int]]:
    """Return the answers on some sentences, with pseudonym and place.

    The newest come first, and of these those with most claims.
    """
    place = {row.id: index for index, row in enumerate(rows)}
    found = db.session.execute(
        select(Answer, Membership.pseudonym)
        .join(Answer.sentence)
        .join(Sentence.article)
        .join(
            Membership,
            (Membership.user_id == Answer.user_id) & (Membership.project_id == Article.project_id),
        )
        .where(Answer.sentence_id.in_(place))
        .options(selectinload(Answer.claims))
    ).all()
    listed = [(answer, name, place[answer.sentence_id or 0]) for answer, name in found]
    return sorted(
        listed,
        key=lambda each: (not each[0].current, -len(each[0].claims), each[2], each[0].id),
    )


def carry(
    rows: Sequence[Sentence], before: Sequence[Unit], after: Sequence[Unit]
) -> tuple[Carried, ...]:
    """Return where each answer goes; all rounds of one person's answer go together."""
    taken: set[tuple[int, int]] = set()
    goes: dict[tuple[int, int], int | None] = {}
    carried = []
    for answer, name, place in answers_on(rows):
        own = answer.user_id, place
        if own not in goes:
            target = holder(answer, before[place], after)
            mark = answer.user_id, target
            goes[own] = None if mark in taken else target
            taken.add(mark)
        carried.append(Carried(answer, name, place, goes[own]))
    return tuple(sorted(carried, key=lambda each: (each.pseudonym, each.before, each.answer.id)))


def holder(answer: Answer, old: Unit, after: Sequence[Unit]) -> int:
    """Return which sentence holds most of an answer's words, else of its old sentence."""
    spans = [
        (claim.mention_start, claim.mention_end)
        for claim in answer.claims
        if claim.mention_start is not None and claim.mention_end is not None
    ]
    spans += [(start, end) for claim in answer.claims for start, end in claim.evidence]

    def held(index: int) -> tuple[int, int]:
        words = sum(after[index].overlap(start, end) for start, end in spans)
        return words, after[index].overlap(old.start, old.end)

    return max(range(len(after)), key=lambda index: (held(index), -index))


def carry_out(made: Plan, user: User) -> Repair:
    """Store a repair with its record."""
    article, first = made.article, made.first
    staging.refuse_while_appearing([article.id])
    rows = run_of(article, first, len(made.before))
    # All answers are lifted before any is put down: on the way no two may stand on one sentence.
    for each in made.answers:
        each.answer.sentence_id, each.answer.aside_in_id = None, article.id
    db.session.flush()
    gone = [row.id for row in rows[len(made.after) :]]
    known = independence.lifted([row.id for row in rows])
    db.session.execute(delete(Sentence).where(Sentence.id.in_(gone)))
    shift(article, first + len(made.before), len(made.after) - len(made.before))
    kept = list(rows[: len(made.after)])
    for index, unit in enumerate(made.after):
        if index == len(kept):
            kept.append(Sentence(article_id=article.id, position=first + index))
            db.session.add(kept[index])
        row = kept[index]
        row.start, row.end, row.segment = unit.start, unit.end, unit.segment
        row.paragraph, row.origin, row.text = unit.paragraph, unit.origin, made.words(unit)
    db.session.flush()
    proposals.renew(article, kept)
    independence.put_down(known, [row.id for row in kept])
    for each in made.answers:
        if each.after is not None:
            each.answer.sentence_id, each.answer.aside_in_id = kept[each.after].id, None
    db.session.flush()
    mark_all([row.id for row in kept])
    article.sentence_count += len(made.after) - len(made.before)
    repair = Repair(
        article_id=article.id,
        user_id=user.id,
        at=now(),
        first=first,
        before=[each.row() for each in made.before],
        after=[each.row() for each in made.after],
        answers=[
            [each.answer.id, each.before, each.after, each.answer.revision] for each in made.answers
        ],
        undoes_id=made.undoes.id if made.undoes else None,
    )
    db.session.add(repair)
    db.session.flush()
    for assignment in db.session.scalars(
        select(Assignment).where(Assignment.article_id == article.id)
    ):
        submitting.count(assignment)
    return repair


def shift(article: Article, begin: int, by: int) -> None:
    """Move the positions from one on; in two steps, since each is there only once."""
    if not by:
        return
    later = (Sentence.article_id == article.id) & (Sentence.position >= begin)
    db.session.execute(
        update(Sentence).where(later).values(position=-1 - Sentence.position - by),
        execution_options={"synchronize_session": False},
    )
    aside = (Sentence.article_id == article.id) & (Sentence.position < 0)
    db.session.execute(
        update(Sentence).where(aside).values(position=-1 - Sentence.position),
        execution_options={"synchronize_session": False},
    )


def newest(article: Article) -> Repair | None:
    """Return the repair that an undo would take back: the newest that none has taken back."""
    undone = select(Repair.undoes_id).where(Repair.undoes_id.is_not(None))
    return db.session.scalar(
        select(Repair)
        .where(
            Repair.article_id == article.id, Repair.undoes_id.is_(None), Repair.id.not_in(undone)
        )
        .order_by(Repair.id.desc())
        .limit(1)
    )


def plan_undo(article: Article) -> Plan:
    """Return what taking back the newest repair would do.

    Raises:
        RefusedError: there is none, or answers there have changed or come since.

    """
    repair = newest(article)
    if repair is None:
        raise RefusedError("There is no repair to undo.")
    before = tuple(Unit(*each) for each in repair.after)
    after = tuple(Unit(*each) for each in repair.before)
    rows = run_of(article, repair.first, len(before))
    if tuple(unit_of(row) for row in rows) != before:
        raise RefusedError("These sentences were changed after the repair.")
    known = {number: (was, revision) for number, was, _, revision in repair.answers}
    here = answers_on(rows)
    aside = [number for number, _, place, _ in repair.answers if place is None]
    listed = [(answer, name, place) for answer, name, place in here]
    for answer, name in db.session.execute(
        select(Answer, Membership.pseudonym)
        .join(
            Membership,
            (Membership.user_id == Answer.user_id) & (Membership.project_id == article.project_id),
        )
        .where(Answer.id.in_(aside))
        .options(selectinload(Answer.claims))
    ):
        listed.append((answer, name, 0))
    since = [
        answer for answer, _, _ in listed if known.get(answer.id, (0, 0))[1] != answer.revision
    ]
    if since:
        raise RefusedError(
            f"{counted(len(since), 'answer')} changed after the repair."
            " Repair the sentences by hand instead."
        )
    carried = tuple(
        Carried(answer, name, place, int(known[answer.id][0])) for answer, name, place in listed
    )
    text = words_of(article, before[0].start, before[-1].end)
    return Plan(article, repair.first, before, after, text, carried, repair)


def touched(article: Article) -> Sequence[Repair]:
    """Return the repairs that touched answers and that nobody has reviewed yet, newest first."""
    repairs = db.session.scalars(
        select(Repair)
        .where(Repair.article_id == article.id, Repair.reviewed_at.is_(None))
        .order_by(Repair.id.desc())
    )
    return [each for each in repairs if each.answers]


def review(article: Article, number: int) -> None:
    """Take a repair off the list for review."""
    db.session.execute(
        update(Repair)
        .where(Repair.id == number, Repair.article_id == article.id)
        .values(reviewed_at=now())
    )
