"""`annotator project list`."""

import click

from annotator.cli.context import application
from annotator.work.accounts import project_list


@click.command("list")
def list_projects() -> None:
    """Print every project: short name, name."""
    with application():
        for slug, name in project_list.names():
            click.echo(f"{slug}\t{name}")
