"""`annotator labels`: answers out of a project into files, and into it from files."""

import getpass
import logging
import os
import secrets
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from annotator.cli.context import application, record
from annotator.cli.faults import FailedCheckError, WrongUseError, one_line
from annotator.cli.importing import bar
from annotator.cli.leftovers import say_leftovers
from annotator.errors import RefusedError
from annotator.formats.articles import jsonl
from annotator.formats.articles.records import RecordError
from annotator.formats.labels import csv_rows, doccano, label_studio, marks
from annotator.formats.labels import rows as annotation_rows_in
from annotator.formats.labels.mapping import Mapped, read_mapping
from annotator.formats.labels.rows import AnswerRow, Remark
from annotator.phrases import counted
from annotator.store.db import write_in_steps
from annotator.work.accounts import projects
from annotator.work.label_import.mapped import answer_rows
from annotator.work.label_import.rows import Importer
from annotator.work.labelling.annotation_rows import annotation_rows

log = logging.getLogger("annotator.labels")
Writer = Callable[[Iterable[Mapping[str, Any]]], Iterator[str]]
WRITERS: Mapping[str, Writer] = {
    "jsonl": jsonl.write,
    "csv": csv_rows.write,
    "doccano": doccano.write,
    "label-studio": label_studio.write,
}
READERS: Mapping[str, Callable[[bytes, str, Mapped], marks.Marks]] = {
    "doccano": marks.doccano,
    "label-studio": marks.label_studio,
    "csv": marks.table,
}
SHOWN_PROBLEMS = 100
# Fewer are stored before a bar could be read.
MANY_ROWS = 5_000


@click.group()
def labels() -> None:
    """Export and import labels."""


@labels.command()
@click.option("-p", "--project", "slug", required=True, help="The project's short name.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Output file, written when complete. Default: standard output.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(list(WRITERS)),
    default="jsonl",
    show_default=True,
    help="jsonl: one complete object per answer. csv: one row per claim, safe for"
    " spreadsheets. doccano, label-studio: for these tools; fields they do not have are"
    " left out.",
)
@click.option("--names", is_flag=True, help="User names instead of pseudonyms; this is logged.")
def export(slug: str, output: Path | None, form: str, names: bool) -> None:
    """Write every answer of a project, ordered by article, sentence and pseudonym.

    Files count the sentences of an article from 0, screens from 1. The same labels always give
    the same bytes. Labelling can continue: all rows show the moment at which the export started.
    """
    with application():
        project = projects.get(slug)
        if names:
            log.warning("labels of %r exported with names by %r", slug, getpass.getuser())
        rows = Tally(annotation_rows(project, names=names))
        lines = WRITERS[form](rows)
        if output is None:
            # UTF-8 whatever the terminal speaks.
            sys.stdout.buffer.writelines(line.encode() for line in lines)
            sys.stdout.buffer.flush()
        else:
            write_whole(output, lines)
            click.echo(f"{counted(rows.number, 'answer')} written to {output}.", err=True)


class Tally:
    """Rows on their way into a file, and how many there were."""

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        self.rows = rows
        self.number = 0

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        for row in self.rows:
            self.number += 1
            yield row


@labels.command("import")
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("-p", "--project", "slug", required=True, help="The project's short name.")
@click.option(
    "--mapping",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="TOML file that maps labels of the other tool to fields and values. Without it FILE"
    " is exported JSONL.",
)
@click.option("--dry-run", is_flag=True, help="Read and report; store nothing.")
@click.option("--skip", is_flag=True, help="Skip rows that do not fit and store the rest.")
def import_(file: Path, slug: str, mapping: Path | None, dry_run: bool, skip: bool) -> None:
    """Import answers from FILE: exported JSONL, or with --mapping an export of another tool.

    Exported JSONL is imported exactly: exporting it again gives the same bytes. With --mapping,
    FILE is an export of doccano or Label Studio, a CSV, or a brat folder, and each answer has the
    origin "imported". The articles must exist already. Messages number a sentence as on screens
    and as in files: "sentence 11 (10 in files)". Everything is stored or nothing; exit 1 if a row
    does not fit.
    """
    with application():
        say_leftovers()
        with Importer(projects.get(slug)) as importer:
            plan = importer.plan(rows_of(file, mapping, importer))
            for problem in plan.problems[:SHOWN_PROBLEMS]:
                click.echo(one_line(problem))
            if len(plan.problems) > SHOWN_PROBLEMS:
                click.echo(f"and {len(plan.problems) - SHOWN_PROBLEMS:,} more")
            for remark in plan.remarks[:SHOWN_PROBLEMS]:
                click.echo(f"Note: {one_line(remark)}")
            if len(plan.remarks) > SHOWN_PROBLEMS:
                click.echo(f"and {len(plan.remarks) - SHOWN_PROBLEMS:,} more notes")
            wanted = not dry_run and bool(plan.answers) and (skip or not plan.problems)
            if wanted:
                store(importer, plan.answers)
    done = "imported" if wanted else "would be imported"
    click.echo(
        f"{counted(plan.answers, 'answer')}, {counted(plan.spans, 'span')} by"
        f" {counted(len(plan.annotators), 'annotator')} {done}."
        + ("" if wanted else " Nothing was stored.")
    )
    if plan.problems:
        raise FailedCheckError(f"{counted(len(plan.problems), 'row')} cannot be mapped.")


def store(importer: Importer, answers: int) -> None:
    """Store what fits, in short steps: people may go on labelling."""
    try:
        with bar(answers, "Storing", shown=answers > MANY_ROWS) as told:
            write_in_steps(importer.store(told))
    except RefusedError as error:
        raise FailedCheckError(one_line(str(error))) from error
    except KeyboardInterrupt as error:
        raise FailedCheckError("Cancelled. Nothing was stored.") from error
    record("%d answers imported into %r", answers, importer.project.slug)


def rows_of(
    file: Path, mapping: Path | None, importer: Importer
) -> Iterator[AnswerRow | RecordError | Remark]:
    """Yield the answers of a file."""
    if mapping is None:
        if file.is_dir():
            raise WrongUseError(f"{file} is a folder; a brat folder needs --mapping.")
        with file.open("rb") as stream:
            yield from annotation_rows_in.read(stream)
        return
    mapped = read_mapping(mapping.read_bytes())
    if (mapped.format == "brat") != file.is_dir():
        kind = "a folder" if mapped.format == "brat" else "a file"
        raise WrongUseError(f"{file} is not {kind}, as {mapped.format} needs.")
    if mapped.format == "brat":
        yield from answer_rows(importer, marks.brat_files(file, mapped))
        return
    raw = file.read_bytes()
    yield from answer_rows(importer, READERS[mapped.format](raw, file.name, mapped))


def write_whole(path: Path, lines: Iterable[str]) -> None:
    """Write a file under another name and rename it, so that nobody ever meets half of it."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with draft.open("x", encoding="utf-8", newline="") as file:
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        error.filename = str(path)  # nobody asked for the draft
        raise
    finally:
        draft.unlink(missing_ok=True)
