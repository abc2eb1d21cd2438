"""Migrations that are killed, backups in a storm, and a restore over what a killed server left."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import crowd
from alembic import command
from sqlalchemy import create_engine
from stage import DATABASE, settings
from storms import PEOPLE, Storm, hold, judge, look_anew, most, size, told

from annotator.store import copying, schema, upgrading

# The schema that is brought up to date in a killed migration.
OLD = "0026"
MIGRATED = re.compile(rf"Migrated the database from schema {OLD} to \d+\.")
KEPT = re.compile(r"The old database is kept in (.*)\.$", re.M)


def annotator(environ, *words):
    """Run a command in an installation; return what it has written."""
    program = [sys.executable, "-m", "annotator", *map(str, words)]
    done = subprocess.run(program, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def environ_of(here):
    """Return the settings of a place for a command."""
    return os.environ | {
        "ANNOTATOR_DATA": str(here.folder),
        "ANNOTATOR_DATABASE_URL": here.url,
        "ANNOTATOR_SECRET_KEY": settings(here.folder).secret_key,
    }


def keys_in(path):
    """Return the saves in a database file that must be whole by itself."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        assert copying.damage(connection) == []
        return {key for (key,) in connection.execute("SELECT key FROM answer_events")}


def make_old(path):
    """Take a database back to an older schema."""
    engine = create_engine(f"sqlite:///{path}", connect_args={"isolation_level": None})
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.commit()
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        command.downgrade(upgrading.config(connection), OLD)
        connection.commit()
    engine.dispose()


def test_a_killed_migration_leaves_no_half_copy_and_the_next_one_says_where_the_old_is(row):
    line = row("migration killed", size(2, 20))
    saves = size(30, 600)
    with crowd.place(PEOPLE, most(saves)) as here:
        with crowd.serving(here) as server, Storm(here, server.port) as storm:
            keys = storm.rage(saves, 0, None)["keys"]
        look_anew()
        path, environ = here.folder / DATABASE, environ_of(here)
        make_old(path)
        begun = time.monotonic()
        with closing(sqlite3.connect(path)) as connection:
            old = here.folder / "old"
            with closing(sqlite3.connect(old)) as copy:
                connection.backup(copy)
        said = annotator(environ, "init")
        whole = time.monotonic() - begun
        back_to(old, path)
        for number in range(line.rounds):
            # From before the copy to after the last step.
            killed_after(whole * (0.4 + 0.6 * number / line.rounds), environ)
            for copied in here.folder.glob("*before-migration*"):
                assert set(keys) <= keys_in(copied)
                copied.unlink()
            assert schema_of(path) in {OLD, schema.head()}
            if schema_of(path) != OLD:
                back_to(old, path)
        said = annotator(environ, "init")
        kept = Path(KEPT.search(said)[1])
        assert set(keys) <= keys_in(kept)
        line.told = " ".join(said.splitlines()[:1]).replace(str(here.folder), "FOLDER")
        hold(judge(line, keys))
        assert MIGRATED.search(said)


def back_to(old, path):
    """Put the old database back into its place, and copies away."""
    for each in path.parent.glob("*before-migration*"):
        each.unlink()
    with closing(sqlite3.connect(old)) as source, closing(sqlite3.connect(path)) as target:
        source.backup(target)


def schema_of(path):
    """Return the schema of a database, which is whole."""
    with closing(sqlite3.connect(path)) as connection:
        assert copying.damage(connection) == []
        return connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]


def killed_after(seconds, environ):
    """Begin to migrate, and kill the process after a while."""
    program = [sys.executable, "-m", "annotator", "init"]
    with subprocess.Popen(program, env=environ, stdout=subprocess.DEVNULL) as process:
        try:
            process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)


def test_a_backup_in_a_storm_is_whole_and_has_all_that_was_acknowledged_before(row):
    line = row("backup in a storm", size(1, 15))
    saves = size(60, 600)
    with crowd.place(PEOPLE, most(saves)) as here:
        environ, copies, told_so_far = environ_of(here), [], []
        with crowd.serving(here) as server, Storm(here, server.port) as storm:
            storm.begin(saves)
            for number, key in enumerate(storm.acknowledged(), 1):
                told_so_far.append(key)
                if number >= (len(copies) + 1) * saves // (line.rounds + 1) and (
                    len(copies) < line.rounds
                ):
                    copied = here.folder / f"backup-{number}.sqlite3"
                    before = set(told_so_far)
                    said = annotator(environ, "backup", copied)
                    copies.append((copied, before))
        line.told = f"{told(storm.found)}; “{said.strip().rpartition('. ')[2]}”"
        lacking = [len(before - keys_in(copied)) for copied, before in copies]
        hold(judge(line, storm.found["keys"]))
        line.missing += sum(lacking)
        hold(line)
    assert len(copies) == line.rounds


def test_a_restore_over_the_log_of_a_killed_server_brings_the_backup_and_nothing_else(row):
    line = row("restore over a stale log", size(1, 5))
    saves, logs, acknowledged = size(50, 300), [], 0
    for _ in range(line.rounds):
        with crowd.place(PEOPLE, most(2 * saves)) as here:
            environ, path = environ_of(here), here.folder / DATABASE
            copied = here.folder / "backup.sqlite3"
            with crowd.serving(here) as server:
                with Storm(here, server.port) as storm:
                    keys = storm.rage(saves, 0, None)["keys"]
                    annotator(environ, "backup", copied)
                    later = storm.rage(saves, 0, None)["keys"]
                server.end(signal.SIGKILL)
            logs.append(path.with_name(f"{path.name}-wal").stat().st_size)
            look_anew()
            said = annotator(environ, "restore", copied, "--replace")
            assert keys_in(path) == keys_in(copied) >= set(keys)
            assert not keys_in(path) & set(later)
            line.told = said.strip().splitlines()[-1].partition(": ")[2]
            hold(judge(line, keys))
            acknowledged += line.acknowledged
    line.acknowledged = acknowledged
    line.notes.append(f"logs of up to {max(logs) // 1024:,} kB not played into it")
    assert min(logs) > 0
