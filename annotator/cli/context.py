"""What most commands share: the application they work in, and the log of acts."""

import gc
import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from sqlalchemy.engine import make_url

from annotator.cli.database_faults import database_faults
from annotator.cli.reading import ready
from annotator.config import Settings, log_form
from annotator.database import open_database
from annotator.log_lines import formatter
from annotator.store.db import db

acts = logging.getLogger("annotator.acts")


@contextmanager
def application() -> Iterator[Flask]:
    """Push an application without pages, its database up to date; faults become one line.

    To be used around the whole of a command: `with application() as app:`.
    """
    with database_faults(), opened(ready()) as app, app.app_context():
        try:
            yield app
        finally:
            db.session.remove()


def record(what: str, *args: object) -> None:
    """Write down what a command has done, as pages do; at a terminal it has said so already."""
    if sys.stderr.isatty():
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter(log_form(os.environ)))
    acts.addHandler(handler)
    acts.setLevel(logging.INFO)
    try:
        said = {"who": "command", "what": what % args if args else what}
        acts.info(f"{what} by command", *args, extra={"fields": said})
    finally:
        acts.removeHandler(handler)


@contextmanager
def opened(settings: Settings, make: Callable[[Settings], Flask] | None = None) -> Iterator[Flask]:
    """Open the database, and close it whatever happens; `make` makes an application with pages."""
    app = (make or open_database)(settings)
    # What the imports have made stays: the collector need not look through it again and again,
    # which takes a sixth of the time of whatever reads many rows.
    gc.freeze()
    try:
        yield app
    finally:
        gc.unfreeze()
        with app.app_context():
            db.engine.dispose()


def places(settings: Settings) -> list[str]:
    """Say where the data lies."""
    return [
        f"data folder: {settings.data}",
        f"database: {shown(settings.database_url)}",
    ]


def shown(url: str) -> str:
    """Return a database in words: the path of a file, else the address without its password."""
    if url.startswith("sqlite"):
        return str(Path(make_url(url).database or "").resolve())
    return make_url(url).render_as_string(hide_password=True)
