"""The agreement report of a project: every figure with what it rests on.

Each figure compares independent answers only (see `Selection`). Status, speaker, stance and
certainty are compared sentence by sentence, by the primary claim where an answer has one; the
further steps compare claims lined up by their speakers (`annotator.measure.alignment`).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import numpy as np
from sqlalchemy import Connection

from annotator.codebook.scheme import Codebook, Value
from annotator.measure.alignment import presence, specific_agreement, split_by
from annotator.measure.alpha import Distance
from annotator.measure.open_values import OpenFigures, alike_sets, set_alpha, set_numbers
from annotator.measure.panel import NONE, Given
from annotator.measure.patterns import IntArray
from annotator.measure.resampling import FEW_UNITS, MORE_REPLICATES, Settings
from annotator.store.models import Project
from annotator.store.reading import one_moment
from annotator.work import counts
from annotator.work.collecting import Collected, collect
from annotator.work.counts import Scope
from annotator.work.fields import Compared, Field, closed_field, open_field, with_intervals
from annotator.work.people_report import people_report
from annotator.work.report import (
    ALIGNED_CERTAINTY,
    ALIGNED_STANCE,
    CERTAINTY,
    RELATED,
    SCALE,
    SPEAKER,
    SPEAKERS,
    STANCE,
    STATUS,
    TOP,
    TYPES,
    PeopleReport,
    Presence,
    Report,
)
from annotator.work.selecting import Selection

Scale = Sequence[tuple[str, str]]


class Basis:
    """The answers of one report and the names of what is in them."""

    def __init__(
        self, collected: Collected, codebook: Codebook, names: dict[int, str], types: dict[int, str]
    ) -> None:
        self.collected = collected
        self.codebook = codebook
        self.names, self.types = names, types
        twice = (collected.status != NONE).sum(axis=1) >= 2
        # Only articles with a sentence answered twice can say anything, so only these are drawn.
        shared = np.bincount(collected.articles[twice], minlength=len(collected.article_ids)) > 0
        self.article = np.where(shared, np.cumsum(shared) - 1, 0)
        self.n_articles = int(shared.sum())

    def level(self, field: str) -> Distance:
        """Return how the codebook reads a field; checked when it was loaded."""
        return cast(Distance, self.codebook.measures[field])

    def compared(self, given: Given, unit: IntArray | None = None) -> Compared:
        """Return what is compared of values (U, A); `unit` names the sentence of each row."""
        articles = self.collected.articles if unit is None else self.collected.articles[unit]
        return Compared.of(given, self.article[articles], self.n_articles)

    @cached_property
    def speakers(self) -> tuple[IntArray, list[str]]:
        """Return the speaker of each claim (C,) by place among the names, and these in order."""
        ids, place = np.unique(self.collected.speaker_today, return_inverse=True)
        names = [self.names.get(each, "") for each in ids.tolist()]
        order = np.array(sorted(range(len(names)), key=names.__getitem__), dtype=np.int64)
        rank = np.empty(len(order), dtype=np.int64)
        rank[order] = np.arange(len(order))
        return rank[place], [names[each] for each in order.tolist()]

    @cached_property
    def stance(self) -> IntArray:
        """Return (U, A): the stance of primary claims."""
        return self.collected.primary(self.collected.claims.stance)

    @cached_property
    def certainty(self) -> IntArray:
        """Return (U, A): the certainty of primary claims."""
        return self.collected.primary(self.collected.claims.certainty)

    def mapped(self, given: IntArray, places: Sequence[int]) -> Compared:
        """Return what is compared of values read on another scale: k as `places[k]`, -1 is none."""
        return self.compared(np.array([*places, NONE], dtype=np.int16)[given])

    @cached_property
    def aligned_stance(self) -> Given:
        """Return (S, A): the stance of each claim that is lined up by its speaker."""
        claims = self.collected.claims
        return self.collected.slots.spread(claims.annotator, claims.stance, self.width)

    @cached_property
    def aligned_certainty(self) -> Given:
        """Return (S, A): the same with certainties."""
        claims = self.collected.claims
        return self.collected.slots.spread(claims.annotator, claims.certainty, self.width)

    @property
    def width(self) -> int:
        """Return the number of annotators."""
        return len(self.collected.annotators)


@dataclass(frozen=True, eq=False)
class Examined:
    """A report with the answers it rests on; `called` gives the pseudonym of each user id."""

    report: Report
    basis: Basis
    called: dict[int, str]


def report_for(
    project: Project, selection: Selection | None = None, settings: Settings | None = None
) -> Report:
    """Measure agreement in a project over its independent answers, all as of one moment."""
    return examine(project, selection, settings).report


def examine(
    project: Project, selection: Selection | None = None, settings: Settings | None = None
) -> Examined:
    """Measure agreement, and keep the answers to show what lies behind the figures."""
    selection = selection or Selection(headlines=project.headlines_in_agreement)
    with one_moment() as now:
        collected = collect(now, project, selection)
        basis = basis_of(now, project, collected)
        shared = counts.count_shared_articles(now, project)
        called = counts.pseudonyms(now, project)
    report = measured(project.slug, selection, basis, called, shared, settings)
    return Examined(report, basis, called)


def measured(
    slug: str,
    selection: Selection,
    basis: Basis,
    called: dict[int, str],
    shared_articles: int = 0,
    settings: Settings | None = None,
) -> Report:
    """Measure what was read, wherever it was read from; `called` gives each user's pseudonym."""
    scope = scope_of(basis.collected)
    if settings is None:
        few = scope.double_labelled < FEW_UNITS
        settings = Settings(replicates=MORE_REPLICATES) if few else Settings()
    first = [
        status_field(basis),
        speaker_field(basis),
        *stance_fields(basis),
        certainty_field(basis),
    ]
    more = more_fields(basis)
    known = list(with_intervals([*first, *more], basis.n_articles, settings))
    return Report(
        project=slug,
        codebook=basis.codebook.version,
        selection=selection,
        scope=scope,
        fields=tuple(known[: len(first)]),
        shared_articles=shared_articles,
        more=tuple(known[len(first) :]),
        people=people_of(basis, called),
        presence=presence_of(basis),
        unmerged=unmerged(basis),
        settings=settings,
    )


def read_basis(project: Project, selection: Selection) -> tuple[Basis, dict[int, str]]:
    """Read the answers without measuring them, and the pseudonyms."""
    with one_moment() as now:
        basis = basis_of(now, project, collect(now, project, selection))
        return basis, counts.pseudonyms(now, project)


def basis_of(now: Connection, project: Project, collected: Collected) -> Basis:
    """Return the answers with the names they need."""
    names = counts.speaker_names(now, project, np.unique(collected.speaker_today).tolist())
    return Basis(collected, project.codebook, names, counts.speaker_types(now, project))


def scope_of(collected: Collected) -> Scope:
    """Count what the report looks at."""
    answers = (collected.status != NONE).sum(axis=1)
    return Scope(
        articles=len(collected.article_ids),
        sentences=len(collected.sentences),
        annotators=len(collected.annotators),
        answers=int(answers.sum()),
        claims=len(collected.claims.unit),
        double_labelled=int(np.count_nonzero(answers >= 2)),
    )


def as_json(report: Report) -> str:
    """Return the report as JSON text: the same bytes on the page and at the command line."""
    return json.dumps(report.to_json(), ensure_ascii=False, indent=2) + "\n"


def scale_of(values: Sequence[Value]) -> Scale:
    """Return declared values with their labels."""
    return [(entry.value, entry.label) for entry in values]


def status_field(basis: Basis) -> Field:
    """Compare the status of sentences over all declared statuses."""
    compared = basis.compared(basis.collected.status)
    return closed_field(STATUS, basis.level(STATUS), scale_of(basis.codebook.statuses), compared)


def speaker_field(basis: Basis, merged: bool = True) -> Field:
    """Compare the speakers of primary claims, as they are known today; an open set of values."""
    collected = basis.collected
    places, called = basis.speakers
    given, numbers = numbered(collected.primary(places if merged else collected.claims.speaker))
    compared = basis.compared(given)
    figures = OpenFigures.from_given(compared.given, compared.articles, basis.n_articles)
    names = {k: called[each] if merged else "" for k, each in enumerate(numbers.tolist())}
    return open_field(SPEAKER, basis.level(SPEAKER), figures, compared, names)


def numbered(given: IntArray) -> tuple[IntArray, IntArray]:
    """Return ids (U, A) as places among the ids that occur, -1 for none, and these ids."""
    ids = np.flatnonzero(np.bincount(given.ravel() + 1)[1:]) if given.size else given.ravel()
    place = np.full(int(ids.max(initial=-1)) + 2, NONE, dtype=np.int64)
    place[ids] = np.arange(len(ids))
    return place[given], ids


def unmerged(basis: Basis) -> float | None:
    """Return alpha of the speakers as they were stored, where merges changed it."""
    collected = basis.collected
    if (collected.speaker_today == collected.claims.speaker).all():
        return None
    return speaker_field(basis, merged=False).report.alpha.value


def stance_fields(basis: Basis) -> list[Field]:
    """Compare stances over all declared values, then their order among those on the scale.

    Where the codebook itself reads stance by its order, only the values on the scale have one.
    """
    codebook, level = basis.codebook, basis.level(STANCE)
    places, scale = on_scale(codebook), scale_of(codebook.stance_scale)
    if level != "nominal":
        return [closed_field(STANCE, level, scale, basis.mapped(basis.stance, places))]
    fields = [closed_field(STANCE, level, scale_of(codebook.stances), basis.compared(basis.stance))]
    if codebook.off_scale:
        fields.append(closed_field(SCALE, "ordinal", scale, basis.mapped(basis.stance, places)))
    return fields


def on_scale(codebook: Codebook) -> list[int]:
    """Return the place of each stance on the scale, -1 off it."""
    place = {entry.value: index for index, entry in enumerate(codebook.stance_scale)}
    return [place.get(entry.value, NONE) for entry in codebook.stances]


def certainty_field(basis: Basis) -> Field:
    """Compare certainties on the declared scale."""
    scale = scale_of(basis.codebook.certainties)
    return closed_field(CERTAINTY, basis.level(CERTAINTY), scale, basis.compared(basis.certainty))


def more_fields(basis: Basis) -> list[Field]:
    """Compare the same answers more coarsely, and claims lined up by their speakers."""
    codebook = basis.codebook
    fields = []
    if codebook.off_scale:
        related = [int(not stance.on_scale) for stance in codebook.stances]
        off = " or ".join(stance.label for stance in codebook.off_scale)
        two = [("on_scale", "related"), ("off_scale", off)]
        fields.append(closed_field(RELATED, "nominal", two, basis.mapped(basis.stance, related)))
    top = codebook.certainties[-1]
    whether = [int(entry is top) for entry in codebook.certainties]
    two = [("less", f"not {top.label}"), (top.value, top.label)]
    stances, certainties = scale_of(codebook.stances), scale_of(codebook.certainties)
    aligned = basis.compared(basis.aligned_stance, basis.collected.slots.unit)
    rows, slots = split_by(basis.aligned_stance, basis.aligned_certainty)
    agreed = basis.compared(rows, basis.collected.slots.unit[slots])
    return [
        *fields,
        speakers_field(basis),
        types_field(basis),
        closed_field(TOP, "nominal", two, basis.mapped(basis.certainty, whether)),
        closed_field(ALIGNED_STANCE, "nominal", stances, aligned, word="claim"),
        closed_field(ALIGNED_CERTAINTY, basis.level(CERTAINTY), certainties, agreed, word="claim"),
    ]


def speakers_field(basis: Basis) -> Field:
    """Compare the sets of all speakers of a sentence, by MASI."""
    collected = basis.collected
    cells = collected.claims.unit * max(basis.width, 1) + collected.claims.annotator
    places, called = basis.speakers
    cell, number, sets = set_numbers(cells, places)
    given = np.full(collected.status.size, NONE, dtype=np.int64)
    given[cell] = number
    compared = basis.compared(given.reshape(collected.status.shape))
    alike = alike_sets(sets)
    figures = OpenFigures.from_given(compared.given, compared.articles, basis.n_articles, alike)
    known = set_alpha(figures, sets) if alike is None else None
    names = {k: " + ".join(called[each] for each in members) for k, members in enumerate(sets)}
    return open_field(SPEAKERS, "set", figures, compared, names, "alpha_masi", known)


def types_field(basis: Basis) -> Field:
    """Compare the types of the speakers of primary claims."""
    kinds = basis.codebook.speaker_types
    place = {kind.value: index for index, kind in enumerate(kinds)}
    ids = np.unique(basis.collected.speaker_today)
    table = np.array(
        [place.get(basis.types.get(each, ""), NONE) for each in ids.tolist()], np.int64
    )
    typed = table[np.searchsorted(ids, basis.collected.speaker_today)] if len(ids) else ids
    compared = basis.compared(basis.collected.primary(typed))
    return closed_field(TYPES, "nominal", scale_of(kinds), compared)


def presence_of(basis: Basis) -> Presence:
    """Say how often two annotators have the same claim, by its speaker."""
    seen = basis.collected.status[basis.collected.slots.unit]
    claims = basis.collected.claims
    have = basis.collected.slots.spread(
        claims.annotator, np.zeros(len(claims.unit), np.int64), basis.width
    )
    both, one = presence(have, seen)
    return Presence(both, one, specific_agreement(both, one))


def people_of(basis: Basis, called: dict[int, str]) -> tuple[PeopleReport, ...]:
    """Compare the annotators with one another, on each closed field."""
    names = [called.get(user, f"user {user}") for user in basis.collected.annotators.tolist()]
    codebook = basis.codebook
    fields = (
        (STATUS, codebook.statuses, basis.compared(basis.collected.status)),
        (STANCE, codebook.stances, basis.compared(basis.stance)),
        (CERTAINTY, codebook.certainties, basis.compared(basis.certainty)),
    )
    return tuple(
        people_report(field, basis.level(field), [v.value for v in values], compared, names)
        for field, values, compared in fields
    )
