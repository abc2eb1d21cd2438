"""The people of a project: invite by a link that works once, give roles, shut out."""

from collections.abc import Sequence

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from annotator.store.db import db, write
from annotator.store.models import Membership, Project, Role, User
from annotator.web.access import project_for
from annotator.web.security import person
from annotator.web.team_forms import InviteForm, MemberForm
from annotator.work import accounts, people, progress
from annotator.work.errors import RefusedError

bp = Blueprint("people", __name__)

ACTS = ("roles", "link", "disable", "enable")


@bp.get("/projects/<slug>/people")
def show(slug: str) -> ResponseReturnValue:
    """Show who is in the project."""
    project, membership = project_for(slug, Role.LEAD)
    return page(project, membership, empty_invitation())


@bp.post("/projects/<slug>/people")
def invite(slug: str) -> ResponseReturnValue:
    """Add a person; whoever is new gets a link, which is shown this once."""
    project, membership = project_for(slug, Role.LEAD)
    form = InviteForm()
    if not form.validate():
        return page(project, membership, form), 422
    try:
        with write():
            known = accounts.find_user(form.username.data)
            user = known or accounts.add_user(form.username.data)
            joined = people.join(project, user, form.roles.data or [])
            link = None if known else link_for(user)
    except RefusedError as error:
        form.username.errors = [str(error)]
        return page(project, membership, form), 422
    said = f"{user.username} is {joined.pseudonym} here: {people.role_names(joined)}."
    if known:
        said += " The account was there already; the project shows after the next sign-in."
    return page(project, membership, empty_invitation(), said, link)


@bp.post("/projects/<slug>/people/<pseudonym>")
def change(slug: str, pseudonym: str) -> ResponseReturnValue:
    """Change the roles of a person, make a new link, disable or enable the account."""
    project, membership = project_for(slug, Role.LEAD)
    act, member = request.form.get("act", ""), member_of(project, pseudonym)
    form = MemberForm()
    if act not in ACTS or not form.validate():
        abort(400)
    try:
        with write():
            link = make(member, act, form.roles.data or [])
    except RefusedError as error:
        return page(project, membership, empty_invitation(), refused=str(error)), 422
    said = {
        "roles": f"{pseudonym} is now: {people.role_names(member) or 'without a role'}.",
        "link": f"A new link for {member.user.username}; older ones have ended.",
        "disable": f"{member.user.username} is disabled and signed out everywhere.",
        "enable": f"{member.user.username} is enabled again.",
    }[act]
    if link:
        return page(project, membership, empty_invitation(), said, link)
    flash(said)
    own_role_gone = member.user_id == person().id and not member.lead
    there = url_for("my_work.show") if own_role_gone else url_for("people.show", slug=slug)
    return redirect(there, 303)


def make(member: Membership, act: str, roles: Sequence[str]) -> str | None:
    """Do one thing with a member, within a write; return a link if one was made."""
    if act == "roles":
        people.set_roles(member, roles)
        return None
    user = member.user
    if not people.is_in_hands_of(user, person()):
        raise RefusedError(
            f"{user.username} is in projects that you do not lead, or is you. Take away the roles"
            " here instead, or ask whoever runs the server."
        )
    if act == "link":
        return link_for(user)
    if act == "disable":
        accounts.disable(user)
    else:
        accounts.enable(user)
    return None


def link_for(user: User) -> str:
    """Return a new sign-in link as the address that the person opens."""
    token = accounts.make_link(user)
    return url_for("sign_in.show_link", token=token, _external=True)


def member_of(project: Project, pseudonym: str) -> Membership:
    """Return the member of this pseudonym, or 404."""
    found = db.session.scalar(
        select(Membership).where(
            Membership.project_id == project.id, Membership.pseudonym == pseudonym
        )
    )
    if found is None:
        abort(404)
    return found


def empty_invitation() -> InviteForm:
    """Return the form for the next person."""
    return InviteForm(formdata=None, roles=[Role.ANNOTATOR.value])


def page(
    project: Project,
    membership: Membership,
    form: InviteForm,
    said: str = "",
    link: str | None = None,
    refused: str = "",
) -> str:
    """Render the people."""
    members = people.members(project)
    return render_template(
        "people/page.html",
        project=project,
        membership=membership,
        form=form,
        said=said,
        link=link,
        refused=refused,
        members=members,
        roles=list(Role),
        last_seen=progress.last_seen(members),
        in_hands={each.id for each in members if people.is_in_hands_of(each.user, person())},
        hours=accounts.LINK_HOURS,
    )
