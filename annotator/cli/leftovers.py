"""What killed imports left behind, put in order before a command or a server begins."""

import click

from annotator.store.db import write_in_steps
from annotator.work.operations import leftovers


def say_leftovers() -> None:
    """Take back or finish what an import left behind whose process was killed, and say so."""
    for line in write_in_steps(leftovers.tidy()):
        click.echo(line, err=True)
