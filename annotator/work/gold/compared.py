"""The methods of gold side by side in plain data: all that the gold page shows, so it can be kept.

Of the answers only sums are here, and of single units those on which somebody may want to look.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import func, select

from annotator.measure.methods import Method
from annotator.measure.origins import HUMAN
from annotator.measure.panel import NONE
from annotator.measure.patterns import IntArray
from annotator.store.db import db
from annotator.store.models import Article, Project
from annotator.work.consensus.consensus import STATUS
from annotator.work.gold import counts as project_counts
from annotator.work.gold.counts import Gold
from annotator.work.gold.doubts import warnings
from annotator.work.gold.methods import METHODS, SENTENCE, SHOWN, Equal, Held, Methods, methods_of
from annotator.work.gold.models import Aggregation

MANY = 20_000  # sentences


@dataclass(frozen=True)
class Standing:
    """One annotator under the chosen method, on one field of K values.

    `n` answers, `shared` of them to units that somebody else answered. `accuracy` is None where the
    answers cannot tell it. `confusion` (K, K) as in `Gold`; `truth` (K,): in how many shared
    answers the truth is likely which value.
    """

    name: str
    n: int
    shared: int
    accuracy: float | None
    confusion: tuple[tuple[float, ...], ...]
    truth: tuple[float, ...]


@dataclass(frozen=True)
class Units:
    """Units of a field to look at, ascending, one row each (N rows of K values and M methods).

    `sentences` are ids; `speakers` too, 0 for status. `shown` has a bit for each of `SHOWN`.
    `votes` (N * K) counts the answers by value; `said` (N * M) has the place of the value of each
    method, -1 while it is open.
    """

    sentences: tuple[int, ...]
    speakers: tuple[int, ...]
    shown: tuple[int, ...]
    votes: tuple[int, ...]
    said: tuple[int, ...]


@dataclass(frozen=True)
class Unit:
    """One of them."""

    sentence: int
    speaker: int
    votes: tuple[int, ...]
    said: tuple[int, ...]


@dataclass(frozen=True)
class FieldCompared:
    """One field, method by method; `differing` units count on which annotators differ."""

    values: tuple[str, ...]
    counts: Mapping[Method, Mapping[str, int]]
    held: Mapping[Method, Held]
    equal: tuple[Equal, ...]
    differing: int
    people: tuple[Standing, ...]
    doubts: tuple[str, ...]
    units: Units


@dataclass(frozen=True)
class Compared:
    """Methods on one project; `way` is the chosen one, by which `gold` is counted.

    `methods`: all of them, or the chosen one alone; then nothing is compared, and no units and no
    sentences are there to look at.
    `whole` counts whole sentences by who decides them. `open`: ids of sentences without gold by
    it, and `sentences` of those to look at, in the order of the files. `shared`: some sentence has
    two answers. `not_counted` says in words which answers are left out.
    """

    way: Aggregation
    methods: tuple[Method, ...]
    names: tuple[str, ...]
    answered: int
    shared: bool
    not_counted: str
    whole: Mapping[Method, Mapping[str, int]]
    gold: Gold
    open: tuple[int, ...]
    fields: Mapping[str, FieldCompared]
    sentences: Mapping[str, tuple[int, ...]]

    @property
    def all_methods(self) -> bool:
        """Say whether the methods are compared."""
        return self.methods == METHODS

    def counts(self, name: str, method: Method) -> Mapping[str, int]:
        """Return how many units of a field, or whole sentences, are decided by whom or open."""
        return self.whole[method] if name == SENTENCE else self.fields[name].counts[method]

    def held(self, name: str, method: Method) -> Held | None:
        """Return a method beside the decisions of people; None of whole sentences."""
        return None if name == SENTENCE else self.fields[name].held[method]

    def units(self, name: str, show: str, sentences: Sequence[int]) -> list[Unit]:
        """Return the units of a field to look at that are in one of these sentences."""
        field = self.fields[name]
        units, k, m = field.units, len(field.values), len(METHODS)
        bit, wanted = 1 << list(SHOWN).index(show), set(sentences)
        return [
            Unit(
                sentence,
                units.speakers[row],
                units.votes[row * k : (row + 1) * k],
                units.said[row * m : (row + 1) * m],
            )
            for row, (sentence, shown) in enumerate(
                zip(units.sentences, units.shown, strict=True)
            )
            if shown & bit and sentence in wanted
        ]  # fmt: skip


def compared(project: Project, way: Aggregation, methods: tuple[Method, ...] = METHODS) -> Compared:
    """Compare methods on a project as it is now: all, or nothing beside the chosen one."""
    found = methods_of(project, way, methods)
    ids = found.panels.collected.sentences
    shows = SHOWN if methods == METHODS else ()
    return Compared(
        way,
        methods,
        found.panels.names,
        len(found.order),
        found.shared,
        project_counts.answers(project, but=HUMAN).not_counted(),
        found.whole,
        found.gold,
        found.open,
        {name: field_of(found, name, tuple(shows)) for name in found.panels.fields},
        {show: tuple(ids[found.sentences(show)].tolist()) for show in shows},
    )


def is_large(project: Project) -> bool:
    """Say whether to compare all methods takes longer than whoever opens a page waits."""
    sentences = select(func.coalesce(func.sum(Article.sentence_count), 0)).where(
        Article.project_id == project.id
    )
    return int(db.session.scalars(sentences).one()) > MANY


def field_of(methods: Methods, name: str, shows: tuple[str, ...]) -> FieldCompared:
    fit = methods.fits[name][methods.way.method]
    return FieldCompared(
        methods.panels.fields[name].values,
        {method: methods.counts(name, method) for method in methods.methods},
        {method: methods.held(name, method) for method in methods.methods},
        tuple(methods.equal(name)),
        int(methods.differing(name).sum()),
        standings_of(methods, name),
        tuple(warnings(methods.way.method, fit.shared, fit.gold, methods.panels.names)),
        units_of(methods, name, shows),
    )


def standings_of(methods: Methods, name: str) -> tuple[Standing, ...]:
    """Return the annotators on one field under the chosen method."""
    fit, panel = methods.fits[name][methods.way.method], methods.panels.fields[name]
    answers = (panel.given != NONE).sum(axis=0).tolist()
    given = fit.shared.given != NONE
    shared = given.sum(axis=0).tolist()
    truth = given.astype(np.float64).T @ fit.gold.posterior
    told = fit.gold.told.tolist()
    return tuple(
        Standing(
            who,
            answers[column],
            shared[column],
            float(fit.gold.accuracy[column]) if shared[column] and told[column] else None,
            tuple(tuple(row) for row in fit.gold.confusion[column].tolist()),
            tuple(truth[column].tolist()),
        )
        for column, who in enumerate(methods.panels.names)
    )


def units_of(methods: Methods, name: str, shows: tuple[str, ...]) -> Units:
    """Return the units of one field that somebody may want to look at."""
    panel = methods.panels.fields[name]
    shown = np.zeros(len(panel.given), dtype=np.int64)
    for bit, show in enumerate(shows):
        shown |= methods.units(name, show).astype(np.int64) << bit
    rows = np.flatnonzero(shown)
    speakers = (
        np.zeros(len(rows), np.int64) if name == STATUS else methods.panels.claim_speaker[rows]
    )
    sentences = methods.panels.collected.sentences[methods.unit_of(name)[rows]]
    said = np.stack([methods.found[name][method].value[rows] for method in methods.methods], axis=1)

    def listed(numbers: IntArray) -> tuple[int, ...]:
        return tuple(numbers.ravel().tolist())

    return Units(
        listed(sentences),
        listed(speakers),
        listed(shown[rows]),
        listed(panel.where(shown > 0).counts),
        listed(said),
    )
