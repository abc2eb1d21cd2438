"""What the list of Explore and what is done with a selection share: address, memory, files."""

from collections.abc import Iterable

from flask import abort, url_for
from flask.typing import ResponseReturnValue

from annotator.formats.articles import jsonl
from annotator.formats.labels import csv_rows
from annotator.store.models import Membership, Project
from annotator.web.explore.asked import kept
from annotator.web.exposure import learns
from annotator.web.request_log import record
from annotator.web.streaming import streamed
from annotator.work.explore import rows as reading
from annotator.work.explore.filters import DECISIONS, Filters
from annotator.work.explore.finding import Place
from annotator.work.explore.rows import Rows
from annotator.work.labelling.independence import ANSWERS
from annotator.work.labelling.independence import GOLD as BY_GOLD

TYPES = {
    "jsonl": "application/jsonl; charset=utf-8",
    "csv": "text/csv; charset=utf-8; header=present",
}


def address(slug: str, filters: Filters, after: str = "") -> str:
    """Return the address of a view, or of a later page of it."""
    return url_for("explore.show", slug=slug, **kept(filters), after=after or None)


def remember(membership: Membership, filters: Filters, rows: Rows) -> None:
    """Note what somebody who labels here, too, learns from others, before it is shown."""
    own, me = membership.pseudonym, {membership.user_id}
    others = (
        row.place.sentence
        for row in rows.rows
        if any(label.who != own for label in row.labels) or row.noted_by - me
    )
    learns(membership, others, BY_GOLD if filters.by == DECISIONS else ANSWERS)


def refuse_annotator(membership: Membership) -> None:
    """Refuse a file of all rows to an adjudicator who labels here, too, and would know them all."""
    if membership.annotator and not membership.lead:
        abort(403, "You annotate in this project: a file of all labels is for its leads.")


def send(
    project: Project, filters: Filters, places: Iterable[Place], form: str
) -> ResponseReturnValue:
    """Send rows as a file."""
    record("rows of %r downloaded as %s", project.slug, form)
    rows = reading.exported(project, filters, places)
    lines = jsonl.write(rows) if form == "jsonl" else csv_rows.table(reading.as_table(rows))
    return streamed(lines, TYPES[form], f"{project.slug}-{filters.of}.{form}")
