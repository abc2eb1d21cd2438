"""`annotator convert`: the articles of any file that is read, as JSON Lines; without a database."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, cast

import click

from annotator.cli.choosing_articles import choice_of, choice_options, reading_options
from annotator.cli.faults import FailedCheckError, WrongUseError, one_line
from annotator.cli.sources import STDIN, Source, find_sources, read_columns, read_language
from annotator.errors import RefusedError
from annotator.formats.articles import brat, choosing, jsonl
from annotator.formats.articles.article import ArticleDraft
from annotator.phrases import counted
from annotator.text.near import NearTexts
from annotator.work.articles.known_texts import KnownTexts
from annotator.work.articles.sifting import (
    NEAR,
    LeftOut,
    Sieve,
    kinds_of,
    none_left,
    totals,
)


@dataclass(frozen=True)
class Reading:
    """How files are read; the fields are those of `formats.choosing`."""

    form: str
    columns: dict[str, str]
    dates: str
    language: str


@click.command("convert")
@click.argument("paths", nargs=-1, required=True, metavar="FILE...")
@click.option("-o", "--output", required=True, metavar="OUT", help='File to write; "-" is stdout.')
@reading_options
@choice_options
def convert_command(
    paths: tuple[str, ...],
    output: str,
    form: str,
    columns: tuple[str, ...],
    dates: str | None,
    language: str,
    least_words: int,
    since: datetime | None,
    until: datetime | None,
    publishers: tuple[str, ...],
    kinds: tuple[str, ...],
) -> None:
    """Write the articles of files or folders as JSON Lines; needs no database.

    Reads whatever "annotator import" reads, downloads from news databases among them, and writes
    one article per line that "annotator import" reads again: key, text, title, url, publisher,
    author, published_on, language, licence, and all metadata under their own names.

    Each file is written completely or not at all and gets one line of report on standard error;
    an article whose text was written already is left out and named. Exit 1 if a file was refused.
    """
    how = Reading(form, read_columns(columns), dates or "", read_language(language))
    choice = choice_of(least_words, since, until, publishers, kinds)
    sieve = Sieve(KnownTexts(None), choice, NearTexts() if NEAR in choice.kinds else None)
    sources = list(find_sources(paths, None, form))
    if not sources:
        raise WrongUseError(f"There is no file in {', '.join(paths)}.")
    written = refused = 0
    with opened(output) as out:
        for source in sources:
            try:
                written += convert(source, how, sieve, out)
            except RefusedError as error:
                refused += 1
                click.echo(f"{source.name}: refused: {one_line(str(error))}", err=True)
    click.echo(f"{counted(written, 'article')} written; {refused:,} refused.", err=True)
    if refused:
        raise FailedCheckError(f"{refused} of {counted(len(sources), 'file')} refused.")


def convert(source: Source, how: Reading, sieve: Sieve, out: IO[str]) -> int:
    """Write the articles of one file, or none; return how many."""
    taken: list[ArticleDraft] = []
    left_out: list[LeftOut] = []
    kinds: list[str] = []
    with cast(IO[str], tempfile.SpooledTemporaryFile(choosing.LARGEST_FILE, "w+")) as waiting:
        try:
            for draft in read(source, how):
                new = sieve.take(draft)
                if isinstance(new, LeftOut):
                    left_out.append(new)
                    continue
                waiting.write(jsonl.line_of(row_of(new)))
                taken.append(new)
                kinds.extend(kinds_of(new))
        except BaseException:
            sieve.known_texts.forget(taken)
            raise
        if not taken:
            raise RefusedError(none_left(left_out) if left_out else "it contains no article")
        waiting.seek(0)
        for line in waiting:
            out.write(line)
    click.echo(f"{source.name}: {totals(kinds, len(taken))}", err=True)
    for each in left_out:
        click.echo(f"{source.name}: left out: {one_line(each.said)}", err=True)
    return len(taken)


def read(source: Source, how: Reading) -> Iterator[ArticleDraft]:
    """Yield the articles of one file."""
    chosen = choosing.format_of(source.name, how.form)
    labels = source.read_labels()
    with source.open(chosen) as stream:
        drafts = choosing.read(
            stream,
            source.name,
            chosen,
            how.columns,
            how.dates,
            how.language,
            by_content=how.form == "auto",
        )
        yield from drafts if labels is None else brat.checked(drafts, labels)


def paragraphs_of(draft: ArticleDraft) -> list[list[str]]:
    """Return the sentences of an article that came with its own boundaries, by paragraph."""
    found: dict[int, list[str]] = {}
    for each in draft.outline.sentences:
        found.setdefault(each.paragraph, []).append(each.text)
    return list(found.values())


def row_of(draft: ArticleDraft) -> dict[str, Any]:
    """Return an article as the object of a line that can be imported again."""
    fields = {
        "key": draft.key,
        "text": paragraphs_of(draft) if draft.is_cut else draft.text,
        "title": draft.title,
        "url": draft.url,
        "publisher": draft.publisher,
        "author": draft.author,
        "published_on": draft.published_on.isoformat() if draft.published_on else "",
        "language": draft.language,
        "licence": draft.licence,
    }
    kept = {name: value for name, value in fields.items() if value}
    return {**kept, **{name: value for name, value in draft.metadata.items() if name not in fields}}


@contextmanager
def opened(output: str) -> Iterator[IO[str]]:
    """Open the file to write; it gets its name when it is complete."""
    if output == STDIN:
        with cast(IO[str], click.open_file(STDIN, "w", encoding="utf-8")) as out:
            yield out
        return
    path = Path(output)
    try:
        number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise WrongUseError(f"{output} cannot be written: {error.strerror}.") from error
    try:
        with open(number, "w", encoding="utf-8", newline="\n") as out:
            yield out
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
