"""`annotator labels`: answers out of a project into files, and into it from files."""

import getpass
import logging
import os
import secrets
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from annotator.cli.context import application, record
from annotator.cli.csv_options import bom_option, semicolons_option
from annotator.cli.faults import FailedCheckError, WrongUseError, one_line
from annotator.cli.importing import bar
from annotator.cli.label_acts import declare, list_, undo
from annotator.cli.label_kinds import AsModel, not_said, said_of
from annotator.cli.leftovers import say_leftovers
from annotator.errors import RefusedError
from annotator.formats.articles.records import RecordError
from annotator.formats.labels import csv_rows
from annotator.formats.labels import rows as annotation_rows_in
from annotator.formats.labels.exports import FORMS
from annotator.formats.labels.files import of_path
from annotator.formats.labels.mapping import read_mapping
from annotator.formats.labels.other_tools import reading
from annotator.formats.labels.rows import AnswerRow, Remark
from annotator.formats.models import results
from annotator.phrases import counted
from annotator.store.db import write, write_in_steps
from annotator.store.models.answers import WORK
from annotator.work import copies
from annotator.work.accounts import activity, projects
from annotator.work.imported_labels.kinds import KINDS, ORIGIN_WORDS
from annotator.work.label_import.mapped import answer_rows
from annotator.work.label_import.model_answers import model_rows
from annotator.work.label_import.rows import Importer, Plan
from annotator.work.labelling.annotation_rows import annotation_rows

log = logging.getLogger("annotator.labels")
SHOWN_PROBLEMS = 100
# Fewer are stored before a bar could be read.
MANY_ROWS = 5_000


@click.group()
def labels() -> None:
    """Export and import labels."""


for act in (list_, declare, undo):
    labels.add_command(act)


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
    type=click.Choice(list(FORMS)),
    default="jsonl",
    show_default=True,
    help="jsonl: one complete object per answer. csv: one row per claim, safe for"
    " spreadsheets. doccano, label-studio: for these tools; fields they do not have are"
    " left out.",
)
@bom_option
@semicolons_option
@click.option("--names", is_flag=True, help="User names instead of pseudonyms; this is logged.")
@click.option(
    "--purpose",
    type=click.Choice(copies.CHOICES),
    default=WORK,
    show_default=True,
    help="What the articles were given for. Only work counts in any figure.",
)
def export(
    slug: str,
    output: Path | None,
    form: str,
    bom: bool,
    semicolons: bool,
    names: bool,
    purpose: str,
) -> None:
    """Write every answer of a project, ordered by article, sentence and pseudonym.

    Files count the sentences of an article from 0, screens from 1. The same labels always give
    the same bytes. Labelling can continue: all rows show the moment at which the export started.
    """
    if (bom or semicolons) and form != "csv":
        raise WrongUseError("--bom and --semicolons need --format csv.")
    with application():
        project = projects.get(slug)
        if names:
            log.warning("labels of %r exported with names by %r", slug, getpass.getuser())
        rows = Tally(annotation_rows(project, names=names, purposes=copies.chosen(purpose)))
        lines = FORMS[form].write(rows)
        if form == "csv":
            dialect = csv_rows.Dialect(mark=bom, separator=";" if semicolons else ",")
            lines = csv_rows.write(rows, dialect)
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


@labels.command("import", cls=AsModel)
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("-p", "--project", "slug", required=True, help="The project's short name.")
@click.option(
    "--as",
    "kind",
    type=click.Choice(list(KINDS)),
    help="What the labels are; needed for files of other tools. people: independent answers of"
    " named annotators, which count. reference: somebody's gold; each becomes the decision on its"
    " sentence. model NAME: answers of a model, kept apart. context: kept, counted nowhere."
    " Exported JSONL says itself what each answer is.",
)
@click.option("--model", default="", metavar="NAME", help="The same as --as model NAME.")
@click.option("--model-version", default="", help="Version of a model that is new here.")
@click.option(
    "--settings",
    default="",
    help="Settings of a model that is new here: the prompt, the temperature, as free text.",
)
@click.option(
    "--mapping",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="TOML file that maps labels of the other tool to fields and values. Without it FILE"
    " is exported JSONL.",
)
@click.option("--dry-run", is_flag=True, help="Read and report; store nothing.")
@click.option("--skip", is_flag=True, help="Leave out exactly what is named; store the rest.")
def import_(
    file: Path,
    slug: str,
    kind: str | None,
    model: str,
    model_version: str,
    settings: str,
    mapping: Path | None,
    dry_run: bool,
    skip: bool,
) -> None:
    """Import answers from FILE: exported JSONL, or with --mapping an export of another tool.

    Exported JSONL is imported exactly: exporting it again gives the same bytes. With --mapping,
    FILE is an export of Label Studio, doccano, brat, INCEpTION, GATE, Potato or Prodigy, or a CSV
    (a file, a folder or a ZIP archive), and --as says what the labels are; "annotator labels
    declare" says it again later, "annotator labels undo" removes them. The articles must exist
    already. Messages number a sentence as on screens and as in files: "sentence 11 (10 in files)".
    Everything is stored or nothing; exit 1 if a row does not fit. With --skip exit 0 says that
    everything came in but what was named; exit 1 that nothing did.

    With --model and without --mapping, FILE is the result of a batch made by "annotator
    model-tasks", as providers return it, or custom_id and answer a line; answers that are refused
    are named, and the others are stored.
    """
    said = replace(said_of(kind, model), source=file.name, version=model_version, settings=settings)
    if (model_version or settings) and not said.model:
        raise WrongUseError("--model-version and --settings need --model NAME.")
    if said.kind is None and mapping is not None:
        raise WrongUseError(not_said(file.name))
    with application():
        say_leftovers()
        with Importer(projects.to_change(slug), said) as importer:
            plan = importer.plan(rows_of(file, mapping, importer))
            for problem in plan.problems[:SHOWN_PROBLEMS]:
                click.echo(one_line(problem))
            if len(plan.problems) > SHOWN_PROBLEMS:
                click.echo(f"and {len(plan.problems) - SHOWN_PROBLEMS:,} more")
            for remark in plan.remarks[:SHOWN_PROBLEMS]:
                click.echo(f"Note: {one_line(remark)}")
            if len(plan.remarks) > SHOWN_PROBLEMS:
                click.echo(f"and {len(plan.remarks) - SHOWN_PROBLEMS:,} more notes")
            # Models answer badly now and then; what they answer well is not held back for that.
            some = skip or (bool(said.model) and mapping is None)
            wanted = not dry_run and bool(plan.answers) and (some or not plan.problems)
            if wanted:
                store(importer, plan.answers)
    done = "imported" if wanted else "would be imported"
    click.echo(
        f"{counted(plan.answers, 'answer')}, {counted(plan.spans, 'span')} by"
        f" {counted(len(plan.annotators), 'annotator')} {done}."
        + ("" if wanted else " Nothing was stored.")
    )
    if plan.origins:
        click.echo(f"What they are: {what(plan)}.")
    if plan.problems and not (skip and plan.answers):
        raise FailedCheckError(f"{counted(len(plan.problems), 'row')} cannot be mapped.")
    if plan.problems:
        left = "would be left out" if dry_run else "left out"
        click.echo(f"{counted(len(plan.problems), 'row')} {left}.", err=True)


def what(plan: Plan) -> str:
    """Say what the answers are that come in."""
    return ", ".join(f"{n:,} {ORIGIN_WORDS[origin]}" for origin, n in sorted(plan.origins.items()))


def store(importer: Importer, answers: int) -> None:
    """Store what fits, in short steps: people may go on labelling."""
    try:
        with bar(answers, "Storing", shown=answers > MANY_ROWS) as told:
            write_in_steps(importer.store(told))
    except RefusedError as error:
        raise FailedCheckError(one_line(str(error))) from error
    except KeyboardInterrupt as error:
        raise FailedCheckError("Cancelled. Nothing was stored.") from error
    with write():
        said = f"{counted(answers, 'answer')} imported"
        activity.note(importer.project, None, activity.LABELS, said)
    record("%d answers imported into %r", answers, importer.project.slug)


def rows_of(
    file: Path, mapping: Path | None, importer: Importer
) -> Iterator[AnswerRow | RecordError | Remark]:
    """Yield the answers of a file."""
    if mapping is None:
        if importer.model and file.is_file():
            with file.open("rb") as stream:
                yield from model_rows(importer, results.read(stream, file.name))
            return
        refuse_others(file)
        with file.open("rb") as stream:
            yield from annotation_rows_in.read(stream)
        return
    mapped = read_mapping(mapping.read_bytes())
    files = of_path(file)
    form = mapped.format or reading.recognise(files)
    if form in {reading.OWN, reading.RESULTS}:
        what = "annotation rows" if form == reading.OWN else "answers to model-tasks"
        raise WrongUseError(f"{file} holds {what}, which need no --mapping.")
    yield from answer_rows(importer, reading.read(files, form, mapped.of_file), mapped)


def refuse_others(file: Path) -> None:
    """Refuse labels of another tool that come without a mapping, and name the tool."""
    try:
        form = reading.recognise(of_path(file))
    except RefusedError as error:
        if file.is_dir():
            raise WrongUseError(f"{file} is a folder; {error}") from error
        return  # lines that are no rows are named one by one
    if form == reading.RESULTS:
        raise WrongUseError(
            f"{file} holds answers to requests of annotator model-tasks; --as model --model NAME"
            " says whose they are."
        )
    if form != reading.OWN:
        title = reading.FORMATS[form].title
        raise WrongUseError(
            f"{file} is an export of {title}; --mapping FILE.toml says what its labels mean."
        )


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
