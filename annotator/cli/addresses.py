"""The address of the server, for links that commands print."""

from collections.abc import Callable
from typing import Any

import click

from annotator.cli.faults import WrongUseError

HOST = "127.0.0.1"
PORT = 8000
Command = Callable[..., Any]


def of_server(command: Command) -> Command:
    """Add the options that say where the server is."""
    for decorate in (
        click.option("--base-url", help="Base URL, for example https://labels.example.org"),
        click.option(
            "--port",
            default=PORT,
            show_default=True,
            type=click.IntRange(1, 65535),
            help="Port of the server.",
        ),
        click.option("--host", default=HOST, show_default=True, help="Address of the server."),
    ):
        command = decorate(command)
    return command


def base_address(host: str, port: int, base_url: str | None) -> str:
    """Return the address of the server without a slash at the end."""
    if base_url is None:
        name = f"[{host}]" if ":" in host and not host.startswith("[") else host
        return f"http://{name}:{port}"
    if not base_url.startswith(("http://", "https://")):
        raise WrongUseError("--base-url must start with http:// or https://.")
    return base_url.rstrip("/")


def advise(host: str, port: int, base_url: str | None) -> None:
    """Say how to get the right address, where nobody has given one."""
    if (host, port, base_url) == (HOST, PORT, None):
        click.echo(
            "If the server has another address, use --port or --base-url, or put its"
            " address in front of /sign-in.",
            err=True,
        )
