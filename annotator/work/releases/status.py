"""How a project stands at its gates now: what a release made at this moment would be called.

Every figure comes from the functions that a release is made with, and nothing is kept, so that
what is said here is what the card of that release says.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from annotator.formats.release import gates
from annotator.formats.release.gates import GOLD, GateResult, says
from annotator.phrases import counted
from annotator.store.models import Project
from annotator.store.snapshot import shared_moment
from annotator.work.agreement.measuring import report_for
from annotator.work.gold.fitting import against
from annotator.work.gold.models import Aggregation
from annotator.work.gold.rows import gold_rows
from annotator.work.releases import rows
from annotator.work.releases.facts import Counted, looked_at

MAJORITY = Aggregation()


@dataclass(frozen=True)
class Standing:
    """The gates that a project has set and how it stands at each, with gold made in one way.

    `warnings`: what speaks against that way; a release then asks for a confirmation.
    """

    results: Sequence[GateResult]
    way: Aggregation = MAJORITY
    warnings: Sequence[str] = ()
    titles: Mapping[str, str] = field(default_factory=dict)  # of the fields of the codebook

    @property
    def status(self) -> str:
        """Return what a release would be called: "gold" or "exploratory"."""
        return gates.status_of(self.results)

    def says(self) -> str:
        """Say in one sentence what a release would be called, and what it lacks for gold."""
        now = f"A release created now would have the status {self.status}"
        if not self.results:
            return f"{now}, because no gates are set."
        if self.status == GOLD:
            return f"{now}: it passes every gate."
        lacking = [
            says(each.gate, each.wanted, each.found, self.titles) for each in failed(self.results)
        ]
        missed = counted(len(lacking), "gate")
        return f"{now}, because it does not pass {missed}: {'; '.join(lacking)}."


def failed(results: Sequence[GateResult]) -> list[GateResult]:
    """Return the gates that are not passed."""
    return [each for each in results if not each.passed]


def standing(project: Project, way: Aggregation = MAJORITY) -> Standing:
    """Return how a release made now would stand; `way` makes gold where nobody has decided.

    Gold is counted only where a gate looks at it: it takes by far the longest.
    """
    warnings = against(project, way)
    if not project.gates:
        return Standing((), way, warnings, project.codebook.titles)
    with shared_moment() as connection:
        articles = rows.article_facts(connection, project)
        tallied = Counted(len(articles), sum(each.sentences for each in articles))
        if gates.looks_at_gold(project.gates):
            for row in gold_rows(project, way, every=True):
                tallied.gold(row)
        report = report_for(project)
    results = gates.check(project.gates, looked_at(tallied, report))
    return Standing(results, way, warnings, project.codebook.titles)
