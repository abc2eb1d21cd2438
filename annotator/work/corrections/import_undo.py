"""Undo an import: take back the articles that came with it and that nobody has answered."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from annotator.errors import RefusedError
from annotator.phrases import counted, utc_text
from annotator.store.db import Steps, among, db
from annotator.store.models import Article, Job, Project, User
from annotator.work import jobs, shelving, staging
from annotator.work.accounts import activity
from annotator.work.corrections import withdrawing
from annotator.work.corrections.withdrawing import Concerned


@dataclass(frozen=True)
class Plan:
    """What undoing an import would do: the articles that go, and those that stay."""

    job: Job
    free: tuple[Concerned, ...]
    answered: tuple[Concerned, ...]
    withdrawn: int

    @property
    def is_over(self) -> bool:
        """Say whether no article of the import is left in the project."""
        return not self.free and not self.answered


def left_of(project: Project, imports: Collection[Job]) -> Mapping[int, int]:
    """Return how many articles of each import are still in the project, by its number."""
    numbers = [each.id for each in imports]
    query = (
        select(Article.import_id, func.count())
        .where(Article.project_id == project.id, among(Article.import_id, numbers))
        .group_by(Article.import_id)
    )
    return {number: n for number, n in db.session.execute(query) if number is not None}


def plan(project: Project, number: int) -> Plan:
    """Return what undoing an import would do.

    Raises:
        NotFoundError: the project does not remember an import of this number.

    """
    job = jobs.get(jobs.IMPORT, project, number)
    here = withdrawing.concerned(project.id, articles_of(project.id, number))
    shelf = shelving.shelf_of(project.id)
    return Plan(
        job,
        tuple(each for each in here if each.is_free),
        tuple(each for each in here if not each.is_free),
        len(articles_of(shelf, number)) if shelf is not None else 0,
    )


def articles_of(project_id: int, number: int) -> list[int]:
    """Return the articles of an import that are in a project, or on a shelf."""
    query = select(Article.id).where(Article.project_id == project_id, Article.import_id == number)
    return list(db.session.scalars(query))


def undo(project: Project, number: int, user: User | None, reason: str = "") -> Steps[Plan]:
    """Remove what nobody has answered of an import, in short steps; nobody sees it from the first.

    What somebody has answered meanwhile stays and is in the plan that is returned.

    Raises:
        RefusedError: nothing of it can be removed; nothing is changed.
        NotFoundError: the project does not remember an import of this number.

    """
    plans: list[Plan] = []

    def hide() -> int:
        withdrawing.begin(project)
        withdrawing.await_saves(articles_of(project.id, number))
        found = plan(project, number)
        if not found.free:
            raise RefusedError(why_not(found))
        staging.refuse_while_appearing([each.id for each in found.free])
        plans.append(found)
        said = f"Import of {utc_text(found.job.started_at)} undone: {words(found)}"
        removal = withdrawing.put_away(project, found.free, user, reason or said)
        found.job.said = " ".join(filter(None, (found.job.said, f"Undone: {words(found)}")))
        activity.note(project, user, activity.ARTICLES, said)
        return removal

    removal: int = yield hide
    yield from staging.take_back(removal)
    return plans[-1]


def why_not(found: Plan) -> str:
    """Say why nothing of an import can be removed."""
    if found.answered:
        return (
            f"Nothing can be undone: {counted(len(found.answered), 'article')} of this import"
            f" {'has' if len(found.answered) == 1 else 'have'} answers. Withdraw them instead."
        )
    return "No article of this import is left in the project."


def words(found: Plan) -> str:
    """Say what was removed and what stays."""
    said = f"{counted(len(found.free), 'article')} removed"
    if found.answered:
        said += f", {counted(len(found.answered), 'article')} with answers kept"
    return f"{said}."
