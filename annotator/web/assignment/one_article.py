"""One article of one person: a lead returns it with a note, moves it, closes it, dates it."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy import inspect, select
from wtforms import DateField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from annotator.errors import NotFoundError, RefusedError
from annotator.store.clock import now
from annotator.store.db import db, write
from annotator.store.models import Article, Assignment, Membership, Project, Role
from annotator.web.access import project_for
from annotator.web.request_log import record
from annotator.web.security import person
from annotator.work.accounts import activity
from annotator.work.articles import listing
from annotator.work.assignment import assigning, progress, reassigning

DONE = {
    "return": "returned to {name}",
    "close": "closed for {name}; saved answers are kept, and it can be reopened",
    "reopen": "reopened for {name}",
    "reassign": "reassigned from {name} to {to}",
    "due": "has a new due date for {name}",
}
GONE = "unassigned from {name}, who had no saved answers"


class AssignmentForm(FlaskForm):  # type: ignore[misc]
    """What to do; each button has its own field."""

    note = TextAreaField("Note", [Length(max=10_000)])
    to = StringField("To", [Length(max=64)])
    due_on = DateField("Due", [Optional()])


def show(slug: str, article_id: int, pseudonym: str) -> ResponseReturnValue:
    """Show how far it is, and what can be done."""
    project, membership = project_for(slug, Role.LEAD)
    article, holder = parts(project, article_id, pseudonym)
    return page(project, membership, article, holder, AssignmentForm(formdata=None))


def change(slug: str, article_id: int, pseudonym: str) -> ResponseReturnValue:
    """Do what the button says."""
    project, membership = project_for(slug, Role.LEAD)
    article, holder = parts(project, article_id, pseudonym)
    form, act = AssignmentForm(), request.form.get("act", "")
    if act not in DONE:
        abort(400)
    if not form.validate():
        return page(project, membership, article, holder, form, "Check the fields below."), 422
    try:
        with write():
            # The project before the assignment: whoever gives work takes them in this order.
            assigning.lock(project)
            assignment = reassigning.assignment_for(project, article, holder.user)
            make(project, assignment, act, form)
            gone = act == "close" and inspect(assignment).was_deleted
            said = (GONE if gone else DONE[act]).format(name=holder.pseudonym, to=form.to.data)
            what = f"Article {article.key} {said}"
            activity.note(project, person(), activity.ASSIGNMENT, what)
    except NotFoundError:
        raise
    except RefusedError as error:
        return page(project, membership, article, holder, form, str(error)), 422
    record("article %r of %r %s", article.key, slug, said)
    flash(f"Article {article.key} {said}.")
    return redirect(url_for("project.show", slug=slug), 303)


def make(project: Project, assignment: Assignment, act: str, form: AssignmentForm) -> None:
    """Do one thing with an assignment; to be called within a write."""
    if act == "return":
        reassigning.return_to(assignment, form.note.data or "")
    elif act == "close":
        reassigning.close(assignment)
    elif act == "reopen":
        reassigning.reopen(project, assignment)
    elif act == "due":
        reassigning.set_due(assignment, form.due_on.data)
    else:
        if not form.to.data:
            raise RefusedError("Choose an annotator.")
        (to,) = assigning.available(project, [form.to.data])
        reassigning.reassign(project, assignment, to)


def parts(project: Project, article_id: int, pseudonym: str) -> tuple[Article, Membership]:
    """Return the article and the person that an address names, or 404."""
    article = listing.article_of(project, article_id)
    holder = db.session.scalar(
        select(Membership).where(
            Membership.project_id == project.id, Membership.pseudonym == pseudonym
        )
    )
    if article is None or holder is None:
        abort(404)
    return article, holder


def page(
    project: Project,
    membership: Membership,
    article: Article,
    holder: Membership,
    form: Any,
    said: str = "",
) -> str:
    """Render the page."""
    assignment = db.session.scalar(
        select(Assignment).where(
            Assignment.article_id == article.id, Assignment.user_id == holder.user_id
        )
    )
    return render_template(
        "assignment/one_article/page.html",
        project=project,
        membership=membership,
        article=article,
        holder=holder,
        assignment=assignment,
        state=progress.state_of(assignment, now().date()) if assignment else "none",
        form=form,
        said=said,
        free=reassigning.free_people(project, article),
    )
