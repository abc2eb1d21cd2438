"""The accumulator of a report: everything a report counts, entered part by part.

Each figure compares independent answers only (see `Selection`). Status, speaker and
labels are compared sentence by sentence, by the primary claim where an answer has one; the
further looks compare claims lined up by their speakers (`annotator.measure.alignment`).
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from annotator.codebook.scheme import Codebook
from annotator.measure.alignment import presence, specific_agreement
from annotator.measure.coefficients.open_sets import set_numbers
from annotator.measure.intervals.resampling import (
    FEW_UNITS,
    MORE_REPLICATES,
    Settings,
    in_order_met,
)
from annotator.measure.panel import NONE
from annotator.measure.patterns import IntArray, numbered
from annotator.work.agreement.annotators import PeopleTally
from annotator.work.agreement.fields import (
    ClosedField,
    OpenField,
    closed_field,
    open_field,
    with_intervals,
)
from annotator.work.agreement.report import (
    FIELDS,
    MORE,
    SPEAKER,
    SPEAKERS,
    STATUS,
    Presence,
    Report,
    Scope,
    Selection,
)
from annotator.work.agreement.scales import Basis, field_scales, level_of


class Accumulator:
    """Whole articles are entered, in the order of their keys; how many at a time is all the same.

    Memory grows with articles and with what they have in common, not with the answers.
    """

    def __init__(self, codebook: Codebook) -> None:
        self.codebook = codebook
        self.scales = list(field_scales(codebook))
        self.closed = {
            scale.name: ClosedField(scale.name, scale.level, scale.scale, scale.word)
            for scale in self.scales
        }
        level = level_of(codebook, SPEAKER)
        self.speaker = OpenField(SPEAKER, level)
        self.stored_speaker = OpenField(SPEAKER, level)
        self.speakers = OpenField(SPEAKERS, "set", "masi")
        self.people = {
            name: PeopleTally(self.closed[name].patterns.values)
            for name in (STATUS, *codebook.labels)
            if name in self.closed
        }
        self.annotators: set[int] = set()
        self.articles = self.sentences = self.answers = self.claims = self.double_labelled = 0
        self.clusters: list[int] = []
        self.both = self.one = 0
        self.merged = False

    def enter(self, basis: Basis) -> None:
        """Count the answers of some articles."""
        self.count(basis)
        for scale in self.scales:
            compared = scale.read(basis)
            patterns = self.closed[scale.name].add(compared)
            if scale.name in self.people:
                self.people[scale.name].add(compared, patterns)
        self.enter_speakers(basis)
        self.enter_presence(basis)

    def count(self, basis: Basis) -> None:
        """Count what there is, whatever is compared."""
        collected = basis.collected
        answers = (collected.status != NONE).sum(axis=1)
        self.annotators.update(collected.annotators.tolist())
        self.articles += len(collected.article_ids)
        self.sentences += len(collected.sentences)
        self.answers += int(answers.sum())
        self.claims += len(collected.claims.unit)
        self.double_labelled += int(np.count_nonzero(answers >= 2))
        self.clusters += basis.clusters.tolist()

    def enter_speakers(self, basis: Basis) -> None:
        """Enter the speakers of primary claims, then the sets of all of them."""
        collected = basis.collected
        places, names = basis.speakers
        given = collected.primary(places)
        self.speaker.add(basis.compared(given), alone(len(names)), names)

        cells = collected.claims.unit * max(basis.width, 1) + collected.claims.annotator
        cell, number, sets = set_numbers(cells, places)
        given = np.full(collected.status.size, NONE, dtype=np.int64)
        given[cell] = number
        compared = basis.compared(given.reshape(collected.status.shape))
        self.speakers.add(compared, sets, names)
        if collected.merged:
            self.enter_as_stored(basis)

    def enter_as_stored(self, basis: Basis) -> None:
        """Enter the speakers of primary claims as they were before they were merged."""
        stored = basis.collected.claims.speaker
        ids, place = numbered(stored)
        compared = basis.compared(basis.collected.primary(place))
        self.stored_speaker.add(compared, alone(len(ids)), ids.astype(str).tolist())
        self.merged = self.merged or bool((basis.collected.speaker_today != stored).any())

    def enter_presence(self, basis: Basis) -> None:
        """Count how often two annotators have the same claim, by its speaker."""
        claims, slots = basis.collected.claims, basis.collected.slots
        have = slots.spread(claims.annotator, np.zeros(len(claims.unit), np.int64), basis.width)
        both, one = presence(have, basis.collected.status[slots.unit])
        self.both += both
        self.one += one

    @property
    def scope(self) -> Scope:
        """Return what the report looks at."""
        return Scope(
            articles=self.articles,
            sentences=self.sentences,
            annotators=len(self.annotators),
            answers=self.answers,
            claims=self.claims,
            double_labelled=self.double_labelled,
        )

    def report(
        self,
        slug: str,
        selection: Selection,
        called: Mapping[int, str],
        shared_articles: int = 0,
        settings: Settings | None = None,
        *,
        eligible: int = 0,
        changed: int = 0,
    ) -> Report:
        """Measure what was entered; `called` gives each user's pseudonym.

        `eligible` and `changed` are those of the `Scope`.
        """
        if settings is None:
            few = self.double_labelled < FEW_UNITS
            settings = Settings(replicates=MORE_REPLICATES) if few else Settings()
        cluster = in_order_met(np.array(self.clusters, dtype=np.int64))
        fields = [closed_field(each, cluster) for each in self.closed.values()]
        fields += [open_field(self.speaker), open_field(self.speakers)]
        known = {each.name: each for each in with_intervals(fields, cluster, settings)}
        unmerged = open_field(self.stored_speaker).report.alpha.value if self.merged else None
        people = sorted(self.annotators, key=lambda each: (called.get(each, ""), each))
        names = {each: called.get(each, f"user {each}") for each in people}
        return Report(
            project=slug,
            codebook=self.codebook.version,
            selection=selection,
            scope=replace(self.scope, eligible=eligible, changed=changed),
            fields=tuple(known[name] for name in FIELDS if name in known),
            shared_articles=shared_articles,
            more=tuple(known[name] for name in MORE if name in known),
            people=tuple(
                tally.report(self.closed[name], people, names)
                for name, tally in self.people.items()
            ),
            presence=Presence(self.both, self.one, specific_agreement(self.both, self.one)),
            unmerged=unmerged,
            settings=settings,
        )


def alone(n: int) -> IntArray:
    """Return the sets (N, 1) of one name each."""
    return np.arange(n)[:, None]
