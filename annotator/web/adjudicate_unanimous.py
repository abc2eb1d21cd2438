"""Accepting together what all annotators agree on: a list to look through, then one button."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from annotator.store.models import Role
from annotator.web.accepting_form import accept_ticked, line_of
from annotator.web.access import project_for
from annotator.web.decision_form import new_key
from annotator.web.exposure import learns
from annotator.web.paging import pager_for
from annotator.work import accepting, queueing
from annotator.work.independence import ANSWERS

bp = Blueprint("adjudicate_unanimous", __name__)
PAGE = 100


@bp.get("/projects/<slug>/adjudicate/unanimous")
def show(slug: str) -> ResponseReturnValue:
    """Show what would be accepted, nothing hidden."""
    project, membership = project_for(slug, Role.ADJUDICATOR, Role.LEAD)
    total, _ = queueing.unanimous(project, 0, 0)
    pager = pager_for(total, PAGE, "sentences")
    _, places = queueing.unanimous(project, pager.offset, PAGE)
    lines = [line_of(project, place) for place in places]
    learns(membership, (each.sentence.id for each in lines), ANSWERS)
    return render_template(
        "adjudicate/unanimous.html",
        project=project,
        membership=membership,
        lines=lines,
        pager=pager,
        key=new_key(),
    )


@bp.post("/projects/<slug>/adjudicate/unanimous")
def accept(slug: str) -> ResponseReturnValue:
    """Accept the sentences that are ticked; what changed meanwhile is left out, and said."""
    project, _ = project_for(slug, Role.ADJUDICATOR, Role.LEAD)
    accept_ticked(project, accepting.accept_unanimous)
    return redirect(url_for("adjudicate_unanimous.show", slug=slug), 303)
