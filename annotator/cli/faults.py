"""How a command fails: one line that says what would be right, and the exit status."""

from collections.abc import Iterator
from contextlib import contextmanager
from errno import EPIPE

import click
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError

from annotator.config import SettingsError
from annotator.errors import RefusedError
from annotator.store.engine import DatabaseBusyError, DatabaseMovedError
from annotator.store.schema import SchemaError


class WrongUseError(click.ClickException):
    """The command cannot be done as it was given: one line, exit 2."""

    exit_code = 2


class FailedCheckError(click.ClickException):
    """What was checked is not in order: one line, exit 1."""

    exit_code = 1


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
