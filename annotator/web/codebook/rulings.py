"""Case law: the decisions that cite a rule, and the press that makes one an example."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from annotator.errors import NotFoundError, RefusedError
from annotator.store.db import write
from annotator.store.models import Role
from annotator.web.access import project_for
from annotator.web.request_log import record
from annotator.web.security import person
from annotator.work.codebook import precedents, rulings, usage


def show(slug: str, rule: str) -> ResponseReturnValue:
    """Show the decisions that cite a rule, the newest first."""
    project, membership = project_for(slug, Role.LEAD, Role.ADJUDICATOR)
    known = next((each for each in project.codebook.rules if each.id == rule), None)
    if known is None:
        abort(404)
    found = rulings.rulings_on(project, rule)
    return render_template(
        "codebook/rulings.html",
        project=project,
        membership=membership,
        rule=known,
        cited=usage.citations(project).get(rule, 0),
        found=found,
        shown=precedents.times_shown([each.decision.id for each in found]),
    )


def add(slug: str, number: int) -> ResponseReturnValue:
    """Make a decision an example in the draft of the next version."""
    project, membership = project_for(slug, Role.LEAD, Role.ADJUDICATOR)
    place = request.form.get("place", "")
    try:
        with write():
            rulings.add_example(project, number, place, person())
    except NotFoundError:
        raise
    except RefusedError as error:
        flash(str(error))
    else:
        record("decision %d of %r made an example of %r", number, slug, place)
        where = "" if membership.lead else " The lead publishes it."
        flash(f"Example of {place} in the draft of the next version.{where}")
    decision = rulings.ruling(project, number).decision
    back = request.form.get("rule", "")
    if back and back == decision.rule:
        return redirect(url_for(".show", slug=slug, rule=back), 303)
    sentence = decision.sentence
    there = url_for(
        "adjudicate_history.show",
        slug=slug,
        article_id=sentence.article_id,
        position=sentence.position,
    )
    return redirect(there, 303)
