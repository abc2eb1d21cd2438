"""`annotator gold`: the gold of a project, or the likely values of a file of labels."""

from pathlib import Path
from typing import BinaryIO

import click

from annotator.cli.csv_options import bom_option, semicolons_option
from annotator.cli.faults import WrongUseError
from annotator.cli.gold_options import (
    METHODS,
    SEED,
    SEED_SAYS,
    USUAL,
    margin_option,
    model_of,
    smoothing_option,
)
from annotator.formats.labels.csv_rows import Dialect
from annotator.formats.labels.gold_csv import Rows
from annotator.measure.methods import Method


@click.command("gold")
@click.argument("file", type=click.File("rb"), required=False)
@click.option("-p", "--project", "slug", help="The project's short name.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Output file for the rows of a project, written when complete. Default: standard output.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "csv"]),
    help="Projects: jsonl has everything, csv is for Excel, R, Stata and SPSS.  [default: jsonl]",
)
@click.option(
    "--rows",
    "table",
    type=click.Choice(["sentences", "claims"]),
    help="Projects, with --format csv: one row per sentence or one per claim."
    "  [default: sentences]",
)
@bom_option
@semicolons_option
@margin_option
@click.option(
    "--method",
    type=METHODS,
    help="Aggregation method; in a project, where annotators differ. Ties have no value under"
    " any method."
    "  [default: majority]",
)
@click.option("--values", help='All values of FILE in order, separated by commas: a,"b, c".')
@click.option(
    "--repeats",
    type=click.Choice(["refuse", "keep"]),
    help="Whether an annotator may label an item of FILE twice; each label then counts."
    "  [default: refuse]",
)
@smoothing_option
@click.option("--seed", type=SEED, help=SEED_SAYS)
@click.option(
    "--people",
    is_flag=True,
    help="Projects: print decisions per field and the confusion matrix of each annotator.",
)
@click.option(
    "--json",
    "as_data",
    is_flag=True,
    help="Print everything about FILE as JSON; for a project, what --people prints.",
)
def gold_command(
    file: BinaryIO | None,
    slug: str | None,
    output: Path | None,
    form: str | None,
    table: Rows | None,
    bom: bool,
    semicolons: bool,
    margin: float | None,
    method: Method | None,
    values: str | None,
    repeats: str | None,
    smoothing: float | None,
    seed: int | None,
    people: bool,
    as_data: bool,
) -> None:
    """Print the gold of each sentence of a project, or of each item of FILE.

    Project (-p), as JSONL or CSV: adjudicated decisions take precedence, then unanimous answers,
    field by field; where annotators differ, --method decides. Ties and low margins are not broken:
    the sentence stays open, with its votes. Files count sentences from 0, screens from 1. FILE: CSV
    with the columns item, annotator, value; needs no database.
    """
    if (file is None) == (slug is None):
        raise WrongUseError("Give either a FILE or a project (-p).")
    if (table is not None or bom or semicolons) and form != "csv":
        raise WrongUseError("--rows, --bom and --semicolons need --format csv.")
    if file is not None:
        if output is not None or margin is not None or people:
            raise WrongUseError("-o, --margin and --people need a project (-p).")
        if form is not None:
            raise WrongUseError("--format needs a project (-p).")
        # A file needs no database, so nothing of it is imported.
        from annotator.cli.gold_file import print_file  # noqa: PLC0415

        model = model_of(smoothing, seed)
        print_file(file, method or USUAL, values, repeats or "refuse", model, as_data)
        return
    if values is not None or repeats is not None:
        raise WrongUseError("--values and --repeats need a FILE; a project uses its codebook.")
    from annotator.cli.gold_project import Form, print_people, write_project  # noqa: PLC0415 - as above
    from annotator.cli.gold_way import way_of  # noqa: PLC0415 - as above

    way = way_of(method, margin, smoothing, seed)
    if people or as_data:
        if output is not None or form is not None:
            raise WrongUseError(
                "-o and --format are for the rows; --people and --json print to standard output."
            )
        print_people(slug or "", way, as_data)
        return
    made = Form()
    if form == "csv":
        dialect = Dialect(mark=bom, separator=";" if semicolons else ",")
        made = Form(table or "sentences", dialect)
    write_project(slug or "", output, way, made)
