"""What the database says of itself: versions, settings that keep labels safe, integrity."""

import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection

from annotator.store.schema import head, revision_of

# From this version on SQLite is free of the fault that its makers call the WAL-reset bug.
SAFE_SQLITE = (3, 51, 3)
WAL_RESET = (
    "SQLite {version} has a rare fault: when two programs write to one database file at the same"
    " instant, the file can be damaged. One `annotator run` alone does not meet it. Do not start"
    " a second one on the same file, make backups, and use SQLite 3.51.3 or later when you can."
)
SEVERAL = (
    "{number} servers use one SQLite file (processes {processes}): they wait for one another at"
    " every save, and before SQLite 3.51.3 they can damage the file. Stop all but one, or use"
    " PostgreSQL."
)
NO_STANDBY = (
    "The address names several PostgreSQL servers and no standby is synchronous"
    " (synchronous_standby_names): when another server takes over, answers that were shown as saved"
    " can be lost."
)
SYNCHRONOUS = {0: "off", 1: "normal", 2: "full", 3: "extra"}


@dataclass
class Findings:
    """Facts to print, warnings to read, and faults that need a person."""

    facts: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def examine(connection: Connection) -> Findings:
    """Examine the database behind a connection; nothing is changed."""
    found = Findings()
    if connection.dialect.name == "sqlite":
        examine_sqlite(connection, found)
    else:
        examine_server(connection, found)
    found.faults.extend(unsafe_settings(connection))
    revision = revision_of(connection)
    found.facts.append(("schema", revision or "none"))
    if revision != head():
        found.faults.append(
            f"The schema is {revision or 'missing'}, this version works with {head()}:"
            " run `annotator init`."
        )
    return found


def examine_sqlite(connection: Connection, found: Findings) -> None:
    """Add version, pragmas and integrity of an SQLite file."""
    version = str(read(connection, "SELECT sqlite_version()"))
    found.facts.append(("SQLite", version))
    if tuple(int(part) for part in version.split(".")) < SAFE_SQLITE:
        found.warnings.append(WAL_RESET.format(version=version))
    for name, value in pragmas(connection):
        found.facts.append((name, value))
    problems = [row[0] for row in connection.exec_driver_sql("PRAGMA integrity_check")]
    found.facts.append(("integrity_check", problems[0]))
    if problems != ["ok"]:
        found.faults.append(f"The database file is damaged: {'; '.join(problems[:5])}.")
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    found.facts.append(("foreign_key_check", f"{len(orphans)} rows" if orphans else "ok"))
    if orphans:
        tables = ", ".join(sorted({row[0] for row in orphans}))
        found.faults.append(f"{len(orphans)} rows have lost the row they belong to, in {tables}.")


def examine_server(connection: Connection, found: Findings) -> None:
    """Add version and settings of a PostgreSQL server."""
    found.facts.append(("PostgreSQL", str(read(connection, "SHOW server_version"))))
    for name in ("synchronous_commit", "fsync", "synchronous_standby_names"):
        found.facts.append((name, str(read(connection, f"SHOW {name}")) or "none"))
    if names_standby(connection) and not read(connection, "SHOW synchronous_standby_names"):
        found.warnings.append(NO_STANDBY)


def names_standby(connection: Connection) -> bool:
    """Say whether the address of a database names several servers."""
    return not isinstance(connection.engine.url.query.get("host", ""), str)


def unsafe_settings(connection: Connection) -> Iterator[str]:
    """Yield each setting under which a saved label could be lost."""
    if connection.dialect.name == "sqlite":
        wanted = {"journal_mode": "wal", "synchronous": "full", "foreign_keys": "on"}
        for name, value in pragmas(connection):
            if name in wanted and value != wanted[name]:
                yield f"{name} is {value}, not {wanted[name]}."
        return
    for name in ("synchronous_commit", "fsync"):
        if read(connection, f"SHOW {name}") == "off":
            yield (
                f"PostgreSQL has {name} = off: a label that was shown as saved can be lost when"
                " the server stops suddenly. Set it to on."
            )


def several_servers(processes: Sequence[int]) -> str:
    """Say what it means that so many processes serve one SQLite file."""
    return SEVERAL.format(number=len(processes), processes=", ".join(map(str, processes)))


def pragmas(connection: Connection) -> list[tuple[str, str]]:
    """Return the pragmas that matter, in words."""
    return [
        ("journal_mode", str(read(connection, "PRAGMA journal_mode"))),
        ("synchronous", SYNCHRONOUS[int(str(read(connection, "PRAGMA synchronous")))]),
        ("foreign_keys", "on" if read(connection, "PRAGMA foreign_keys") else "off"),
        ("busy_timeout", f"{read(connection, 'PRAGMA busy_timeout')} ms"),
    ]


def read(connection: Connection, statement: str) -> object:
    """Return the one value a statement gives."""
    return connection.exec_driver_sql(statement).scalar_one()


def open_to_others(path: Path) -> bool:
    """Say whether every user of this machine may read or write a file."""
    return bool(path.stat().st_mode & stat.S_IRWXO)
