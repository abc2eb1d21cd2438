"""`annotator release`: a project frozen into a folder."""

from collections.abc import Mapping
from pathlib import Path

import click

from annotator.cli.context import application, record
from annotator.cli.faults import FailedCheckError, WrongUseError
from annotator.cli.gold_options import (
    METHODS,
    SEED,
    SEED_SAYS,
    margin_option,
    smoothing_option,
)
from annotator.cli.gold_way import way_of
from annotator.cli.importing import bar
from annotator.formats.release.draft import drafting
from annotator.formats.release.gates import says
from annotator.measure.methods import Method
from annotator.measure.splits import ARTICLE, PARTS, WAYS
from annotator.phrases import counted
from annotator.store.copying import Progress
from annotator.store.db import write
from annotator.work.accounts import projects
from annotator.work.articles.import_run import Step
from annotator.work.assignment import progress
from annotator.work.releases import kept as long_releases
from annotator.work.releases import writing
from annotator.work.releases.parts import absent_in_words, absent_stances
from annotator.work.releases.settings import Settings
from annotator.work.releases.status import Standing, standing

# Fewer sentences are done before anybody wonders.
MANY = 20_000
# What stands for the name where nothing is written.
UNNAMED = "unnamed"
NOT_SHARED = (
    "The project settings do not allow sharing the texts: use --without-text to leave"
    " them out, or --with-text to include them anyway. Nothing was written."
)


@click.command("release")
@click.option("-p", "--project", "slug", required=True, help="The project's short name.")
@click.option("--name", help="Name of the release, for example v1; cannot be reused.")
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(path_type=Path),
    help="Output folder, written when complete.",
)
@click.option(
    "--with-text/--without-text",
    default=None,
    help="Include or leave out the texts; offsets and hashes are always included, so that"
    " users who have the texts can add them. Required unless the settings allow sharing"
    " the texts; then they are included.",
)
@click.option("--with-notes", is_flag=True, help="Include the annotators' notes.")
@click.option(
    "--by",
    type=click.Choice(WAYS),
    default=ARTICLE,
    show_default=True,
    help="Unit of the split: article, publisher, speaker or date (train before dev before"
    " test). Near-duplicates always stay together.",
)
@click.option(
    "--shares",
    default=".8,.1,.1",
    show_default=True,
    help="Shares of train, dev and test.",
)
@click.option(
    "--method",
    type=METHODS,
    default="majority",
    show_default=True,
    help="Gold method for undecided disagreements.",
)
@margin_option
@smoothing_option
@click.option("--model-seed", type=SEED, help=SEED_SAYS)
@click.option(
    "--despite-warning",
    is_flag=True,
    help="Use --method despite warnings; the dataset card includes them.",
)
@click.option("--parquet", is_flag=True, help="Also write the tables as Parquet.")
@click.option(
    "--seed", type=click.IntRange(0), default=0, show_default=True, help="Seed of the split."
)
@click.option(
    "--dry-run",
    is_flag=True,
    help="Print the current gates and the status of the release; write nothing. Needs neither"
    " --name nor --output.",
)
def release_command(
    slug: str,
    name: str | None,
    folder: Path | None,
    with_text: bool | None,
    with_notes: bool,
    by: str,
    shares: str,
    method: Method,
    margin: float | None,
    smoothing: float | None,
    model_seed: int | None,
    despite_warning: bool,
    parquet: bool,
    seed: int,
    dry_run: bool,
) -> None:
    """Write a release of a project: articles, labels, gold, agreement, codebook and hashes.

    The same labels and options always give the same bytes. Labelling can continue: the release
    shows the moment at which it started. Releases are immutable, and a name cannot be reused.
    """
    if not dry_run and (name is None or folder is None):
        missing = "--name" if name is None else "--output"
        raise WrongUseError(f"{missing} is missing; only --dry-run works without it.")
    way = way_of(method, margin, smoothing, model_seed)
    with application():
        project = projects.to_change(slug)
        settings = Settings(
            UNNAMED if name is None else name,
            with_text=project.texts_may_be_shared if with_text is None else with_text,
            with_notes=with_notes,
            by=by,
            shares=read_shares(shares),
            seed=seed,
            parquet=parquet,
            method=way.method,
            margin=way.least_margin,
            smoothing=way.model.smoothing,
            model_seed=way.model.seed,
            despite_warning=despite_warning,
        )
        if name is not None:
            long_releases.refuse_taken(project, name)
        if folder is None or dry_run:
            foretell(standing(project, settings.way))
            return
        if with_text is None and not project.texts_may_be_shared:
            raise WrongUseError(NOT_SHARED)
        sentences = progress.figures(project).sentences
        total = writing.passes(settings) * sentences
        place = folder.absolute()
        with drafting(place) as draft:
            try:
                with bar(total, "Writing", shown=sentences > MANY) as step:
                    written = writing.fill(draft, project, settings, steps(step))
                with write():
                    long_releases.record(project, None, written, place)
                    draft.move()
            except KeyboardInterrupt as error:
                raise FailedCheckError("Cancelled. Nothing was released.") from error
        record("release %r of %r written", settings.name, project.slug)
    counts = written.facts["counts"]
    click.echo(
        f"{settings.name}: {counted(counts['articles'], 'article')},"
        f" {counted(counts['sentences'], 'sentence')}, {counted(counts['answers'], 'answer')},"
        f" {counts['gold_sentences']:,} with gold; {written.facts['status']}."
    )
    for said in absent_in_words(absent_stances(written.facts["splits"])):
        click.echo(f"Note: {said}")
    click.echo(f"Written to {folder}; sha256 of SHA256SUMS: {written.sha256}")


def foretell(found: Standing) -> None:
    """Print how a release would stand at each gate, and what it would be called."""
    for each in found.results:
        passed = "passed" if each.passed else "not passed"
        click.echo(f"{passed}: {says(each.gate, each.wanted, each.found, found.titles)}")
    click.echo(found.says())
    for said in found.warnings:
        click.echo(f"Warning: {said}")
    if found.warnings:
        click.echo(f"A release with {found.way.method} needs --despite-warning.")
    click.echo("Nothing was written.")


def steps(step: Step) -> Progress:
    """Turn how far a release is into the steps of a bar."""
    before = 0

    def progress_to(done: int, _total: int) -> None:
        nonlocal before
        step(done - before)
        before = done

    return progress_to


def read_shares(text: str) -> Mapping[str, float]:
    """Return the shares of train, dev and test."""
    try:
        shares = [float(each) for each in text.split(",")]
    except ValueError as error:
        raise WrongUseError(
            "--shares: three numbers separated by commas, for example .8,.1,.1"
        ) from error
    if len(shares) != len(PARTS):
        raise WrongUseError("--shares: three numbers separated by commas, for example .8,.1,.1")
    return dict(zip(PARTS, shares, strict=True))
