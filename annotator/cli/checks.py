"""`annotator project checks`: control articles and repeats among the work of annotators."""

import click

from annotator.cli.assigning import split_list
from annotator.cli.context import application, record
from annotator.cli.faults import FailedCheckError, WrongUseError
from annotator.phrases import counted
from annotator.store.db import write
from annotator.store.models import Project
from annotator.store.models.answers import CONTROL, REPEAT
from annotator.work.accounts import activity, projects
from annotator.work.assignment import assigning, mixing
from annotator.work.assignment.mixing import MOST_SHARE, Checks


@click.command("checks")
@click.argument("slug")
@click.option(
    "--control",
    type=click.IntRange(0, MOST_SHARE),
    help="Percentage of control articles among what annotators get.",
)
@click.option(
    "--repeats",
    type=click.IntRange(0, MOST_SHARE),
    help="Percentage of repeats among what annotators get.",
)
@click.option("--days", type=int, help="Days since the first submission before a repeat.")
@click.option("--seed", type=int, help="Random seed of what is drawn.")
@click.option(
    "--give",
    "purpose",
    type=click.Choice([CONTROL, REPEAT]),
    help="Give each annotator one now, where there is one for them.",
)
@click.option(
    "--annotators",
    help="With --give: user names or pseudonyms, separated by commas; default: all.",
)
def change(
    slug: str,
    control: int | None,
    repeats: int | None,
    days: int | None,
    seed: int | None,
    purpose: str | None,
    annotators: str | None,
) -> None:
    """Print and change the control articles and repeats of the project SLUG.

    Control articles are decided and new to the annotator; repeats were submitted by the same
    annotator before. Both look like work and count only under Quality. What is not named stays
    unchanged. Exit 1 if --give finds nothing for anybody.
    """
    if annotators is not None and purpose is None:
        raise WrongUseError("--annotators needs --give.")
    names = split_list(annotators, "--annotators")
    given: list[str] = []
    with application():
        with write():
            project = projects.to_change(slug)
            before = mixing.checks_of(project)
            after = Checks(
                before.control if control is None else control,
                before.repeats if repeats is None else repeats,
                before.days if days is None else days,
                before.seed if seed is None else seed,
            )
            if after != before:
                mixing.change(project, after)
                activity.note(project, None, activity.SETTINGS, "Control and repeats changed")
            if purpose is not None:
                given = give(project, purpose, names)
        record("checks of %r: %s; %d given", slug, after, len(given))
        for name, value in facts(after):
            click.echo(f"{name}: {value}")
    if purpose is None:
        return
    if not given:
        raise FailedCheckError(f"No {purpose} for any of these annotators.")
    click.echo(f"{counted(len(given), purpose)} given: {', '.join(given)}")


def give(project: Project, purpose: str, names: list[str] | None) -> list[str]:
    """Give one to each of these annotators; return the pseudonyms of those who got one."""
    assigning.lock(project)
    people = assigning.available(project, names)
    given = [each.pseudonym for each in people if mixing.give(project, each, purpose)]
    if given:
        said = f"{counted(len(given), purpose)} given"
        activity.note(project, None, activity.ASSIGNMENT, said)
    return given


def facts(checks: Checks) -> list[tuple[str, str]]:
    """Return what is mixed in, each with its name."""
    return [
        ("control articles", f"{checks.control} %"),
        ("repeats", f"{checks.repeats} %"),
        ("days before a repeat", f"{checks.days}"),
        ("seed", f"{checks.seed}"),
    ]
