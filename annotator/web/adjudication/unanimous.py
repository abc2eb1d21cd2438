"""Accepting together what all annotators agree on: a list to look through, then one button."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from annotator.store.models import Role
from annotator.web.access import project_for
from annotator.web.adjudication.bulk import accept_ticked, line_of, undoable
from annotator.web.adjudication.form import new_key
from annotator.web.exposure import learns
from annotator.web.paging import pager_for
from annotator.work.adjudication import bulk, queue
from annotator.work.labelling.independence import ANSWERS

bp = Blueprint("adjudicate_unanimous", __name__)
PAGE = 100


@bp.get("/projects/<slug>/adjudicate/unanimous")
def show(slug: str) -> ResponseReturnValue:
    """Show what would be accepted, nothing hidden."""
    project, membership = project_for(slug, Role.ADJUDICATOR, Role.LEAD)
    total, _ = queue.unanimous(project, 0, 0)
    pager = pager_for(total, PAGE, "sentences")
    _, places = queue.unanimous(project, pager.offset, PAGE)
    lines = [line_of(project, place) for place in places]
    learns(membership, (each.sentence.id for each in lines), ANSWERS)
    accepted, number = undoable(project)
    return render_template(
        "adjudication/unanimous.html",
        project=project,
        membership=membership,
        lines=lines,
        pager=pager,
        key=new_key(),
        accepted=accepted,
        undoable=number,
        # What comes after an acceptance was not looked through yet.
        ticked=not accepted or request.args.get("tick") == "all",
    )


@bp.post("/projects/<slug>/adjudicate/unanimous")
def accept(slug: str) -> ResponseReturnValue:
    """Accept what is ticked, without what changed meanwhile; or take back what was accepted."""
    project, _ = project_for(slug, Role.ADJUDICATOR, Role.LEAD)
    return accept_ticked(project, "adjudicate_unanimous.show", bulk.accept_unanimous)
