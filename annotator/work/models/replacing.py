"""May a model replace a person of a project? The alternative annotator test on one field."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from annotator.codebook.scheme import LABELS
from annotator.errors import RefusedError
from annotator.measure.alternative_annotator import EXPERTS, Score
from annotator.measure.panel import NONE, Panel
from annotator.measure.patterns import IntArray, numbered
from annotator.store.models import Project
from annotator.store.snapshot import one_moment
from annotator.work.accounts import model_members
from annotator.work.accounts.memberships import pseudonyms_of
from annotator.work.agreement.measuring import bases, usual
from annotator.work.agreement.report import SCALE, SPEAKER, STANCE
from annotator.work.agreement.scales import Basis, FieldScale, field_scales
from annotator.work.models.comparing import answers_of_models
from annotator.work.models.selection import with_models
from annotator.work.models.unaided import said, shown_to, unaided
from annotator.work.ratings.alternative import tested

TESTED = ("status", "speaker", *LABELS)


def may_replace(
    project: Project,
    model: str,
    field: str,
    epsilon: float = EXPERTS,
    score: Score = "accuracy",
) -> dict[str, Any]:
    """Return the test of a model, by name or pseudonym, on a field of primary claims, as its JSON.

    Other models take no part in it, nor do answers that were given after a suggestion was shown;
    `suggested` says how many those are. `rmse` asks for the places of stances on their scale, or of
    certainties. Raises RefusedError where the project has no such model or field, or the values
    have no order.
    """
    if found := model_members.find(project, model):
        model = found.membership.pseudonym
    names: dict[int, str] = {}
    parts: list[tuple[IntArray, list[int]]] = []
    with one_moment() as now:
        called = pseudonyms_of(project, now)
        models = {called[user]: user for user in answers_of_models(now, project)}
        if model not in models:
            known = ", ".join(sorted(models)) or "none has answered yet"
            raise RefusedError(f"there is no model “{model}” with answers here; {known}")
        others = set(models.values()) - {models[model]}
        scale, seen, gone = scale_for(project, field, score), shown_to(now, project), 0
        for every in bases(now, project, with_models(usual(project))):
            basis, aided = unaided(every, seen)
            gone += aided
            given, users = read(basis, scale)
            kept = [place for place, user in enumerate(users) if user not in others]
            parts.append((given[:, kept], [users[place] for place in kept]))
            names |= {user: called.get(user, str(user)) for user in parts[-1][1]}
    users = sorted(names, key=lambda user: (names[user], user))
    given = np.concatenate([spread(given, own, users) for given, own in parts])
    if scale is None:
        given, k = within_units(given)
        values: tuple[str, ...] = tuple(map(str, range(k)))
    else:
        values = tuple(value for value, _ in scale.scale)
    panel = Panel(values, given.astype(np.int16))
    places = range(len(values)) if score == "rmse" else None
    verdict = tested(panel, [names[user] for user in users], model, epsilon, score, places)
    warnings = [*verdict["warnings"], *([said(gone)] if gone else [])]
    return {**verdict, "suggested": gone, "warnings": warnings}


def scale_for(project: Project, field: str, score: Score) -> FieldScale | None:
    """Return how a field is read, None for speakers, whose values are open."""
    scales = {each.name: each for each in field_scales(project.codebook)}
    if field not in TESTED or (field != SPEAKER and field not in scales):
        known = ", ".join(each for each in TESTED if each == SPEAKER or each in scales)
        raise RefusedError(f"--field: “{field}” is none of {known}")
    if score == "rmse" and field == STANCE and SCALE in scales:
        field = SCALE
    found = scales.get(field)
    if score == "rmse" and (found is None or found.level == "nominal"):
        raise RefusedError(f"--score rmse needs values with an order; those of {field} have none")
    return found


def read(basis: Basis, scale: FieldScale | None) -> tuple[IntArray, list[int]]:
    """Return the values of a field (U, A), and whose each column is."""
    if scale is None:
        found = basis.compared(basis.collected.primary(basis.collected.speaker_today))
    else:
        found = scale.read(basis)
    return found.given.astype(np.int64), found.people.tolist()


def spread(given: IntArray, own: Sequence[int], users: Sequence[int]) -> IntArray:
    """Return values (U, A) with a column for each of all users."""
    place = {user: column for column, user in enumerate(users)}
    wide = np.full((len(given), len(users)), NONE, dtype=np.int64)
    wide[:, [place[user] for user in own]] = given
    return wide


def within_units(given: IntArray) -> tuple[IntArray, int]:
    """Number open values anew within each unit, where they only are the same or not.

    Returns the numbers (U, A), and how many there are at most.
    """
    unit, who = np.nonzero(given != NONE)
    _, value = numbered(given[unit, who])
    order = np.lexsort((value, unit))
    first = np.ones(len(order), dtype=bool)
    first[1:] = (np.diff(unit[order]) != 0) | (np.diff(value[order]) != 0)
    begins = np.ones(len(order), dtype=bool)
    begins[1:] = np.diff(unit[order]) != 0
    count = np.cumsum(first) - 1
    number = count - count[np.maximum.accumulate(np.where(begins, np.arange(len(order)), 0))]
    found = np.full_like(given, NONE)
    found[unit[order], who[order]] = number
    return found, int(number.max(initial=0)) + 1
