"""`annotator project training`: what annotators pass before they get work."""

from collections.abc import Sequence

import click

from annotator.cli.assigning import split_list
from annotator.cli.context import application, record
from annotator.cli.faults import WrongUseError
from annotator.store.db import write
from annotator.store.models import Project
from annotator.work.accounts import activity, projects
from annotator.work.assignment import assigning, qualifying
from annotator.work.assignment.qualifying import Training
from annotator.work.quality import training


@click.command("training")
@click.argument("slug")
@click.option(
    "--gate/--no-gate",
    default=None,
    help="Whether annotators get work only once they have passed the training.",
)
@click.option("--tries", type=int, help="Tries before somebody waits for a lead.")
@click.option(
    "--threshold",
    "thresholds",
    multiple=True,
    metavar="FIELD=SHARE",
    help="Least share right in a field, from 0 to 1; 0 asks for nothing. Repeatable.",
)
@click.option(
    "--since", type=int, help="Number of the codebook version from which on results count."
)
@click.option(
    "--article",
    "articles",
    multiple=True,
    metavar="KEY",
    help='Adjudicated article to train with; repeat for all of them. "" alone removes all.',
)
@click.option(
    "--let-in",
    "let_in",
    help="User names or pseudonyms, separated by commas: they get work without having passed.",
)
@click.option("--reason", help="With --let-in: why; the annotators see it.")
def change(
    slug: str,
    gate: bool | None,
    tries: int | None,
    thresholds: Sequence[str],
    since: int | None,
    articles: Sequence[str],
    let_in: str | None,
    reason: str | None,
) -> None:
    """Print and change the training of the project SLUG; what is not named stays unchanged."""
    if (let_in is None) != (reason is None):
        raise WrongUseError("--let-in and --reason need each other.")
    asked = dict(map(one_threshold, thresholds))
    names = split_list(let_in, "--let-in")
    them = ""
    with application():
        with write():
            project = projects.to_change(slug)
            before = qualifying.training_of(project)
            after = Training(
                before.gate if gate is None else gate,
                before.tries if tries is None else tries,
                before.since if since is None else since,
                {**before.thresholds, **asked},
            )
            if after != before:
                qualifying.change(project, after)
            if articles:
                training.choose(project, [key for key in articles if key])
            if after != before or articles:
                activity.note(project, None, activity.SETTINGS, "Training changed")
            if names is not None:
                people = assigning.annotators_of(project, names)
                them = ", ".join(each.pseudonym for each in people)
                [result, *_] = qualifying.let_in(project, people, reason or "", None)
                said = f"{them} let in without passing the training: {result.reason}"
                activity.note(project, None, activity.PEOPLE, said)
        record("training of %r: %s", slug, after)
        for name, value in facts(project, after):
            click.echo(f"{name}: {value}")
    if them:
        click.echo(f"let in: {them}")


def one_threshold(text: str) -> tuple[str, float]:
    """Return a field and the share that is asked for."""
    name, sign, value = text.partition("=")
    try:
        if sign:
            return name.strip(), float(value)
    except ValueError as error:
        raise WrongUseError(f"--threshold {text}: “{value}” is no number from 0 to 1.") from error
    raise WrongUseError(f"--threshold {text}: write FIELD=SHARE, for example stance=0.75.")


def facts(project: Project, asked: Training) -> list[tuple[str, str]]:
    """Return what is asked for, each with its name."""
    least = qualifying.asked_for(asked, project.codebook)
    keys = ", ".join(each.key for each in training.articles_of(project))
    return [
        ("training before work", "yes" if asked.gate else "no"),
        ("tries", f"{asked.tries}"),
        ("thresholds", ", ".join(f"{name} {value:g}" for name, value in least.items()) or "none"),
        ("results count from codebook version", f"{asked.since}"),
        ("training articles", keys or "none"),
    ]
