"""Writes docs/cli.md: what `--help` of every command says. Run it after changing a command."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from annotator.cli import cli

PAGE = Path(__file__).with_name("cli.md")
WIDTH = 88
HEAD = """# Commands

Every command ends with 0 on success, with 1 when a check fails or something is refused, and with 2
when it is used wrongly. Messages about faults go to standard error. The settings that commands and
server read from the environment are listed under [Administration](administration.md#settings).

This page is written by `docs/cli.py` from what `annotator COMMAND --help` prints.
"""


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE}\n")


def page() -> str:
    """Return the page as it should be."""
    parts = [HEAD]
    parts += (f"## {name}\n\n```text\n{help_}\n```\n" for name, help_ in helps(cli, "annotator"))
    return "\n".join(parts)


def helps(group: click.Group, path: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the help of a group and of everything in it."""
    context = context_of(group, path)
    yield path, group.get_help(context)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from helps(command, f"{path} {name}")
        elif command is not None:
            below = f"{path} {name}"
            yield below, command.get_help(context_of(command, below))


def context_of(command: click.Command, path: str) -> click.Context:
    """Return a context in which help has the same width on every terminal."""
    return click.Context(
        command, info_name=path, terminal_width=WIDTH, help_option_names=["-h", "--help"]
    )


if __name__ == "__main__":
    main()
