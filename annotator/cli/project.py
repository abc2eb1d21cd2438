"""`annotator project`: the group of its commands."""

import click

from annotator.cli.lazy import LazyGroup

COMMANDS = {
    "add": ("projects:add", "Add the project SLUG, a short name for URLs and commands."),
    "archive": (
        "project_ends:archive",
        "Make the project SLUG read only and take it from all lists; --reopen undoes it.",
    ),
    "change": (
        "projects:change",
        "Change settings of the project SLUG; other settings stay unchanged.",
    ),
    "delete": ("project_ends:delete", "Delete the project SLUG with everything in it."),
    "list": ("project_list:list_projects", "Print every project: short name, name."),
    "rename": (
        "project_ends:rename",
        "Give the project SLUG the short name NEW; old addresses lead on.",
    ),
    "checks": (
        "checks:change",
        "Print and change the control articles and repeats of the project SLUG.",
    ),
    "show": (
        "projects:show",
        "Print the project SLUG: its question, codebook, settings and people.",
    ),
    "suggestions": (
        "suggestions:change",
        "Print and change when annotators of the project SLUG see suggestions of a model.",
    ),
    "training": (
        "training:change",
        "Print and change the training of the project SLUG; what is not named stays unchanged.",
    ),
}


@click.group(cls=LazyGroup, places=COMMANDS)
def project() -> None:
    """Add projects and show them."""
