"""Flags and notes: what annotators were unsure about, for the lead to answer."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import IntegerField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from annotator.store.db import write
from annotator.store.models import Membership, Project, Role
from annotator.web.access import project_for
from annotator.web.exposure import learns
from annotator.web.labelling.form import LARGEST_NUMBER
from annotator.web.paging import pager_for, refuse_unknown
from annotator.web.request_log import record
from annotator.web.security import person
from annotator.work.assignment import flags
from annotator.work.labelling.independence import ANSWERS

bp = Blueprint("flags", __name__)


class ReplyForm(FlaskForm):  # type: ignore[misc]
    """A reply to one version of an answer; empty says only that it was seen."""

    revision = IntegerField("Version", [InputRequired(), NumberRange(1, LARGEST_NUMBER)])
    text = TextAreaField(
        "Reply",
        [Length(max=flags.LONGEST, message=f"At most {flags.LONGEST:,} characters.")],
    )


@bp.get("/projects/<slug>/flags")
def show(slug: str) -> ResponseReturnValue:
    """List what waits for a reply."""
    project, membership = project_for(slug, Role.LEAD)
    return page(project, membership)


@bp.post("/projects/<slug>/flags/<int:answer_id>")
def reply(slug: str, answer_id: int) -> ResponseReturnValue:
    """Store a reply."""
    project, membership = project_for(slug, Role.LEAD)
    form = ReplyForm()
    if not form.validate():
        return page(project, membership, answer_id, form), 422
    with write():
        made = flags.reply(project, answer_id, form.revision.data, form.text.data or "", person())
    done = "replied to" if made.text else "marked as seen"
    record("flag or note on answer %d in %r %s", answer_id, slug, done)
    flash("Replied; the annotator sees it under My work." if made.text else "Marked as seen.")
    return redirect(url_for("flags.show", slug=slug), 303)


def page(
    project: Project, membership: Membership, answer_id: int = 0, form: ReplyForm | None = None
) -> str:
    """Render the list; a refused reply stands where it was typed."""
    refuse_unknown()
    pager = pager_for(flags.count_waiting(project), flags.PAGE, "flags and notes")
    entries = flags.flagged_in(project, pager.offset)
    others = (each.answer for each in entries if each.answer.user_id != membership.user_id)
    learns(membership, (answer.sentence.id for answer in others), ANSWERS)
    return render_template(
        "assignment/flags/page.html",
        project=project,
        membership=membership,
        pager=pager,
        entries=entries,
        refused=answer_id,
        form=form,
    )
