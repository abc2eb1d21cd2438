"""Projects: a new one from a codebook, and the settings of one."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from annotator.codebook.load import CodebookError, load, load_default
from annotator.codebook.scheme import Codebook
from annotator.errors import RefusedError
from annotator.store.db import write
from annotator.store.models import Membership, Project, Role
from annotator.web.access import project_for
from annotator.web.accounts.forms import NewProjectForm, SettingsForm
from annotator.web.releases.terms_form import PublishingForm, form_of
from annotator.web.request_log import record
from annotator.web.security import person, session_token
from annotator.work.accounts import memberships, projects
from annotator.work.releases import terms

bp = Blueprint("projects", __name__)

LARGEST_CODEBOOK = 1_000_000
MOST_PROBLEMS = 20


@bp.get("/projects/new")
def show() -> ResponseReturnValue:
    """Show the form; whoever leads a project may make another."""
    refuse_others()
    return page(NewProjectForm(formdata=None))


@bp.post("/projects/new")
def add() -> ResponseReturnValue:
    """Make the project; whoever makes it leads it."""
    refuse_others()
    form = NewProjectForm()
    if not form.validate():
        return page(form), 422
    try:
        codebook = codebook_from(form)
        with write():
            made = projects.create(
                form.slug.data.strip(), form.name.data or codebook.title, codebook, person()
            )
            memberships.join(made, person(), {Role.LEAD}, keep=session_token())
    except CodebookError as error:
        form.codebook.errors = error.problems[:MOST_PROBLEMS]
        return page(form), 422
    except RefusedError as error:
        form.slug.errors = [str(error)]
        return page(form), 422
    record("project %r made", made.slug)
    flash(f"Project created: {made.name}. Invite people, then import articles.")
    if person().password_ended:
        flash("A lead of another project may know your password. Set a new one under your account.")
    return redirect(url_for("people.show", slug=made.slug), 303)


def refuse_others() -> None:
    """Let only those who lead a project make one; the first is made by the command."""
    if not memberships.leads_somewhere(person()):
        abort(403, "Only a lead can create a project.")


def codebook_from(form: NewProjectForm) -> Codebook:
    """Return the codebook of the chosen file, by default the program's own."""
    file = form.codebook.data
    if not file or not file.filename:
        return load_default()
    raw = file.read(LARGEST_CODEBOOK + 1)
    if len(raw) > LARGEST_CODEBOOK:
        raise CodebookError([f"The file is larger than {LARGEST_CODEBOOK:,} bytes."])
    try:
        return load(raw.decode("utf-8-sig"), "The file")
    except UnicodeDecodeError as error:
        raise CodebookError([f"The file is not UTF-8 text: {error}"]) from error


def page(form: NewProjectForm) -> str:
    """Render the form for a new project."""
    return render_template("accounts/projects/new.html", form=form)


@bp.get("/projects/<slug>/settings")
def settings(slug: str) -> ResponseReturnValue:
    """Show the settings."""
    project, membership = project_for(slug, Role.LEAD)
    form = SettingsForm(formdata=None, obj=project)
    return settings_page(project, membership, form)


@bp.post("/projects/<slug>/settings")
def change(slug: str) -> ResponseReturnValue:
    """Store the settings."""
    project, membership = project_for(slug, Role.LEAD)
    form = SettingsForm()
    if not form.validate():
        return settings_page(project, membership, form), 422
    given = {name: form[name].data for name in projects.Settings.__dataclass_fields__}
    before = projects.settings_of(project)
    try:
        with write():
            projects.change(project, projects.Settings(**given))
    except RefusedError as error:
        form.name.errors = [str(error)]
        return settings_page(project, membership, form), 422
    record_changes("settings", slug, before, projects.settings_of(project))
    flash("Settings saved.")
    return redirect(url_for("projects.settings", slug=slug), 303)


@bp.post("/projects/<slug>/settings/publishing")
def publish(slug: str) -> ResponseReturnValue:
    """Store the terms of releases."""
    project, membership = project_for(slug, Role.LEAD)
    settings, form = SettingsForm(formdata=None, obj=project), PublishingForm()
    if not form.validate():
        return settings_page(project, membership, settings, form), 422
    before = terms.terms_of(project)
    try:
        with write():
            terms.change(project, form.terms())
    except RefusedError as error:
        form.form_errors = [str(error)]
        return settings_page(project, membership, settings, form), 422
    record_changes("terms of releases", slug, before, terms.terms_of(project))
    flash("Release settings saved.")
    return redirect(url_for("projects.settings", slug=slug), 303)


def record_changes(what: str, slug: str, before: Any, after: Any) -> None:
    """Write down which fields of two dataclasses differ, and how."""
    then, now = asdict(before), asdict(after)
    changed = [
        f"{name} {then[name]!r} -> {now[name]!r}" for name in then if then[name] != now[name]
    ]
    record("%s of %r saved: %s", what, slug, "; ".join(changed) or "nothing changed")


def settings_page(
    project: Project,
    membership: Membership,
    form: SettingsForm,
    publishing_form: PublishingForm | None = None,
) -> str:
    """Render the settings."""
    return render_template(
        "accounts/projects/settings.html",
        project=project,
        membership=membership,
        form=form,
        publishing=publishing_form or form_of(project),
    )
