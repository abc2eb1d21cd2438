"""`annotator project suggestions`: when annotators see what a model suggests."""

import click

from annotator.cli.context import application, record
from annotator.cli.faults import WrongUseError
from annotator.store.db import write
from annotator.store.models import Project
from annotator.work.accounts import activity, model_members, projects
from annotator.work.models import suggestions


@click.command("suggestions")
@click.argument("slug")
@click.argument("mode", type=click.Choice(suggestions.MODES), required=False)
@click.option("--model", help="Name or pseudonym of the model; needed unless there is but one.")
def change(slug: str, mode: str | None, model: str | None) -> None:
    """Print and change when annotators of the project SLUG see suggestions of a model.

    off: never. after: once they have answered, for comparison. half: before they answer, in a
    random half of the pairs of article and annotator, so that the effect is measured.
    """
    if model is not None and mode in (None, suggestions.OFF):
        raise WrongUseError("--model needs after or half.")
    with application():
        if mode is not None:
            with write():
                project = projects.to_change(slug)
                found = suggestions.choose(project, mode, model or only_model(project, mode))
                by = f" by {found.membership.pseudonym}" if found else ""
                said = f"suggestions of models: {mode}{by}"
                activity.note(project, None, activity.SETTINGS, said)
            record("%s in %r", said, slug)
        for name, value in facts(projects.get(slug)):
            click.echo(f"{name}: {value}")


def only_model(project: Project, mode: str) -> str:
    """Return the one model of a project, "" where suggestions are to be off."""
    if mode == suggestions.OFF:
        return ""
    models = model_members.of_project(project)
    if len(models) != 1:
        known = ", ".join(each.name for each in models) or "no model has answered yet"
        raise WrongUseError(f"Name a model of “{project.slug}” with --model: {known}.")
    return str(models[0].name)


def facts(project: Project) -> list[tuple[str, str]]:
    """Return when suggestions are shown, and whose."""
    setting = suggestions.setting_of(project)
    if setting is None:
        return [("suggestions", suggestions.OFF)]
    names = {each.membership.user_id: each for each in model_members.of_project(project)}
    model = names[setting.model]
    return [
        ("suggestions", setting.mode),
        ("model", f"{model.membership.pseudonym}, {model.name}"),
    ]
