"""`annotator project`: the group of its commands."""

import click

from annotator.cli.lazy import LazyGroup

COMMANDS = {
    "add": "projects:add",
    "change": "projects:change",
    "list": "project_list:list_projects",
    "show": "projects:show",
}


@click.group(cls=LazyGroup, places=COMMANDS)
def project() -> None:
    """Add projects and show them."""
