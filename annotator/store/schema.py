"""Creates and migrates the database, once, however many processes start together."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain, count
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, inspect, make_url, text

from annotator.paths import MIGRATIONS
from annotator.store.clock import now
from annotator.store.copying import copy

# Any number, the same in every process: whoever migrates holds it.
MIGRATION_LOCK = 7_203_118
WAIT_SECONDS = 60


class SchemaError(Exception):
    """The database cannot be brought to this program's schema; the message says why."""


def say_nothing(_words: str) -> None:
    """Tell nobody."""


def bring_up_to_date(url: str, say: Callable[[str], None] = say_nothing) -> str | None:
    """Create or migrate the database behind `url`; return the revision it had before, if any.

    The whole migration is one transaction under one lock: a process killed half-way leaves the
    database as it was, and processes that start together wait and then find nothing to do. An
    existing SQLite file is copied beside itself first. `say` is told of a migration, and where the
    copy is.

    Raises:
        SchemaError: the database comes from a newer version, or rows would lose their parents.

    """
    engine = migration_engine(url)
    try:
        with migrating(engine) as connection:
            before = revision_of(connection)
            if before == head():
                return before
            refuse_newer(before)
            kept = back_up(engine) if before is not None else None
            # A tenth of a second and 8 MB that only a migration needs.
            from annotator.store import upgrading  # noqa: PLC0415

            upgrading.upgrade(connection)
            refuse_orphans(connection)
        if before is not None:
            said = f"Migrated the database from schema {before} to {head()}."
            say(f"{said} The old database is kept in {kept}." if kept else said)
        return before
    finally:
        engine.dispose()


def migration_engine(url: str) -> Engine:
    """Return an engine whose transactions are said by hand, with foreign keys off on SQLite.

    A batch migration re-creates tables; with foreign keys on, that would delete child rows.
    """
    if not url.startswith("sqlite"):
        return create_engine(url, hide_parameters=True)
    database = Path(make_url(url).database or "")
    if why := unusable(database):
        raise SchemaError(why)
    if not database.exists():
        # The labels are for their owner's eyes only, whatever the umask says.
        database.touch(mode=0o600)
    return create_engine(url, connect_args={"isolation_level": None, "timeout": WAIT_SECONDS})


def unusable(database: Path) -> str:
    """Say why an SQLite file cannot be used by this process, "" where nothing is in the way.

    SQLite itself says of each of these only that it is unable to open the file.
    """
    folder = database.parent
    if not folder.is_dir():
        return f"the folder {folder} of the database does not exist"
    if database.is_dir():
        return f"the database {database} is a folder; a file is required"
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK, effective_ids=True):
        return (
            f"the folder {folder} is read-only for this user: the database writes its log"
            " next to its file, so both must be writable"
        )
    if database.exists() and not os.access(database, os.R_OK | os.W_OK, effective_ids=True):
        return f"the database {database} is read-only for this user"
    return ""


@contextmanager
def migrating(engine: Engine) -> Iterator[Connection]:
    """Hold the migration lock and one transaction; commit at the end."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.commit()
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        yield connection
        connection.commit()


def revisions() -> list[str]:
    """Return the revisions of the migrations that come with this program, the first one first."""
    return sorted(path.name.split("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def head() -> str:
    """Return the revision this program works with."""
    known = revisions()
    if not known:
        raise SchemaError("this installation has no migrations; install the package again")
    return known[-1]


def revision_of(connection: Connection) -> str | None:
    """Return the revision of a database, None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def refuse_newer(revision: str | None) -> None:
    """Refuse a database that a newer program has already changed."""
    if revision is not None and revision not in revisions():
        raise SchemaError(
            f"the database has the unknown schema {revision}: it was used with a newer"
            " version of annotator; install that version"
        )


def refuse_orphans(connection: Connection) -> None:
    """Check on SQLite that no row lost its parent while the keys were off."""
    if connection.dialect.name != "sqlite":
        return
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if orphans:
        tables = sorted({row[0] for row in orphans})
        raise SchemaError(
            f"the migration would leave {len(orphans)} rows without a parent in"
            f" {', '.join(tables)}; nothing was changed"
        )


def back_up(engine: Engine) -> Path | None:
    """Copy an SQLite file beside itself before it is migrated; return the copy."""
    if engine.dialect.name != "sqlite":
        return None
    source = Path(engine.url.database or "")
    name = f"{source.stem}-before-migration-{now():%Y%m%dT%H%M%SZ}"
    # Two migrations in one second keep a copy each.
    names = chain([name], (f"{name}-{number}" for number in count(2)))
    targets = (source.with_name(f"{each}.sqlite3") for each in names)
    target = next(target for target in targets if not target.exists())
    copy(source, target)
    return target
