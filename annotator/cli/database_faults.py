"""How a command fails that uses the database: in one line, too.

Apart from `faults`, because commands that need no database are not to import SQLAlchemy.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError

from annotator.cli.faults import WrongUseError, one_line, plain_faults
from annotator.config import SettingsError
from annotator.store.engine import DatabaseBusyError, DatabaseMovedError
from annotator.store.schema import SchemaError


@contextmanager
def database_faults() -> Iterator[None]:
    """Say in one line what a person can do something about, with the database and without."""
    with plain_faults():
        try:
            yield
        except (SettingsError, SchemaError) as error:
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
            said = f"The database cannot be used: {one_line(str(error.orig))}"
            raise WrongUseError(said) from error
        except ArgumentError as error:
            raise WrongUseError(f"ANNOTATOR_DATABASE_URL: {one_line(str(error))}") from error
        except ModuleNotFoundError as error:
            if error.name != "psycopg":
                raise
            said = "PostgreSQL needs the extra postgres: pip install 'annotator[postgres]'"
            raise WrongUseError(said) from error
