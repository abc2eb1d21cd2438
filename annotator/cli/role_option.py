"""The option that names roles in a project, the same for every command that gives some."""

from collections.abc import Callable
from typing import Any

import click

from annotator.store.models import Role


def role_option(what: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return the option as `roles: tuple[str, ...]`; `what` is its help."""
    return click.option(
        "--role",
        "roles",
        multiple=True,
        type=click.Choice([role.value for role in Role]),
        help=what,
    )


in_project = role_option("Role in the project; repeatable. Default: annotator.")
