"""The lead's home: how far the project is, what is stuck, and who is there."""

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from annotator.formats.labels import csv_rows
from annotator.store.db import write_in_steps
from annotator.store.models import Membership, Role
from annotator.web.access import project_for
from annotator.web.forms import LONGEST_LINE
from annotator.web.paging import Pager, chosen, pager_for, refuse_unknown
from annotator.web.streaming import csv_file
from annotator.work.accounts import memberships
from annotator.work.adjudication import refreshing
from annotator.work.assignment import flags, leaving, matrix, pace, progress
from annotator.work.assignment.matrix import Wanted
from annotator.work.codebook import drafts
from annotator.work.explore import next_step

FILTERS = ("q", "state", "person", "sort", "dir", "people")


def show(slug: str) -> ResponseReturnValue:
    """Show counts: articles, sentences, who has done how much; never a label."""
    project, membership = project_for(slug, Role.LEAD)
    write_in_steps(refreshing.refresh(project), wait=None)
    figures = progress.figures(project)
    columns = progress.people_of(project)
    wanted, kept = asked_for(columns)
    pager = pager_for(matrix.count_lines(project, wanted), matrix.PAGE, "articles", kept)
    people = people_shown(columns)
    members = memberships.members(project)
    short, first_short = progress.short_of_people(project)
    going = pace.pace_of(project)
    return render_template(
        "assignment/overview/page.html",
        project=project,
        membership=membership,
        figures=figures,
        step=next_step.next_step(project, figures, short),
        draft=drafts.draft_of(project),
        pager=pager,
        everybody=columns,
        columns=columns[people.offset : people.last],
        people=people,
        wanted=wanted,
        kept=kept,
        states=matrix.STATES,
        lines=matrix.lines_of(project, columns, wanted, pager.offset, matrix.PAGE),
        left={each.membership.user_id: each.sums.left for each in going.people},
        members=members,
        role_names=memberships.role_names,
        last_seen=progress.last_seen(members),
        short=short,
        first_short=first_short,
        left_behind=leaving.kept_open(project),
        waiting=flags.count_waiting(project),
        pace=going,
    )


def download(slug: str) -> ResponseReturnValue:
    """Send the matrix as the page filters and orders it, one line per article and person."""
    project, _membership = project_for(slug, Role.LEAD)
    columns = progress.people_of(project)
    wanted, _kept = asked_for(columns)
    rows = csv_rows.table(matrix.csv_rows(project, columns, wanted))
    return csv_file(rows, f"{slug}-progress")


def show_pace(slug: str) -> ResponseReturnValue:
    """Show who lags and who rushes."""
    project, membership = project_for(slug, Role.LEAD)
    return render_template(
        "assignment/pace/page.html",
        project=project,
        membership=membership,
        pace=pace.pace_of(project),
    )


def download_pace(slug: str) -> ResponseReturnValue:
    """Send the pace, one line per person."""
    project, _membership = project_for(slug, Role.LEAD)
    return csv_file(csv_rows.table(pace.csv_rows(pace.pace_of(project))), f"{slug}-pace")


def asked_for(columns: list[Membership]) -> tuple[Wanted, dict[str, str]]:
    """Return what the address asks for, and the same to carry on in links; 400 for the rest."""
    refuse_unknown(*FILTERS)
    by_pseudonym = {each.pseudonym: each for each in columns}
    text = " ".join(request.args.get("q", "").replace("\0", "").split())[:LONGEST_LINE]
    state = chosen("state", matrix.STATES)
    person = chosen("person", by_pseudonym)
    if person and state in matrix.OF_ARTICLES:
        abort(400, "This state applies to whole articles; choose it without an annotator.")
    sort = chosen("sort", [*matrix.SORTS, *by_pseudonym], "key")
    direction = chosen("dir", ("up", "down"), "up")
    wanted = Wanted(
        text,
        state,
        by_pseudonym.get(person),
        sort if sort in matrix.SORTS else "",
        by_pseudonym.get(sort),
        direction == "down",
    )
    kept = {"q": text, "state": state, "person": person, "sort": sort, "dir": direction}
    kept["people"] = request.args.get("people", "")
    usual = {"sort": "key", "dir": "up", "people": "1"}
    return wanted, {name: value for name, value in kept.items() if value != usual.get(name, "")}


def people_shown(columns: list[Membership]) -> Pager:
    """Return which annotators stand in the matrix, of many some at a time."""
    asked = request.args.get("people", "1")
    pages = max(-(-len(columns) // matrix.PEOPLE), 1)
    if not (asked.isascii() and asked.isdecimal() and 1 <= int(asked[:9]) <= pages):
        abort(404)
    return Pager(int(asked), matrix.PEOPLE, len(columns), "annotators")
