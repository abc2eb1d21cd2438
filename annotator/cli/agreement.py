"""`annotator agreement`: the report of a project, for people or as JSON."""

from collections.abc import Iterator, Sequence

import click

from annotator.cli.context import application
from annotator.work import projects, wording
from annotator.work.report import FieldReport, Report
from annotator.work.reporting import as_json, report_for

HEADS = ("", "alpha", "reading", "pairs", "sentences", "answers", "annotators", "articles")
NUMBERS = {1, 3, 4, 5, 6, 7}
MOST_SPEAKERS = 8


@click.command("agreement")
@click.option("-p", "--project", "slug", required=True, help="The project's short name.")
@click.option("--json", "as_data", is_flag=True, help="Print the exact numbers as JSON.")
def agreement_command(slug: str, as_data: bool) -> None:
    """Print how far the annotators of a project agree, and where they do not.

    Compares complete, independent answers of people to the same sentences: Krippendorff's alpha,
    the share of agreeing pairs, and what the figures rest on.
    """
    with application():
        report = report_for(projects.get(slug))
    if as_data:
        click.echo(as_json(report), nl=False)
        return
    for line in lines(report):
        click.echo(line)


def lines(report: Report) -> Iterator[str]:
    """Yield the report as text."""
    yield wording.scope(report)
    if report.scope.double_labelled == 0:
        yield wording.nothing(report)
        return
    yield "".join(words.text for words in wording.summary(report)).strip()
    yield ""
    yield from table([HEADS, *(row(field) for field in report.fields)], NUMBERS)
    yield ""
    yield "pairs: agreeing pairs of answers to one sentence. Krippendorff's alpha, no interval yet."
    for field in report.fields:
        yield ""
        yield f"{wording.QUESTIONS[field.name]} ({wording.condition(field)})"
        yield from (f"  {said}" for said in wording.reading(field))
        yield f"  Given: {given(field)}." if field.answers else "  Given: nothing."


def row(field: FieldReport) -> tuple[str, ...]:
    """Return one line of the table."""
    raw = field.percent.value
    counted = (field.units, field.answers, field.annotators, field.articles)
    return (
        wording.QUESTIONS[field.name],
        "-" if field.alpha.value is None else wording.coefficient(field.alpha.value),
        wording.verdict(field),
        "-" if raw is None else wording.percent(raw),
        *(f"{number:,}" for number in counted),
    )


def given(field: FieldReport) -> str:
    """Return how often each value was given; of speakers the most frequent ones."""
    shown = [f"{label} {n:,}" for label, n in zip(field.labels, field.given, strict=True)]
    if field.pairs is None and len(shown) > MOST_SPEAKERS:
        shown[MOST_SPEAKERS:] = [f"and {len(shown) - MOST_SPEAKERS:,} more"]
    return ", ".join(shown)


def table(rows: Sequence[Sequence[str]], numbers: set[int]) -> Iterator[str]:
    """Yield aligned lines; the columns in `numbers` stand at their right edge."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for cells in rows:
        aligned = (
            cell.rjust(width) if index in numbers else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(cells, widths, strict=True))
        )
        yield "  ".join(aligned).rstrip()
