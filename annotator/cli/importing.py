"""`annotator import`: articles from files and folders."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime

import click

from annotator.cli.choosing_articles import (
    choice_of,
    choice_options,
    line_of_article,
    reading_options,
)
from annotator.cli.context import application, record
from annotator.cli.faults import FailedCheckError, WrongUseError, one_line
from annotator.cli.leftovers import say_leftovers
from annotator.cli.sources import Source, find_sources, read_columns, read_language
from annotator.formats.articles import choosing
from annotator.phrases import counted
from annotator.store.db import write_in_steps
from annotator.store.models import Project
from annotator.work.accounts import projects
from annotator.work.articles import import_reports
from annotator.work.articles.import_run import FileReport, Run, Step, no_step
from annotator.work.assignment import assigning, leaving
from annotator.work.assignment.assigning import Matrix

# Longer runs show how far they are.
MANY_FILES = 20
MANY_BYTES = 2 * choosing.MEGABYTE


@click.command("import")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("-p", "--project", "slug", help="The project's short name; a dry run may have none.")
@reading_options
@click.option("--key", help="Key of an article from standard input.")
@click.option(
    "--new-version",
    is_flag=True,
    help="If a key is used by another text, store a new version.",
)
@click.option("--dry-run", is_flag=True, help="Read and report; store nothing.")
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="With --dry-run: print one JSON object per article, the report on standard error.",
)
@click.option(
    "--skip",
    is_flag=True,
    help="Leave out rows and records that cannot be articles, each named; store the rest.",
)
@choice_options
@click.option(
    "--assign",
    "assign_new",
    is_flag=True,
    help="Assign the new articles to the annotators of the project, by its overlap.",
)
def import_command(
    paths: tuple[str, ...],
    slug: str | None,
    form: str,
    columns: tuple[str, ...],
    dates: str | None,
    language: str,
    key: str | None,
    new_version: bool,
    dry_run: bool,
    assign_new: bool,
    as_json: bool,
    skip: bool,
    least_words: int,
    since: datetime | None,
    until: datetime | None,
    publishers: tuple[str, ...],
    kinds: tuple[str, ...],
) -> None:
    """Import articles from files or folders; "-" reads one from standard input.

    Downloads from news databases are recognised by their content: Nexis Uni and Lexis Advance
    (.docx, .zip), LexisNexis (.txt, .html, .rtf), Factiva (.html, .rtf, .xml), Europresse (.html),
    ProQuest (.html, .txt), Integrum (.html, .xlsx), news-please and trafilatura (.json, .xml) and
    Media Cloud (.csv). Of such a file, articles whose text or key is there already are left out and
    named. A document (.docx, .odt, .rtf) of another kind is one article.

    A text file (.txt) or a web page (.html) is one article. JSON Lines (.jsonl), JSON (.json) and
    tables (.csv, .tsv) contain one article per line, object or row, with the fields key, text,
    title, url, publisher, author, published_on, language and licence; other fields are kept as
    metadata. brat annotations (.ann) next to a text are checked against it.

    Each file is stored completely or not at all and gets one line of report. Nothing is stored
    before all files have been read, so a cancelled import stores nothing. Exit 1 if a file was
    refused; exit 0 says that everything came in, with --skip everything but what was named.
    """
    if as_json and not dry_run:
        raise WrongUseError("--json needs --dry-run.")
    if slug is None and not dry_run:
        raise WrongUseError("Missing option '-p' / '--project'; only a dry run needs none.")
    sources = list(find_sources(paths, key, form))
    if not sources:
        raise WrongUseError(f"There is no file in {', '.join(paths)}.")
    chosen = read_columns(columns)
    choice = choice_of(least_words, since, until, publishers, kinds)
    with application() if slug else nullcontext():
        project = None
        if slug:
            say_leftovers()
            project = projects.to_change(slug)
        with Run(
            project,
            None,
            form,
            chosen,
            dates=dates or "",
            language=read_language(language),
            new_version=new_version,
            choice=choice,
            telling=as_json,
            skip=skip,
        ) as run:
            try:
                read_all(sources, run)
                if dry_run:
                    run.foresee_twins()
                else:
                    store_all(run)
            except KeyboardInterrupt as error:
                raise FailedCheckError("Cancelled. Nothing was stored.") from error
            for told in run.told:
                click.echo(line_of_article(told))
            for source, report in zip(sources, run.reports, strict=True):
                for line in lines_of(source, report, dry_run=dry_run):
                    click.echo(line, err=as_json)
            if assign_new and run.stored:
                assign_all(run.project, run.stored)
    click.echo(summary(run, dry_run=dry_run), err=as_json)
    fail_where_refused(run)


def fail_where_refused(run: Run) -> None:
    """Say with the exit code that a file was refused, and how many rows were left out as asked."""
    if run.unread:
        click.echo(f"{counted(run.unread, 'row')} left out.", err=True)
    if run.refused:
        raise FailedCheckError(f"{run.refused} of {counted(len(run.reports), 'file')} refused.")


def read_all(sources: list[Source], run: Run) -> None:
    """Read every file; a long run shows how far it is on a terminal."""
    total = sum(source.size for source in sources)
    with bar(total, "Reading", shown=len(sources) > MANY_FILES or total > MANY_BYTES) as step:
        for source in sources:
            read_one(source, run, step)


def read_one(source: Source, run: Run, step: Step) -> None:
    """Read one file, and count all its bytes as done also when it was refused half-way."""
    left = source.size

    def done(many: int) -> None:
        nonlocal left
        left -= many
        step(many)

    try:
        run.read(source.name, source.open, done, source.read_labels())
    except OSError as error:
        run.refuse(source.name, f"it cannot be read: {error.strerror}")
    step(left)


def store_all(run: Run) -> None:
    """Store what was read and what became of each file, in short steps, as a whole."""
    total = sum(report.articles for report in run.reports)

    def end() -> None:
        import_reports.record(run, None, summary(run, dry_run=False))

    with bar(total, "Storing", shown=total > MANY_FILES) as step:
        write_in_steps(run.store(end, step))
    record("import into %r: %s", run.project.slug, summary(run, dry_run=False))


@contextmanager
def bar(length: int, label: str, *, shown: bool) -> Iterator[Step]:
    """Show a bar on a terminal, and nothing elsewhere; what is yielded moves it on."""
    if not shown or not on_terminal():
        yield no_step
        return
    with click.progressbar(length=length, label=label, file=sys.stderr) as made:
        yield made.update


def on_terminal() -> bool:
    """Say whether somebody watches."""
    return sys.stderr.isatty()


def lines_of(source: Source, report: FileReport, *, dry_run: bool) -> Iterator[str]:
    """Yield what became of one file, and of each article that was left out of it."""
    yield line_of(source, report, dry_run=dry_run)
    for said in report.left_out:
        yield f"{report.name}: left out: {one_line(said)}"


def line_of(source: Source, report: FileReport, *, dry_run: bool) -> str:
    """Return the line that says what became of one file."""
    if report.refusal:
        return f"{report.name}: refused: {one_line(report.refusal)}"
    many = "" if report.articles == 1 else f"{counted(report.articles, 'article')}, "
    keys = f"“{report.first}”" + (f" to “{report.last}”" if many else "")
    parts = [f"{'would be stored' if dry_run else 'stored'} as {many}{keys}"]
    if report.version_of:
        parts.append(f"a new version of “{report.version_of}”")
    parts.append(counted(report.sentences, "sentence"))
    if report.checks:
        parts.append(report.checks.partition(", ")[2])
    if report.is_guess:
        parts.append("read as Windows-1252, which is a guess")
    if report.twin:
        parts.append(f"near-duplicate of “{report.twin}”")
    if report.twins:
        parts.append(f"near-duplicates: {report.twins}")
    if source.marks:
        parts.append(f"labels in {', '.join(source.marks)} are read by “annotator labels import”")
    return f"{report.name}: {', '.join(parts)}"


def summary(run: Run, *, dry_run: bool) -> str:
    """Return the last line: what is there now."""
    done = "would be added" if dry_run else "added"
    articles = sum(report.articles for report in run.reports)
    found = sum(report.sentences for report in run.reports)
    return (
        f"{counted(articles, 'article')} {done}, {counted(found, 'sentence')};"
        f" {run.refused:,} refused." + (" Nothing was stored." if dry_run else "")
    )


def assign_all(project: Project, stored: list[int]) -> None:
    """Give the new articles to the annotators of the project."""

    def plan() -> Matrix:
        works, people = assigning.works(project, ids=stored), assigning.available(project)
        return assigning.make_matrix(project, works, people, project.overlap)

    _, given = write_in_steps(leaving.give(project, plan))
    record("%d assignments made in %r", given, project.slug)
    click.echo(f"{counted(given, 'assignment')} made, overlap {project.overlap}.")
