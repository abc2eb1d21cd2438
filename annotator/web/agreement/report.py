"""The agreement report of this moment, for the page, its files and scripts."""

from dataclasses import replace

from annotator.store.models import Project
from annotator.web.agreement.view import pairs_shown
from annotator.web.kept import kept
from annotator.work.agreement.measuring import Examined, examine
from annotator.work.agreement.report import Selection

# With more pairs of annotators than these only those that the page shows are kept: to read eighty
# thousand takes seconds.
MOST_PAIRS = 2_000


def shown_now(project: Project, selection: Selection) -> Examined:
    """Return the report of this moment, which is made only where something has changed since.

    Of very many pairs of annotators it has those that the page shows.
    """
    return kept(
        project, "agreement", (selection,), Examined, lambda: brief(examine(project, selection))
    )


def examined_now(project: Project, selection: Selection) -> Examined:
    """Return the same with every pair."""
    found = shown_now(project, selection)
    return examine(project, selection) if found.brief else found


def brief(examined: Examined) -> Examined:
    """Leave out the pairs that the page does not show, where there are very many."""
    people = examined.report.people
    if max((len(each.pairs) for each in people), default=0) <= MOST_PAIRS:
        return examined
    few = tuple(replace(each, pairs=pairs_shown(each)) for each in people)
    return replace(examined, report=replace(examined.report, people=few), brief=True)
