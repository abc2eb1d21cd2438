"""The lead's home: how far the project is, what is stuck, and who is there."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from annotator.store.models import Role
from annotator.web.access import project_for
from annotator.web.paging import pager_for
from annotator.work import people, progress

bp = Blueprint("project", __name__)


@bp.get("/projects/<slug>")
def show(slug: str) -> ResponseReturnValue:
    """Show counts: articles, sentences, who has done how much; never a label."""
    project, membership = project_for(slug, Role.LEAD)
    figures = progress.figures(project)
    pager = pager_for(figures.articles, progress.PAGE, "articles")
    columns = progress.people_of(project)
    members = people.members(project)
    short, first_short = progress.short_of_people(project)
    return render_template(
        "project/page.html",
        project=project,
        membership=membership,
        figures=figures,
        pager=pager,
        columns=columns,
        lines=progress.lines_of(project, columns, pager.offset),
        left=progress.left_of(project),
        members=members,
        role_names=people.role_names,
        last_seen=progress.last_seen(members),
        short=short,
        first_short=first_short,
    )
