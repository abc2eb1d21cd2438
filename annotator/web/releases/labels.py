"""The lead's download: every label of a project, streamed."""

from flask import Blueprint, Response, request

from annotator.formats.articles import jsonl
from annotator.formats.labels import csv_rows
from annotator.store.models import Role
from annotator.web.access import project_for
from annotator.web.request_log import record
from annotator.web.streaming import streamed
from annotator.work.labelling.annotation_rows import annotation_rows

bp = Blueprint("labels", __name__)
WRITERS = {"jsonl": jsonl.write, "csv": csv_rows.write}
TYPES = {
    "jsonl": "application/jsonl; charset=utf-8",
    "csv": "text/csv; charset=utf-8; header=present",
}


@bp.get("/projects/<slug>/labels.<any(jsonl, csv):form>")
def download(slug: str, form: str) -> Response:
    """Send the annotation rows, with `names=1` under user names; either is logged."""
    project, _ = project_for(slug, Role.LEAD)
    names = request.args.get("names") == "1"
    record("labels of %r downloaded %s names", project.slug, "with" if names else "without")
    lines = WRITERS[form](annotation_rows(project, names=names))
    return streamed(lines, TYPES[form], f"{project.slug}-labels.{form}")
