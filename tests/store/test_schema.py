"""The schema: migrations equal the models, happen once, and lose nothing."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from slow_cases import further, server, slow
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import make_url

from annotator.config import database_url
from annotator.store import models, schema, upgrading
from annotator.store.db import Base
from annotator.store.schema import SchemaError, bring_up_to_date

pytestmark = server

POSTGRES = os.environ.get("TEST_DATABASE_URL", "")
on_sqlite = pytest.mark.skipif(bool(POSTGRES), reason="a matter of files")
NAME = "annotator.sqlite3"


@pytest.fixture
def url(tmp_path):
    """Return the URL of a database in which there is nothing at all."""
    if not POSTGRES:
        yield f"sqlite:///{tmp_path / NAME}"
        return
    server = make_url(database_url(POSTGRES, Path()))
    name = f"annotator_schema_{os.getpid()}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}"'))
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    yield server.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    admin.dispose()


@pytest.fixture
def connect(url):
    """Return a function that opens a connection and commits at its end."""
    engine = create_engine(url)
    yield engine.begin
    engine.dispose()


@pytest.fixture
def migrated(settings):
    """Return `connect` for the database of this process, which the migrations have made."""
    engine = create_engine(settings.database_url)
    yield engine.begin
    engine.dispose()


# The words of the sentences, which no model has: FTS5 keeps them in tables of its own.
WORDS = ("sentence_words", "ix_sentences_words")


def is_of_models(_object, name, *_rest):
    return not (name or "").startswith(WORDS)


def tables(connection):
    return {name for name in inspect(connection).get_table_names() if is_of_models(None, name)}


def test_the_migrated_schema_is_that_of_the_models(migrated):
    with migrated() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "compare_server_default": True,
                "include_object": is_of_models,
            },
        )
        assert compare_metadata(context, Base.metadata) == []
        assert tables(connection) == set(Base.metadata.tables) | {"alembic_version"}


def test_every_constraint_of_the_models_has_its_name_in_the_database(migrated):
    with migrated() as connection:
        found = inspect(connection)
        for table in Base.metadata.tables.values():
            checks = {each["name"] for each in found.get_check_constraints(table.name)}
            uniques = {each["name"] for each in found.get_unique_constraints(table.name)}
            named = {each.name for each in table.constraints if each.name}
            kinds = {name for name in named if name.startswith(("ck_", "uq_"))}
            assert kinds <= checks | uniques, table.name


@slow
def test_a_database_that_is_up_to_date_is_left_alone(url, tmp_path):
    bring_up_to_date(url)
    before = sorted(tmp_path.iterdir())
    assert bring_up_to_date(url) == schema.head()
    assert sorted(tmp_path.iterdir()) == before


def test_one_chain_of_migrations_leads_to_the_head():
    revisions = list(upgrading.scripts().walk_revisions())
    assert [each.revision for each in reversed(revisions)] == schema.revisions()
    assert revisions[0].revision == schema.head()
    assert [each.is_branch_point or each.is_merge_point for each in revisions] == [False] * len(
        revisions
    )


START = """
import sys
from annotator.store import schema, upgrading
upgrade, made = upgrading.command.upgrade, []
upgrading.command.upgrade = lambda *args: (made.append(1), upgrade(*args))
print("ready", flush=True)
sys.stdin.readline()
schema.bring_up_to_date(sys.argv[1])
print("created" if made else "found", flush=True)
"""


@slow
def test_of_processes_that_start_at_once_exactly_one_creates(url):
    words = [sys.executable, "-W", "error", "-c", START, url]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    processes = [subprocess.Popen(words, **pipes) for _ in range(4)]
    for each in processes:
        assert each.stdout.readline() == "ready\n"
    for each in processes:
        each.stdin.write("go\n")
        each.stdin.flush()
    said = [each.communicate(timeout=60)[0].strip() for each in processes]
    assert sorted(said) == ["created", "found", "found", "found"]
    assert [each.returncode for each in processes] == [0] * 4


def test_a_newer_schema_is_refused_and_not_touched(url, connect):
    bring_up_to_date(url)
    with connect() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaError, match=r"9999.*newer version"):
        bring_up_to_date(url)
    with connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "9999"


@pytest.fixture
def half_migration(monkeypatch):
    """Let the migration do half of its work and then call `fail`."""

    def prepare(fail):
        whole = upgrading.command.upgrade

        def half(config, revision):
            whole(config, revision)
            config.attributes["connection"].execute(text("CREATE TABLE half (id INTEGER)"))
            fail()

        monkeypatch.setattr(upgrading.command, "upgrade", half)

    return prepare


@slow
def test_a_failed_migration_leaves_the_database_as_it_was(
    url, connect, half_migration, monkeypatch
):
    half_migration(lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        bring_up_to_date(url)
    with connect() as connection:
        assert tables(connection) == set()
    monkeypatch.undo()
    assert bring_up_to_date(url) is None


KILLED = """
import os, signal, sys
from annotator.store import schema, upgrading
whole = upgrading.command.upgrade
def half(config, revision):
    whole(config, revision)
    print("half", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
upgrading.command.upgrade = half
schema.bring_up_to_date(sys.argv[1])
"""


@slow
def test_a_killed_migration_leaves_the_database_as_it_was(url, connect):
    words = [sys.executable, "-c", KILLED, url]
    result = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    assert (result.stdout, result.returncode) == ("half\n", -signal.SIGKILL)
    with connect() as connection:
        assert tables(connection) == set()
    assert bring_up_to_date(url) is None


def fill(url):
    """Store one project with a codebook version that points to it."""
    engine = create_engine(url)
    with engine.begin() as connection:
        project = connection.execute(
            models.Project.__table__.insert()
            .values(slug="kept", name="Kept", target_question="?")
            .returning(models.Project.id)
        ).scalar_one()
        connection.execute(
            models.CodebookVersion.__table__.insert().values(
                project_id=project, number=1, label="1.0", content="{}"
            )
        )
        user = connection.execute(
            models.User.__table__.insert().values(username="ann").returning(models.User.id)
        ).scalar_one()
        connection.execute(models.SignIn.__table__.insert().values(token_hash="x", user_id=user))
    engine.dispose()


@pytest.fixture
def older(url, monkeypatch):
    """Return a filled database that looks as if it came from an older version."""
    bring_up_to_date(url)
    fill(url)
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    engine.dispose()
    monkeypatch.setattr(schema, "refuse_newer", lambda _revision: None)
    return url


def migrate_with(monkeypatch, change):
    """Let the next migration be this change."""

    def upgrade(config, _revision):
        connection = config.attributes["connection"]
        change(Operations(MigrationContext.configure(connection, opts={"as_batch": True})))
        connection.execute(text("UPDATE alembic_version SET version_num = :head"), HEAD)

    monkeypatch.setattr(upgrading.command, "upgrade", upgrade)


HEAD = {"head": schema.head()}


def recreate_users(operations):
    """Re-create a table whose children go with it when a row is deleted."""
    with operations.batch_alter_table("users", recreate="auto") as batch:
        batch.alter_column("theme", nullable=True)


@slow
def test_a_table_made_again_keeps_its_child_rows(older, connect, monkeypatch):
    migrate_with(monkeypatch, recreate_users)
    assert bring_up_to_date(older) == "0000"
    with connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM sign_ins")) == 1
        assert connection.scalar(text("SELECT count(*) FROM users")) == 1


@slow
@on_sqlite
def test_with_foreign_keys_on_the_child_rows_would_be_gone(older, tmp_path):
    """Show the trap that the one above keeps us out of."""
    engine = create_engine(older, connect_args={"isolation_level": None})
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")
        connection.commit()
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        recreate_users(Operations(MigrationContext.configure(connection)))
        assert connection.scalar(text("SELECT count(*) FROM sign_ins")) == 0
        connection.rollback()
    engine.dispose()


@slow
@on_sqlite
def test_a_migration_that_would_orphan_rows_is_refused(older, connect, monkeypatch):
    migrate_with(monkeypatch, lambda operations: operations.execute("DELETE FROM users"))
    with pytest.raises(SchemaError, match="1 rows without a parent in sign_ins"):
        bring_up_to_date(older)
    with connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM users")) == 1


@slow
@on_sqlite
def test_the_file_is_copied_before_it_is_migrated(older, monkeypatch, tmp_path):
    migrate_with(monkeypatch, lambda operations: operations.execute("DELETE FROM sign_ins"))
    bring_up_to_date(older)
    (copy,) = tmp_path.glob("annotator-before-migration-*.sqlite3")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert (rows_in(copy), rows_in(tmp_path / NAME)) == (1, 0)


@slow
@on_sqlite
def test_a_migration_says_what_it_did_and_where_the_copy_is(older, monkeypatch, tmp_path):
    migrate_with(monkeypatch, lambda operations: None)
    said = []
    bring_up_to_date(older, said.append)
    (copy,) = tmp_path.glob("annotator-before-migration-*.sqlite3")
    assert said == [
        f"Migrated the database from schema 0000 to {schema.head()}. The old database is kept in"
        f" {copy}."
    ]


KILLED_IN_COPY = """
import os, sys
from pathlib import Path
from annotator.store import copying
pour = copying.pour
def killed(source, target, progress):
    pour(source, target, progress)
    os.kill(os.getpid(), 9)
copying.pour = killed
copying.copy(Path(sys.argv[1]), Path(sys.argv[2]))
"""


@slow
@on_sqlite
def test_a_process_killed_in_the_copy_leaves_none_under_a_good_name(url, tmp_path):
    bring_up_to_date(url)
    words = [sys.executable, "-c", KILLED_IN_COPY, tmp_path / NAME, tmp_path / "kept.sqlite3"]
    assert subprocess.run(words, check=False).returncode == -9
    assert list(tmp_path.glob("kept*")) == []


@slow
@on_sqlite
def test_a_new_file_needs_no_copy(url, tmp_path):
    bring_up_to_date(url)
    assert list(tmp_path.glob("*before-migration*")) == []


def rows_in(path):
    connection = sqlite3.connect(path)
    (count,) = connection.execute("SELECT count(*) FROM sign_ins").fetchone()
    connection.close()
    return count


@on_sqlite
@pytest.mark.parametrize("umask", further([0o000, 0o022, 0o077]))
def test_the_database_is_for_its_owner_only(url, tmp_path, umask):
    before = os.umask(umask)
    try:
        bring_up_to_date(url)
    finally:
        os.umask(before)
    for path in tmp_path.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


@on_sqlite
def test_a_folder_that_is_not_there_is_a_fault_and_is_not_made(tmp_path):
    with pytest.raises(SchemaError, match="nowhere of the database does not exist"):
        bring_up_to_date(f"sqlite:///{tmp_path / 'nowhere' / NAME}")
