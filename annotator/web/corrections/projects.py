"""Rename a project, archive it and reopen it, or delete it with everything in it."""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from annotator.errors import RefusedError
from annotator.store.db import write, write_in_steps
from annotator.store.models import Membership, Project, Role
from annotator.web.access import project_for
from annotator.web.question import Question, ask, is_sure
from annotator.web.request_log import record
from annotator.web.security import person
from annotator.work.corrections import history, projects


def show(slug: str) -> ResponseReturnValue:
    """Show what a project holds, and the ways to another name, the archive and the end."""
    project, membership = project_for(slug, Role.LEAD)
    return page(project, membership)


def rename(slug: str) -> ResponseReturnValue:
    """Give the project another short name."""
    project, membership = project_for(slug, Role.LEAD)
    new = request.form.get("slug", "").strip()
    try:
        with write():
            old = projects.rename(project, new, person())
    except RefusedError as error:
        return page(project, membership, rename_said=str(error), typed=new), 422
    record("project %r renamed to %r", old, new)
    flash(f"The short name is now {new}. Addresses with {old} lead here.")
    return redirect(url_for("project_ends.show", slug=new), 303)


def archive(slug: str) -> ResponseReturnValue:
    """Archive the project, after a question."""
    project, membership = project_for(slug, Role.LEAD)
    here = url_for("project_ends.show", slug=slug)
    if not is_sure():
        found = projects.contents(project)
        lines = [
            f"“{project.name}” leaves My work of its {found.people:,} people and all lists of"
            " projects. Nobody can label, decide, import or release in it.",
            f"Its {found.articles:,} articles, {found.answers:,} answers and {found.releases:,}"
            " releases are kept and can be read. You can reopen it at any time: a link stands under"
            " My work of its leads.",
        ]
        asked = Question("Archive the project?", lines, "Archive project", request.path, here)
        return ask(membership, asked)
    try:
        with write():
            projects.archive(project, person())
    except RefusedError as error:
        return page(project, membership, archive_said=str(error)), 422
    record("project %r archived", slug)
    flash("Archived. Everything can be read; nothing can be changed.")
    return redirect(here, 303)


def reopen(slug: str) -> ResponseReturnValue:
    """Reopen an archived project."""
    project, membership = project_for(slug, Role.LEAD)
    try:
        with write():
            projects.reopen(project, person())
    except RefusedError as error:
        return page(project, membership, archive_said=str(error)), 422
    record("project %r reopened", slug)
    flash("Reopened. The project is back in all lists.")
    return redirect(url_for("project_ends.show", slug=slug), 303)


def delete(slug: str) -> ResponseReturnValue:
    """Delete the project whose short name was typed."""
    project, membership = project_for(slug, Role.LEAD)
    typed, name = request.form.get("typed", ""), project.name
    try:
        data = current_app.config["SETTINGS"].data
        write_in_steps(projects.remove(project, typed, data), wait=None)
    except RefusedError as error:
        return page(project, membership, delete_said=str(error)), 422
    record("project %r deleted", slug)
    flash(f"The project “{name}” was deleted.")
    return redirect(url_for("my_work.show"), 303)


def page(
    project: Project,
    membership: Membership,
    *,
    rename_said: str = "",
    archive_said: str = "",
    delete_said: str = "",
    typed: str = "",
) -> str:
    """Render the page; what was refused stands at its form."""
    return render_template(
        "corrections/project.html",
        project=project,
        membership=membership,
        contents=projects.contents(project),
        changes=history.of_project(project, projects.RENAME, projects.ARCHIVE, projects.REOPEN),
        words={"slug": "Short name"},
        rename_said=rename_said,
        archive_said=archive_said,
        delete_said=delete_said,
        typed=typed,
    )
