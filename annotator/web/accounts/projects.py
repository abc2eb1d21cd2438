"""Projects: a new one from a codebook, and the settings of one."""

from dataclasses import asdict
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from annotator.codebook.load import (
    DEFAULT_NAME,
    SHORT_NAME,
    CodebookError,
    load,
    sample_text,
)
from annotator.codebook.scheme import Codebook
from annotator.errors import RefusedError
from annotator.store.db import write
from annotator.store.models import Membership, Project, Role
from annotator.web.access import project_for
from annotator.web.accounts.forms import NewProjectForm, SettingsForm
from annotator.web.codebook.parts import toml_file
from annotator.web.codebook.uploads import codebook_text, without_name
from annotator.web.quality import checks_form as checks_forms
from annotator.web.quality import training_form as training_forms
from annotator.web.quality.checks_form import ChecksForm
from annotator.web.quality.training_form import TrainingForm
from annotator.web.releases import terms_form
from annotator.web.releases.terms_form import PublishingForm
from annotator.web.request_log import record
from annotator.web.security import person, session_token
from annotator.work.accounts import activity, memberships, projects
from annotator.work.assignment import mixing, qualifying
from annotator.work.quality import training
from annotator.work.releases import terms


def show() -> ResponseReturnValue:
    """Show the form; whoever leads a project may make another."""
    refuse_others()
    return page(NewProjectForm(formdata=None))


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
            activity.note(made, person(), activity.SETTINGS, "Project created")
    except CodebookError as error:
        form.source.errors = without_name(error.problems)
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
    """Return the codebook that was chosen; a file that was sent is chosen, whatever is ticked.

    Raises:
        CodebookError: the file is no codebook; what it said stays in the form.

    """
    file = form.codebook.data
    if form.source.data == "file" or (file and file.filename):
        form.source.data = "file"
        text, name = codebook_text(file or None, form.text.data or "")
        form.text.data = text
        return load(text, name)
    if form.source.data == "project":
        led = {project.slug: project for project in memberships.led_by(person())}
        if form.project.data not in led:
            raise CodebookError(["Choose one of the projects that you lead."])
        return led[form.project.data].codebook
    return load(sample_text(SHORT_NAME if form.source.data == "short" else DEFAULT_NAME))


def sample(name: str) -> ResponseReturnValue:
    """Send a codebook that comes with the program, to change and send back."""
    refuse_others()
    text = sample_text(SHORT_NAME if name == "short" else DEFAULT_NAME)
    return toml_file(text, f"codebook-{name}.toml")


def page(form: NewProjectForm) -> str:
    """Render the form for a new project."""
    form.project.choices = [
        (project.slug, f"{project.name}, v{project.codebook_version.label}")
        for project in memberships.led_by(person())
    ]
    return render_template("accounts/projects/new.html", form=form)


def settings(slug: str) -> ResponseReturnValue:
    """Show the settings."""
    project, membership = project_for(slug, Role.LEAD)
    return settings_page(project, membership)


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
            note_changes("Settings", project, before, projects.settings_of(project))
    except RefusedError as error:
        form.name.errors = [str(error)]
        return settings_page(project, membership, form), 422
    record_changes("settings", slug, before, projects.settings_of(project))
    flash("Settings saved.")
    return redirect(url_for("projects.settings", slug=slug), 303)


def publish(slug: str) -> ResponseReturnValue:
    """Store the terms of releases."""
    project, membership = project_for(slug, Role.LEAD)
    form = PublishingForm()
    if not form.validate():
        return settings_page(project, membership, publishing_form=form), 422
    before = terms.terms_of(project)
    try:
        with write():
            terms.change(project, form.terms())
            note_changes("Terms of releases", project, before, terms.terms_of(project))
    except RefusedError as error:
        form.form_errors = [str(error)]
        return settings_page(project, membership, publishing_form=form), 422
    record_changes("terms of releases", slug, before, terms.terms_of(project))
    flash("Release settings saved.")
    return redirect(url_for("projects.settings", slug=slug), 303)


def train(slug: str) -> ResponseReturnValue:
    """Store what annotators pass before they get work."""
    project, membership = project_for(slug, Role.LEAD)
    form = TrainingForm(project)
    if not form.validate():
        return settings_page(project, membership, training_form=form), 422
    before = qualifying.training_of(project)
    try:
        with write():
            qualifying.change(project, form.training())
            note_changes("Training", project, before, form.training())
    except RefusedError as error:
        form.form_errors = [str(error)]
        return settings_page(project, membership, training_form=form), 422
    record_changes("training", slug, before, form.training())
    flash("Training settings saved.")
    return redirect(url_for("projects.settings", slug=slug, _anchor="training"), 303)


def check(slug: str) -> ResponseReturnValue:
    """Store what is mixed into the work of annotators."""
    project, membership = project_for(slug, Role.LEAD)
    form = ChecksForm()
    if not form.validate():
        return settings_page(project, membership, checks_form=form), 422
    before = mixing.checks_of(project)
    after = form.checks(before.seed)
    with write():
        mixing.change(project, after)
        note_changes("Control and repeats", project, before, after)
    record_changes("control and repeats", slug, before, after)
    flash("Control and repeats saved.")
    return redirect(url_for("projects.settings", slug=slug, _anchor="checks"), 303)


def record_changes(what: str, slug: str, before: Any, after: Any) -> None:
    """Write down which fields of two dataclasses differ, and how."""
    record("%s of %r saved: %s", what, slug, changes(before, after) or "nothing changed")


def note_changes(what: str, project: Project, before: Any, after: Any) -> None:
    """Note the same for the people of the project; nothing where nothing changed."""
    if said := changes(before, after):
        activity.note(project, person(), activity.SETTINGS, f"{what} changed: {said}")


def changes(before: Any, after: Any) -> str:
    """Return which fields of two dataclasses differ, and how."""
    then, now = asdict(before), asdict(after)
    differing = [name for name in then if then[name] != now[name]]
    return "; ".join(f"{name} {then[name]!r} -> {now[name]!r}" for name in differing)


def settings_page(
    project: Project,
    membership: Membership,
    form: SettingsForm | None = None,
    publishing_form: PublishingForm | None = None,
    training_form: TrainingForm | None = None,
    checks_form: ChecksForm | None = None,
) -> str:
    """Render the settings; a form that is not given is as it is stored."""
    return render_template(
        "accounts/projects/settings.html",
        project=project,
        membership=membership,
        form=form or SettingsForm(formdata=None, obj=project),
        publishing=publishing_form or terms_form.form_of(project),
        training=training_form or training_forms.form_of(project),
        training_articles=training.articles_of(project),
        checks=checks_form or checks_forms.form_of(project),
    )
