"""`annotator verify`: is a release whole, and does all it says follow from its rows."""

from pathlib import Path

import click

from annotator.cli.faults import FailedCheckError, plain_faults
from annotator.phrases import counted
from annotator.work.verification.verifying import Verification


@click.command("verify")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--texts",
    type=click.Path(path_type=Path),
    help="Folder with the texts for a release without texts, named <key>.txt or matched by"
    " SHA-256.",
)
def verify_command(folder: Path, texts: Path | None) -> None:
    """Check a release folder: hashes, schema, offsets, gold, splits, agreement and counts.

    Needs no database. Each fault is one line with its file and line; exit 1 then, and 2 if DIR is
    not a release. Every derived value is recomputed instead of trusting the file, so a change is
    found even if SHA256SUMS was rewritten.
    """
    with plain_faults():
        verification = Verification(folder, texts)
        number = 0
        for fault in verification.faults():
            number += 1
            click.echo(str(fault), err=True)
        show(verification)
    if number:
        raise FailedCheckError(f"{folder}: {counted(number, 'fault')} found.")
    click.echo(f"{folder}: no faults found.")


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
