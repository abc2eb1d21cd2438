"""Accepting together what a clear majority says: a list with both sides, then one button."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from annotator.store.models import Role
from annotator.web.access import project_for
from annotator.web.adjudication.bulk import accept_ticked, line_of, undoable
from annotator.web.adjudication.form import new_key
from annotator.web.exposure import learns
from annotator.web.paging import pager_for
from annotator.work.adjudication import bulk
from annotator.work.adjudication.bulk import clear_majorities, places_of
from annotator.work.labelling.independence import ANSWERS

bp = Blueprint("adjudicate_majority", __name__)
PAGE = 50


@bp.get("/projects/<slug>/adjudicate/majority")
def show(slug: str) -> ResponseReturnValue:
    """Show what would be accepted, with what the minority says."""
    project, membership = project_for(slug, Role.ADJUDICATOR, Role.LEAD)
    found = clear_majorities(project).tolist()
    pager = pager_for(len(found), PAGE, "sentences")
    places = places_of(found[pager.offset : pager.last])
    lines = [line_of(project, place) for place in places]
    learns(membership, (each.sentence.id for each in lines), ANSWERS)
    accepted, number = undoable(project)
    return render_template(
        "adjudication/majority.html",
        project=project,
        membership=membership,
        lines=lines,
        pager=pager,
        key=new_key(),
        accepted=accepted,
        undoable=number,
        ticked=request.args.get("tick") == "all",
    )


@bp.post("/projects/<slug>/adjudicate/majority")
def accept(slug: str) -> ResponseReturnValue:
    """Accept what is ticked, without what changed meanwhile; or take back what was accepted."""
    project, _ = project_for(slug, Role.ADJUDICATOR, Role.LEAD)
    return accept_ticked(project, "adjudicate_majority.show", bulk.accept_majority)
