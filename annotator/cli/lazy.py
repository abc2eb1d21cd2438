"""Groups of commands that import each command when somebody asks for it."""

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import click


@contextmanager
def uncollected() -> Iterator[None]:
    """Hold the collector of garbage for a moment.

    What imports make stays, and so does what a server makes at its start. To look through it again
    and again, while it grows, takes a fifth of the time in which a server starts.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class LazyGroup(click.Group):
    """Commands that are imported when somebody asks for them: name -> (module:name, summary).

    The summary is the first sentence of the command's help.
    """

    def __init__(self, *args: Any, places: Mapping[str, tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = places

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, in order."""
        return sorted(self.places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; None where there is none of this name."""
        if cmd_name not in self.places:
            return None
        module, name = self.places[cmd_name][0].split(":")
        with uncollected():
            command: click.Command = getattr(import_module(f"annotator.cli.{module}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands for the help without importing any."""
        listed = [click.Command(name, help=summary) for name, (_, summary) in self.places.items()]
        click.Group(commands=listed).format_commands(ctx, formatter)
