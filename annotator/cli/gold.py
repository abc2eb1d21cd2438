"""`annotator gold`: the gold of a project, or the likely values of a file of labels."""

from pathlib import Path
from typing import BinaryIO, get_args

import click

from annotator.cli.context import WrongUseError
from annotator.cli.gold_file import print_file
from annotator.cli.gold_project import checked_margin, print_people, write_project
from annotator.measure.gold import Method, Model
from annotator.work.modelling import Aggregation
from annotator.work.voting import LEAST_MARGIN


@click.command("gold")
@click.argument("file", type=click.File("rb"), required=False)
@click.option("-p", "--project", "slug", help="The project's short name.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file for the rows of a project; it appears when it is complete."
    " Default: standard output.",
)
@click.option(
    "--margin",
    type=float,
    help="The least lead in a project, as a share of the votes or of the probability under a"
    " model; less stays open."
    f"  [default: {LEAST_MARGIN}]",
)
@click.option(
    "--method",
    type=click.Choice(get_args(Method)),
    help="How labels are put together; in a project, where annotators differ."
    " A tie has no value under any method."
    "  [default: majority]",
)
@click.option("--values", help="All values of FILE in their order, with commas.")
@click.option(
    "--repeats",
    type=click.Choice(["refuse", "keep"]),
    help="Whether an annotator may label an item of FILE twice; each label then counts."
    "  [default: refuse]",
)
@click.option(
    "--smoothing",
    type=click.FloatRange(0),
    help="Added to each cell of the error matrices; 0 is the textbook form."
    f"  [default: {Model().smoothing}]",
)
@click.option(
    "--seed",
    type=click.IntRange(0),
    help=f"Seed of the starts of MACE.  [default: {Model().seed}]",
)
@click.option(
    "--people",
    is_flag=True,
    help="Of a project: how much is decided per field, and the errors of each annotator.",
)
@click.option(
    "--json",
    "as_data",
    is_flag=True,
    help="Print everything about FILE as JSON; of a project what --people prints.",
)
def gold_command(
    file: BinaryIO | None,
    slug: str | None,
    output: Path | None,
    margin: float | None,
    method: Method | None,
    values: str | None,
    repeats: str | None,
    smoothing: float | None,
    seed: int | None,
    people: bool,
    as_data: bool,
) -> None:
    """Print the decision on each sentence of a project, or the likely value of each item of FILE.

    Of a project (-p), as JSONL: a decision of an adjudicator wins; then what all annotators say,
    field by field; where they differ, what most say or what --method makes of it. A tie or a low
    margin is never broken: that sentence is open, with its votes. Of a FILE: CSV with the columns
    item, annotator, value; needs no database.
    """
    if (file is None) == (slug is None):
        raise WrongUseError("Give either a FILE or a project (-p).")
    model = Model(
        smoothing=Model().smoothing if smoothing is None else smoothing,
        seed=Model().seed if seed is None else seed,
    )
    if file is not None:
        if output is not None or margin is not None or people:
            raise WrongUseError("-o, --margin and --people go with a project (-p).")
        print_file(file, method or "majority", values, repeats or "refuse", model, as_data)
        return
    if values is not None or repeats is not None:
        raise WrongUseError("--values and --repeats go with a FILE; a project has its codebook.")
    way = Aggregation(method or "majority", model, checked_margin(margin, LEAST_MARGIN))
    if people or as_data:
        if output is not None:
            raise WrongUseError("-o is for the rows; --people and --json print.")
        print_people(slug or "", way, as_data)
        return
    write_project(slug or "", output, way)
