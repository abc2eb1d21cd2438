"""`annotator labels`: the annotation rows of a project, in files."""

import getpass
import logging
import os
import secrets
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from annotator.cli.context import application
from annotator.formats import csv, jsonl
from annotator.work import projects
from annotator.work.rows import annotation_rows

log = logging.getLogger("annotator.labels")
Writer = Callable[[Iterable[Mapping[str, Any]]], Iterator[str]]
WRITERS: Mapping[str, Writer] = {"jsonl": jsonl.write, "csv": csv.write}


@click.group()
def labels() -> None:
    """Take labels out."""


@labels.command()
@click.option("-p", "--project", "slug", required=True, help="The project's short name.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write; it appears when it is complete. Default: standard output.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(list(WRITERS)),
    default="jsonl",
    show_default=True,
    help="jsonl: one exact object per answer. csv: one row per claim, safe for spreadsheets.",
)
@click.option("--names", is_flag=True, help="User names in place of pseudonyms; this is logged.")
def export(slug: str, output: Path | None, form: str, names: bool) -> None:
    """Write every answer of a project, ordered by article, sentence and pseudonym.

    The same labels always give the same bytes. People may go on labelling: all rows are of the
    moment at which the export began.
    """
    with application():
        project = projects.get(slug)
        if names:
            log.warning("labels of %r exported with names by %r", slug, getpass.getuser())
        lines = WRITERS[form](annotation_rows(project, names=names))
        if output is None:
            # UTF-8 whatever the terminal speaks.
            sys.stdout.buffer.writelines(line.encode() for line in lines)
            sys.stdout.buffer.flush()
        else:
            write_whole(output, lines)


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
