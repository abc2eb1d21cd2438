"""What changed between two releases of a project, drawn and in tables, and as JSON."""

import json
from pathlib import Path

from flask import Response, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue

from annotator.phrases import ROUNDING
from annotator.store.db import db
from annotator.store.models import Project, Role
from annotator.web.access import project_for
from annotator.web.releases.difference_view import view_of
from annotator.work.releases import kept as long_releases
from annotator.work.releases.difference import Difference, difference

MOST_CHANGES = 200
NOT_HERE = "The folder of this release was written by command to another location."


def show(slug: str) -> ResponseReturnValue:
    """Show what differs between `from` and `to`, by default the two newest releases."""
    project, membership = project_for(slug, Role.LEAD)
    names = [
        kept.release.name for kept in long_releases.releases_of(project, data()) if kept.folder
    ]
    newer = request.args.get("to") or next(iter(names), "")
    older = request.args.get("from") or next(iter(names[1:]), newer)
    found = compared(project, older, newer, MOST_CHANGES) if newer else None
    return render_template(
        "releases/difference.html",
        project=project,
        membership=membership,
        names=names,
        older=older,
        newer=newer,
        rounding=ROUNDING,
        view=view_of(found) if found else None,
    )


def download(slug: str) -> Response:
    """Send everything that differs between `from` and `to`."""
    project, _ = project_for(slug, Role.LEAD)
    found = compared(project, request.args.get("from", ""), request.args.get("to", ""), None)
    text = json.dumps(found.to_json(), ensure_ascii=False, indent=2) + "\n"
    return Response(text, content_type="application/json")


def compared(project: Project, older: str, newer: str, most: int | None) -> Difference:
    """Compare two releases of a project, or refuse names it does not have."""
    before, after = folder_for(project, older), folder_for(project, newer)
    db.session.rollback()  # the folders are read without the database
    return difference(before, after, most)


def folder_for(project: Project, name: str) -> Path:
    found = long_releases.get_release(project, name, data())
    if found.folder is None:
        abort(404, NOT_HERE)
    return found.folder


def data() -> Path:
    """Return the data folder of this installation."""
    return Path(current_app.config["SETTINGS"].data)
