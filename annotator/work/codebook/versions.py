"""Versions of a project's codebook: read them, compare them, publish the next one."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, select, update

from annotator.codebook.difference import Change, difference
from annotator.codebook.lint import values_by_list
from annotator.codebook.load import CodebookError, build_from, to_json
from annotator.codebook.scheme import Codebook, Section, Value
from annotator.errors import NotFoundError, RefusedError
from annotator.store.clock import now
from annotator.store.db import db
from annotator.store.marking import mark_project
from annotator.store.models import Answer, CodebookVersion, Project, Speaker, User

LONGEST_REASON = 1000
LONGEST_LABEL = 40


@dataclass(frozen=True)
class Plan:
    """What publishing a codebook would do: the codebook as it would be stored, and the changes.

    `kept` are the values that were left out and stay as retired, because people have labelled.
    """

    base: CodebookVersion
    codebook: Codebook
    changes: tuple[Change, ...]
    kept: tuple[str, ...]


@dataclass(frozen=True)
class Published:
    """One version with who published it (None: a command), and how many answers rest on it."""

    version: CodebookVersion
    by: str | None
    answers: int


class ChangedMeanwhileError(RefusedError):
    """Somebody has published since: what was to be published was made from an older version."""


def history(project: Project) -> list[Published]:
    """Return every version, the one in force first, with who published it."""
    rows = db.session.execute(
        select(CodebookVersion, User.username)
        .outerjoin(User, User.id == CodebookVersion.user_id)
        .where(CodebookVersion.project_id == project.id)
        .order_by(CodebookVersion.number.desc())
    ).all()
    counts = answers_by_version(project)
    return [Published(each, name, counts.get(each.number, 0)) for each, name in rows]


def answers_by_version(project: Project) -> dict[int, int]:
    """Return how many answers were last saved under each version, by its number."""
    rows = db.session.execute(
        select(CodebookVersion.number, func.count(Answer.id).label("answers"))
        .join(Answer, Answer.codebook_version_id == CodebookVersion.id)
        .where(CodebookVersion.project_id == project.id)
        .group_by(CodebookVersion.number)
    ).all()
    return {row.number: row.answers for row in rows}


def version_for(project: Project, number: int) -> CodebookVersion:
    """Return one version of this project, or refuse."""
    found = db.session.scalar(
        select(CodebookVersion).where(
            CodebookVersion.project_id == project.id, CodebookVersion.number == number
        )
    )
    if found is None:
        raise NotFoundError(f"There is no version {number} of this codebook.")
    return found


def plan(project: Project, codebook: Codebook) -> Plan:
    """Return what publishing this codebook would do; nothing is stored.

    Raises:
        RefusedError: it says nothing new, or it would break what is stored.

    """
    base = project.codebook_version
    kept: tuple[str, ...] = ()
    if has_answers(project):
        codebook, kept = with_old_values(base.codebook, codebook)
        refuse_other_roles(base.codebook, codebook)
    return Plan(base, codebook, difference(base.codebook, codebook), kept)


def refuse_unless_new(planned: Plan, reason: str, labels: set[str]) -> None:
    """Refuse to publish what says nothing new, has an old label, or gives no reason."""
    label = planned.codebook.version
    if not [change for change in planned.changes if change.where != "version"]:
        raise RefusedError(
            f"Nothing differs from version {planned.base.label}: there is nothing to publish."
        )
    if label in labels:
        raise RefusedError(
            f"There is already a version {label}. Give this one another label,"
            f" such as {next_label(label, labels)}."
        )
    if len(label) > LONGEST_LABEL:
        raise RefusedError(f"The label of a version has at most {LONGEST_LABEL} characters.")
    if not reason:
        raise RefusedError("Say why this version is published: people read it in the history.")
    if len(reason) > LONGEST_REASON:
        raise RefusedError(f"The reason has at most {LONGEST_REASON:,} characters.")


def publish(
    project: Project, codebook: Codebook, reason: str, user: User | None, base: int | None = None
) -> CodebookVersion:
    """Make the codebook the project's next version, in force from the commit on.

    `base` is the number of the version that it was made from; None takes the one in force.
    Versions that are there stay as they are, and so does every answer.

    Raises:
        ChangedMeanwhileError: another version has been published since `base`.
        RefusedError: nothing differs, the label is taken, no reason is given, or what is stored
            would not fit.

    """
    reason = " ".join(reason.split())
    # Who publishes waits here for whoever else does.
    db.session.execute(select(Project.id).where(Project.id == project.id).with_for_update())
    db.session.expire(project, ["codebook_versions"])
    current = project.codebook_version
    if base is not None and base != current.number:
        raise ChangedMeanwhileError(
            f"Version {current.label} was published meanwhile, and this draft was made from an"
            " older one. Compare both, then publish again."
        )
    planned = plan(project, codebook)
    refuse_unless_new(planned, reason, {each.label for each in project.codebook_versions})
    rename_narrator(project, current.codebook, planned.codebook)
    made = CodebookVersion(
        number=current.number + 1,
        label=planned.codebook.version,
        content=to_json(planned.codebook),
        reason=reason,
        created_at=now(),
        user_id=user.id if user else None,
    )
    project.codebook_versions.append(made)
    project.target_question = planned.codebook.question
    db.session.flush()
    if planned.codebook.labels != current.codebook.labels:
        mark_project(project.id)  # answers are compared in other labels from now on
    return made


def has_answers(project: Project) -> bool:
    """Say whether somebody has labelled under any version of this codebook."""
    there = (
        select(Answer.id)
        .join(CodebookVersion, Answer.codebook_version_id == CodebookVersion.id)
        .where(CodebookVersion.project_id == project.id)
    )
    return db.session.scalar(there.limit(1)) is not None


def with_old_values(before: Codebook, after: Codebook) -> tuple[Codebook, tuple[str, ...]]:
    """Return a codebook with every value of the one before, and which were added as retired.

    Old answers, decisions and events stay readable that way. Each stands behind the value that it
    stood behind, so that scales keep their order.

    Raises:
        RefusedError: a value that cannot be retired was left out.

    """
    kept: list[str] = []
    parts: dict[str, Any] = {}
    lists = values_by_list(after)
    for place, values in values_by_list(before).items():
        merged: list[Value] = list(lists[place])
        names = [value.value for value in merged]
        for index, value in enumerate(values):
            if value.value in names:
                continue
            if getattr(value, "role", "") or getattr(value, "takes_claims", False):
                raise RefusedError(
                    f"{place}.{value.value}: this value has a role of its own and is used, so it"
                    " cannot be left out or get another spelling. Change its label instead."
                )
            earlier = [each.value for each in values[:index] if each.value in names]
            at = names.index(earlier[-1]) + 1 if earlier else 0
            merged.insert(at, replace(value, retired=True, rules=known_rules(value, after)))
            names.insert(at, value.value)
            kept.append(f"{place}.{value.value}")
        parts[place] = tuple(merged)
    if not kept:
        return after, ()
    if parts["certainties"] and not after.certainties:
        parts["measures"] = {**after.measures, "certainty": before.measures["certainty"]}
        if all(each.value != "certainty" for each in after.sections):
            section = before.section("certainty")
            known = known_rules(section, after)
            parts["sections"] = (*after.sections, replace(section, rules=known))
    try:
        return build_from(replace(after, **parts)), tuple(kept)
    except CodebookError as error:
        raise RefusedError("\n".join(error.problems)) from error


def known_rules(value: Value | Section, codebook: Codebook) -> tuple[str, ...]:
    """Return those rules of a value or section that the codebook still has."""
    known = {rule.id for rule in codebook.rules}
    return tuple(id for id in value.rules if id in known)


def refuse_other_roles(before: Codebook, after: Codebook) -> None:
    """Refuse another spelling for the values that the program itself sets."""
    for place, one, other in (
        ("statuses", before.claims_status, after.claims_status),
        ("speaker_types", before.narrator_type, after.narrator_type),
        ("speaker_types", before.unnamed_type, after.unnamed_type),
    ):
        if one.value != other.value:
            raise RefusedError(
                f"{place}.{other.value}: the value was spelled “{one.value}” before. Answers and"
                " speakers have it, so only its label can change."
            )


def rename_narrator(project: Project, before: Codebook, after: Codebook) -> None:
    """Let the narrator have the name and the type that the new version gives."""
    name, kind = after.narrator_name, after.narrator_type.value
    if (before.narrator_name, before.narrator_type.value) == (name, kind):
        return
    taken = select(Speaker.id).where(Speaker.project_id == project.id, Speaker.name == name)
    if name != before.narrator_name and db.session.scalar(taken) is not None:
        raise RefusedError(f"speakers.narrator: there is already a speaker called “{name}”.")
    db.session.execute(
        update(Speaker)
        .where(Speaker.project_id == project.id, Speaker.name == before.narrator_name)
        .values(name=name, type=kind)
    )


def next_label(label: str, taken: set[str]) -> str:
    """Return the label that comes next: 1.1 after 1.0, skipping those that are taken."""
    head, dot, tail = label.rpartition(".")
    if not tail.isdecimal() or not tail.isascii():
        head, dot, tail = label, ".", "0"
    number = int(tail)
    while True:
        number += 1
        proposed = f"{head}{dot}{number}"
        if proposed not in taken:
            return proposed
