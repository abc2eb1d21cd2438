"""`annotator project`: the group of its commands."""

import click

from annotator.cli.lazy import LazyGroup

COMMANDS = {
    "add": ("projects:add", "Add the project SLUG, a short name for URLs and commands."),
    "change": (
        "projects:change",
        "Change settings of the project SLUG; other settings stay unchanged.",
    ),
    "list": ("project_list:list_projects", "Print every project: short name, name."),
    "show": (
        "projects:show",
        "Print the project SLUG: its question, codebook, settings and people.",
    ),
}


@click.group(cls=LazyGroup, places=COMMANDS)
def project() -> None:
    """Add projects and show them."""
