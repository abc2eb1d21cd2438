"""The people of a project: invite by a link that works once, give roles, shut out."""

from collections.abc import Sequence

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from annotator.errors import RefusedError
from annotator.phrases import counted
from annotator.store.db import db, write
from annotator.store.models import Membership, Project, Role, User
from annotator.web.access import project_for
from annotator.web.accounts.forms import InviteForm, MemberForm
from annotator.web.question import Question, ask, is_sure, posted
from annotator.web.request_log import record
from annotator.web.security import person
from annotator.work.accounts import accounts, memberships
from annotator.work.assignment import leaving, progress

bp = Blueprint("people", __name__)

ACTS = ("roles", "link", "disable", "enable")
DONE = {
    "link": "sign-in link for %r made",
    "disable": "account %r disabled",
    "enable": "account %r enabled",
}


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
            joined = memberships.join(project, user, form.roles.data or [])
            link = None if known else link_for(user)
    except RefusedError as error:
        form.username.errors = [str(error)]
        return page(project, membership, form), 422
    held = memberships.role_names(joined)
    record("%r invited to %r as %s: %s", user.username, slug, joined.pseudonym, held)
    if link:
        record("sign-in link for %r made", user.username)
    said = f"{user.username} was added as {joined.pseudonym}: {memberships.role_names(joined)}."
    if known:
        said += " The account already existed; the project now appears under its My work."
        said += ended_password(user)
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
        asked = None if is_sure() else question(project, member, act, form.roles.data or [])
        if asked is not None:
            return ask(membership, asked)
        with write():
            link = make(member, act, form.roles.data or [])
    except RefusedError as error:
        return page(project, membership, empty_invitation(), refused=str(error)), 422
    record_change(project, member, act)
    open_still = still_open(member)
    said = {
        "roles": f"Roles of {pseudonym}: {memberships.role_names(member) or 'none'}."
        f"{open_still if not member.annotator else ''}",
        "link": f"New link for {member.user.username}; older links no longer work.",
        "disable": f"{member.user.username} is disabled and signed out everywhere.{open_still}",
        "enable": f"{member.user.username} is enabled.",
    }[act]
    if link:
        return page(project, membership, empty_invitation(), said, link)
    flash(said)
    own_role_gone = is_me(member) and not member.lead
    there = url_for("my_work.show") if own_role_gone else url_for("people.show", slug=slug)
    return redirect(there, 303)


def ended_password(user: User) -> str:
    """Say that a person who has joined cannot sign in by password any more, and who can help."""
    if not user.password_ended:
        return ""
    name = user.username
    helps = (
        f"the administrator can create a link (annotator user link {name}) or set a new one"
        f" (annotator user password {name})."
    )
    if memberships.is_in_hands_of(user, person()):
        helps = "create a new link below."
    return (
        f" The password is no longer valid, because a lead of another project may know it: {helps}"
    )


def record_change(project: Project, member: Membership, act: str) -> None:
    """Write down what was done with a member."""
    name = member.user.username
    if act == "roles":
        held = memberships.role_names(member) or "none"
        record("roles of %r in %r set: %s", name, project.slug, held)
    else:
        record(DONE[act], name)


def question(
    project: Project, member: Membership, act: str, roles: Sequence[str]
) -> Question | None:
    """Return what to ask before an act that shuts somebody out, or None; refuse what cannot be."""
    name = member.user.username
    here = url_for("people.change", slug=project.slug, pseudonym=member.pseudonym)
    back = url_for("people.show", slug=project.slug)
    if act == "disable":
        refuse_unless_in_hands(member.user)
        said = [
            f"{name} is signed out everywhere at once, and sign-in links stop working. The labels"
            " are kept, and you can enable the account again."
        ]
        heading, yes = f"Disable {name}?", f"Disable {name}"
    elif act == "roles" and member.lead and Role.LEAD.value not in roles and is_me(member):
        memberships.refuse_without_lead(member)
        said = [
            "You lose access to the overview, people, settings and releases of this project at"
            " once. Only another lead can give the role back to you."
        ]
        heading, yes = "Give up your role as lead?", "Give up role"
    elif act == "roles" and member.annotator and Role.ANNOTATOR.value not in roles:
        if not still_open(member):
            return None
        said = [f"{member.pseudonym} ({name}) will no longer be able to label in this project."]
        heading, yes = f"Remove the role annotator from {member.pseudonym}?", "Remove role"
    else:
        return None
    said += [still_open(member).strip()] if still_open(member) else []
    return Question(heading, said, yes, here, back, fields=posted())


def is_me(member: Membership) -> bool:
    """Say whether a member is the person signed in."""
    return member.user_id == person().id


def still_open(member: Membership) -> str:
    """Say how much open work stays with somebody who leaves, and what frees the places."""
    kept = leaving.kept_by(member)
    if not kept:
        return ""
    left = sum(each.article.sentence_count - each.decided_count for each in kept)
    return (
        f" {member.pseudonym} still has {counted(len(kept), 'open article')},"
        f" {counted(left, 'answer')} left; use Assign to give them to other annotators."
    )


def refuse_unless_in_hands(user: User) -> None:
    """Refuse to open or shut an account that reaches into others' projects."""
    if not memberships.is_in_hands_of(user, person()):
        raise RefusedError(
            f"{user.username} is a member of projects that you do not lead, or is you. Remove the"
            " roles here instead, or ask the administrator: annotator user password"
            f" {user.username} sets a new password, annotator user link {user.username} creates a"
            " sign-in link."
        )


def make(member: Membership, act: str, roles: Sequence[str]) -> str | None:
    """Do one thing with a member, within a write; return a link if one was made."""
    if act == "roles":
        memberships.set_roles(member, roles)
        return None
    user = member.user
    refuse_unless_in_hands(user)
    if act == "link":
        return link_for(user)
    if act == "disable":
        accounts.disable(user)
    else:
        accounts.enable(user)
    return None


def link_for(user: User) -> str:
    """Return a new sign-in link as the address that the person opens."""
    token = accounts.make_link(user, by=person())
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
    members = memberships.members(project)
    return render_template(
        "accounts/people/page.html",
        project=project,
        membership=membership,
        form=form,
        said=said,
        link=link,
        refused=refused,
        members=members,
        roles=list(Role),
        last_seen=progress.last_seen(members),
        in_hands=memberships.held_by(person(), [each.user_id for each in members]),
        hours=accounts.LINK_HOURS,
    )
