"""Publishes the draft, and says what becomes of the labels with values that it retires."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from annotator.codebook.lint import values_by_list
from annotator.codebook.scheme import Codebook, SpeakerType, Value
from annotator.errors import RefusedError
from annotator.store.models import CodebookVersion, Project, Remapping, User
from annotator.work.codebook import drafts, remapping, usage, versions, worklists
from annotator.work.codebook.mappings import FIELDS, Values

KEEP, LOOK = "keep", "worklist:"


@dataclass(frozen=True)
class Fate:
    """A value that a version retires, who has used it, and the values that could take its place.

    A speaker type is a value of the register.
    """

    where: str
    value: Value
    use: usage.Use
    others: tuple[Value, ...]

    @property
    def of_speakers(self) -> bool:
        """Say whether speakers have it, whose type annotators do not choose again."""
        return isinstance(self.value, SpeakerType)


def fates(project: Project, before: Codebook, after: Codebook) -> list[Fate]:
    """Return the values that are offered before and not after, and that answers have."""
    found = []
    for fate in retired(before, after):
        place, _, value = fate.where.partition(".")
        use = usage.use_of(project, place, value)
        found += [replace(fate, use=use)] if use.answers or use.speakers else []
    return found


def retired(before: Codebook, after: Codebook) -> list[Fate]:
    """Return the values that are offered before and not after; who uses them is not asked."""
    lists = values_by_list(after)
    found = []
    for place, values in values_by_list(before).items():
        offered = after.offered(lists[place])
        names = {value.value for value in offered}
        for value in before.offered(values):
            where = f"{place}.{value.value}"
            if value.value in names:
                continue
            others = tuple(each for each in offered if not has_role(each))
            found.append(Fate(where, value, usage.Use(), others))
    return found


def has_role(value: Value) -> bool:
    """Say whether a value means something to the program itself, so that nothing becomes it."""
    return bool(getattr(value, "takes_claims", False) or getattr(value, "role", ""))


def wanted(fates_of: Sequence[Fate], chosen: Mapping[str, str]) -> Values:
    """Return the values to map from what was chosen for each: "keep", `LOOK`, or another value.

    Raises:
        RefusedError: something was chosen that is not offered.

    """
    found: dict[str, dict[str, str]] = {}
    if unknown := chosen.keys() - {fate.where for fate in fates_of}:
        raise RefusedError(f"{min(unknown)}: this version does not retire such a value.")
    for fate in fates_of:
        said = chosen.get(fate.where, KEEP)
        if said == KEEP or (said == LOOK and not fate.of_speakers):
            continue
        if said not in {each.value for each in fate.others}:
            raise RefusedError(f"{fate.where}: “{said}” is not a value of the new version.")
        place, _, old = fate.where.partition(".")
        found.setdefault(FIELDS[place], {})[old] = said
    return found


def publish(
    project: Project, codebook: Codebook, reason: str, user: User, base: int,
    chosen: Mapping[str, str],
) -> tuple[CodebookVersion, Remapping | None]:  # fmt: skip
    """Publish a draft, map values and make worklists as it was chosen, as one act."""
    before = project.codebook
    found = retired(before, versions.plan(project, codebook).codebook)
    values = wanted(found, chosen)
    made = versions.publish(project, codebook, reason, user, base)
    drafts.forget(project)
    mapped = remapping.apply(project, made, values, user) if values else None
    for fate in found:
        if chosen.get(fate.where) == LOOK:
            words = f"“{fate.value.label}” is retired in v{made.label}: choose another value."
            worklists.make(project, worklists.Wanted(value=fate.where), words, user)
    return made, mapped
