"""The lead's download: every label of a project, streamed."""

from flask import Response, request

from annotator.formats.labels import csv_rows
from annotator.formats.labels.csv_rows import DIALECTS
from annotator.formats.labels.exports import CSV, FORMS
from annotator.store.models import Role
from annotator.store.models.answers import WORK
from annotator.web.access import project_for
from annotator.web.paging import chosen
from annotator.web.request_log import record
from annotator.web.streaming import streamed
from annotator.work import copies
from annotator.work.labelling.annotation_rows import annotation_rows


def download(slug: str, form: str) -> Response:
    """Send the annotation rows in one of `FORMS`, with `names=1` under user names; it is logged.

    `for` names the dialect of a CSV, `purpose` what the articles were given for: by default work.
    """
    project, _ = project_for(slug, Role.LEAD)
    names = request.args.get("names") == "1"
    record("labels of %r downloaded %s names", project.slug, "with" if names else "without")
    purposes = copies.chosen(chosen("purpose", copies.CHOICES, WORK))
    rows = annotation_rows(project, names=names, purposes=purposes)
    dialect = DIALECTS[chosen("for", DIALECTS, "any")]
    chosen_form = FORMS[form]
    lines = csv_rows.write(rows, dialect) if form == CSV else chosen_form.write(rows)
    return streamed(lines, chosen_form.content_type, f"{project.slug}-labels{chosen_form.ending}")
