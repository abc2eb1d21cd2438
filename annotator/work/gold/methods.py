"""The methods of gold side by side: what each decides, where they differ, how people stand to it.

Everything is found from arrays in one pass (`gold_panels`), all methods together, so that a lead
can choose one by looking. Adjudicated decisions stand beside: where a person has decided, each
method can be held to it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations
from typing import get_args

import numpy as np
from sqlalchemy import Connection, select

from annotator.measure.methods import Method
from annotator.measure.panel import NONE
from annotator.measure.patterns import IntArray
from annotator.store.arrays import joined_integers
from annotator.store.models import Article, Decision, Project, Sentence
from annotator.store.snapshot import by_code_point, one_moment
from annotator.work.agreement import collecting
from annotator.work.consensus.consensus import STANCE, STATUS
from annotator.work.consensus.content import DECIDED
from annotator.work.consensus.voting import ADJUDICATED, MAJORITY, OPEN, SINGLE, UNANIMOUS
from annotator.work.gold import counts as project_counts
from annotator.work.gold.counts import Decided, Gold
from annotator.work.gold.fitting import panels_of
from annotator.work.gold.models import Aggregation, Fit, fits_of
from annotator.work.gold.outcomes import Outcomes, Some, outcomes
from annotator.work.gold.panels import Panels
from annotator.work.labelling.speakers import speakers_today

METHODS: tuple[Method, ...] = get_args(Method)
SENTENCE = "sentence"


@dataclass(frozen=True)
class Equal:
    """Two methods on the units on which annotators differ: both decide `n`, alike in `same`."""

    a: Method
    b: Method
    n: int
    same: int

    @property
    def share(self) -> float | None:
        """Return the share of equal values, None where both decide nothing."""
        return self.same / self.n if self.n else None


@dataclass(frozen=True)
class Held:
    """One method beside decisions of people: of `n` it decides `decided`, as they do in `same`."""

    n: int = 0
    decided: int = 0
    same: int = 0


@dataclass(frozen=True, eq=False)
class Methods:
    """Some or all methods on one project; `counted` says which units of each field's panel count.

    Of labels these are claims that most of those who see a claim at all have.
    """

    way: Aggregation
    methods: tuple[Method, ...]
    panels: Panels
    fits: Mapping[str, Mapping[Method, Fit]]
    found: Mapping[str, Mapping[Method, Outcomes]]
    counted: Mapping[str, Some]
    whole: Mapping[Method, Mapping[str, int]]
    gold: Gold  # by the chosen method, adjudicated decisions above it
    open: tuple[int, ...]  # sentences without gold by it, in the order of the files
    order: IntArray  # rows of `panels.collected.sentences`, as they stand in the files
    adjudicated: Mapping[str, IntArray] = field(repr=False)

    def counts(self, name: str, method: Method) -> Mapping[str, int]:
        """Return how many units of a field, or whole sentences, are decided by whom or open."""
        if name == SENTENCE:
            return self.whole[method]
        return self.found[name][method].counts(method, self.counted[name])

    def equal(self, name: str) -> list[Equal]:
        """Return every pair of methods on the units of a field on which annotators differ."""
        some = self.differing(name)
        values = {method: each.value[some] for method, each in self.found[name].items()}
        pairs = []
        for a, b in combinations(self.methods, 2):
            both = (values[a] != NONE) & (values[b] != NONE)
            same = both & (values[a] == values[b])
            pairs.append(Equal(a, b, int(both.sum()), int(same.sum())))
        return pairs

    def differing(self, name: str) -> Some:
        """Return the units of a field that count and on which annotators differ."""
        some: Some = self.found[name][self.way.method].differing & self.counted[name]
        return some

    def held(self, name: str, method: Method) -> Held:
        """Hold a method to what people have decided, on units on which annotators differ."""
        wanted = self.adjudicated[name]
        some = (wanted != NONE) & self.found[name][method].differing
        value = self.found[name][method].value[some]
        same = value == wanted[some]
        return Held(int(some.sum()), int((value != NONE).sum()), int(same.sum()))

    def units(self, name: str, show: str) -> Some:
        """Return the units of a field to look at: `values`, `open` or `doubted` (see `SHOWN`)."""
        found = self.found[name]
        if show == DOUBTED:
            doubt: Some = found[self.way.method].doubted & self.counted[name]
            return doubt
        values = np.stack([found[method].value for method in self.methods])
        highest = values.max(axis=0)
        decided = values != NONE
        lowest = np.where(decided, values, highest).min(axis=0)
        differ = lowest < highest
        if show == SOME_OPEN:
            differ = decided.any(axis=0) & ~decided.all(axis=0)
        here: Some = differ & self.differing(name)
        return here

    def sentences(self, show: str) -> IntArray:
        """Return the sentences with such a unit, in the order of the files."""
        wanted = np.zeros(len(self.order), dtype=np.bool_)
        for name in self.panels.fields:
            wanted[self.unit_of(name)[self.units(name, show)]] = True
        return self.order[wanted[self.order]]

    def unit_of(self, name: str) -> IntArray:
        """Return the sentence of each unit of a field, as a row of `panels.collected`."""
        if name == STATUS:
            return np.arange(len(self.panels.collected.sentences))
        return self.panels.claim_unit

    @cached_property
    def shared(self) -> bool:
        """Say whether any sentence has two answers: else there is nothing to compare."""
        return bool((self.panels.fields[STATUS].answers >= 2).any())


VALUES_DIFFER, SOME_OPEN, DOUBTED = "values", "open", "doubted"
SHOWN: Mapping[str, str] = {
    VALUES_DIFFER: "Different values",
    SOME_OPEN: "Open in some methods",
    DOUBTED: "Unanimous, but doubted by the method",
}


def methods_of(
    project: Project, way: Aggregation, compared: tuple[Method, ...] = METHODS
) -> Methods:
    """Compare methods on a project as it is now; `way` is the one that was chosen, and of them."""
    with one_moment() as connection:
        panels = panels_of(connection, project)
        order = order_of(connection, project, panels)
        adjudicated = adjudicated_of(connection, project, panels)
        known = project_counts.decided(connection, project)
    fits: dict[str, dict[Method, Fit]] = {}
    found: dict[str, dict[Method, Outcomes]] = {}
    for name, panel in panels.fields.items():
        fits[name] = fits_of(panel, compared, way.model)
        found[name] = {
            method: outcomes(panel, replace(way, method=method), fit)
            for method, fit in fits[name].items()
        }
    claims_place = place_of(panels, project.codebook.claims_status.value)
    there, _ = presence(panels, claims_place, way.least_margin)

    def whole(method: Method) -> dict[str, Some]:
        own = {name: each[method] for name, each in found.items()}
        return wholes(panels, own, method, claims_place, way.least_margin)

    chosen = {name: each[way.method] for name, each in found.items()}
    everything = np.ones(len(panels.collected.sentences), dtype=np.bool_)
    return Methods(
        way,
        compared,
        panels,
        fits,
        found,
        {name: everything if name == STATUS else there for name in panels.fields},
        {m: {how: int(some.sum()) for how, some in whole(m).items()} for m in compared},
        gold_by(panels, way, chosen, claims_place, known),
        open_sentences(panels.collected.sentences[order], whole(way.method)[OPEN][order], known),
        order,
        adjudicated,
    )


def open_sentences(sentences: IntArray, still: Some, known: Decided) -> tuple[int, ...]:
    """Return which sentences have no gold answer yet, although somebody answered or took them up.

    `still`: which of these sentences (U,) the answers leave open; decisions stand above that.
    """
    waits = {each for each, how in known.by_sentence.items() if how == OPEN}
    ids = sentences.tolist()
    here = [
        each
        for each, torn in zip(ids, still.tolist(), strict=True)
        if each in waits or (torn and each not in known.by_sentence)
    ]
    return (*here, *sorted(waits - set(ids)))


def gold_of(project: Project, way: Aggregation) -> Gold:
    """Count by whom the gold of each sentence is now, by one method alone."""
    with one_moment() as connection:
        panels = panels_of(connection, project)
        known = project_counts.decided(connection, project)
    fits = way.fits(panels)
    found = {name: outcomes(panel, way, fits[name]) for name, panel in panels.fields.items()}
    claims_place = place_of(panels, project.codebook.claims_status.value)
    return gold_by(panels, way, found, claims_place, known)


def gold_by(
    panels: Panels,
    way: Aggregation,
    found: Mapping[str, Outcomes],
    claims_place: int,
    known: Decided,
) -> Gold:
    """Count by whom the gold of each sentence is; `found`: what the way makes of each field.

    Where votes on the claims alone decide what annotators differ on, it is not the model's.
    """
    parts = wholes(panels, found, way.method, claims_place, way.least_margin)
    if way.method != MAJORITY:
        there, _ = presence(panels, claims_place, way.least_margin)
        status, *labelled = (found[name] for name in panels.fields)
        by_method = np.logical_or.reduce([each.method for each in labelled])
        labels = panels.claim_unit[there & by_method]
        learned = np.bincount(labels, minlength=len(status.value)) > 0
        learned = status.method | (learned & (status.value == claims_place))
        decided = parts[way.method]
        parts = {**parts, MAJORITY: decided & ~learned, way.method: decided & learned}
    return project_counts.gold(known, panels.collected.sentences.tolist(), parts)


def place_of(panels: Panels, status: str) -> int:
    """Return the place of a status on its scale, NONE where nobody can have given it."""
    values = panels.fields[STATUS].values
    return values.index(status) if status in values else NONE


def presence(panels: Panels, claims_place: int, least: float) -> tuple[Some, Some]:
    """Return which aligned claims most have, and of which it is open (S,): always by votes."""
    seers = (panels.fields[STATUS].given == claims_place).sum(axis=1)[panels.claim_unit]
    holders = panels.fields[STANCE].answers
    n = np.maximum(seers, 1)
    there = (2 * holders > seers) & ((2 * holders - seers) / n >= least)
    absent = (2 * holders < seers) & ((seers - 2 * holders) / n >= least)
    return there, ~there & ~absent


def wholes(
    panels: Panels,
    found: Mapping[str, Outcomes],
    method: Method,
    claims_place: int,
    least: float,
) -> dict[str, Some]:
    """Return which whole sentences are decided by whom (U,) each: open as soon as one field is.

    `found`: what the method makes of each field.
    """
    units = len(panels.collected.sentences)
    there, unsure = presence(panels, claims_place, least)
    status, *labels = (found[name] for name in panels.fields)

    def per_sentence(claims: Some) -> Some:
        some: Some = np.bincount(panels.claim_unit[claims], minlength=units) > 0
        return some

    takes = status.value == claims_place
    # What nobody has said of a claim is not asked of it, and open to nobody.
    opened = np.logical_or.reduce([each.open for each in labels])
    torn = per_sentence(unsure | (there & opened))
    still = status.open | (takes & (torn | ~per_sentence(there)))
    unanimous = np.logical_and.reduce([each.unanimous | ~each.answered for each in labels])
    alike = unanimous & whole_presence(panels, claims_place)
    whole = status.unanimous & ~(takes & per_sentence(~alike)) & ~still
    single = status.single & ~still
    decided = status.answered & ~still & ~whole & ~single
    return {UNANIMOUS: whole, SINGLE: single, method: decided, OPEN: status.answered & still}


def whole_presence(panels: Panels, claims_place: int) -> Some:
    """Return which aligned claims everybody has who sees claims (S,)."""
    seers = (panels.fields[STATUS].given == claims_place).sum(axis=1)[panels.claim_unit]
    everybody: Some = panels.fields[STANCE].answers == seers
    return everybody


def order_of(connection: Connection, project: Project, panels: Panels) -> IntArray:
    """Return the rows of the sentences with an answer, by article key and position."""
    articles = (
        select(Article.id)
        .where(Article.project_id == project.id)
        .order_by(by_code_point(Article.key))
    )
    ranked = {article: rank for rank, article in enumerate(connection.scalars(articles))}
    places = select(Sentence.id, Sentence.position).join(Sentence.article)
    number, position = joined_integers(connection, places.where(Article.project_id == project.id))
    collected = panels.collected
    place = collecting.Standing(collected.sentences).place_of(number)
    places_of = np.empty(len(collected.sentences), dtype=np.int64)
    places_of[place[place != NONE]] = position[place != NONE]
    rank = np.array([ranked[each] for each in collected.article_ids.tolist()], dtype=np.int64)
    return np.lexsort((places_of, rank[collected.articles]))


def adjudicated_of(connection: Connection, project: Project, panels: Panels) -> dict[str, IntArray]:
    """Return per field the place of what a person has decided for each unit, -1 for nothing.

    What was accepted together with others is no word of its own and does not count. A claim counts
    where its speaker has one claim in the sentence: there is no doubt which is meant. Soft
    decisions keep several readings and say nothing of a value.
    """
    known = {name: np.full(len(panel.given), NONE) for name, panel in panels.fields.items()}
    scales = {
        name: {value: place for place, value in enumerate(panel.values)}
        for name, panel in panels.fields.items()
    }
    found = (
        select(Decision.sentence_id, Decision.status, Decision.claims)
        .join(Decision.sentence)
        .join(Sentence.article)
        .where(Article.project_id == project.id, Decision.state == DECIDED)
        .where(Decision.status.is_not(None), Decision.how == ADJUDICATED)
    )
    decisions = {each.sentence_id: each for each in connection.execute(found)}
    sentences = panels.collected.sentences
    rows = np.flatnonzero(np.isin(sentences, list(decisions)))
    if not len(rows):
        return known
    slots = lone_claims(panels, rows)
    today = speakers_today(connection, project)
    for row, sentence in zip(rows.tolist(), sentences[rows].tolist(), strict=True):
        decision = decisions[sentence]
        known[STATUS][row] = scales[STATUS].get(decision.status, NONE)
        speakers = [today[claim["speaker_id"]] for claim in decision.claims]
        for speaker, claim in zip(speakers, decision.claims, strict=True):
            slot = slots.get((row, speaker))
            if slot is not None and speakers.count(speaker) == 1:
                for name in known.keys() - {STATUS}:
                    known[name][slot] = scales[name].get(claim[name], NONE)
    return known


def lone_claims(panels: Panels, rows: IntArray) -> dict[tuple[int, int], int]:
    """Return the aligned claim of each (sentence, speaker) that has only one, in some sentences."""
    found: dict[tuple[int, int], int] = {}
    several = set()
    some = np.flatnonzero(np.isin(panels.claim_unit, rows))
    pairs = zip(panels.claim_unit[some].tolist(), panels.claim_speaker[some].tolist(), strict=True)
    for slot, pair in zip(some.tolist(), pairs, strict=True):
        if pair in found:
            several.add(pair)
        found[pair] = slot
    return {pair: slot for pair, slot in found.items() if pair not in several}


def called(values: Sequence[str], place: int) -> str | None:
    """Return the value at a place, None for no value."""
    return None if place == NONE else values[place]
