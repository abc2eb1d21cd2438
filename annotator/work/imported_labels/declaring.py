"""What was imported, said again: the imports of a project, and one act that says what they are."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Select, func, or_, select, update

from annotator.errors import NotFoundError, RefusedError
from annotator.measure.origins import CONTEXT, HUMAN, MODEL
from annotator.phrases import counted
from annotator.store.clock import now
from annotator.store.db import Steps, among, db
from annotator.store.models import Answer, Article, LabelImport, Membership, Project, Sentence, User
from annotator.work.accounts import activity, model_members
from annotator.work.imported_labels import settling
from annotator.work.imported_labels.kinds import OF_ORIGIN, Kind
from annotator.work.jobs import Told, tell_nobody

EARLIER = "labels that were imported earlier"
# So many answers are noted as those of one import in a step.
AT_ONCE = 5_000


@dataclass(frozen=True)
class Shown:
    """One import as people see it."""

    row: LabelImport
    left: int  # answers of it that are here

    @property
    def kind(self) -> str:
        """Return what its answers are."""
        kind = OF_ORIGIN.get(self.row.origin)
        return "given here" if kind is None else kind.name

    @property
    def was(self) -> str:
        """Return what its answers were until somebody said otherwise; "" where nobody has."""
        return OF_ORIGIN[self.row.before[-1]["origin"]].name if self.row.before else ""


def imports_of(project: Project) -> list[Shown]:
    """Return what was imported into a project, the newest first, without what was undone."""
    rows = db.session.scalars(
        select(LabelImport)
        .where(LabelImport.project_id == project.id, LabelImport.undone_at.is_(None))
        .order_by(LabelImport.id.desc())
        .execution_options(populate_existing=True)
    ).all()
    counts = db.session.execute(
        select(Answer.label_import_id, func.count().label("n"))
        .where(among(Answer.label_import_id, [each.id for each in rows]))
        .group_by(Answer.label_import_id)
    )
    left = {row.label_import_id: row.n for row in counts}
    return [Shown(each, left.get(each.id, 0)) for each in rows]


def get(project: Project, number: int) -> LabelImport:
    """Return an import of a project.

    Raises:
        NotFoundError: the project has none of this number, or it was undone.

    """
    found = db.session.scalar(
        select(LabelImport)
        .where(
            LabelImport.id == number,
            LabelImport.project_id == project.id,
            LabelImport.undone_at.is_(None),
        )
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFoundError(f"There is no import of labels with the number {number} here.")
    return found


def of_no_import(project_id: int) -> int:
    """Count the answers brought in as context of which nobody noted the import."""
    return db.session.scalars(
        select(func.count()).select_from(unnoted(project_id).subquery())
    ).one()


def unnoted(project_id: int) -> Select[int]:
    """Select the answers brought in as context of which nobody noted the import."""
    return (
        select(Answer.id)
        .join(Sentence, Sentence.id == Answer.sentence_id)
        .join(Article, Article.id == Sentence.article_id)
        .where(
            Article.project_id == project_id,
            Answer.origin == CONTEXT,
            Answer.label_import_id.is_(None),
        )
    )


def note_earlier(project: Project) -> Steps[None]:
    """Note the imported answers that belong to no import as those of one, so that it can be said
    what they are."""
    if not of_no_import(project.id):
        return
    who = db.session.scalars(
        select(Membership.pseudonym)
        .where(
            Membership.project_id == project.id,
            Membership.user_id.in_(
                select(Answer.user_id).where(Answer.id.in_(unnoted(project.id)))
            ),
        )
        .order_by(Membership.pseudonym)
    ).all()
    number: int = yield partial(begin_earlier, project.id, list(who))
    some = unnoted(project.id).order_by(Answer.id).limit(AT_ONCE)
    while found := db.session.scalars(some).all():
        yield partial(belong, number, found)


def begin_earlier(project_id: int, annotators: list[str]) -> int:
    """Add the import of what was imported before imports were noted."""
    made = LabelImport(project_id=project_id, origin=CONTEXT, source=EARLIER, annotators=annotators)
    db.session.add(made)
    db.session.flush()
    return made.id


def belong(number: int, answers: Sequence[int]) -> None:
    """Let some answers be of an import."""
    for model, which, values in (
        (Answer, among(Answer.id, answers), {"label_import_id": number}),
        (
            LabelImport,
            LabelImport.id == number,
            {"answers": LabelImport.answers + len(answers)},
        ),
    ):
        db.session.execute(
            update(model).where(which).values(**values),
            execution_options={"synchronize_session": False},
        )


def declare(
    project: Project,
    numbers: Collection[int],
    kind: Kind,
    model: str = "",
    user: User | None = None,
    told: Told = tell_nobody,
) -> Steps[int]:
    """Say what the answers of some imports are, in short steps; return how many they are.

    The last thing said can be taken back (`take_back`).

    Raises:
        RefusedError: answers given here are among them, or they are this already.

    """
    return (yield from change(project, numbers, partial(say, kind, model, user), told))


def take_back(
    project: Project,
    numbers: Collection[int],
    user: User | None = None,
    told: Told = tell_nobody,
) -> Steps[int]:
    """Let the answers of some imports be again what they were before the last declaration."""
    return (yield from change(project, numbers, partial(say_before, user), told))


def change(project: Project, numbers: Collection[int], how: partial[int], told: Told) -> Steps[int]:
    """Note at once what some imports are from now on, and carry it out."""

    def note() -> int:
        return sum(how(project, get(project, each)) for each in sorted(numbers))

    answers: int = yield note
    for number in sorted(numbers):
        yield from settling.settle(number, told)
    return answers


def say(kind: Kind, model: str, user: User | None, project: Project, row: LabelImport) -> int:
    """Note what the answers of an import are; return how many it brought."""
    if row.origin == HUMAN:
        raise RefusedError(
            f"Import {row.id} holds answers that say they were given here; they count as they are."
        )
    if (row.origin, row.model) == (kind.origin, model):
        raise RefusedError(f"Import {row.id} is “{kind.name}” already.")
    if kind.origin == MODEL and len(row.annotators) != 1:
        raise RefusedError(
            f"Import {row.id} has answers of {counted(len(row.annotators), 'annotator')}; a model"
            " is one. Undo it, and import the answers of each model with --as model NAME."
        )
    if kind.origin == MODEL:
        refuse_no_model(project, row, model)
    before = {"origin": row.origin, "model": row.model, "at": now().isoformat()}
    row.before = [*row.before, before]
    row.origin, row.model, row.unfinished = kind.origin, model, True
    tell(project, user, row, f"declared as {kind.name}{f' {model}' if model else ''}")
    return row.answers


def refuse_no_model(project: Project, row: LabelImport, model: str) -> None:
    """Refuse to call a model whom an import by a model would not make one.

    Raises:
        RefusedError: somebody who labels here gave the answers, or other answers than those of
            models, or another model has this name.

    """
    given = select(Answer.user_id).where(Answer.label_import_id == row.id)
    others = select(Answer.user_id).where(
        Answer.label_import_id.is_distinct_from(row.id), Answer.origin != MODEL
    )
    person = db.session.scalar(
        select(Membership.pseudonym).where(
            Membership.project_id == project.id,
            Membership.user_id.in_(given),
            or_(Membership.annotator, Membership.user_id.in_(others)),
        )
    )
    undo = "Undo it, and import the answers with --as model NAME"
    if person is not None:
        raise RefusedError(
            f"The answers of import {row.id} stand under {person}, who has other answers or labels"
            f" here, and is no model. {undo} and a pseudonym of its own."
        )
    known = model_members.find(project, model)
    if known is not None and db.session.scalar(
        select(Answer.id)
        .where(Answer.label_import_id == row.id, Answer.user_id != known.membership.user_id)
        .limit(1)
    ):
        raise RefusedError(f"“{project.slug}” has a model “{model}” already. {undo}: they join it.")


def say_before(user: User | None, project: Project, row: LabelImport) -> int:
    """Note that the answers of an import are what they were; return how many it brought."""
    if not row.before:
        raise RefusedError(f"Nothing else was ever said of import {row.id}; nothing to take back.")
    last = row.before[-1]
    row.before = row.before[:-1]
    row.origin, row.model, row.unfinished = last["origin"], last["model"], True
    tell(project, user, row, f"{OF_ORIGIN[row.origin].name} again")
    return row.answers


def tell(project: Project, user: User | None, row: LabelImport, said: str) -> None:
    """Note the act among those of the project."""
    words = f"{counted(row.answers, 'answer')} of import {row.id} ({row.source}): {said}"
    activity.note(project, user, activity.LABELS, words)
