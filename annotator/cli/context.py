"""What every command shares: the application it works in, its lists, and how it fails."""

import csv
import logging
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from errno import EPIPE
from functools import partial
from pathlib import Path

import click
from flask import Flask
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError

from annotator.config import Settings, SettingsError
from annotator.database import open_database
from annotator.errors import RefusedError
from annotator.store.db import DatabaseBusyError, DatabaseMovedError, db
from annotator.store.schema import SchemaError, bring_up_to_date

acts = logging.getLogger("annotator.acts")

BUSY_SECONDS = 15.0
EXAMPLE = 'a,"b, c","say ""no"""'


class WrongUseError(click.ClickException):
    """The command cannot be done as it was given: one line, exit 2."""

    exit_code = 2


class FailedCheckError(click.ClickException):
    """What was checked is not in order: one line, exit 1."""

    exit_code = 1


def listed(text: str, option: str) -> list[str]:
    """Return the parts of a list with commas; one that holds a comma stands in quotation marks."""
    try:
        (parts,) = csv.reader([text], skipinitialspace=True, strict=True)
    except (csv.Error, ValueError) as error:
        raise WrongUseError(
            f"{option}: put a part that holds a comma or a quotation mark in quotation marks, and"
            f" double those inside it, as in '{EXAMPLE}'."
        ) from error
    return [part.strip() for part in parts]


@contextmanager
def application() -> Iterator[Flask]:
    """Push an application without pages, its database up to date; faults become one line.

    To be used around the whole of a command: `with application() as app:`.
    """
    with plain_faults():
        settings = replace(Settings.from_environ(), busy_seconds=BUSY_SECONDS)
        bring_up_to_date(settings.database_url, partial(click.echo, err=True))
        with opened(settings) as app, app.app_context():
            try:
                yield app
            finally:
                db.session.remove()


def record(what: str, *args: object) -> None:
    """Write down what a command has done, as pages do; at a terminal it has said so already."""
    if sys.stderr.isatty():
        return
    handler = logging.StreamHandler(sys.stderr)
    form = logging.Formatter("%(asctime)sZ %(levelname)s %(name)s: %(message)s")
    form.converter, form.default_msec_format = time.gmtime, ""
    handler.setFormatter(form)
    acts.addHandler(handler)
    acts.setLevel(logging.INFO)
    try:
        acts.info(f"{what} by command", *args)
    finally:
        acts.removeHandler(handler)


@contextmanager
def opened(settings: Settings, make: Callable[[Settings], Flask] | None = None) -> Iterator[Flask]:
    """Open the database, and close it whatever happens; `make` makes an application with pages."""
    app = (make or open_database)(settings)
    try:
        yield app
    finally:
        with app.app_context():
            db.engine.dispose()


@contextmanager
def plain_faults() -> Iterator[None]:
    """Say in one line what a person at the command line can do something about."""
    try:
        yield
    except (SettingsError, SchemaError, RefusedError) as error:
        raise WrongUseError(one_line(str(error))) from error
    except DatabaseMovedError as error:
        raise WrongUseError(f"Nothing was stored: {error}.") from error
    except DatabaseBusyError as error:
        raise WrongUseError("The database is busy. Nothing was stored; try again.") from error
    except DatabaseError as error:
        # Locked, full, absent or no database at all, or an address that the driver does not
        # understand; the other kinds are faults of ours.
        if type(error) not in {OperationalError, DatabaseError} and error.statement is not None:
            raise
        raise WrongUseError(f"The database cannot be used: {one_line(str(error.orig))}") from error
    except ArgumentError as error:
        raise WrongUseError(f"ANNOTATOR_DATABASE_URL: {one_line(str(error))}") from error
    except ModuleNotFoundError as error:
        if error.name != "psycopg":
            raise
        said = "PostgreSQL needs the extra postgres: pip install 'annotator[postgres]'"
        raise WrongUseError(said) from error
    except OSError as error:
        if error.errno == EPIPE:  # whoever read our output has heard enough; click knows that
            raise
        raise WrongUseError(one_line(f"{error.filename or 'a file'}: {error.strerror}")) from error


def one_line(text: str) -> str:
    """Return a message without its line breaks."""
    return " ".join(text.split())


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
