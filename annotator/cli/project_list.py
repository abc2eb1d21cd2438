"""`annotator project list`."""

import click

from annotator.cli.reading import reading
from annotator.work.accounts import project_list


@click.command("list")
def list_projects() -> None:
    """Print every project: short name, name."""
    with reading() as connection:
        for slug, name in project_list.names(connection):
            click.echo(f"{slug}\t{name}")
