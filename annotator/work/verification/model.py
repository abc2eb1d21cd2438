"""A model of gold fitted again to the answers of a release, without any database.

The card has the method and its settings, the tables all the rest. The answers become the very
arrays that gold is fitted to in a project (`gold_panels`), in the same order and by the same
steps, so with one numpy on one machine every probability is the same to the last digit.
"""

from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any, get_args

from annotator.codebook.scheme import Codebook
from annotator.formats.release import folder as names
from annotator.measure.methods import Method
from annotator.work.consensus.voting import Majority, Voting
from annotator.work.gold.building import DIGITS
from annotator.work.gold.models import Aggregation
from annotator.work.gold.panels import EVERYTHING, panels_from
from annotator.work.gold.summary import summary_of, warnings_of
from annotator.work.releases.facts import NUMPY, SOFTWARE, WARNINGS, numpy_of, program_of
from annotator.work.verification.agreement import Gathered
from annotator.work.verification.faults import Fault
from annotator.work.verification.first_difference import CLOSE, faults_of
from annotator.work.verification.walk import place_of

METHOD, AGGREGATION = "method", "aggregation"
USUAL = Aggregation()


class Learned:
    """What decides the fields of gold where annotators differ, learned from all answers.

    `voting` is None where it cannot be known, and `why` says so. `people` has the number of each
    annotator as `voting` knows them; `answers` is how many it learned from, `summary` what it makes
    of each annotator, as model.json has it but not rounded.
    """

    def __init__(
        self, folder: Path, facts: Mapping[str, Any], project: str, codebook: Codebook
    ) -> None:
        self.method = str(facts.get(METHOD, USUAL.method))
        self.by_count = Majority()
        self.voting: Voting | None = None
        self.why = ""
        self.people: dict[str, int] = {}
        self.answers = 0
        self.summary: dict[str, Any] | None = None
        way = way_of(facts)
        if way is None:
            self.why = unknown(facts)
            return
        self.by_count = Majority(way.least_margin)
        if way.learns:
            self.fit(folder, project, codebook, way)
        else:
            self.voting = self.by_count

    def fit(self, folder: Path, project: str, codebook: Codebook, way: Aggregation) -> None:
        """Read the answers once and fit the model; only what each pattern comes to is kept."""
        gathered = Gathered(codebook, EVERYTHING)
        for _, answers in groupby(names.rows(folder, names.ANNOTATIONS), key=place_of):
            gathered.add(list(answers))
        self.answers = gathered.counted
        self.people = gathered.people
        panels = panels_from(gathered.collected(), codebook, gathered.called)
        fits = way.fits(panels)
        self.voting = way.with_fits(panels, fits)
        self.summary = summary_of(project, panels, way, fits, digits=None)


def way_of(facts: Mapping[str, Any]) -> Aggregation | None:
    """Return how gold was made, None where the card does not say it, or nobody here knows."""
    method = facts.get(METHOD, USUAL.method)
    if method not in get_args(Method):
        return None
    settings = facts.get(AGGREGATION)
    if settings is None:
        return USUAL if method == USUAL.method else None
    return Aggregation.of(method, settings)


def unknown(facts: Mapping[str, Any]) -> str:
    """Return why gold cannot be made again."""
    method = facts[METHOD]
    if method not in get_args(Method):
        return f"what “{method}” decided in gold: the method is unknown"
    return (
        f"what “{method}” decided in gold: {names.CARD} has no “{AGGREGATION}”, the settings of the"
        f" model ({facts.get('software')} wrote none), so it cannot be recomputed"
    )


def settings_faults(facts: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield that the card lacks settings this program writes, or has others than the method's."""
    method, settings = facts.get(METHOD), facts.get(AGGREGATION)
    if settings is None and program_of(facts) == SOFTWARE:
        yield Fault(
            names.CARD,
            None,
            f"it has no “{AGGREGATION}”, the settings of the method of gold, which {SOFTWARE}"
            " writes; an older release must be written again to be checked",
        )
    way = way_of(facts)
    if settings is not None and way is not None:
        source = f"the method “{method}” has"
        yield from faults_of(
            names.CARD, {AGGREGATION: settings}, {AGGREGATION: way.settings()}, source
        )


def other_numpy(facts: Mapping[str, Any]) -> Iterator[str]:
    """Yield, where a release was made with another numpy, that it may have other last digits."""
    made = numpy_of(facts)
    if made and made != NUMPY:
        yield (
            f"whether differences in “{facts[METHOD]}” come from numpy alone: the release"
            f" was made with numpy {made}, this is {NUMPY}. Figures may differ by"
            f" {CLOSE:g} before"
            f" they are rounded to {DIGITS} decimals; more is a fault"
        )


def there_faults(facts: Mapping[str, Any], *, there: bool) -> Iterator[Fault]:
    """Yield that model.json lacks in a release of this program, or has no place in it."""
    method = facts.get(METHOD, USUAL.method)
    file = names.document_name(names.MODEL)
    if there and method == USUAL.method:
        yield Fault(file, None, f"a release with gold by “{method}” does not have this file")
    written = method != USUAL.method and program_of(facts) == SOFTWARE
    if written and not there:
        yield Fault(
            file,
            None,
            f"it is missing, and {SOFTWARE} writes it for gold by “{method}”; a release from"
            " before that must be written again to be checked",
        )


def summary_faults(found: Mapping[str, Any], learned: Learned) -> Iterator[Fault]:
    """Yield where model.json is not what the method makes of the annotators, field by field."""
    if learned.summary is None:
        return
    file, source = names.document_name(names.MODEL), f"“{learned.method}” gives"
    for key, expected in learned.summary.items():
        if key != "fields":
            yield from faults_of(file, {key: found[key]}, {key: expected}, source)
    for name, expected in learned.summary["fields"].items():
        here, there = {"fields": {name: found["fields"][name]}}, {"fields": {name: expected}}
        yield from faults_of(file, here, there, source, DIGITS)


def warning_faults(facts: Mapping[str, Any], learned: Learned) -> Iterator[Fault]:
    """Yield where the card does not say what speaks against the method, or something else."""
    if learned.summary is not None:
        here, there = facts.get(WARNINGS, []), warnings_of(learned.summary)
        source = f"“{learned.method}” gives"
        yield from faults_of(names.CARD, {WARNINGS: here}, {WARNINGS: there}, source)
