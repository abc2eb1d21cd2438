"""Activity: who did what in a project, with filters, and as a file."""

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from annotator.formats.labels import csv_rows
from annotator.store.models import Membership, Role
from annotator.web.access import project_for
from annotator.web.explore.asked import day_asked
from annotator.web.paging import chosen, refuse_unknown
from annotator.web.streaming import streamed
from annotator.work.accounts import memberships
from annotator.work.explore import history
from annotator.work.explore.history import COMMAND, KINDS, PAGE, Mark, Wanted

FILTERS = ("kind", "who", "since", "until")


def show(slug: str) -> ResponseReturnValue:
    """Show one page of what was done, the newest first."""
    project, membership = project_for(slug, Role.LEAD)
    refuse_unknown(*FILTERS, "after")
    members = memberships.members(project)
    wanted = wanted_by_address(members)
    entries = history.entries(project, wanted, after_asked())
    return render_template(
        "explore/activity.html",
        project=project,
        membership=membership,
        members=members,
        entries=entries[:PAGE],
        after=entries[PAGE - 1].mark.token if len(entries) > PAGE else "",
        kinds=KINDS,
        kept={name: request.args[name] for name in FILTERS if request.args.get(name)},
        asked=request.args,
    )


def download(slug: str) -> Response:
    """Send all that the page would show, page by page."""
    project, _membership = project_for(slug, Role.LEAD)
    refuse_unknown(*FILTERS)
    wanted = wanted_by_address(memberships.members(project))
    lines = csv_rows.table(history.exported(project, wanted))
    kind = "text/csv; charset=utf-8; header=present"
    return streamed(lines, kind, f"{project.slug}-activity.csv")


def wanted_by_address(members: list[Membership]) -> Wanted:
    """Return which acts the address asks for; 400 for what it cannot."""
    users = {each.pseudonym: each.user_id for each in members} | {COMMAND: 0}
    who = chosen("who", users)
    return Wanted(
        chosen("kind", KINDS),
        users[who] if who else None,
        day_asked("since"),
        day_asked("until"),
    )


def after_asked() -> Mark | None:
    """Return behind which entry the page begins; 400 for what names none."""
    typed = request.args.get("after", "")
    try:
        return history.mark_of(typed) if typed else None
    except ValueError:
        abort(400, "This names no entry.")
