"""The database as every command finds it, and a connection for those that read a few columns.

`reading` needs neither Flask nor the models, whose import costs more than such a command does.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import click
from sqlalchemy import Connection, create_engine

from annotator.cli.database_faults import database_faults
from annotator.config import Settings
from annotator.store.engine import prepare_engine
from annotator.store.schema import bring_up_to_date

# A command waits so long for others that write.
PATIENCE = 15.0


def ready() -> Settings:
    """Return the settings of this environment, once their database is up to date."""
    settings = replace(Settings.from_environ(), busy_seconds=PATIENCE)
    bring_up_to_date(settings.database_url, partial(click.echo, err=True))
    return settings


@contextmanager
def reading() -> Iterator[Connection]:
    """Connect to the database of this environment; faults become one line."""
    with database_faults():
        settings = ready()
        engine = create_engine(settings.database_url, **settings.engine_options())
        try:
            prepare_engine(engine, settings.busy_seconds)
            with engine.connect() as connection:
                yield connection
        finally:
            engine.dispose()
