"""Goes through a worklist sentence by sentence: what is asked of an answer, and what comes next.

The order is that of articles as they came and of their sentences, so that what comes before and
after a sentence is found without reading the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, case, or_, select, tuple_, update

from annotator.codebook.difference import Change
from annotator.codebook.scheme import Codebook, Value
from annotator.store.clock import now
from annotator.store.db import db
from annotator.store.models import (
    OPEN_STATES,
    Answer,
    Article,
    Assignment,
    CodebookVersion,
    Sentence,
    Worklist,
    WorklistAnswer,
)
from annotator.store.rows.answers import AnswerRow
from annotator.store.rows.places import AnyProject, AnyUser
from annotator.work.codebook import worklists
from annotator.work.labelling import history, undoing
from annotator.work.labelling.drafts import AnswerDraft
from annotator.work.labelling.undoing import Stepped


@dataclass(frozen=True)
class Asked:
    """Why an answer is on a worklist; `number` is of the version in force when that was made."""

    reason: str
    number: int
    left: bool


def asked_of(answer: AnswerRow, project: AnyProject) -> list[Asked]:
    """Return what is asked of an answer, the newest first; empty where it is on no worklist."""
    rows = db.session.execute(
        select(
            Worklist.reason,
            CodebookVersion.number,
            case((worklists.is_left(), 1), else_=0).label("left"),
        )
        .select_from(WorklistAnswer)
        .join(Worklist, Worklist.id == WorklistAnswer.worklist_id)
        .join(Answer, Answer.id == WorklistAnswer.answer_id)
        .join(CodebookVersion, CodebookVersion.id == Worklist.codebook_version_id)
        .where(WorklistAnswer.answer_id == answer.id, Worklist.project_id == project.id)
        .order_by(Worklist.id.desc())
    ).all()
    return [Asked(row.reason, row.number, bool(row.left)) for row in rows]


def next_after(
    project: AnyProject, user: AnyUser, article_id: int = 0, position: int = -1
) -> tuple[int, int] | None:
    """Return (article, position) of what is left after a sentence; at the end the first again.

    The sentence itself is none. None where nothing else is left.
    """
    here = tuple_(Article.id, Sentence.position)
    ahead = places(project, user, here > tuple_(article_id, position))
    return ahead or places(project, user, here < tuple_(article_id, position))


def last_before(
    project: AnyProject, user: AnyUser, article_id: int, position: int
) -> tuple[int, int] | None:
    """Return (article, position) of what is left before a sentence."""
    here = tuple_(Article.id, Sentence.position)
    return places(project, user, here < tuple_(article_id, position), backwards=True)


def places(
    project: AnyProject, user: AnyUser, which: Any, *, backwards: bool = False
) -> tuple[int, int] | None:
    """Return the first place on the worklist, or the last, that is one of `which`."""
    order = [Article.id, Sentence.position]
    row = db.session.execute(
        worklists.left_of(project, user)
        .with_only_columns(Article.id, Sentence.position)
        .where(which)
        .order_by(*(each.desc() if backwards else each for each in order))
        .limit(1)
    ).first()
    return (row[0], row[1]) if row else None


def is_left(answer: AnswerRow) -> bool:
    """Say whether an answer is on a worklist and nobody has looked at it since."""
    query = (
        select(WorklistAnswer.answer_id)
        .join(Answer, Answer.id == WorklistAnswer.answer_id)
        .where(WorklistAnswer.answer_id == answer.id, worklists.is_left())
    )
    return db.session.scalar(query.limit(1)) is not None


def confirmed(answer: AnswerRow, before: int) -> None:
    """Note on every worklist that an answer was still right; `before` is its revision before."""
    db.session.execute(
        update(WorklistAnswer)
        .where(
            WorklistAnswer.answer_id == answer.id,
            WorklistAnswer.confirmed_at.is_(None),
            WorklistAnswer.revision == before,
        )
        .values(confirmed_at=now(), revision=answer.revision)
    )


def follow(stepped: Stepped) -> None:
    """Let worklists follow an undo or a redo.

    Where a save had confirmed or changed an answer that was to be looked at, its undo puts that
    back on the list, and the redo takes it off again.
    """
    mark, answer = stepped.mark, stepped.answer
    if mark is None:
        return
    save = undoing.save_of(mark)
    confirmed = WorklistAnswer.confirmed_at.is_not(None)
    values: dict[str, Any]
    if mark.kind == history.SAVE:
        # A mapping since may have moved the number on, of a confirmed answer too.
        which = or_(
            and_(confirmed, WorklistAnswer.revision >= save),
            and_(~confirmed, WorklistAnswer.revision == save - 1),
        )
        values = {"confirmed_at": None, "revision": answer.revision}
    else:
        which = and_(~confirmed, WorklistAnswer.revision >= mark.revision)
        values = {"revision": save - 1}
        if not stepped.changes:
            values = {"confirmed_at": now(), "revision": save}
    mine = WorklistAnswer.answer_id == answer.id
    db.session.execute(update(WorklistAnswer).where(mine, which).values(values))


def to_submit(project: AnyProject, user: AnyUser) -> Sequence[Article]:
    """Return the articles with answers on a worklist that are complete and not handed in."""
    listed = (
        select(Sentence.article_id)
        .join(Answer, Answer.sentence_id == Sentence.id)
        .join(WorklistAnswer, WorklistAnswer.answer_id == Answer.id)
        .where(Answer.user_id == user.id)
    )
    return db.session.scalars(
        select(Article)
        .join(Assignment, Assignment.article_id == Article.id)
        .where(
            Article.project_id == project.id,
            Assignment.user_id == user.id,
            Assignment.state.in_(OPEN_STATES),
            Assignment.decided_count == Article.sentence_count,
            Article.id.in_(listed),
        )
        .order_by(Article.id)
    ).all()


def version_before(project: AnyProject, version_id: int, asked: Sequence[Asked]) -> CodebookVersion:
    """Return the version whose differences from today's an annotator has to know of.

    It is the one that the answer was given under. Where a mapping has given it a newer one, it is
    the one before the worklist was made.
    """
    oldest = min(each.number for each in asked)
    given = db.session.get_one(CodebookVersion, version_id)
    number = given.number if given.number < oldest else max(oldest - 1, 1)
    return db.session.scalars(
        select(CodebookVersion).where(
            CodebookVersion.project_id == project.id, CodebookVersion.number == number
        )
    ).one()


def concerning(
    changes: Sequence[Change], draft: AnswerDraft, before: Codebook, after: Codebook
) -> list[Change]:
    """Return the changes of the values that an answer has, and of the rules that these cite."""
    names = {f"statuses.{draft.status}"}
    for claim in draft.claims:
        names |= {f"stances.{claim.stance}", f"certainties.{claim.certainty}"}
        names |= {f"aspects.{claim.aspect}"} if claim.aspect else set()
    rules: set[str] = set()
    for codebook in (before, after):
        lists: dict[str, tuple[Value, ...]] = {
            "statuses": codebook.statuses,
            "stances": codebook.stances,
            "certainties": codebook.certainties,
            "aspects": codebook.aspects,
        }
        for place, values in lists.items():
            for value in values:
                if f"{place}.{value.value}" in names:
                    rules |= {f"rules.{each}" for each in value.rules}
    return [each for each in changes if each.where in names | rules]
