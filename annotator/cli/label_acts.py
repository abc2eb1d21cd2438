"""`annotator labels list`, `declare` and `undo`: what became of labels that were imported."""

import click

from annotator.cli.context import application, record
from annotator.cli.faults import FailedCheckError, WrongUseError, one_line
from annotator.cli.label_kinds import AsModel, not_said, said_of
from annotator.cli.leftovers import say_leftovers
from annotator.cli.printing import table
from annotator.phrases import counted, utc_text
from annotator.store.db import write_in_steps
from annotator.work.accounts import projects
from annotator.work.imported_labels import declaring, undoing
from annotator.work.imported_labels.kinds import KINDS


@click.command("list")
@click.option("-p", "--project", "slug", required=True, help="The project's short name.")
def list_(slug: str) -> None:
    """List the imports of labels: number, what they are, answers, when, file."""
    with application():
        project = projects.get(slug)
        rows = [
            (
                str(each.row.id),
                f"{each.kind} {each.row.model}".strip(),
                f"{each.left:,}",
                utc_text(each.row.at),
                one_line(each.row.source),
            )
            for each in declaring.imports_of(project)
        ]
        rest = declaring.of_no_import(project.id)
    for line in table([("import", "as", "answers", "imported", "file"), *rows], {0, 2}):
        click.echo(line)
    if rest:
        click.echo(f"{counted(rest, 'answer')} imported earlier as context; declare them, too.")


@click.command(cls=AsModel)
@click.option("-p", "--project", "slug", required=True, help="The project's short name.")
@click.option("--import", "number", type=int, help="Number of the import; default: all context.")
@click.option("--as", "kind", type=click.Choice(list(KINDS)), help="What the labels are.")
@click.option("--model", default="", metavar="NAME", help="The model's name, with --as model.")
@click.option("--undo", is_flag=True, help="Take back what was last declared of the import.")
def declare(slug: str, number: int | None, kind: str | None, model: str, undo: bool) -> None:
    """Say what imported labels are: of people, a reference, of a model, or context.

    Without --import: everything that was imported as context. "annotator labels list" prints the
    numbers. The last declaration can be taken back with --undo.
    """
    said = said_of(kind, model)
    if undo and (said.kind or number is None):
        raise WrongUseError("--undo needs --import NUMBER, and no --as.")
    if not undo and said.kind is None:
        raise WrongUseError(not_said("the project"))
    with application():
        say_leftovers()
        project = projects.to_change(slug)
        if number is None:
            write_in_steps(declaring.note_earlier(project))
        shown = declaring.imports_of(project)
        numbers = (
            [number]
            if number is not None
            else [each.row.id for each in shown if each.kind == "context"]
        )
        if not numbers:
            raise FailedCheckError("No labels were imported as context.")
        if said.kind is None:
            done = write_in_steps(declaring.take_back(project, numbers))
        else:
            done = write_in_steps(declaring.declare(project, numbers, said.kind, said.model))
        now = {each.row.id: each for each in declaring.imports_of(project)}
    for each in numbers:
        click.echo(f"Import {each} ({one_line(now[each].row.source)}) is now {now[each].kind}.")
    click.echo(f"{counted(done, 'answer')} declared. Take back: annotator labels declare --undo")


@click.command()
@click.argument("number", type=int)
@click.option("-p", "--project", "slug", required=True, help="The project's short name.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def undo(number: int, slug: str, yes: bool) -> None:
    """Remove all answers that the import NUMBER brought, and who came with nothing else.

    Refused where somebody has changed one of them since, or a decision rests on them.
    """
    with application():
        say_leftovers()
        project = projects.to_change(slug)
        row = declaring.get(project, number)
        if not yes:
            click.confirm(
                f"Remove {counted(row.answers, 'answer')} of {one_line(row.source)}?", abort=True
            )
        done = write_in_steps(undoing.undo(project, number))
        record("import %d of labels into %r undone", number, slug)
    click.echo(f"{counted(done, 'answer')} removed.")
