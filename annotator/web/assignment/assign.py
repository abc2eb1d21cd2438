"""Assign: choose articles and people, look at the plan, then give the work."""

import hashlib

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from annotator.errors import NotFoundError, RefusedError
from annotator.phrases import counted
from annotator.store.db import write, write_in_steps
from annotator.store.models import Membership, Project, Role
from annotator.web.access import project_for
from annotator.web.assignment.form import ALL, SHORT, THESE, AssignForm
from annotator.web.request_log import record
from annotator.web.security import person
from annotator.work.accounts import activity
from annotator.work.articles import near_duplicates
from annotator.work.assignment import assigning, leaving
from annotator.work.assignment.assigning import Matrix, Work
from annotator.work.assignment.leaving import PlanChangedError

SHOWN_ROWS = 200
MOST_NAMED = 20


def show(slug: str) -> ResponseReturnValue:
    """Show the form; `?article=KEY` asks for that article, `?left=1` to replace who has left."""
    project, membership = project_for(slug, Role.LEAD)
    form = AssignForm(formdata=None, overlap=project.overlap, share=0, seed=1, which=SHORT)
    people = offer(project, form)
    form.annotators.data = [each.pseudonym for each in people]
    form.replace_left.data = "left" in request.args
    if keys := [key for key in request.args.getlist("article") if key]:
        form.which.data, form.keys.data = THESE, "\n".join(keys)
    return page(project, membership, form)


def save(slug: str) -> ResponseReturnValue:
    """Show the plan; store it only if it is the very plan that was shown before."""
    project, membership = project_for(slug, Role.LEAD)
    form = AssignForm()
    offer(project, form)
    if not form.validate():
        return page(project, membership, form), 422
    shown, act = form.plan.data, request.form.get("act")
    done: tuple[int, int] | None = None
    given = 0
    try:
        matrix = plan(project, form)
        if act == "assign" and shown == digest_of(matrix):
            try:
                # It is looked at again under the lock: two leads never fill the same places.
                done = write_in_steps(leaving.carry_out(project, matrix), wait=None)
            except PlanChangedError as changed:
                given, matrix = changed.given, plan(project, form)
    except RefusedError as error:
        field = form.keys if isinstance(error, NotFoundError) else form.annotators
        field.errors = [str(error)]
        return page(project, membership, form), 422
    if done is None and given:
        note(project, given, 0)
        record("%d assignments made in %r", given, slug)
    form.plan.data = digest_of(matrix)
    if act != "assign":
        return page(project, membership, form, matrix)
    if done is None:
        stored = f"{counted(given, 'assignment')} made" if given else "Nothing was stored"
        said = f"The plan has changed since it was shown. {stored}. Check the new plan."
        return page(project, membership, form, matrix, said), 409
    given, closed = done
    note(project, given, closed)
    record("%d assignments made and %d closed in %r", given, closed, slug)
    flash(f"{counted(given, 'assignment')} made.{closed_words(closed)}{lacking_words(matrix)}")
    return redirect(url_for("project.show", slug=slug), 303)


def note(project: Project, given: int, closed: int) -> None:
    """Note what was given out: it was stored by short steps, and is noted when all of it is."""
    said = f"{counted(given, 'assignment')} made"
    if closed:
        said += f", {closed:,} of people who have left closed"
    with write():
        activity.note(project, person(), activity.ASSIGNMENT, said)


def closed_words(closed: int) -> str:
    """Say how much work of people who have left was closed."""
    return f" {counted(closed, 'assignment')} closed; the answers are kept." if closed else ""


def lacking_words(matrix: Matrix) -> str:
    """Name the articles that got nobody."""
    lack = matrix.lacking
    if not lack:
        return ""
    more = f" and {len(lack) - MOST_NAMED:,} more" if len(lack) > MOST_NAMED else ""
    named = "; ".join(each.says for each in lack[:MOST_NAMED])
    return f" {counted(len(lack), 'article')} with too few annotators not assigned: {named}{more}."


def offer(project: Project, form: AssignForm) -> list[Membership]:
    people = assigning.available(project)
    form.annotators.offer(people)
    return people


def plan(project: Project, form: AssignForm) -> Matrix:
    """Plan what the form asks for."""
    people = assigning.available(project, form.annotators.data or [])
    return assigning.make_matrix(
        project,
        wanted_works(project, form),
        people,
        form.overlap.data,
        form.seed.data,
        form.share.data or 0,
    )


def wanted_works(project: Project, form: AssignForm) -> list[Work]:
    """Return the articles that the form asks for."""
    keys = form.wanted_keys() if form.which.data == THESE else None
    works = assigning.works(project, keys=keys)
    if form.replace_left.data:
        works = leaving.without_those_who_left(project, works)
    if keys is not None:
        return works
    if form.which.data == ALL:
        return works
    return [work for work in works if work.for_everybody or len(work.holders) < form.overlap.data]


def digest_of(matrix: Matrix) -> str:
    """Return what tells one plan from another."""
    freed = [(row.article_id, sorted(row.freed)) for row in matrix.rows if row.freed]
    told = (list(matrix.pairs), sorted(matrix.everybody), freed)
    return hashlib.sha256(repr(told).encode("ascii")).hexdigest()


def page(
    project: Project,
    membership: Membership,
    form: AssignForm,
    matrix: Matrix | None = None,
    said: str = "",
) -> str:
    """Render the form, and below it the plan, if there is one."""
    everybody, people = assigning.annotators_of(project), assigning.available(project)
    rows = matrix.rows[:SHOWN_ROWS] if matrix else ()
    return render_template(
        "assignment/assign/page.html",
        project=project,
        membership=membership,
        form=form,
        matrix=matrix,
        rows=rows,
        twins=near_duplicates.twins_of(project, [row.article_id for row in rows]) if rows else {},
        hidden_rows=max(len(matrix.rows) - SHOWN_ROWS, 0) if matrix else 0,
        people={each.pseudonym: each for each in people},
        held_back=[each.pseudonym for each in everybody if each not in people],
        left=leaving.kept_open(project),
        most_named=MOST_NAMED,
        freed=leaving.freed_by(project, matrix) if matrix else (),
        said=said,
    )
