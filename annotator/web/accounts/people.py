"""The people of a project: invite by a link that works once, give roles, shut out."""

from collections.abc import Sequence

from flask import abort, current_app, flash, redirect, render_template, request, url_for
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
from annotator.work.accounts import accounts, activity, memberships, removal
from annotator.work.assignment import leaving, progress
from annotator.work.identity import second_factor

ACTS = ("roles", "link", "disable", "enable", "factor", "remove")
DONE = {
    "link": "sign-in link for user %d made",
    "disable": "account of user %d disabled",
    "enable": "account of user %d enabled",
    "factor": "second factor of user %d reset",
    "remove": "user %d removed",
}


def show(slug: str) -> ResponseReturnValue:
    """Show who is in the project."""
    project, membership = project_for(slug, Role.LEAD)
    return page(project, membership, empty_invitation())


def invite(slug: str) -> ResponseReturnValue:
    """Add a person; whoever is new gets a link, which is shown this once."""
    project, membership = project_for(slug, Role.LEAD)
    if request.form.get("act") == "hand_over":
        return hand_over(project, membership)
    form = InviteForm()
    if not form.validate():
        return page(project, membership, form), 422
    try:
        with write():
            known = accounts.find_user(form.username.data)
            user = known or accounts.add_user(form.username.data)
            email = (form.email.data or "") if has_sso() else ""
            if email:
                accounts.give_email(user, email, person())
            joined = memberships.join(project, user, form.roles.data or [], email=email)
            link = None if known else link_for(user)
            held = memberships.role_names(joined)
            done = f"{joined.pseudonym} {'added' if known else 'invited'}: {held}"
            activity.note(project, person(), activity.PEOPLE, done)
    except RefusedError as error:
        form.username.errors = [str(error)]
        return page(project, membership, form), 422
    record("user %d invited to %r as %s: %s", user.id, slug, joined.pseudonym, held)
    if link:
        record("sign-in link for user %d made", user.id)
    said = f"{user.username} was added as {joined.pseudonym}: {memberships.role_names(joined)}."
    if known:
        said += " The account already existed; the project now appears under its My work."
        said += ended_password(user)
    return page(project, membership, empty_invitation(), said, link)


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
            activity.note(project, person(), activity.PEOPLE, done_to(member, act))
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
        "factor": f"The second factor of {member.user.username} is reset, and its sessions ended.",
        "remove": f"The person behind {pseudonym} is removed; the labels are kept.{open_still}",
    }[act]
    if link:
        return page(project, membership, empty_invitation(), said, link)
    flash(said)
    own_role_gone = is_me(member) and not member.lead
    there = url_for("my_work.show") if own_role_gone else url_for("people.show", slug=slug)
    return redirect(there, 303)


def hand_over(project: Project, membership: Membership) -> ResponseReturnValue:
    """Make another member lead in the place of the one who leaves, after a question."""
    to = member_of(project, request.form.get("to", ""))
    name = to.user.username
    if not is_sure():
        said = [
            f"{name} becomes lead of {project.name}, and you lose access to the overview, people,"
            " settings and releases at once. Your other roles stay.",
            "Sign-in links that you have created and nobody has used stop working.",
        ]
        here = url_for("people.show", slug=project.slug)
        question = Question(
            f"Hand over to {name}?",
            said,
            "Hand over",
            url_for("people.invite", slug=project.slug),
            here,
            fields=posted(),
        )
        return ask(membership, question)
    try:
        with write():
            memberships.hand_over(membership, to)
            done = f"{membership.pseudonym} handed over to {to.pseudonym}"
            activity.note(project, person(), activity.PEOPLE, done)
    except RefusedError as error:
        return page(project, membership, empty_invitation(), refused=str(error)), 422
    record("lead of %r handed over to user %d", project.slug, to.user_id)
    flash(f"{name} is lead of {project.name} now.")
    return redirect(url_for("my_work.show"), 303)


def has_sso() -> bool:
    """Say whether people can sign in by a provider, and so have an e-mail address here."""
    return current_app.config["SETTINGS"].sso is not None


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


def done_to(member: Membership, act: str) -> str:
    """Return what was done with a member in words, under the pseudonym."""
    return {
        "roles": f"Roles of {member.pseudonym}: {memberships.role_names(member) or 'none'}",
        "link": f"Sign-in link for {member.pseudonym} made",
        "disable": f"Account of {member.pseudonym} disabled",
        "enable": f"Account of {member.pseudonym} enabled",
        "factor": f"Second factor of {member.pseudonym} reset",
        "remove": f"Person behind {member.pseudonym} removed",
    }[act]


def record_change(project: Project, member: Membership, act: str) -> None:
    """Write down what was done with a member."""
    number = member.user_id
    if act == "roles":
        held = memberships.role_names(member) or "none"
        record("roles of user %d in %r set: %s", number, project.slug, held)
    else:
        record(DONE[act], number)


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
    elif act == "remove":
        refuse_unless_in_hands(member.user)
        said = [
            f"User name, display name, address, password and sessions of {name} are deleted for"
            f" ever, in all projects. The labels are kept under the pseudonym {member.pseudonym}.",
            "Backups from before still have the name. This cannot be undone; to shut somebody out"
            " for a while, disable the account.",
        ]
        heading, yes = f"Remove {name}?", f"Remove {name}"
    elif act == "factor":
        refuse_unless_in_hands(member.user)
        said = [
            f"{name} signs in without a code from then on, until a new app is set up, and is signed"
            " out everywhere. Make sure that it is really this person who asks."
        ]
        heading, yes = f"Reset the second factor of {name}?", "Reset second factor"
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
    elif act == "factor":
        second_factor.reset(user)
    elif act == "remove":
        removal.remove(user)
    else:
        accounts.enable(user)
    return None


def link_for(user: User) -> str:
    """Return a new sign-in link as the address that the person opens."""
    token = accounts.make_link(user, by=person())
    return url_for("sign_in.show_link", token=token, _external=True)


def member_of(project: Project, pseudonym: str) -> Membership:
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
        with_factor=second_factor.with_factor([each.user_id for each in members]),
        in_hands=memberships.held_by(person(), [each.user_id for each in members]),
        has_sso=has_sso(),
        hours=accounts.LINK_HOURS,
    )
