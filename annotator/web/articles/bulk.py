"""One act on many articles of the list: a due date, an end of work, a language, segments."""

from datetime import date
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from annotator.errors import RefusedError
from annotator.phrases import counted
from annotator.store.db import among, db, write, write_in_steps
from annotator.store.models import Article, Membership, Project, Role
from annotator.web.access import project_for
from annotator.web.articles.filters import NAMES, ticked
from annotator.web.question import Question, ask, is_sure, posted
from annotator.web.request_log import record
from annotator.web.security import person
from annotator.work.accounts import activity
from annotator.work.articles import segments as work
from annotator.work.assignment import assigning, bulk
from annotator.work.corrections import metadata

NOTHING = "Select at least one article."


def due(slug: str) -> ResponseReturnValue:
    """Give the work in progress of the chosen articles a due date, or none."""
    project, membership = project_for(slug, Role.LEAD)
    numbers, whom = ticked(project), annotator_of(project)
    try:
        on = date.fromisoformat(value) if (value := request.form.get("due_on", "")) else None
    except ValueError:
        return back(slug, "Enter the date as 2026-12-31, or leave it empty for none.")
    found = bulk.going(project, numbers, whom)
    if not found.total:
        return back(slug, nothing_going(numbers))
    until = f"be due on {on.isoformat()}" if on else "have no due date"
    if not is_sure():
        lines = [
            f"{counted(found.total, 'assignment')} in {counted(len(numbers), 'article')} of"
            f" {people_words(found.people, whom)} will {until}."
        ]
        if found.dated:
            lines.append(f"{found.dated:,} of them have a date now, which is replaced.")
        return question(membership, "Set due date?", lines, "Set due date", numbers)
    try:
        with write():
            done = bulk.set_due(project, numbers, on, whom)
            what = f"Due date of {counted(done, 'assignment')} set to {on or 'none'}"
            activity.note(project, person(), activity.ASSIGNMENT, what)
    except RefusedError as error:
        return back(slug, str(error))
    record("due date of %d assignments of %r set to %s", done, slug, on)
    return back(
        slug, f"{counted(done, 'assignment')} {'due ' + str(on) if on else 'without date'}."
    )


def close(slug: str) -> ResponseReturnValue:
    """End the work in progress in the chosen articles."""
    project, membership = project_for(slug, Role.LEAD)
    numbers, whom = ticked(project), annotator_of(project)
    found = bulk.going(project, numbers, whom)
    if not found.total:
        return back(slug, nothing_going(numbers))
    if not is_sure():
        lines = [
            f"{counted(found.not_begun, 'assignment')} that nobody has started will be unassigned;"
            " the same people can get these articles again.",
            f"{counted(found.begun, 'assignment')} with saved answers will be closed. The answers"
            " are kept and count as before; each can be reopened on its page.",
            "Submitted work stays as it is.",
        ]
        heading = f"Close {counted(found.total, 'assignment')}?"
        return question(membership, heading, lines, "Close assignments", numbers)
    closed, gone = write_in_steps(bulk.close_in_steps(project, numbers, whom))
    with write():
        what = f"{counted(closed, 'assignment')} closed, {gone:,} unassigned"
        activity.note(project, person(), activity.ASSIGNMENT, what)
    record("%d assignments of %r closed, %d unassigned", closed, slug, gone)
    return back(slug, f"{counted(closed, 'assignment')} closed, {gone:,} unassigned.")


def language(slug: str) -> ResponseReturnValue:
    """Give the chosen articles a language, which stands in their history."""
    project, _ = project_for(slug, Role.LEAD)
    numbers, code = ticked(project), request.form.get("code", "").strip()
    if not numbers:
        return back(slug, NOTHING)
    query = select(Article).where(Article.project_id == project.id, among(Article.id, numbers))
    try:
        edits = [metadata.plan_one(each, {"language": code}) for each in db.session.scalars(query)]
        edits = [each for each in edits if each.after]
        with write():
            metadata.apply(project, edits, person())
    except RefusedError as error:
        return back(slug, f"Nothing was changed: {error}.")
    record("language of %d articles of %r set to %r", len(edits), slug, code)
    return back(slug, f"Language of {counted(len(edits), 'article')} changed to {code}.")


def segments(slug: str) -> ResponseReturnValue:
    """Change the segment of sentences in the chosen articles."""
    project, membership = project_for(slug, Role.LEAD)
    numbers = ticked(project)
    which, segment, words = (request.form.get(name, "") for name in ("which", "segment", "words"))
    try:
        found = work.find(project, numbers, which, segment, words)
    except RefusedError as error:
        return back(slug, str(error))
    if not found.places:
        return back(slug, none_found(found, numbers))
    name = work.NAMES[segment]
    if not is_sure():
        many = counted(len(found.places), "sentence")
        lines = [
            f"{many} in {counted(found.articles, 'article')} will be {name}: {work.WHICH[which]}"
            + (f" “{words.strip()[:80]}”." if which == work.READING else "."),
            "Each change stands among the repairs of its article and can be undone there.",
        ]
        if found.answered:
            lines.append(f"{found.answered:,} of them have answers, which are kept.")
        if found.decided:
            lines.append(f"{found.decided:,} more have a decision and stay as they are.")
        return question(membership, f"Change {many}?", lines, "Change segments", numbers)
    done = write_in_steps(work.change(found, segment, person()))
    with write():
        what = f"Segment of {counted(done, 'sentence')} changed to {name}"
        activity.note(project, person(), activity.ARTICLES, what)
    record("segment of %d sentences of %r changed to %r", done, slug, segment)
    return back(slug, f"{what}.")


def none_found(found: work.Found, numbers: list[int]) -> str:
    """Say why no sentence would be changed."""
    if found.decided:
        return f"{counted(found.decided, 'sentence')} found, each with a decision: reopen it first."
    return "No such sentence in these articles." if numbers else NOTHING


def assign(slug: str) -> ResponseReturnValue:
    """Lead on to the assign page with the chosen articles."""
    project, _ = project_for(slug, Role.LEAD)
    numbers = ticked(project)
    if not numbers:
        return back(slug, NOTHING)
    if len(numbers) > assigning.MOST_NAMED:
        most = f"{assigning.MOST_NAMED:,}"
        return back(slug, f"Select at most {most} articles to assign them by name.")
    query = select(Article.key).where(Article.project_id == project.id, among(Article.id, numbers))
    keys = sorted(db.session.scalars(query))
    return redirect(url_for("assign.show", slug=slug, article=keys), 303)


def annotator_of(project: Project) -> Membership | None:
    """Return the annotator whose work alone is meant; None for everybody."""
    name = request.form.get("whom", "")
    if not name:
        return None
    found = db.session.scalar(
        select(Membership).where(Membership.project_id == project.id, Membership.pseudonym == name)
    )
    if found is None:
        abort(400)
    return found


def people_words(people: int, whom: Membership | None) -> str:
    """Return whose work it is."""
    if whom is not None:
        return whom.pseudonym
    return "1 annotator" if people == 1 else f"{people:,} annotators"


def nothing_going(numbers: list[int]) -> str:
    """Say why there is nothing to do."""
    return "No work is in progress in these articles." if numbers else NOTHING


def question(
    membership: Membership, heading: str, lines: list[str], yes: str, numbers: list[int]
) -> str:
    """Ask before an act on many; what was ticked is posted with the answer, article by article."""
    fields = [(name, value) for name, value in posted() if name not in ("article", "all", *NAMES)]
    fields += [("article", str(number)) for number in numbers]
    here = url_for("articles.show", slug=membership.project.slug)
    return ask(membership, Question(heading, lines, yes, request.path, here, fields=fields))


def back(slug: str, said: str) -> ResponseReturnValue:
    """Return to the list as it was filtered, and say what was done."""
    flash(said)
    kept: dict[str, Any] = {name: request.form[name] for name in NAMES if request.form.get(name)}
    return redirect(url_for("articles.show", slug=slug, **kept), 303)
