"""My work: what one person has to do next, and the projects they belong to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from annotator.errors import NotAllowedError, RefusedError
from annotator.phrases import sentence_number
from annotator.store.clock import now
from annotator.store.db import write
from annotator.store.models import Assignment, Membership, Project, Reply, Role
from annotator.store.models.answers import TRAINING
from annotator.web.access import project_for
from annotator.web.request_log import record
from annotator.web.security import person
from annotator.work.accounts import activity
from annotator.work.accounts import memberships as people
from annotator.work.adjudication import appeals
from annotator.work.assignment import flags, progress, qualifying, self_assignment
from annotator.work.codebook import worklists
from annotator.work.labelling import window
from annotator.work.quality import training

ROWS = 100
TO_DO = "to-do"
FLAGGED = "flagged"
TABS = {TO_DO: "To do", "returned": "Returned", FLAGGED: "Flagged", "submitted": "Submitted"}
STATES = {
    "returned": "Returned",
    "in_progress": "In progress",
    "overdue": "Overdue",
    "not_started": "Not started",
    "submitted": "Submitted",
    "closed": "Closed",
}
DONE = ("submitted", "closed")
ORDER = list(STATES)


@dataclass(frozen=True)
class Row:
    """One article of one person."""

    state: str
    title: str
    key: str
    note: str
    decided: int
    total: int
    unsure: int
    training: bool
    due: date | None
    href: str
    action_label: str

    @property
    def state_label(self) -> str:
        """Return the state in words."""
        return STATES[self.state]


@dataclass(frozen=True)
class Primary:
    """The one thing to do next."""

    label: str
    href: str


@dataclass(frozen=True)
class TrainingCard:
    """What somebody is told of training: how far they are, and whether a try can begin."""

    standing: qualifying.Standing
    gate: bool
    tries: int
    may_begin: bool


@dataclass(frozen=True)
class Section:
    """The work of one person in one project; `tab` is empty for who does not label there."""

    project: Project
    membership: Membership
    codebook_label: str
    tab: str
    tabs: Sequence[tuple[str, int, str, bool]]
    rows: Sequence[Row]
    differences: tuple[int, int]  # all, and those not yet seen
    may_ask: bool
    replies: Sequence[Reply]
    training: TrainingCard | None  # None where the project trains nobody
    to_check: int  # answers on a worklist


def show() -> ResponseReturnValue:
    """Show the articles to label, by project, and one button that leads on."""
    user = person()
    memberships = progress.busiest_first([each for each in people.memberships(user) if each.roles])
    tab = request.args.get("tab", TO_DO)
    tab = tab if tab in TABS else TO_DO
    sections, waiting = [], []
    for membership in memberships:
        work = progress.own_assignments(user, membership.project)
        if work or membership.annotator:
            sections.append(section_of(membership, work, tab))
            waiting += [each for each in work if is_wanted(each, TO_DO)]
    return render_template(
        "assignment/my_work/page.html",
        sections=sections,
        primary=primary_of(waiting),
        decided_today=progress.decided_since(user, start_of_today()),
        memberships=memberships,
        archived=[each for each in people.memberships(user, archived=True) if each.lead],
        role_names=people.role_names,
    )


def go_on() -> ResponseReturnValue:
    """Go straight to what My work proposes; without a proposal, to My work, which says so."""
    user = person()
    work = [
        each
        for membership in people.memberships(user)
        for each in progress.own_assignments(user, membership.project)
    ]
    primary = primary_of(each for each in work if is_wanted(each, TO_DO))
    return redirect(primary.href if primary else url_for("my_work.show"))


def ask(slug: str) -> ResponseReturnValue:
    """Give the person who asks the next article, or say why there is none."""
    project, _membership = project_for(slug, Role.ANNOTATOR)
    try:
        with write():
            given = self_assignment.ask_for_work(project, person())
            taken = f"Article {given.article.shown.key} taken for labelling"
            activity.note(project, person(), activity.ASSIGNMENT, taken)
    except NotAllowedError:
        raise
    except RefusedError as error:
        flash(str(error))
        return redirect(url_for("my_work.show"), 303)
    record("article %r of %r taken for labelling", given.article.shown.key, slug)
    return redirect(url_for("label.begin", article_id=given.article.number), 303)


def section_of(membership: Membership, work: Sequence[Assignment], tab: str) -> Section:
    """Return the work in one project under one tab."""
    anchor = f"articles-{membership.project.slug}"
    wanted = in_order(each for each in work if is_wanted(each, tab))
    return Section(
        project=membership.project,
        membership=membership,
        codebook_label=f"v{membership.project.codebook_version.label}",
        tab=TABS[tab],
        tabs=[
            (
                label,
                sum(is_wanted(each, name) for each in work),
                url_for("my_work.show", tab=None if name == TO_DO else name, _anchor=anchor),
                name == tab,
            )
            for name, label in TABS.items()
        ],
        rows=[row_of(each, tab) for each in wanted[:ROWS]],
        differences=count_differences(membership),
        may_ask=membership.annotator
        and self_assignment.may_ask(membership.project, membership.user),
        replies=flags.replies_to(membership.user, membership.project),
        training=training_of(membership),
        to_check=worklists.count_left(membership.project, membership.user),
    )


def training_of(membership: Membership) -> TrainingCard | None:
    """Return what an annotator is told of training, None where the project trains nobody."""
    project, asked = membership.project, qualifying.training_of(membership.project)
    if not membership.annotator or not (asked.gate or training.articles_of(project)):
        return None
    return TrainingCard(
        qualifying.standing_of(project, membership.user_id),
        asked.gate,
        asked.tries,
        not training.why_not(project, membership),
    )


def count_differences(membership: Membership) -> tuple[int, int]:
    """Return how many of this person's answers are not gold, and how many are not yet seen."""
    found = appeals.differences(membership.project, membership.user)
    return len(found), sum(each.state == "" for each in found)


def is_wanted(assignment: Assignment, tab: str) -> bool:
    """Say whether an article belongs under a tab."""
    if tab == FLAGGED:
        return assignment.unsure_count > 0
    if tab == TO_DO:
        return assignment.state not in DONE
    if tab == "submitted":
        return assignment.state in DONE
    return assignment.state == tab


def state_of(assignment: Assignment) -> str:
    """Return the state as this screen tells it: overdue wins over how far it is."""
    state = progress.state_of(assignment, now().date())
    if state in ("imported", "lease_over"):
        # Where the labels came from, and that others may get the article, is the lead's to know.
        state = assignment.state
    if state != "open":
        return state
    begun = assignment.decided_count or assignment.incomplete_count or assignment.unsure_count
    return "in_progress" if begun else "not_started"


def in_order(assignments: Iterable[Assignment]) -> list[Assignment]:
    """Return returned work first, then what is begun, overdue, due, and the rest as given."""
    return sorted(
        assignments,
        key=lambda each: (ORDER.index(state_of(each)), each.due_on or date.max, each.order),
    )


def row_of(assignment: Assignment, tab: str = TO_DO) -> Row:
    """Return one article with what to do about it; under "Flagged" that is to see the flag."""
    article = assignment.article
    state = state_of(assignment)
    href, action = (flag_of(assignment) if tab == FLAGGED else None) or next_step(assignment, state)
    return Row(
        state=state,
        title=article.shown.title,
        key=article.shown.key,
        note=assignment.note,
        decided=assignment.decided_count,
        total=article.sentence_count,
        unsure=assignment.unsure_count,
        training=assignment.purpose == TRAINING,
        due=assignment.due_on,
        href=href,
        action_label=action,
    )


def next_step(assignment: Assignment, state: str) -> tuple[str, str]:
    """Return where the row's button leads, and its words."""
    article_id = assignment.article.number
    if state in DONE:
        return url_for("label.show", article_id=article_id, position=0), "View"
    if state == "not_started":
        return url_for("label.begin", article_id=article_id), "Start"
    fix = window.to_look_at(assignment)
    position = window.next_to_do(assignment) if fix is None else fix
    if position is None:
        return url_for("label.finish", article_id=article_id), "Review and submit"
    href = url_for("label.show", article_id=article_id, position=position)
    return href, f"{'Fix' if state == 'returned' else 'Continue'} at {sentence_number(position)}"


def flag_of(assignment: Assignment) -> tuple[str, str] | None:
    """Return where the first flagged sentence is, and the words of the way there."""
    for position, _text in window.flagged(assignment, 1):
        href = url_for("label.show", article_id=assignment.article.number, position=position)
        return f"{href}#sentence", f"See flag at {sentence_number(position)}"
    return None


def primary_of(waiting: Iterable[Assignment]) -> Primary | None:
    """Return the one thing to do next, over all projects."""
    first = next(iter(in_order(waiting)), None)
    if first is None:
        return None
    row = row_of(first)
    if row.state == "not_started":
        return Primary(f"Start: {row.title}", row.href)
    fix = window.to_look_at(first)
    if fix is not None:
        return Primary(f"Fix: sentence {sentence_number(fix)} of {row.total:,}", row.href)
    position = window.next_to_do(first)
    if position is None:
        return Primary(f"Review and submit: {row.title}", row.href)
    return Primary(f"Continue: sentence {sentence_number(position)} of {row.total:,}", row.href)


def start_of_today() -> datetime:
    """Return the beginning of this day in UTC."""
    return now().replace(hour=0, minute=0, second=0, microsecond=0)
