"""Worklists: answers that a change of the codebook may concern, or that somebody has selected.

Each is confirmed or changed, which is a revision of the answer under the version in force then.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, case, func, insert, literal, select, update
from sqlalchemy.orm import joinedload

from annotator.codebook.scheme import Codebook
from annotator.errors import NotFoundError, RefusedError
from annotator.phrases import counted
from annotator.store.clock import now
from annotator.store.db import among, db
from annotator.store.models import (
    OPEN_STATES,
    Answer,
    Article,
    Assignment,
    Claim,
    Decision,
    Membership,
    Project,
    Sentence,
    User,
    Worklist,
    WorklistAnswer,
)
from annotator.store.rows.places import AnyProject, AnyUser, read_place
from annotator.work.accounts import activity
from annotator.work.assignment import reassigning
from annotator.work.assignment.flags import in_words
from annotator.work.codebook.usage import OF_CLAIMS
from annotator.work.labelling import saving
from annotator.work.labelling.drafts import AnswerDraft, draft_of
from annotator.work.labelling.saving import Save

LONGEST_REASON = 500
SHOWN = 50


@dataclass(frozen=True)
class Wanted:
    """Which answers to look at: all that is said must hold.

    `value` is a value with its place ("stances.oppose"), `rule` one that a decision on the
    sentence cites, `words` stand in the sentence.
    """

    value: str = ""
    rule: str = ""
    words: str = ""

    @property
    def says_nothing(self) -> bool:
        """Say whether every answer would be meant."""
        return not (self.value or self.rule or self.words.strip())


@dataclass(frozen=True)
class Standing:
    """How far one annotator is with one worklist."""

    pseudonym: str
    answers: int
    confirmed: int
    changed: int

    @property
    def left(self) -> int:
        """Return how many are still to look at."""
        return self.answers - self.confirmed - self.changed


@dataclass(frozen=True)
class Item:
    """One answer to look at again."""

    worklist: Worklist
    answer: Answer
    said: str


def answers_meant(project: Project, wanted: Wanted) -> Select[int]:
    """Select the answers of today that are meant, in articles that their annotators still have."""
    query = answers_held(project)
    if wanted.value:
        query = query.where(has_value(wanted.value))
    if wanted.rule:
        cited = select(Decision.sentence_id).where(Decision.rule == wanted.rule)
        query = query.where(Answer.sentence_id.in_(cited))
    if words := wanted.words.strip():
        query = query.where(func.lower(Sentence.text).contains(words.lower(), autoescape=True))
    return query


def answers_among(project: Project, answers: Collection[int]) -> Select[int]:
    """Select those of some answers that their annotators can look at again."""
    return answers_held(project).where(among(Answer.id, [*answers]))


def answers_held(project: Project) -> Select[int]:
    """Select the answers of today in articles that their annotators still have."""
    return (
        select(Answer.id)
        .join(Sentence, Sentence.id == Answer.sentence_id)
        .join(Article, Article.id == Sentence.article_id)
        .join(
            Assignment,
            (Assignment.article_id == Article.id) & (Assignment.user_id == Answer.user_id),
        )
        .where(
            Article.project_id == project.id,
            Answer.current,
            Answer.status.is_not(None),
            Answer.origin == "human",
            Assignment.imported.is_(False),
            Assignment.state.in_([*OPEN_STATES, "submitted"]),
        )
        .order_by(Answer.id)
    )


def has_value(place: str) -> ColumnElement[bool]:
    """Return the condition of answers that have a value, named with its place."""
    name, _, value = place.partition(".")
    if name == "statuses":
        return Answer.status == value
    if name not in OF_CLAIMS:
        raise NotFoundError(f"There is no such value: {place}.")
    return Answer.id.in_(select(Claim.answer_id).where(OF_CLAIMS[name] == value))


def preview(project: Project, answers: Select[int]) -> list[tuple[str, int]]:
    """Return how many answers of whom are meant, by pseudonym."""
    meant = answers.subquery()
    rows = db.session.execute(
        select(Membership.pseudonym, func.count(Answer.id))
        .join(meant, meant.c.id == Answer.id)
        .join(Membership, Membership.user_id == Answer.user_id)
        .where(Membership.project_id == project.id)
        .group_by(Membership.pseudonym)
        .order_by(Membership.pseudonym)
    ).all()
    return [(name, count) for name, count in rows]


def make(project: Project, wanted: Wanted, reason: str, user: User) -> Worklist:
    """Put the answers that are meant on a worklist, see `make_of`."""
    if wanted.says_nothing:
        raise RefusedError("Choose a value or a rule, or enter words.")
    return make_of(project, answers_meant(project, wanted), reason, user)


def make_of(project: Project, answers: Select[int], reason: str, user: User) -> Worklist:
    """Put answers on a worklist; submitted articles go back for it.

    Raises:
        RefusedError: the reason is missing or too long, or there is no answer.

    """
    reason = " ".join(reason.replace("\0", "").split())
    if not reason:
        raise RefusedError("Say what to look at: annotators read it.")
    if len(reason) > LONGEST_REASON:
        raise RefusedError(f"At most {LONGEST_REASON:,} characters.")
    made = Worklist(
        project_id=project.id,
        codebook_version_id=project.codebook_version.id,
        reason=reason,
        user_id=user.id,
    )
    db.session.add(made)
    db.session.flush()
    listed = answers.order_by(None).subquery()
    db.session.execute(
        insert(WorklistAnswer).from_select(
            ["worklist_id", "answer_id", "revision"],
            select(literal(made.id), Answer.id, Answer.revision).join(
                listed, listed.c.id == Answer.id
            ),
        )
    )
    on_it = select(func.count()).where(WorklistAnswer.worklist_id == made.id)
    many = db.session.scalars(on_it).one()
    if not many:
        raise RefusedError("No answer is meant: nothing to look at.")
    returned = submitted_with(made)
    if returned:
        reassigning.return_all(returned, reason)
    what = f"Worklist of {counted(many, 'answer')}: {reason}"
    if returned:
        what += f" ({counted(len(returned), 'submitted article')} returned)"
    activity.note(project, user, activity.CODEBOOK, what)
    db.session.flush()
    return made


def submitted_with(worklist: Worklist) -> Sequence[int]:
    """Return the submitted assignments that have an answer on the worklist, locked."""
    concerned = (
        select(Assignment.id)
        .join(Sentence, Sentence.article_id == Assignment.article_id)
        .join(Answer, (Answer.sentence_id == Sentence.id) & (Answer.user_id == Assignment.user_id))
        .join(WorklistAnswer, WorklistAnswer.answer_id == Answer.id)
        .where(WorklistAnswer.worklist_id == worklist.id)
    )
    return db.session.scalars(
        select(Assignment.id)
        .where(Assignment.id.in_(concerned), Assignment.state == "submitted")
        .order_by(Assignment.id)
        .with_for_update(of=Assignment)
    ).all()


def is_left() -> ColumnElement[bool]:
    """Return the condition of answers on a worklist that nobody has looked at since."""
    return and_(WorklistAnswer.confirmed_at.is_(None), WorklistAnswer.revision == Answer.revision)


def worklists_of(project: Project) -> list[tuple[Worklist, list[Standing]]]:
    """Return every worklist, the newest first, with how far each annotator is."""
    lists = db.session.scalars(
        select(Worklist)
        .where(Worklist.project_id == project.id)
        .options(joinedload(Worklist.user))
        .order_by(Worklist.id.desc())
    ).all()
    confirmed = WorklistAnswer.confirmed_at.is_not(None)
    changed = and_(~confirmed, WorklistAnswer.revision != Answer.revision)
    rows = db.session.execute(
        select(
            WorklistAnswer.worklist_id,
            Membership.pseudonym,
            func.count(),
            func.sum(case((confirmed, 1), else_=0)),
            func.sum(case((changed, 1), else_=0)),
        )
        .join(Answer, Answer.id == WorklistAnswer.answer_id)
        .join(Worklist, Worklist.id == WorklistAnswer.worklist_id)
        .join(
            Membership,
            (Membership.user_id == Answer.user_id) & (Membership.project_id == project.id),
        )
        .where(Worklist.project_id == project.id)
        .group_by(WorklistAnswer.worklist_id, Membership.pseudonym)
        .order_by(Membership.pseudonym)
    ).all()
    found: dict[int, list[Standing]] = {}
    for number, *standing in rows:
        found.setdefault(number, []).append(Standing(*standing))
    return [(each, found.get(each.id, [])) for each in lists]


def left_of(project: AnyProject, user: AnyUser) -> Select[Worklist, Answer]:
    """Select what one person still has to look at."""
    return (
        select(Worklist, Answer)
        .join(WorklistAnswer, WorklistAnswer.worklist_id == Worklist.id)
        .join(Answer, Answer.id == WorklistAnswer.answer_id)
        .join(Sentence, Sentence.id == Answer.sentence_id)
        .join(Article, Article.id == Sentence.article_id)
        .join(
            Assignment,
            (Assignment.article_id == Article.id) & (Assignment.user_id == Answer.user_id),
        )
        .where(
            Worklist.project_id == project.id,
            Article.project_id == project.id,
            Answer.user_id == user.id,
            Assignment.state.in_(OPEN_STATES),
            is_left(),
        )
    )


def count_left(project: AnyProject, user: AnyUser) -> int:
    """Return how many answers one person still has to look at."""
    found = left_of(project, user).with_only_columns(Answer.id).distinct().subquery()
    return db.session.scalars(select(func.count()).select_from(found)).one()


def items_of(project: Project, user: User) -> list[Item]:
    """Return what one person has to look at next, in the order of articles and sentences."""
    rows = db.session.execute(
        left_of(project, user)
        .options(joinedload(Answer.sentence).joinedload(Sentence.article), *saving.whole())
        .order_by(Article.id, Sentence.position, Worklist.id)
        .limit(SHOWN)
    ).all()
    codebook = project.codebook
    return [Item(each, answer, in_words(answer, codebook)) for each, answer in rows]


def confirm(
    project: Project, user: User, worklist: int, answer_id: int, revision: int, key: str
) -> None:
    """Say that an answer is still right, under the codebook in force: a revision that says so.

    Raises:
        NotFoundError: it is on no worklist of this person.
        StaleRevisionError: it was changed since it was shown.
        RefusedError: it has a value that is retired by now, or lacks one that is asked for.

    """
    found = db.session.execute(
        select(Sentence.article_id, Sentence.position)
        .join(Answer, Answer.sentence_id == Sentence.id)
        .join(WorklistAnswer, WorklistAnswer.answer_id == Answer.id)
        .join(Worklist, Worklist.id == WorklistAnswer.worklist_id)
        .where(
            Worklist.id == worklist,
            Worklist.project_id == project.id,
            Answer.id == answer_id,
            Answer.user_id == user.id,
        )
    ).one_or_none()
    place = read_place(*found, user.id, lock=True) if found else None
    if place is None or place.assignment is None:
        raise NotFoundError("This sentence is not on your worklist.")
    answer = saving.answer_for(place.sentence, place.user)
    draft = draft_of(answer)
    refuse_retired(draft, project.codebook)
    save = Save(revision=revision, key=key, restates=True)
    saved = saving.save_locked(place.assignment, place.sentence, place.user, answer, draft, save)
    if saved.answer is not None:
        db.session.execute(
            update(WorklistAnswer)
            .where(WorklistAnswer.worklist_id == worklist, WorklistAnswer.answer_id == answer_id)
            .values(confirmed_at=now(), revision=saved.answer.revision)
        )


def refuse_retired(draft: AnswerDraft, codebook: Codebook) -> None:
    """Refuse to confirm what could not be said any more."""
    gone = [each.label for each in codebook.statuses if each.retired and each.value == draft.status]
    for claim in draft.claims:
        given = {claim.stance, claim.certainty, claim.aspect}
        values = (*codebook.stances, *codebook.certainties, *codebook.aspects)
        gone += [each.label for each in values if each.retired and each.value in given]
    if gone:
        raise RefusedError(f"“{gone[0]}” is retired: open the sentence and choose another value.")
    if any(claim.missing(codebook) for claim in draft.claims):
        raise RefusedError("A claim lacks what the codebook asks for now: open the sentence.")
