"""`annotator run` and `annotator init`: the server and its database."""

import ipaddress
import os
from contextlib import ExitStack

import click

from annotator import __version__
from annotator.app import create_app
from annotator.cli.addresses import HOST, PORT, base_address
from annotator.cli.context import opened, places
from annotator.cli.database_faults import database_faults
from annotator.cli.faults import WrongUseError
from annotator.cli.lazy import uncollected
from annotator.cli.leftovers import say_leftovers
from annotator.cli.server import THREADS, Server, listen
from annotator.cli.serving_lock import SECOND, serving_alone
from annotator.config import Settings
from annotator.log_lines import log_to_stderr
from annotator.store import health
from annotator.store.db import db
from annotator.store.schema import bring_up_to_date
from annotator.work.accounts import accounts

MOST_THREADS = 64


@click.command()
@click.option("--host", default=HOST, show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    default=PORT,
    show_default=True,
    type=click.IntRange(1, 65535),
    help="Port to listen on.",
)
@click.option(
    "--threads",
    default=THREADS,
    show_default=True,
    type=click.IntRange(1, MOST_THREADS),
    help="Number of concurrent requests.",
)
@click.option(
    SECOND,
    "second",
    is_flag=True,
    help="Serve an SQLite file that another server already serves.",
)
def run(host: str, port: int, threads: int, second: bool) -> None:
    """Serve the application; the database is created or migrated first.

    SIGTERM and Ctrl-C let running requests finish. Access from other machines requires
    ANNOTATOR_TRUSTED_HOSTS and an HTTPS proxy.
    """
    refuse_open_host(host)
    with database_faults(), ExitStack() as opened_here:
        settings = Settings.from_environ()
        address = base_address(host, port, None)
        listener = opened_here.enter_context(listen(host, port))
        opened_here.enter_context(serving_alone(settings, address, second=second))
        with uncollected():
            bring_up_to_date(settings.database_url, click.echo)
            click.echo(f"annotator {__version__} serves {address}")
            for line in places(settings):
                click.echo(line)
            app = opened_here.enter_context(opened(settings, create_app))
            with app.app_context():
                say_leftovers()
                say_what_is_missing()
            server = Server(app, listener, threads)
        serve(server)


def say_what_is_missing() -> None:
    """Say at the start what will make trouble later."""
    with db.engine.connect() as connection:
        for fault in health.unsafe_settings(connection):
            click.echo(f"Warning: {fault}", err=True)
    if not accounts.all_users():
        click.echo("There are no accounts yet: see `annotator user add --help`.")


def serve(server: Server, *, log_requests: bool = True) -> None:
    """Answer requests until the process is told to stop."""
    log_to_stderr(server.settings.log, requests=log_requests)
    server.run()


@click.command()
def init() -> None:
    """Create or migrate the database and print its location."""
    with database_faults():
        settings = Settings.from_environ()
        before = bring_up_to_date(settings.database_url, click.echo)
    click.echo("The database is up to date." if before else "Created the database.")
    for line in places(settings):
        click.echo(line)


def refuse_open_host(host: str) -> None:
    """Refuse to listen for other machines before somebody has said under which names."""
    if is_loopback(host) or os.environ.get("ANNOTATOR_TRUSTED_HOSTS", "").strip():
        return
    raise WrongUseError(
        f"--host {host} can be reached by other machines: set ANNOTATOR_TRUSTED_HOSTS to"
        " the host names of this server, separated by commas, and use an HTTPS proxy."
    )


def is_loopback(host: str) -> bool:
    """Say whether only this machine can reach the address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
