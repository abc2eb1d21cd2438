"""The agreement report of a project: every figure with what it rests on.

Each figure compares independent answers only (see `Selection`), sentence by sentence; claims are
compared by the primary one, where an answer has a claim.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from sqlalchemy import Connection, Subquery

from annotator.codebook.scheme import Codebook, Value
from annotator.measure.alpha import Distance, alpha, alpha_open
from annotator.measure.confusion import confusion
from annotator.measure.patterns import Patterns
from annotator.measure.percent import percent_pairs
from annotator.measure.result import NO_PAIRS, Measure
from annotator.store.models import Claim, Project
from annotator.store.reading import one_moment
from annotator.work import counts, selecting
from annotator.work.counts import SpeakerCounts
from annotator.work.report import CERTAINTY, SCALE, SPEAKER, STANCE, STATUS, FieldReport, Report
from annotator.work.selecting import Selection


@dataclass(frozen=True)
class Basis:
    """Where the figures of one report come from; `most` bounds the answers to one sentence."""

    now: Connection
    project: Project
    selection: Selection
    most: int

    @property
    def codebook(self) -> Codebook:
        """Return the codebook in force."""
        return self.project.codebook

    def level(self, field: str) -> Distance:
        """Return how the codebook reads a field; checked when it was loaded."""
        return cast(Distance, self.codebook.measures[field])


def report_for(project: Project, selection: Selection | None = None) -> Report:
    """Measure agreement in a project over its independent answers, all as of one moment."""
    selection = selection or Selection(headlines=project.headlines_in_agreement)
    with one_moment() as now:
        scope = counts.count_scope(now, project, selection)
        basis = Basis(now, project, selection, scope.annotators)
        fields = (
            status_report(basis),
            speaker_report(basis),
            *stance_reports(basis),
            certainty_report(basis),
        )
        shared = counts.count_shared_articles(now, project)
    return Report(project.slug, basis.codebook.version, selection, scope, fields, shared)


def as_json(report: Report) -> str:
    """Return the report as JSON text: the same bytes on the page and at the command line."""
    return json.dumps(report.to_json(), ensure_ascii=False, indent=2) + "\n"


def status_report(basis: Basis) -> FieldReport:
    """Compare the status of sentences over all declared statuses."""
    labels = selecting.status_labels(basis.project, basis.selection)
    return closed_report(basis, STATUS, basis.level(STATUS), basis.codebook.statuses, labels)


def stance_reports(basis: Basis) -> list[FieldReport]:
    """Compare stances over all declared values, then their order among those on the scale.

    Where the codebook itself reads stance by its order, only the values on the scale have one.
    """
    codebook, level = basis.codebook, basis.level(STANCE)
    labels = selecting.claim_labels(basis.project, basis.selection, Claim.stance)
    if level != "nominal":
        return [closed_report(basis, STANCE, level, codebook.stance_scale, labels)]
    reports = [closed_report(basis, STANCE, level, codebook.stances, labels)]
    if codebook.off_scale:
        reports.append(closed_report(basis, SCALE, "ordinal", codebook.stance_scale, labels))
    return reports


def certainty_report(basis: Basis) -> FieldReport:
    """Compare certainties on the declared scale."""
    labels = selecting.claim_labels(basis.project, basis.selection, Claim.certainty)
    level, certainties = basis.level(CERTAINTY), basis.codebook.certainties
    return closed_report(basis, CERTAINTY, level, certainties, labels)


def closed_report(
    basis: Basis, name: str, level: Distance, declared: Sequence[Value], labels: Subquery
) -> FieldReport:
    """Measure a field whose values the codebook declares; an interval scale counts its places."""
    values = tuple(entry.value for entry in declared)
    patterns = counts.count_patterns(basis.now, labels, values, basis.most)
    paired = patterns.pairable()
    annotators, articles = counts.count_raters(basis.now, labels, values)
    places = range(len(values)) if level == "interval" else None
    return FieldReport(
        name=name,
        level=level,
        values=values,
        labels=tuple(entry.label for entry in declared),
        given=tuple(paired.totals.tolist()),
        alpha=alpha(paired, level, places),
        percent=percent_pairs(paired),
        annotators=annotators,
        articles=articles,
        single=patterns.n_units - paired.n_units,
        compared=paired.n_pairs,
        pairs=pair_counts(paired),
    )


def pair_counts(patterns: Patterns) -> tuple[tuple[int, ...], ...]:
    """Return how many pairs of answers joined two values; symmetric, each pair counted once."""
    table = confusion(patterns)
    size = range(len(patterns.values))
    table[size, size] //= 2
    return tuple(tuple(row) for row in table.tolist())


def speaker_report(basis: Basis) -> FieldReport:
    """Compare the speakers of primary claims as they are known today; an open set of values."""
    labels = selecting.speaker_labels(basis.project, basis.selection)
    counted = counts.count_speakers(basis.now, labels)
    annotators, articles = counts.count_raters(basis.now, labels)
    ids = [speaker for speaker, _ in counted.totals]
    names = counts.speaker_names(basis.now, basis.project, ids)
    values = tuple(names[speaker] for speaker, _ in counted.totals)
    given = tuple(n for _, n in counted.totals)
    return FieldReport(
        name=SPEAKER,
        level=basis.level(SPEAKER),
        values=values,
        labels=values,
        given=given,
        alpha=alpha_open(
            [(r, q) for r, q, _ in counted.rows], given, [n for _, _, n in counted.rows]
        ),
        percent=percent_open(counted),
        annotators=annotators,
        articles=articles,
        single=sum(n for r, _, n in counted.rows if r == 1),
        compared=sum(r * (r - 1) // 2 * n for r, _, n in counted.rows),
    )


def percent_open(counted: SpeakerCounts) -> Measure:
    """Return the share of agreeing pairs among all pairs of answers, for an open set of values."""
    rows = [(r, q, n) for r, q, n in counted.rows if r > 1]
    units, answers = sum(n for _, _, n in rows), sum(r * n for r, _, n in rows)
    if not rows:
        return Measure(None, NO_PAIRS, 0, 0, "percent_pairs")
    agreeing = sum((q - r) * n for r, q, n in rows)
    value = agreeing / sum(r * (r - 1) * n for r, _, n in rows)
    return Measure(value, None, units, answers, "percent_pairs")
