"""`annotator demo`: the whole product with sample labels, served from a folder of its own."""

import os
import threading
import webbrowser
from collections.abc import Mapping
from pathlib import Path

import click
from flask import Flask

from annotator.app import create_app
from annotator.cli.addresses import HOST, PORT, base_address
from annotator.cli.context import opened
from annotator.cli.database_faults import database_faults
from annotator.cli.faults import FailedCheckError, WrongUseError
from annotator.cli.importing import bar
from annotator.cli.run_init import serve
from annotator.cli.server import Server, listen
from annotator.config import Settings
from annotator.paths import SAMPLES, data_folder
from annotator.store.clock import now
from annotator.store.db import write, write_in_steps
from annotator.store.schema import bring_up_to_date
from annotator.work.accounts import accounts, projects
from annotator.work.adjudication import refreshing
from annotator.work.operations import demo, made_project
from annotator.work.operations.made_project import Size
from annotator.work.quality import training

PORTS_TO_TRY = 50
MOST_SEED = 2**31 - 1
DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY")
DATABASE = "ANNOTATOR_DATABASE_URL"
USUAL_ANNOTATORS = 6
# Fewer articles are made before a bar could be read.
MANY_ARTICLES = 100
WHAT_THEY_ARE = {
    "lead": "lead and adjudicator",
    "ann": "annotator, both articles finished",
    "ben": "annotator, second article in progress",
    "cal": "annotator, second article not started",
    demo.NEWCOMER: "a new annotator, in training",
}


@click.command("demo")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    help=f"Default: {PORT}, or the next free port.",
)
@click.option("--no-browser", is_flag=True, help="Do not open a browser window.")
@click.option(
    "--articles",
    type=click.IntRange(1, made_project.MOST_ARTICLES),
    help="Add a made project of so many articles.",
)
@click.option(
    "--annotators",
    type=click.IntRange(1, made_project.MOST_ANNOTATORS),
    help=f"Annotators of the made project. Default: {USUAL_ANNOTATORS}.",
)
@click.option(
    "--answers-per-sentence",
    "overlap",
    type=click.IntRange(1, made_project.MOST_ANNOTATORS),
    help="Annotators of each article, at most all."
    f" Default: {made_project.USUAL_OVERLAP}, or all if there are fewer.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, MOST_SEED),
    help="Number that the made project depends on. Default: 1.",
)
def demo_command(
    port: int | None,
    no_browser: bool,
    articles: int | None,
    annotators: int | None,
    overlap: int | None,
    seed: int | None,
) -> None:
    """Serve a demo: two articles, a lead, and three annotators with sample labels.

    A second project has one of the articles adjudicated, for a new annotator to practise on.

    The demo has its own data folder and keeps all changes there. Other projects are not changed:
    of the environment all settings count but ANNOTATOR_DATABASE_URL.

    --articles adds a project of any size, to see how pages look and respond: texts made by chance,
    and annotators who are more or less reliable. The same numbers make the same project; it is
    made once and kept like the rest.
    """
    with database_faults():
        size = size_of(articles, annotators, overlap, seed)
        settings = demo_settings(os.environ)
        with listen(HOST, port or PORT, 0 if port else PORTS_TO_TRY) as listener:
            address = base_address(HOST, listener.getsockname()[1], None)
            bring_up_to_date(settings.database_url, click.echo)
            with opened(settings, create_app) as app:
                links = prepare(app)
                if size is not None:
                    make_project(app, size)
                server = Server(app, listener)
                announce(address, links, settings.data, size)
                token = None if no_browser else links.get("ann")
                if token and any(os.environ.get(name) for name in DISPLAYS):
                    open_browser(f"{address}/sign-in/{token}")
                # The links that were printed are to stay in sight.
                serve(server, log_requests=False)


def demo_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the folder of the demo: what ANNOTATOR_DATA names, else `demo` in the data folder."""
    folder = data_folder(environ)
    return folder if environ.get("ANNOTATOR_DATA") else folder / "demo"


def demo_settings(environ: Mapping[str, str]) -> Settings:
    """Return the settings of the environment, but for the database: it never meets a team's."""
    own = {name: value for name, value in environ.items() if name != DATABASE}
    return Settings.from_environ(own, data=demo_folder(environ))


def prepare(app: Flask) -> dict[str, str]:
    """Store the sample labels once, however many demos start; return everybody's link."""
    with app.app_context():
        with write():
            if demo.is_empty():
                demo.seed(SAMPLES)
                article = demo.seed_training(SAMPLES)
                lead = accounts.get_user("lead")
                training.prepare(article, lead, demo.training_reasons(SAMPLES))
        with write():
            return demo.make_links()


def size_of(
    articles: int | None, annotators: int | None, overlap: int | None, seed: int | None
) -> Size | None:
    """Return what is to be made beside the demo, None where nothing is."""
    if articles is None:
        if (annotators, overlap, seed) != (None, None, None):
            raise WrongUseError(
                "--annotators, --answers-per-sentence and --seed belong to a made project: add"
                " --articles N."
            )
        return None
    many = annotators or USUAL_ANNOTATORS
    size = Size(
        articles,
        many,
        overlap or min(made_project.USUAL_OVERLAP, many),
        1 if seed is None else seed,
    )
    size.check()
    return size


def make_project(app: Flask, size: Size) -> None:
    """Make the project of this size once; a long making shows how far it is on a terminal."""
    with app.app_context():
        if made_project.find(size) is not None:
            return
        try:
            with bar(size.articles, "Making", shown=size.articles > MANY_ARTICLES) as step, write():
                # Another demo may have been quicker.
                if made_project.find(size) is None:
                    made_project.make(size, now(), step)
        except KeyboardInterrupt as error:
            raise FailedCheckError("Cancelled. Nothing was made.") from error
        # Or else the first page of adjudication would take some seconds.
        write_in_steps(refreshing.refresh(projects.get(size.slug)))


def announce(
    address: str, links: Mapping[str, str], folder: Path, size: Size | None = None
) -> None:
    """Say where to go, and where the data lies."""
    click.echo(f"The demo serves {address}")
    click.echo("Sign in with one of these links; each works once:")
    for name, token in links.items():
        click.echo(f"  {name:<5} {address}/sign-in/{token}")
        click.echo(f"        {WHAT_THEY_ARE[name]}")
    if size is not None:
        click.echo(f"Made project, for the lead: {address}/projects/{size.slug}")
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
