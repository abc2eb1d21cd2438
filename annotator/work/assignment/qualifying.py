"""Who may get work: where a project asks for it, those who have passed its training.

A result counts from the version of the codebook on that the project names: so a version that
changes a rule can ask everybody again. Work that somebody has already is theirs to finish.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from annotator.codebook.scheme import Codebook
from annotator.errors import RefusedError
from annotator.store.db import db
from annotator.store.models import CodebookVersion, Membership, Project, TrainingResult, User
from annotator.store.models.training import FAILED, LET_IN, PASSED

STATUS, SPEAKER = "status", "speaker"
USUAL: Mapping[str, float] = {"speaker": 0.80, "stance": 0.75, "certainty": 0.70}
USUAL_TRIES, MOST_TRIES = 3, 20
LONGEST_REASON = 500
QUALIFIED, IN_TRAINING, WAITING = "qualified", "in training", "waiting for the lead"


@dataclass(frozen=True)
class Training:
    """What a project asks of its annotators before they get work.

    `since` is the number of the codebook version from which on results count; `thresholds` are the
    least shares of right answers by field, 0 where a field is not asked for.
    """

    gate: bool = False
    tries: int = USUAL_TRIES
    since: int = 1
    thresholds: Mapping[str, float] = field(default_factory=lambda: dict(USUAL))


@dataclass(frozen=True)
class Standing:
    """How far somebody is: every result, the newest last, and how many tries are over and left."""

    results: Sequence[TrainingResult] = ()
    used: int = 0
    left: int = USUAL_TRIES
    qualified: bool = False

    @property
    def state(self) -> str:
        """Return the state in words."""
        if self.qualified:
            return QUALIFIED
        return IN_TRAINING if self.left else WAITING

    @property
    def last(self) -> TrainingResult | None:
        """Return the result that stands: what qualifies, else the newest."""
        return self.results[-1] if self.results else None


def training_of(project: Project) -> Training:
    """Return what a project asks for."""
    return Training(**project.quality.get("training", {}))


def compared_fields(codebook: Codebook) -> tuple[str, ...]:
    """Return the fields of a sentence and its claims that are compared with gold."""
    aspects = ("aspect",) if "aspect" in codebook.fields else ()
    conditional = ("conditional",) if "conditional" in codebook.fields else ()
    return (STATUS, *codebook.required, *aspects, *conditional)


def asked_for(training: Training, codebook: Codebook) -> dict[str, float]:
    """Return the thresholds of the fields that the codebook in force has, those of 0 left out."""
    found = {name: training.thresholds.get(name, 0.0) for name in compared_fields(codebook)}
    return {name: least for name, least in found.items() if least > 0}


def change(project: Project, training: Training) -> None:
    """Set what a project asks for, or refuse and say what does not fit."""
    if not 1 <= training.tries <= MOST_TRIES:
        raise RefusedError(f"The tries must be a number from 1 to {MOST_TRIES}.")
    known = compared_fields(project.codebook)
    for name, least in training.thresholds.items():
        if name not in {*known, *USUAL}:
            raise RefusedError(f"“{name}” is no field to compare: {', '.join(known)}.")
        if not 0 <= least <= 1:
            raise RefusedError(f"The threshold of {name} must be from 0 to 1.")
    if training.gate and not asked_for(training, project.codebook):
        raise RefusedError("Set the threshold of at least one field, or do not ask for training.")
    newest = project.codebook_version.number
    if not 1 <= training.since <= newest:
        raise RefusedError(f"Results count from version 1 to {newest} of the codebook on.")
    project.quality = {**project.quality, "training": asdict(training)}
    db.session.flush()


def ask_again(project: Project, version: CodebookVersion) -> None:
    """Let results count from this version of the codebook on, where training is asked for."""
    training = training_of(project)
    if training.gate:
        change(project, replace(training, since=version.number))


def standings(project: Project, users: Collection[int] | None = None) -> dict[int, Standing]:
    """Return how far each person is; who has no result yet is not among them."""
    query = (
        select(TrainingResult)
        .where(TrainingResult.project_id == project.id)
        .options(joinedload(TrainingResult.codebook_version), joinedload(TrainingResult.by))
        .order_by(TrainingResult.id)
    )
    if users is not None:
        query = query.where(TrainingResult.user_id.in_(users))
    grouped: dict[int, list[TrainingResult]] = {}
    for result in db.session.scalars(query):
        grouped.setdefault(result.user_id, []).append(result)
    training = training_of(project)
    return {user: standing(results, training) for user, results in grouped.items()}


def standing(results: Sequence[TrainingResult], training: Training) -> Standing:
    """Return how far a person with these results is."""
    counting = [each for each in results if each.codebook_version.number >= training.since]
    used = sum(each.outcome != LET_IN for each in counting)
    qualified = any(each.outcome in (PASSED, LET_IN) for each in counting)
    return Standing(results, used, max(training.tries - used, 0), qualified)


def standing_of(project: Project, user_id: int) -> Standing:
    """Return how far one person is."""
    nothing = Standing(left=training_of(project).tries)
    return standings(project, [user_id]).get(user_id, nothing)


def may_work(project: Project, user_id: int) -> bool:
    """Say whether a person may get work."""
    return not training_of(project).gate or standing_of(project, user_id).qualified


def refuse_unqualified(project: Project, user: User) -> None:
    """Refuse work to somebody who has still to pass the training."""
    if not may_work(project, user.id):
        raise RefusedError(refusal(standing_of(project, user.id)))


def refusal(found: Standing) -> str:
    """Say what stands between a person and work."""
    if found.left:
        return "Pass the training first; it is under My work."
    return "All tries in training are used. Your lead can let you in."


def ready(project: Project, people: Sequence[Membership]) -> list[Membership]:
    """Return those of some people who may get work."""
    if not training_of(project).gate:
        return list(people)
    found = standings(project)
    return [each for each in people if found.get(each.user_id, Standing()).qualified]


def record(
    project: Project, user_id: int, attempt: int, scores: Mapping[str, Any], *, passed: bool
) -> TrainingResult:
    """Record how a try has ended."""
    return add(
        project,
        user_id=user_id,
        outcome=PASSED if passed else FAILED,
        attempt=attempt,
        scores=dict(scores),
    )


def let_in(
    project: Project, people: Sequence[Membership], reason: str, lead: User | None
) -> list[TrainingResult]:
    """Let people work who have not passed, all of them or none; the reason is kept with each.

    Raises:
        RefusedError: there is nobody, no reason, it is too long, or somebody may work already.

    """
    reason = " ".join(reason.split())
    if not people:
        raise RefusedError("Select at least one annotator.")
    if not reason or len(reason) > LONGEST_REASON:
        raise RefusedError(f"Enter a reason of 1 to {LONGEST_REASON} characters.")
    found = standings(project, [each.user_id for each in people])
    if here := [e.pseudonym for e in people if found.get(e.user_id, Standing()).qualified]:
        raise RefusedError(
            f"{', '.join(here)} {'is' if len(here) == 1 else 'are'} qualified already."
        )
    by = lead.id if lead else None
    return [
        add(project, user_id=each.user_id, outcome=LET_IN, reason=reason, by_id=by)
        for each in people
    ]


def add(project: Project, **values: Any) -> TrainingResult:
    """Store a result, with the codebook version in force."""
    version: CodebookVersion = project.codebook_version
    result = TrainingResult(project_id=project.id, codebook_version=version, **values)
    db.session.add(result)
    db.session.flush()
    return result
