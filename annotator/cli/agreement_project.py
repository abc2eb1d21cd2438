"""`annotator agreement -p`: the report of a project."""

from collections.abc import Iterator
from dataclasses import replace

import click

from annotator import phrases
from annotator.cli.context import application
from annotator.cli.printing import table
from annotator.codebook.scheme import Codebook
from annotator.measure.intervals.resampling import Settings
from annotator.work.accounts import projects
from annotator.work.agreement import wording
from annotator.work.agreement.measuring import report_for, usual
from annotator.work.agreement.report import FieldReport, Report
from annotator.work.agreement.report_json import as_json
from annotator.work.gold.counts import brought_in, nothing_to_compare

HEADS = (
    "", "alpha", "interval", "reading", "pairs", "units", "answers", "annotators", "articles",
)  # fmt: skip
NUMBERS = {1, 4, 5, 6, 7, 8}
MOST_SPEAKERS = 8


def print_project(slug: str, round_: int, seed: int | None, as_data: bool) -> None:
    """Print the report of a project."""
    with application():
        settings = None if seed is None else Settings(seed=seed)
        project = projects.get(slug)
        report = report_for(project, replace(usual(project), round=round_), settings)
        empty = report.scope.double_labelled == 0
        nothing = nothing_to_compare(project, report) if empty else ""
        brought = brought_in(project, report.selection)
        book = project.codebook
    if as_data:
        click.echo(as_json(report), nl=False)
        return
    for line in lines(report, book, nothing, brought):
        click.echo(line)


def lines(report: Report, book: Codebook, nothing: str, brought: str = "") -> Iterator[str]:
    """Yield the report as text; `nothing` says why there is none."""
    yield wording.scope(report)
    if nothing:
        yield nothing
        return
    yield from filter(None, [brought, phrases.changed_later(report.scope.changed)])
    yield "".join(words.text for words in wording.summary(report, book)).strip()
    yield ""
    yield "Agreement by step:"
    yield from table([HEADS, *(row(field, book) for field in report.steps)], NUMBERS)
    yield from filter(None, (wording.all_the_way(report), wording.merges(report)))
    yield ""
    yield "Agreement by field:"
    others = [field for field in (*report.fields, *report.more) if field not in report.steps]
    yield from table([HEADS, *(row(field, book) for field in others)], NUMBERS)
    yield ""
    yield f"{wording.method(report)}. pairs: agreeing pairs of answers to one unit."
    yield phrases.ROUNDING
    for field in (*report.steps, *others):
        yield ""
        yield f"{wording.question(field.name, book)} ({wording.condition(field, book)})"
        yield from (f"  {said}" for said in wording.reading(field))
        if wording.planning(field):
            yield f"  {wording.planning(field)}"
        yield f"  Values: {given(field)}." if field.answers else "  Values: none."


def row(field: FieldReport, book: Codebook) -> tuple[str, ...]:
    """Return one line of the table."""
    raw = field.percent.value
    counted = (field.units, field.answers, field.annotators, field.articles)
    return (
        wording.question(field.name, book),
        "-" if field.alpha.value is None else phrases.coefficient(field.alpha.value),
        wording.interval(field.interval) or "-",
        wording.verdict(field),
        "-" if raw is None else phrases.percent(raw),
        *(f"{number:,}" for number in counted),
    )


def given(field: FieldReport) -> str:
    """Return how often each value was given; of speakers the most frequent ones."""
    shown = [f"{label} {n:,}" for label, n in zip(field.labels, field.given, strict=True)]
    if field.pairs is None and len(shown) > MOST_SPEAKERS:
        shown[MOST_SPEAKERS:] = [f"and {len(shown) - MOST_SPEAKERS:,} more"]
    return ", ".join(shown)
