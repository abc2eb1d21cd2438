"""`annotator demo`: the whole product with sample labels, served from a folder of its own."""

import os
import threading
import webbrowser
from collections.abc import Mapping
from pathlib import Path

import click
from flask import Flask

from annotator.app import create_app
from annotator.cli.context import opened
from annotator.cli.faults import plain_faults
from annotator.cli.run_init import serve
from annotator.cli.server import Server, listen
from annotator.cli.users import HOST, PORT, base_address
from annotator.config import Settings
from annotator.paths import SAMPLES, data_folder
from annotator.store.db import write
from annotator.store.schema import bring_up_to_date
from annotator.work.operations import demo

PORTS_TO_TRY = 50
DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY")
WHAT_THEY_ARE = {
    "lead": "lead and adjudicator",
    "ann": "annotator, both articles finished",
    "ben": "annotator, second article in progress",
    "cal": "annotator, second article not started",
}


@click.command("demo")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    help=f"Default: {PORT}, or the next free port.",
)
@click.option("--no-browser", is_flag=True, help="Do not open a browser window.")
def demo_command(port: int | None, no_browser: bool) -> None:
    """Serve a demo: two articles, a lead, and three annotators with sample labels.

    The demo has its own data folder and keeps all changes there. Other projects are not changed.
    """
    with plain_faults():
        # Nothing else of the environment counts: the demo never meets a team's database.
        settings = Settings.from_environ({}, data=demo_folder())
        with listen(HOST, port or PORT, 0 if port else PORTS_TO_TRY) as listener:
            address = base_address(HOST, listener.getsockname()[1], None)
            bring_up_to_date(settings.database_url, click.echo)
            with opened(settings, create_app) as app:
                links = prepare(app)
                server = Server(app, listener)
                announce(address, links, settings.data)
                token = None if no_browser else links.get("ann")
                if token and any(os.environ.get(name) for name in DISPLAYS):
                    open_browser(f"{address}/sign-in/{token}")
                # The links that were printed are to stay in sight.
                serve(server, log_requests=False)


def demo_folder() -> Path:
    """Return the folder of the demo: what ANNOTATOR_DATA names, else `demo` in the data folder."""
    return data_folder() if os.environ.get("ANNOTATOR_DATA") else data_folder() / "demo"


def prepare(app: Flask) -> dict[str, str]:
    """Store the sample labels once, however many demos start; return everybody's link."""
    with app.app_context():
        with write():
            if demo.is_empty():
                demo.seed(SAMPLES)
        with write():
            return demo.make_links()


def announce(address: str, links: Mapping[str, str], folder: Path) -> None:
    """Say where to go, and where the data lies."""
    click.echo(f"The demo serves {address}")
    click.echo("Sign in with one of these links; each works once:")
    for name, token in links.items():
        click.echo(f"  {name:<5} {address}/sign-in/{token}")
        click.echo(f"        {WHAT_THEY_ARE[name]}")
    click.echo(f"Data folder: {folder}")
    click.echo("Labels are kept there. To reset the demo, stop it and delete that folder.")
    click.echo("Stop with Ctrl-C.")


def open_browser(url: str) -> None:
    """Open a browser window, if there is a browser; the demo goes on without."""
    threading.Thread(target=try_to_open, args=(url,), daemon=True).start()


def try_to_open(url: str) -> None:
    """Open a browser window and let nothing come of it when that fails."""
    try:
        webbrowser.open(url)
    except Exception as error:
        click.echo(f"No browser could be opened: {error}", err=True)
