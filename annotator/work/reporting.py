"""The agreement report of a project: every figure with what it rests on.

Each figure compares independent answers only (see `Selection`), sentence by sentence; claims are
compared by the primary one, where an answer has a claim.
"""

from collections.abc import Sequence
from typing import cast

from sqlalchemy import Subquery

from annotator.codebook.scheme import Codebook, Value
from annotator.measure.alpha import Distance, alpha, alpha_open
from annotator.measure.confusion import confusion
from annotator.measure.patterns import Patterns
from annotator.measure.percent import percent_pairs
from annotator.measure.result import NO_PAIRS, Measure
from annotator.store.models import Claim, Project
from annotator.work import counts, selecting
from annotator.work.counts import SpeakerCounts
from annotator.work.report import CERTAINTY, SCALE, SPEAKER, STANCE, STATUS, FieldReport, Report
from annotator.work.selecting import Selection


def report_for(project: Project, selection: Selection | None = None) -> Report:
    """Measure agreement in a project over its independent answers."""
    selection = selection or Selection(headlines=project.headlines_in_agreement)
    scope = counts.count_scope(project, selection)
    # One more than needed now: somebody may give a first answer while the report is read.
    most = scope.annotators + 1
    codebook = project.codebook
    fields = [
        status_report(project, selection, most),
        speaker_report(project, selection),
        *stance_reports(project, selection, most),
        certainty_report(project, selection, most),
    ]
    return Report(
        project=project.slug,
        codebook=codebook.version,
        selection=selection,
        scope=scope,
        fields=tuple(fields),
        shared_articles=counts.count_shared_articles(project),
    )


def status_report(project: Project, selection: Selection, most: int) -> FieldReport:
    """Compare the status of sentences over all declared statuses."""
    codebook = project.codebook
    labels = selecting.status_labels(project, selection)
    return closed_report(STATUS, level_of(codebook, STATUS), codebook.statuses, labels, most)


def stance_reports(project: Project, selection: Selection, most: int) -> list[FieldReport]:
    """Compare stances over all declared values, then their order among those on the scale.

    Where the codebook itself reads stance by its order, only the values on the scale have one.
    """
    codebook = project.codebook
    labels = selecting.claim_labels(project, selection, Claim.stance)
    level = level_of(codebook, STANCE)
    if level != "nominal":
        return [closed_report(STANCE, level, codebook.stance_scale, labels, most)]
    reports = [closed_report(STANCE, level, codebook.stances, labels, most)]
    if codebook.off_scale:
        reports.append(closed_report(SCALE, "ordinal", codebook.stance_scale, labels, most))
    return reports


def certainty_report(project: Project, selection: Selection, most: int) -> FieldReport:
    """Compare certainties on the declared scale."""
    codebook = project.codebook
    labels = selecting.claim_labels(project, selection, Claim.certainty)
    level = level_of(codebook, CERTAINTY)
    return closed_report(CERTAINTY, level, codebook.certainties, labels, most)


def level_of(codebook: Codebook, field: str) -> Distance:
    """Return how the codebook reads a field; checked when it was loaded."""
    return cast(Distance, codebook.measures[field])


def closed_report(
    name: str, level: Distance, declared: Sequence[Value], labels: Subquery, most: int
) -> FieldReport:
    """Measure a field whose values the codebook declares; an interval scale counts its places."""
    values = tuple(entry.value for entry in declared)
    patterns = counts.count_patterns(labels, values, most)
    paired = patterns.pairable()
    annotators, articles = counts.count_raters(labels, values)
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
        pairs=pair_counts(paired),
    )


def pair_counts(patterns: Patterns) -> tuple[tuple[int, ...], ...]:
    """Return how many pairs of answers joined two values; symmetric, each pair counted once."""
    table = confusion(patterns)
    size = range(len(patterns.values))
    table[size, size] //= 2
    return tuple(tuple(row) for row in table.tolist())


def speaker_report(project: Project, selection: Selection) -> FieldReport:
    """Compare the speakers of primary claims as they are known today; an open set of values."""
    labels = selecting.speaker_labels(project, selection)
    counted = counts.count_speakers(labels)
    annotators, articles = counts.count_raters(labels)
    names = counts.speaker_names(project, [speaker for speaker, _ in counted.totals])
    values = tuple(names[speaker] for speaker, _ in counted.totals)
    given = tuple(n for _, n in counted.totals)
    return FieldReport(
        name=SPEAKER,
        level=level_of(project.codebook, SPEAKER),
        values=values,
        labels=values,
        given=given,
        alpha=alpha_open(counted.units, given, counted.weights),
        percent=percent_open(counted),
        annotators=annotators,
        articles=articles,
        single=sum(n for (r, _), n in zip(counted.units, counted.weights, strict=True) if r == 1),
    )


def percent_open(counted: SpeakerCounts) -> Measure:
    """Return the share of agreeing pairs among all pairs of answers, for an open set of values."""
    rows = [(r, q, n) for (r, q), n in zip(counted.units, counted.weights, strict=True) if r > 1]
    units, answers = sum(n for _, _, n in rows), sum(r * n for r, _, n in rows)
    if not rows:
        return Measure(None, NO_PAIRS, 0, 0, "percent_pairs")
    agreeing = sum((q - r) * n for r, q, n in rows)
    value = agreeing / sum(r * (r - 1) * n for r, _, n in rows)
    return Measure(value, None, units, answers, "percent_pairs")
