"""`annotator release-difference`: what differs between two release folders."""

import json
from collections.abc import Iterator
from pathlib import Path

import click

from annotator.cli.faults import one_line, plain_faults
from annotator.cli.printing import table
from annotator.phrases import ROUNDING, both_numbers
from annotator.work.releases import difference_words as words
from annotator.work.releases.difference import Difference, difference

SHOWN = 20
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command("release-difference")
@click.argument("before", type=FOLDER)
@click.argument("after", type=FOLDER)
@click.option("--json", "as_data", is_flag=True, help="Print everything as JSON.")
def difference_command(before: Path, after: Path, as_data: bool) -> None:
    """Print the differences between the release folders BEFORE and AFTER.

    Labels and gold added, changed and removed by field, agreement before and after, and counts;
    with --json every change of gold. Needs no database.
    """
    with plain_faults():
        found = difference(before, after, None if as_data else SHOWN)
    if as_data:
        click.echo(json.dumps(found.to_json(), ensure_ascii=False, indent=2))
        return
    for line in lines(found):
        click.echo(line)


def lines(found: Difference) -> Iterator[str]:
    """Yield the difference as text."""
    yield f"From {words.heading(found.before)} to {words.heading(found.after)}."
    if settings := words.settings(found):
        yield one_line(settings)
    yield one_line(words.summary(found))
    yield ""
    counts = [
        (name.replace("_", " "), words.number(one), words.number(other), words.step(one, other))
        for name, one, other in found.counts
    ]
    yield from table([("", "before", "after", "step"), *counts], {1, 2, 3})
    for name, title in words.TABLES.items():
        part = found.tables[name]
        yield ""
        rows = [
            (field.replace("_", " "), *(f"{n:,}" for n in tally.to_json().values()))
            for field, tally in (("rows", part.rows), *part.fields.items())
            if tally.total or field == "rows"
        ]
        yield from table([(title, "added", "changed", "removed"), *rows], {1, 2, 3})
    yield ""
    figures = [
        (each.field, each.measure, words.figure(each.before), words.figure(each.after))
        for each in found.agreement
    ]
    yield from table([("Agreement", "", "before", "after"), *figures], set())
    yield ROUNDING
    if found.changes:
        yield ""
        yield "Gold, by sentence:"
    for each in found.changes:
        whose = f" of {each.speaker}" if each.speaker and each.field != "speaker" else ""
        step = f"{words.value(each.before)} -> {words.value(each.after)}"
        because = f" ({each.reason})" if each.reason else ""
        which = f"{each.article}, sentence {both_numbers(each.sentence)}"
        yield one_line(f"{which}: {each.field}{whose}: {step}{because}")
    if found.left_off:
        yield f"… and {found.left_off:,} more; --json prints all."
