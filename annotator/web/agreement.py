"""The agreement page: where agreement breaks, and numbers that survive review."""

from flask import Blueprint, Response, render_template

from annotator.store.clock import now
from annotator.store.models import Role
from annotator.web.access import project_for
from annotator.web.agreement_view import view_of
from annotator.work import wording
from annotator.work.reporting import as_json, report_for

bp = Blueprint("agreement", __name__)


@bp.get("/projects/<slug>/agreement")
def show(slug: str) -> str:
    """Show the report of a project as it is now."""
    project, membership = project_for(slug, Role.LEAD, Role.ADJUDICATOR)
    report = report_for(project)
    empty = report.scope.double_labelled == 0
    return render_template(
        "agreement/page.html",
        project=project,
        membership=membership,
        view=None if empty else view_of(report, project.codebook),
        at=now(),
        nothing=wording.nothing(report),
    )


@bp.get("/projects/<slug>/agreement.json")
def download(slug: str) -> Response:
    """Return the exact numbers of the page."""
    project, _ = project_for(slug, Role.LEAD)
    name = f"{project.slug}-agreement.json"
    return Response(
        as_json(report_for(project)),
        mimetype="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
