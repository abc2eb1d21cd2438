"""`annotator gold -p`: the gold of a project, and how its annotators stand to it."""

import json
import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from annotator.cli.context import application
from annotator.cli.labels import Tally, write_whole
from annotator.cli.printing import decimals, table, warned
from annotator.formats.articles import jsonl
from annotator.formats.labels import csv_rows, gold_csv
from annotator.phrases import counted
from annotator.work.accounts import projects
from annotator.work.gold import counts
from annotator.work.gold.counts import gold_words
from annotator.work.gold.fitting import people
from annotator.work.gold.methods import gold_of
from annotator.work.gold.models import Aggregation
from annotator.work.gold.rows import article_columns, gold_rows


@dataclass(frozen=True)
class Form:
    """As what gold is written: JSON Lines, or a table as CSV."""

    table: gold_csv.Rows | None = None
    dialect: csv_rows.Dialect = csv_rows.PLAIN


def write_project(slug: str, output: Path | None, way: Aggregation, form: Form) -> None:
    """Write the gold of a project."""
    with application():
        project = projects.get(slug)
        rows = Tally(gold_rows(project, way))
        lines = jsonl.write(rows)
        if form.table is not None:
            lines = gold_csv.write(
                rows,
                form.table,
                article_columns(project),
                form.dialect,
                project.codebook.labels,
            )
        if output is not None:
            write_whole(output, lines)
            kind = "The claims of " if form.table == "claims" else ""
            said = f"{kind}{counted(rows.number, 'sentence')} written to {output}."
        else:
            # UTF-8 whatever the terminal speaks.
            sys.stdout.buffer.writelines(line.encode() for line in lines)
            sys.stdout.buffer.flush()
            said = ""
        if not_counted := counts.answers(project).not_counted():
            said = f"{said} {not_counted}".strip()
        if said:
            click.echo(said, err=True)


def print_people(slug: str, way: Aggregation, as_data: bool) -> None:
    """Print per field how much is decided, and the errors of each annotator."""
    with application():
        project = projects.get(slug)
        found, values = people(project, way)
        gold = gold_of(project, way)
        found["sentences"] = dict(gold.by_how)
    if as_data:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    click.echo(gold_words(gold))
    for line in lines_of(found, values):
        click.echo(line)


def lines_of(found: dict[str, Any], values: Mapping[str, Collection[str]]) -> Iterator[str]:
    """Yield the summary as text: every field, then its annotators with what they take for what.

    `values` are those of each field that somebody gave: of the others nothing is known.
    """
    yield ""
    yield f"{found['project']} · {found['method']} · margin {found['settings']['margin']:g}"
    for name, field in found["fields"].items():
        yield ""
        yield (
            f"{name}: {field['units']:,} answered · {field['unanimous']:,} unanimous,"
            f" {field['single']:,} by one annotator,"
            f" {field['decided']:,} by {found['method']}, {field['open']:,} open"
        )
        if field["doubted"]:
            yield f"  {field['doubted']:,} unanimous decisions are doubted by the model."
        yield from warned(field.get("warnings", ()))
        rows = [
            (who, f"{each['n']:,}", f"{each['shared']:,}", decimals(each["accuracy"]), true, *given)
            for who, each in field["annotators"].items()
            for true, *given in matrix_rows(each)
            if true in values[name]
        ]
        heads = ("annotator", "answers", "shared", "accuracy", "likely truth")
        yield from table(
            [(*heads, *(f"gives {value}" for value in field["values"])), *rows],
            {1, 2, 3, *range(5, 5 + len(field["values"]))},
        )
        for reason in sorted(
            {each.get("reason", "") for each in field["annotators"].values()} - {""}
        ):
            yield f"- means not identifiable: {reason}."


def matrix_rows(each: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """Yield the error matrix of one annotator; without a known accuracy there is none to show."""
    for true, given in each["confusion"].items():
        known = each["accuracy"] is not None
        shown = (f"{share:.2f}" if known else "-" for share in given.values())
        yield true, *shown
