"""Commands that give work to people: `annotator assign`."""

from collections.abc import Iterable, Iterator

import click

from annotator.cli.context import application, record
from annotator.cli.faults import FailedCheckError
from annotator.cli.lists import listed
from annotator.phrases import counted
from annotator.store.db import write, write_in_steps
from annotator.work.accounts import activity, projects
from annotator.work.assignment import assigning, leaving
from annotator.work.assignment.assigning import Matrix
from annotator.work.assignment.leaving import Kept

MARKS = {"new": "+", "has": "=", "": "."}


@click.command("assign")
@click.option("-p", "--project", "slug", required=True, help="The project's short name.")
@click.option(
    "--overlap",
    type=click.IntRange(min=1),
    help="Annotators per article; default: the overlap of the project.",
)
@click.option("--annotators", help="User names or pseudonyms, separated by commas; default: all.")
@click.option(
    "--articles",
    help='Keys of articles, separated by commas; default: all. A key with a comma: a,"b, c".',
)
@click.option(
    "--calibration",
    "share",
    default=0,
    show_default=True,
    type=click.IntRange(0, 100),
    help="Percentage of the articles given to all these annotators, whatever the overlap.",
)
@click.option("--seed", default=1, show_default=True, help="Random seed for ties.")
@click.option(
    "--replace-left",
    is_flag=True,
    help="Close open assignments of annotators who have left (disabled or no longer"
    " annotators) and replace them; their answers are kept.",
)
@click.option("--dry-run", is_flag=True, help="Print the matrix; store nothing.")
def assign_command(
    slug: str,
    overlap: int | None,
    annotators: str | None,
    articles: str | None,
    share: int,
    seed: int,
    replace_left: bool,
    dry_run: bool,
) -> None:
    """Assign articles to annotators: balanced by sentences, reproducible by the seed.

    Existing assignments are kept and count towards the overlap. Articles with too few available
    annotators are listed and not assigned; exit 1 then.
    """
    with application():
        project = projects.to_change(slug)
        keys, names = split_list(articles, "--articles"), split_list(annotators, "--annotators")
        closing: dict[str, None] = {}

        def plan() -> Matrix:
            works = assigning.works(project, keys)
            if replace_left:
                works = leaving.without_those_who_left(project, works)
            people = assigning.available(project, names)
            wanted = overlap or project.overlap
            made = assigning.make_matrix(project, works, people, wanted, seed, share)
            closing.update(dict.fromkeys(closed_lines(leaving.freed_by(project, made))))
            return made

        matrix, given = (plan(), 0) if dry_run else write_in_steps(leaving.give(project, plan))
        if not dry_run:
            closed = f" and {len(closing)} closed" if closing else ""
            with write():
                said = f"{counted(given, 'assignment')} made{closed}"
                activity.note(project, None, activity.ASSIGNMENT, said)
            record("%d assignments made%s in %r", given, closed, slug)
        for line in table(matrix):
            click.echo(line)
        for line in closing:
            click.echo(line)
        for kept in () if replace_left else leaving.kept_open(project):
            click.echo(still_held(kept), err=True)
    done = "Nothing was stored." if dry_run else f"{counted(given, 'assignment')} made."
    click.echo(f"+ new, = already assigned, . not assigned. {done}")
    for each in matrix.lacking:
        click.echo(each.says)
    if many := len(matrix.lacking):
        raise FailedCheckError(f"{counted(many, 'article')} with too few annotators not assigned.")


def closed_lines(freed: Iterable[Kept]) -> Iterator[str]:
    """Yield what is closed, a line each."""
    for kept in freed:
        for each in kept.assignments:
            article = each.article
            yield (
                f"closes: {kept.membership.pseudonym} ({kept.why}), {article.key}:"
                f" {each.decided_count} of {article.sentence_count} answered"
            )


def still_held(kept: Kept) -> str:
    """Say whose places are held by somebody who has left."""
    number = counted(len(kept.assignments), "open article")
    return (
        f"{kept.membership.pseudonym} ({kept.why}) still has {number}; --replace-left"
        " closes and replaces these assignments."
    )


def split_list(text: str | None, option: str) -> list[str] | None:
    """Return the names between commas, or None where nothing was said."""
    return None if text is None else [name for name in listed(text, option) if name]


def table(matrix: Matrix) -> Iterator[str]:
    """Yield the matrix line by line."""
    first = max((len(row.key) for row in matrix.rows), default=0)
    first = max(first, len("new / all sentences"))
    heads = [person.pseudonym for person in matrix.people]
    sums = [f"{matrix.added(person)}/{matrix.total(person)}" for person in matrix.people]
    widths = [max(len(head), len(total)) for head, total in zip(heads, sums, strict=True)]

    def line(name: str, count: str, cells: list[str]) -> str:
        padded = [cell.rjust(width) for cell, width in zip(cells, widths, strict=True)]
        return "  ".join([name.ljust(first), count.rjust(5), *padded]).rstrip()

    yield line("article", "sent.", heads)
    for row in matrix.rows:
        marks = [MARKS[matrix.state(row, person)] for person in matrix.people]
        yield line(row.key, str(row.sentences), marks)
    yield line("new / all sentences", "", sums)
