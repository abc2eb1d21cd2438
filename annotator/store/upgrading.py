"""Runs the migrations with Alembic, inside a transaction that somebody else holds."""

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from annotator.paths import MIGRATIONS


def upgrade(connection: Connection) -> None:
    """Bring a database to the newest schema."""
    command.upgrade(config(connection), "head")


def config(connection: Connection) -> Config:
    """Return Alembic's configuration without an ini file."""
    found = Config()
    found.set_main_option("script_location", str(MIGRATIONS))
    found.attributes["connection"] = connection
    return found


def scripts() -> ScriptDirectory:
    """Return the migrations that come with this program."""
    return ScriptDirectory(str(MIGRATIONS))
