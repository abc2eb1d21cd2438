"""The agreement report of a project: every figure with what it rests on, all of one moment."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection

from annotator.measure.intervals.resampling import Settings
from annotator.measure.patterns import IntArray
from annotator.measure.rounds import FIRST_ROUND
from annotator.store.clusters import read_clusters
from annotator.store.models import Project
from annotator.store.snapshot import one_moment
from annotator.work.accounts.memberships import pseudonyms_of
from annotator.work.agreement.accumulator import Accumulator
from annotator.work.agreement.collecting import Collector
from annotator.work.agreement.examples import Spread, spread_of
from annotator.work.agreement.report import Report, Selection
from annotator.work.agreement.scales import Basis
from annotator.work.agreement.selection import (
    count_eligible,
    count_shared_articles,
    speaker_names,
    speaker_types,
)

ANY_KIND = "all"
# So many of the most disputed sentences are named.
FIRST = 8


@dataclass(frozen=True)
class Examined:
    """A report with what its answers differ in, as plain data that can be kept.

    `kinds` counts the disputed sentences, all and by kind; `first` are ids of the most disputed.
    `brief`: not all pairs of annotators are in the report.
    """

    report: Report
    kinds: Mapping[str, int]
    first: tuple[int, ...]
    brief: bool = False


def report_for(
    project: Project, selection: Selection | None = None, settings: Settings | None = None
) -> Report:
    """Measure agreement in a project over its independent answers."""
    return measured(project, selection or usual(project), settings)[0]


def examine(project: Project, selection: Selection) -> Examined:
    """Measure agreement, and say which sentences are disputed most."""
    found: list[Spread] = []
    report, _ = measured(
        project, selection, beside=lambda basis: found.append(spread_of(basis.collected))
    )
    spread = Spread.of_parts(found)
    return Examined(
        report,
        {kind: spread.count(kind) for kind in (ANY_KIND, *spread.by_kind)},
        tuple(spread.ranked(ANY_KIND)[:FIRST].tolist()),
    )


def measured(
    project: Project,
    selection: Selection,
    settings: Settings | None = None,
    beside: Callable[[Basis], None] = lambda _: None,
) -> tuple[Report, dict[int, str]]:
    """Measure agreement; return the report and the pseudonyms. `beside` sees every part, too."""
    accumulator = Accumulator(project.codebook)
    with one_moment() as now:
        called = pseudonyms_of(project, now)
        shared = count_shared_articles(now, project)
        eligible = count_eligible(now, project, selection)
        changed = 0
        for basis in bases(now, project, selection):
            accumulator.enter(basis)
            beside(basis)
            changed += basis.collected.superseded
    if selection.round != FIRST_ROUND:
        changed = 0  # only what was given independently is looked at as it was before
    report = accumulator.report(
        project.slug, selection, called, shared, settings, eligible=eligible, changed=changed
    )
    return report, called


def spread_for(project: Project, selection: Selection) -> Spread:
    """Say how far each sentence is disputed."""
    with one_moment() as now:
        return Spread.of_parts(
            [spread_of(basis.collected) for basis in bases(now, project, selection)]
        )


def sentences_where(
    project: Project, selection: Selection, found_in: Callable[[Basis], IntArray]
) -> IntArray:
    """Return the ids of the sentences of the rows that `found_in` returns of each part."""
    with one_moment() as now:
        return np.concatenate(
            [basis.collected.sentences[found_in(basis)] for basis in bases(now, project, selection)]
        )


def usual(project: Project) -> Selection:
    """Return which answers count where nobody asks for others."""
    return Selection(headlines=project.headlines_in_agreement)


def bases(now: Connection, project: Project, selection: Selection) -> Iterator[Basis]:
    """Yield the answers part by part, whole articles in the order of their keys; at least one."""
    names = speaker_names(now, project)
    types = speaker_types(now, project)
    clusters = read_clusters(now, project)
    for collected in Collector(now, project, selection).parts():
        yield Basis(collected, project.codebook, names, types, clusters)
