"""`annotator model-tasks`: what a language model is asked, written to a file."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click

from annotator.cli.assigning import split_list
from annotator.cli.context import application
from annotator.cli.faults import WrongUseError
from annotator.cli.labels import Tally, write_whole
from annotator.formats.articles import jsonl
from annotator.formats.models.tasks import characters
from annotator.phrases import counted
from annotator.work.accounts import projects
from annotator.work.models.tasks import MOST_EXAMPLES, requests


@click.command("model-tasks")
@click.option("-p", "--project", "slug", required=True, help="The project's short name.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Output file, written when complete.",
)
@click.option(
    "--articles",
    help='Keys of articles, separated by commas; default: all. A key with a comma: a,"b, c".',
)
@click.option(
    "--examples",
    type=click.IntRange(0, MOST_EXAMPLES),
    default=0,
    show_default=True,
    help="Decided sentences to show with their answers; none is of an article that is asked for,"
    " or of a near-duplicate.",
)
@click.option("--seed", default=1, show_default=True, help="Random seed for the examples.")
@click.option("--model", help="Name of the model, which the body of each request then has.")
@click.option("--dry-run", is_flag=True, help="Count requests and characters; write nothing.")
def model_tasks(
    slug: str,
    output: Path | None,
    articles: str | None,
    examples: int,
    seed: int,
    model: str | None,
    dry_run: bool,
) -> None:
    """Write one request for a language model per sentence, as JSON Lines.

    The file has the form that most providers and local servers take for batches: custom_id,
    method, url, and a body with messages and the JSON Schema of the answer. The codebook is the
    instruction; the sentence is marked in its article. Nothing is sent anywhere. Answers come in
    with "annotator labels import".
    """
    if output is None and not dry_run:
        raise WrongUseError("Give an output file (-o), or --dry-run.")
    keys = split_list(articles, "--articles")
    with application():
        size = Size(requests(projects.get(slug), keys, examples, seed, model))
        rows = Tally(size)
        if output is None or dry_run:
            for _ in rows:
                pass
        else:
            write_whole(output, jsonl.write(rows))
    done = "Nothing was written." if dry_run else f"Written to {output}."
    click.echo(
        f"{counted(rows.number, 'request')}, {counted(size.characters, 'character')} of"
        f" messages. {done}"
    )


class Size:
    """Requests on their way into a file, and how many characters their messages have."""

    def __init__(self, rows: Iterable[dict[str, Any]]) -> None:
        self.rows = rows
        self.characters = 0

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for row in self.rows:
            self.characters += characters(row)
            yield row
