"""Commands that read articles: `annotator import` and `annotator split`."""

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from annotator.cli.context import FailedCheckError, WrongUseError, application, one_line
from annotator.formats.draft import ArticleDraft
from annotator.store.db import write
from annotator.store.models import Article, Project
from annotator.text import sentences
from annotator.text.decode import UndecodableText, decode
from annotator.work import assigning, importing, projects
from annotator.work.assigning import counted
from annotator.work.errors import RefusedError

STDIN = "-"
LONG_RUN = 20


@dataclass(frozen=True)
class Source:
    """One file to read; the name is what the article's key is made of."""

    name: str
    path: Path | None

    def read(self) -> bytes:
        """Return its bytes; of a file that is far too large no more than needed to say so."""
        if self.path is None:
            return sys.stdin.buffer.read(importing.LARGEST_FILE + 1)
        try:
            importing.check_size(self.path.stat().st_size)
            return self.path.read_bytes()
        except OSError as error:
            raise RefusedError(f"it cannot be read: {error.strerror}") from error


@click.command("import")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("-p", "--project", "slug", required=True, help="The project's short name.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["auto", "txt"]),
    default="auto",
    show_default=True,
    help="How to read the files; txt reads any file as plain text.",
)
@click.option("--key", help="The article's key when its text comes from standard input.")
@click.option("--dry-run", is_flag=True, help="Read and report; store nothing.")
@click.option(
    "--assign",
    "assign_new",
    is_flag=True,
    help="Give the new articles to the project's annotators, by its overlap.",
)
def import_command(
    paths: tuple[str, ...], slug: str, form: str, key: str | None, dry_run: bool, assign_new: bool
) -> None:
    """Import articles from text files or folders; "-" reads one from standard input.

    Each file is one article, stored whole or not at all, and gets one line of report. Exit 1
    when a file was refused.
    """
    sources = list(find_sources(paths, key))
    if not sources:
        raise WrongUseError(f"There is no file in {', '.join(paths)}.")
    with application():
        project = projects.get(slug)
        run = Run(project, form, dry_run)
        report(sources, run)
        if assign_new and run.stored:
            assign_all(project, run.stored)
    click.echo(summary(run))
    if run.refused:
        raise FailedCheckError(f"{run.refused} of {counted(len(sources), 'file')} refused.")


class Run:
    """One run of the command: what it has stored, and what it has seen in a dry run."""

    def __init__(self, project: Project, form: str, dry_run: bool) -> None:
        self.project = project
        self.form = form
        self.dry_run = dry_run
        self.stored: list[int] = []
        self.added = self.sentences = self.refused = 0
        self.seen: dict[str, str] = {}

    def take(self, source: Source) -> str:
        """Import one file; return its line of the report."""
        try:
            draft = importing.read_file(source.name, source.read(), self.form)
            where = self.pretend(draft) if self.dry_run else self.store(draft)
        except RefusedError as error:
            self.refused += 1
            return f"{source.name}: refused: {one_line(str(error))}"
        self.added += 1
        self.sentences += draft.sentence_count
        return f"{source.name}: {where}, {counted(draft.sentence_count, 'sentence')}"

    def store(self, draft: ArticleDraft) -> str:
        """Store one article, in a transaction of its own."""
        with write():
            article: Article = importing.store_article(self.project, draft)
        self.stored.append(article.id)
        return f"stored as “{draft.key}”"

    def pretend(self, draft: ArticleDraft) -> str:
        """Say what would happen, also with regard to the files before this one."""
        importing.check_new(self.project, draft)
        importing.check_among(self.seen, draft)
        return f"would be stored as “{draft.key}”"


def report(sources: list[Source], run: Run) -> None:
    """Import every file and print its line; a long run shows how far it is on a terminal."""
    if len(sources) <= LONG_RUN or not on_terminal():
        for source in sources:
            click.echo(run.take(source))
        return
    lines: list[str] = []  # they wait until the bar is done: both may be on one screen
    try:
        with click.progressbar(sources, label="Importing", file=sys.stderr) as bar:
            for source in bar:
                lines.append(run.take(source))
    finally:
        for line in lines:
            click.echo(line)


def on_terminal() -> bool:
    """Say whether somebody watches."""
    return sys.stderr.isatty()


def summary(run: Run) -> str:
    """Return the last line: what is there now."""
    done = "would be added" if run.dry_run else "added"
    return (
        f"{counted(run.added, 'article')} {done}, {counted(run.sentences, 'sentence')};"
        f" {run.refused:,} refused." + (" Nothing was stored." if run.dry_run else "")
    )


def assign_all(project: Project, stored: list[int]) -> None:
    """Give the new articles to the annotators of the project."""
    with write():
        people = assigning.annotators_of(project)
        matrix = assigning.make_matrix(
            project, assigning.works(project, ids=stored), people, project.overlap
        )
        given = assigning.assign(matrix.pairs)
    click.echo(f"{counted(given, 'assignment')} made, overlap {project.overlap}.")


def find_sources(paths: Iterable[str], key: str | None) -> Iterator[Source]:
    """Yield the files that are meant, those of a folder in the order of their names."""
    if key is not None and STDIN not in paths:
        raise WrongUseError("--key goes with - (standard input); a file has its name.")
    for given in paths:
        path = Path(given)
        if given == STDIN:
            if not key:
                raise WrongUseError("Standard input has no name: say --key KEY.")
            yield Source(f"{key}.txt", None)
        elif path.is_dir():
            for found in sorted(path.rglob("*")):
                hidden = any(part.startswith(".") for part in found.relative_to(path).parts)
                if found.is_file() and not hidden:
                    yield Source(str(found.relative_to(path)), found)
        elif path.exists():
            yield Source(path.name, path)
        else:
            raise WrongUseError(f"There is no file or folder {given}.")


@click.command("split")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
def split_command(file: str) -> None:
    """Print where the sentences of a text are, as JSONL; needs no database.

    FILE is JSONL with "doc_id" and "text" in each row, or one text file; "-" reads standard
    input. Offsets are Unicode code points, the end is exclusive.
    """
    with click.open_file(file, "rb") as stream:
        first = stream.readline()
        if is_rows(file, first):
            for doc_id, text in read_rows(first, stream):
                click.echo(split_line(doc_id, text))
            return
        raw = first + stream.read()
    try:
        click.echo(split_line(Path(file).stem, decode(raw).text))
    except UndecodableText as error:
        raise WrongUseError(f"{file}: {error}") from error


def split_line(doc_id: str | int, text: str) -> str:
    """Return the row of one text."""
    spans = sentences.split(text)
    sentences.check(text, spans)
    return json.dumps({"doc_id": doc_id, "sentences": spans})


def is_rows(name: str, first: bytes) -> bool:
    """Say whether a file holds JSONL: by its name, else by its first line."""
    if name.endswith((".jsonl", ".ndjson")):
        return True
    return not name.endswith(".txt") and first.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"


def read_rows(first: bytes, rest: Iterable[bytes]) -> Iterator[tuple[str | int, str]]:
    """Yield the rows; a bad one stops everything and is named with its number."""
    number, line = 1, first.removeprefix(b"\xef\xbb\xbf")
    lines = iter(rest)
    while line or number == 1:
        if line.strip():
            try:
                yield read_row(line)
            except ValueError as error:
                raise WrongUseError(f"line {number}: {error}; the lines before it are done") from (
                    error
                )
        number, line = number + 1, next(lines, b"")


def read_row(line: bytes) -> tuple[str | int, str]:
    """Return `doc_id` and `text` of one row, or say what is wrong with it."""
    try:
        row: Any = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ValueError(f"is not UTF-8 (byte {error.start})") from error
    except RecursionError as error:
        raise ValueError("is nested too deeply") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"is not JSON ({error.msg} at character {error.colno})") from error
    if not isinstance(row, dict):
        raise ValueError('is not an object with "doc_id" and "text"')
    doc_id, text = row.get("doc_id"), row.get("text")
    if isinstance(doc_id, bool) or not isinstance(doc_id, str | int):
        raise ValueError('has no "doc_id" (a text or a whole number)')
    if not isinstance(text, str):
        raise ValueError('has no "text"')
    return doc_id, text
