"""Invite many people: a pasted list, what becomes of each line, then links to hand out."""

from collections.abc import Sequence

from flask import Response, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from annotator.errors import RefusedError
from annotator.formats.labels import csv_rows
from annotator.phrases import counted
from annotator.store.db import write
from annotator.store.models import Membership, Project, Role
from annotator.web.access import project_for
from annotator.web.accounts.forms import RolesField, role_choices
from annotator.web.request_log import record
from annotator.web.security import person
from annotator.work.accounts import accounts, activity, inviting
from annotator.work.accounts.inviting import HEADINGS, Invited, Invitee


class ManyForm(FlaskForm):  # type: ignore[misc]
    """A list of people, and what they are to do."""

    people = TextAreaField(
        "People", [InputRequired("Enter at least one person."), Length(max=40_000)]
    )
    roles = RolesField("Roles", choices=role_choices())


def show(slug: str) -> ResponseReturnValue:
    """Ask for a list."""
    project, membership = project_for(slug, Role.LEAD)
    return page(project, membership, ManyForm(formdata=None, roles=[Role.ANNOTATOR.value]))


def invite(slug: str) -> ResponseReturnValue:
    """Show what becomes of each line; when the lead has seen it, add them all, or nobody."""
    project, membership = project_for(slug, Role.LEAD)
    form = ManyForm()
    act = request.form.get("act", "")
    if not form.validate():
        return page(project, membership, form), 422
    try:
        found = inviting.read_list(project, form.people.data)
        if not form.roles.data:
            form.roles.errors = ["Choose at least one role."]
        if act not in ("invite", "download") or form.roles.errors or not found:
            wrong = form.roles.errors or any(each.fault for each in found)
            return page(project, membership, form, found), 422 if wrong else 200
        with write():
            # Addresses are stored where single sign-on finds accounts by them.
            lead = person() if current_app.config["SETTINGS"].sso else None
            done = inviting.invite(project, found, form.roles.data, lead=lead)
            rows = [row_of(each) for each in done]
            names = ", ".join(each.membership.pseudonym for each in done)
            activity.note(project, person(), activity.PEOPLE, f"Invited {names}"[:2000])
    except RefusedError as error:
        form.people.errors = [f"{error}. Nobody was invited."]
        return page(project, membership, form), 422
    fresh = sum(each.fresh for each in done)
    record("%s invited to %r, %d accounts made", counted(len(done), "member"), slug, fresh)
    if act == "download":
        return attachment(rows, slug)
    return page(project, membership, form, done=done, rows=rows)


def row_of(invited: Invited) -> tuple[str, ...]:
    """Return a person as a line of the file, with a link where the account is new."""
    link = ""
    if invited.fresh:
        token = accounts.make_link(invited.user, by=person())
        link = url_for("sign_in.show_link", token=token, _external=True)
    each = invited.invitee
    return (each.name, invited.user.username, each.mail, invited.membership.pseudonym, link)


def attachment(rows: Sequence[tuple[str, ...]], slug: str) -> Response:
    """Return the links as CSV, with a byte order mark for spreadsheets."""
    text = "\ufeff" + "".join(csv_rows.table([HEADINGS, *rows]))
    reply = Response(text, content_type="text/csv; charset=utf-8")
    reply.headers["Content-Disposition"] = f'attachment; filename="{slug}-links.csv"'
    return reply


def page(
    project: Project,
    membership: Membership,
    form: ManyForm,
    found: Sequence[Invitee] = (),
    done: Sequence[Invited] = (),
    rows: Sequence[tuple[str, ...]] = (),
) -> str:
    """Render the form, what would become of its lines, or what has."""
    return render_template(
        "accounts/people/many.html",
        project=project,
        membership=membership,
        form=form,
        found=found,
        faults=[each for each in found if each.fault],
        done=done,
        rows=rows,
        headings=HEADINGS,
        has_sso=current_app.config["SETTINGS"].sso is not None,
        hours=accounts.LINK_HOURS,
    )
