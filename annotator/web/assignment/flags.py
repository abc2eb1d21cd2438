"""Flags and notes: what annotators were unsure about, for the lead to answer."""

from datetime import datetime
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import IntegerField, TextAreaField
from wtforms.validators import InputRequired, Length

from annotator.store.clock import now
from annotator.store.db import write
from annotator.store.models import Membership, Project, Role
from annotator.web.access import project_for
from annotator.web.exposure import learns
from annotator.web.forms import LONGEST_LINE, NumberRange
from annotator.web.labelling.form import LARGEST_NUMBER
from annotator.web.paging import pager_for, refuse_unknown
from annotator.web.question import Question, ask, is_sure, posted
from annotator.web.request_log import record
from annotator.web.security import person
from annotator.work.accounts import activity
from annotator.work.assignment import flags, progress
from annotator.work.assignment.flags import Wanted
from annotator.work.explore import notes
from annotator.work.labelling.independence import ANSWERS


class ReplyForm(FlaskForm):  # type: ignore[misc]
    """A reply to one version of an answer; empty says only that it was seen."""

    revision = IntegerField("Version", [InputRequired(), NumberRange(1, LARGEST_NUMBER)])
    text = TextAreaField(
        "Reply",
        [Length(max=flags.LONGEST, message=f"At most {flags.LONGEST:,} characters.")],
    )


def show(slug: str) -> ResponseReturnValue:
    """List what waits for a reply."""
    project, membership = project_for(slug, Role.LEAD)
    return page(project, membership)


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


def see_all(slug: str) -> ResponseReturnValue:
    """Mark as seen all that the filters show, after a question; what was said since waits on."""
    project, membership = project_for(slug, Role.LEAD)
    wanted, kept, _ = asked_for(project, request.form)
    try:
        until = datetime.fromisoformat(request.form.get("until", ""))
    except ValueError:
        abort(400)
    if until.tzinfo is None:
        abort(400)
    here = url_for("flags.show", slug=slug, **kept)
    if not is_sure():
        number = flags.count_waiting(project, wanted)
        lines = [
            f"{number:,} flags and notes will be marked as seen without a reply. The"
            " annotators are not told. An answer that changes waits again."
        ]
        asked = Question(
            "Mark as seen?", lines, "Mark as seen", request.path, here, fields=posted()
        )
        return ask(membership, asked)
    with write():
        done = flags.see_all(project, wanted, until, person())
        what = f"{done:,} flags and notes marked as seen"
        activity.note(project, person(), activity.ASSIGNMENT, what)
    record("%d flags or notes in %r marked as seen", done, slug)
    flash(f"{done:,} flags and notes marked as seen.")
    return redirect(url_for("flags.show", slug=slug), 303)


def asked_for(
    project: Project, given: "MultiDict[str, str]"
) -> tuple[Wanted, dict[str, Any], list[Membership]]:
    """Return what the filters ask for, the same for links, and who can be chosen."""
    people = progress.people_of(project)
    by_pseudonym = {each.pseudonym: each for each in people}
    name, kind = given.get("person", ""), given.get("kind", "")
    if (name and name not in by_pseudonym) or (kind and kind not in flags.KINDS):
        abort(400, "This is not a valid filter.")
    text = " ".join(given.get("q", "").replace("\0", "").split())[:LONGEST_LINE]
    kept = {"person": name, "kind": kind, "q": text}
    wanted = Wanted(by_pseudonym.get(name), kind, text)
    return wanted, {key: value for key, value in kept.items() if value}, people


def page(
    project: Project, membership: Membership, answer_id: int = 0, form: ReplyForm | None = None
) -> str:
    """Render the list; a refused reply stands where it was typed."""
    refuse_unknown("person", "kind", "q")
    until = now()
    wanted, kept, people = asked_for(project, request.args)
    ids = flags.waiting_in_order(project, wanted)
    pager = pager_for(len(ids), flags.PAGE, "flags and notes", kept)
    entries = flags.entries_of(project, ids[pager.offset : pager.last])
    others = (each.answer for each in entries if each.answer.user_id != membership.user_id)
    learns(membership, (answer.sentence.id for answer in others), ANSWERS)
    return render_template(
        "assignment/flags/page.html",
        project=project,
        membership=membership,
        pager=pager,
        entries=entries,
        kept=kept,
        people=people,
        kinds=flags.KINDS,
        until=until.isoformat(),
        written=notes.notes_of(project),
        refused=answer_id,
        form=form,
    )
