"""A database of a PostgreSQL server that the tests of a process use one after the other."""

from itertools import count

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url

from annotator.store.db import Base

TABLES = [f'public."{table.name}"' for table in Base.metadata.sorted_tables]
# What is deleted stays in the file of its table, to be read past, until it is cleared away. Not by
# VACUUM: it counts the rows, and a planner that knows a table as empty reads it row by row.
CLEARED_AFTER = 200
MANY = 2_000
LARGE = """
SELECT format('public.%I', relname) FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 4000000
"""
SEQUENCES = "SELECT format('public.%I', sequencename), last_value FROM pg_sequences"


class Rows:
    """Keeps the states of a server's database as schemas beside the one in use.

    Copying rows takes milliseconds; TRUNCATE and CREATE DATABASE make a file for every table.
    """

    def __init__(self, url):
        self.database = make_url(url).database
        self.engine = create_engine(url, isolation_level="AUTOCOMMIT")
        self.cursor = self.engine.connect().connection.cursor()
        # Of what only this connection stores nobody needs to know that it has reached the disk;
        # what the program stores waits for it as always, and for all that was stored before.
        self.cursor.execute("SET synchronous_commit = off")
        # What is put back was whole when it was kept: nobody looks up each reference again.
        if self.cursor.execute("SHOW is_superuser").fetchone()[0] == "on":
            self.cursor.execute("SET session_replication_role = replica")
        self.kept, self.times = count(1), count(1)
        self.changed = False
        event.listen(Engine, "before_cursor_execute", self.note)

    def note(self, connection, _cursor, statement, *_rest):
        """Remember that something may have been stored."""
        if connection.engine.url.database == self.database:
            self.changed |= not statement.lstrip().upper().startswith(("SELECT", "SET", "SHOW"))

    def prepare(self, engine):
        """Use the engine as it is."""

    def close(self, engine):
        """Keep the connections: to open one takes longer than many a test."""

    def keep(self):
        """Copy every row into a schema of its own; return the statements that put them back."""
        schema = f"kept_{next(self.kept)}"
        self.cursor.execute(f"CREATE SCHEMA {schema}")
        back = []
        for number, table in enumerate(TABLES):
            rows = self.cursor.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            if rows:
                self.cursor.execute(f"CREATE TABLE {schema}.t{number} AS TABLE {table}")
                back.append(f"INSERT INTO {table} TABLE {schema}.t{number}")
            if rows > MANY:
                back.append(f"ANALYZE {table}")  # as the server does by itself in a minute
        for name, last in self.cursor.execute(SEQUENCES).fetchall():
            if name.startswith("public."):
                value = f"{last}, true" if last else "1, false"
                back.append(f"SELECT setval('{name}', {value})")
        return ";".join([*(f"DELETE FROM {table}" for table in reversed(TABLES)), *back])

    def put(self, statements):
        """Let the database hold what was kept, in one transaction."""
        cleared = [name for (name,) in self.cursor.execute(LARGE).fetchall()]
        if next(self.times) % CLEARED_AFTER == 0:
            cleared = TABLES
        if cleared:
            self.cursor.execute(f"TRUNCATE {', '.join(cleared)} CASCADE")
        self.cursor.execute(statements)
        self.changed = False

    def is_changed(self):
        """Say whether anything was stored since."""
        return self.changed

    def end(self):
        """Let go of the database."""
        event.remove(Engine, "before_cursor_execute", self.note)
        self.cursor.connection.close()
        self.engine.dispose()
