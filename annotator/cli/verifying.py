"""`annotator verify`: is a release whole, and does all it says follow from its rows."""

from pathlib import Path

import click

from annotator.cli.faults import FailedCheckError, plain_faults
from annotator.work.verification.verifying import Verification


@click.command("verify")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--texts",
    type=click.Path(path_type=Path),
    help="A folder with the texts of a release without them, named <key>.txt or found by SHA-256.",
)
def verify_command(folder: Path, texts: Path | None) -> None:
    """Check a release folder: hashes, schema, offsets, gold, splits, agreement and counts.

    Needs no database. Each fault is one line with its file and line, and the command ends with 1;
    with 2 where DIR is no release. Only what can be made again from the rows is believed, so a
    change is found even where SHA256SUMS was written anew.
    """
    with plain_faults():
        verification = Verification(folder, texts)
        number = 0
        for fault in verification.faults():
            number += 1
            click.echo(str(fault), err=True)
        show(verification)
    if number:
        raise FailedCheckError(f"{folder}: {number:,} fault{'s' if number > 1 else ''} found.")
    click.echo(f"{folder} is what it says.")


def show(verification: Verification) -> None:
    """Print what was checked and how often, and what was not."""
    rows = [(what, f"{count:,}") for what, count in verification.checked.items() if count]
    width = max((len(what) for what, _ in rows), default=0)
    number = max((len(count) for _, count in rows), default=0)
    for what, count in rows:
        click.echo(f"{what.ljust(width)}  {count.rjust(number)}")
    for what in verification.unchecked:
        click.echo(f"Not checked: {what}.")
    if verification.audit_root:
        click.echo(f"Audit root stated: {verification.audit_root}")
