"""Which articles of a project an address, or a form that was sent from the list, asks for."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort, request
from werkzeug.datastructures import MultiDict

from annotator.store.models import Membership, Project
from annotator.web.forms import LONGEST_LINE
from annotator.web.labelling.form import LARGEST_NUMBER
from annotator.work.articles import listing
from annotator.work.articles.listing import Asked
from annotator.work.assignment import matrix, progress
from annotator.work.assignment.matrix import Wanted

NAMES = ("q", "state", "person", "missing", "language", "sort", "dir")
# So many articles take part in one act.
MOST = 2000


@dataclass(frozen=True)
class Filters:
    """What is asked for, what links carry on of it, and what can be chosen."""

    asked: Asked
    kept: dict[str, str]
    people: Sequence[Membership]
    languages: Sequence[str]


def filters_of(project: Project, given: "MultiDict[str, str]") -> Filters:
    """Read the filters of the list; a wrong one is 400."""
    people, languages = progress.people_of(project), listing.languages_of(project)
    by_pseudonym = {each.pseudonym: each for each in people}
    offered = {
        "state": [*matrix.STATES],
        "person": [*by_pseudonym],
        "missing": [*listing.MISSING],
        "language": languages,
        "sort": [*listing.SORTS],
        "dir": ["up", "down"],
    }
    kept = {"q": " ".join(given.get("q", "").replace("\0", "").split())[:LONGEST_LINE]}
    for name, values in offered.items():
        value = given.get(name, "")
        if value and value not in values:
            abort(400, f"“{value[:64]}” is not a valid {name}.")
        kept[name] = value
    if kept["person"] and kept["state"] in matrix.OF_ARTICLES:
        abort(400, "This state applies to whole articles; choose it without an annotator.")
    wanted = Wanted(
        kept["q"],
        kept["state"],
        by_pseudonym.get(kept["person"]),
        down=kept["dir"] == "down",
    )
    asked = Asked(wanted, kept["missing"], kept["language"], kept["sort"] or "key")
    return Filters(asked, {name: value for name, value in kept.items() if value}, people, languages)


def ticked(project: Project) -> list[int]:
    """Return the numbers of the articles that a form names, or of all that its filters show."""
    if request.form.get("all") == "y":
        numbers = listing.numbers_of(project, filters_of(project, request.form).asked)
    else:
        try:
            numbers = [int(value) for value in request.form.getlist("article")]
        except ValueError:
            abort(400)
        if any(not 0 < number <= LARGEST_NUMBER for number in numbers):
            abort(400)
    if len(numbers) > MOST:
        abort(422, f"Select at most {MOST:,} articles at once.")
    return sorted({*numbers})
