"""`annotator models`: how the models of a project stand to its people and to gold."""

import json
from collections.abc import Iterator

import click

from annotator import phrases
from annotator.cli.context import application
from annotator.cli.printing import decimals, table
from annotator.codebook.scheme import Codebook
from annotator.phrases import counted
from annotator.work.accounts import projects
from annotator.work.agreement import wording
from annotator.work.models.comparing import compare
from annotator.work.models.report import (
    NOT_COUNTED,
    Alpha,
    Confusion,
    FieldAlphas,
    PeopleAndModels,
    report_json,
)
from annotator.work.models.unaided import said


@click.command("models")
@click.option("-p", "--project", "slug", required=True, help="The project's short name.")
@click.option("--json", "as_data", is_flag=True, help="Print the exact numbers as JSON.")
def models_command(slug: str, as_data: bool) -> None:
    """Print how the models of a project stand to its people and to gold.

    Per field: alpha among people, alpha of each model with people, and what each model says by
    what gold says. No other command or page counts answers of models.
    """
    with application():
        project = projects.get(slug)
        found, book = compare(project), project.codebook
    if as_data:
        click.echo(json.dumps(report_json(found), ensure_ascii=False, indent=2))
        return
    for line in lines(found, book):
        click.echo(line)


def lines(found: PeopleAndModels, book: Codebook) -> Iterator[str]:
    """Yield the report as text."""
    numbers = (counted(len(found.models), "model"), counted_people(len(found.people)))
    yield " · ".join(numbers)
    yield NOT_COUNTED
    if found.suggested:
        yield said(found.suggested)
    if not found.models:
        return
    for field in found.fields:
        yield ""
        yield f"{wording.question(field.name, book)} (alpha, {field.level})"
        yield from table([("", "alpha", "interval", "units"), *rows(field)], {1, 3})
    yield from anchoring_lines(found)
    for confusion in found.confusions:
        yield ""
        yield (
            f"{confusion.who}, {confusion.field}: {decimals(confusion.accuracy)} as gold says, of"
            f" {counted(confusion.n, 'sentence')}. Row: gold; column: the model."
        )
        yield from table(
            [("", *confusion.labels), *matrix(confusion)], {*range(1, len(confusion.labels) + 1)}
        )


def anchoring_lines(found: PeopleAndModels) -> Iterator[str]:
    """Yield what suggestions do to answers, where there were any by lot."""
    if not found.anchorings:
        return
    yield ""
    yield "Anchoring: the same as the model where its suggestion was shown, and where it was not."
    heads = ("", "shown", "not shown", "difference", "low", "high", "")
    yield from table(
        [
            heads,
            *(
                (
                    f"{each.who}, {each.field}",
                    decimals(each.shown.share),
                    decimals(each.hidden.share),
                    decimals(each.difference),
                    decimals(each.interval.low),
                    decimals(each.interval.high),
                    each.interval.reason,
                )
                for each in found.anchorings
            ),
        ],
        {1, 2, 3, 4, 5},
    )


def rows(field: FieldAlphas) -> Iterator[tuple[str, ...]]:
    """Yield alpha among people, then of each model with people."""
    yield row("among people", field.people)
    for each in field.models:
        yield row(f"{each.who} with people", each)


def row(name: str, each: Alpha) -> tuple[str, ...]:
    """Return one line of the table."""
    value = each.alpha.value
    return (
        name,
        "-" if value is None else phrases.coefficient(value),
        wording.interval(each.interval) or "-",
        f"{each.alpha.n_units:,}",
    )


def matrix(confusion: Confusion) -> Iterator[tuple[str, ...]]:
    """Yield what the model says by what gold says; values that gold never has are left out."""
    for label, counts in zip(confusion.labels, confusion.counts, strict=True):
        if any(counts):
            yield (label, *(f"{n:,}" for n in counts))


def counted_people(n: int) -> str:
    """Return a number of people."""
    return f"{n:,} {'person' if n == 1 else 'people'}"
