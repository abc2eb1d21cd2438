"""`annotator backup` and `annotator restore`: a copy while people work, and bringing it back."""

import os
import sqlite3
import stat
import threading
from contextlib import closing
from contextvars import Context
from itertools import count

import pytest
from alembic import command as alembic
from labelling_examples import claims, nothing_claimed, save
from serving_examples import free_port, running
from slow_cases import server, slow
from sqlalchemy import select

from annotator.store import copying, schema, upgrading
from annotator.store.copying import pour
from annotator.store.db import db
from annotator.store.models import Answer, AnswerEvent
from annotator.work.labelling import history
from annotator.work.operations import backup

pytestmark = server

POSTGRES = os.environ.get("TEST_DATABASE_URL", "")
on_sqlite = pytest.mark.skipif(bool(POSTGRES), reason="a matter of files")
on_server = pytest.mark.skipif(not POSTGRES, reason="what a server has programs of its own for")


@pytest.fixture
def database(settings):
    return settings.data / "annotator.sqlite3"


@pytest.fixture
def copied(article, command, tmp_path):
    """Return a backup of a project with two answers."""
    save(article, claims(note="“so” 😀"))
    save(article, nothing_claimed(), name="ben", position=3)
    result = command("backup", tmp_path / "copy.sqlite3")
    assert (result.exit_code, result.stderr) == (0, "")
    return tmp_path / "copy.sqlite3"


def close():
    """Let go of the database, as a server that was stopped."""
    db.session.remove()
    db.engine.dispose()


def dump(path):
    """Return everything in a database file, to compare."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        return list(connection.iterdump())


def one_line(result):
    (line,) = result.stderr.splitlines()
    return line


@on_sqlite
def test_a_backup_holds_everything_and_says_what(copied, command, database, tmp_path):
    assert dump(copied) == dump(database)
    assert stat.S_IMODE(copied.stat().st_mode) == 0o600
    # One file alone, that can be opened where nothing can be written.
    assert sorted(each.name for each in tmp_path.glob("*copy*")) == ["copy.sqlite3"]
    assert copied.read_bytes()[18:20] == b"\1\1"
    result = command("backup", tmp_path / "second.sqlite3")
    assert "1 project, 5 accounts, 1 article, 2 answers, schema " in result.stdout


@on_sqlite
def test_a_backup_never_overwrites(copied, command):
    before = copied.read_bytes()
    result = command("backup", copied)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "already exists: choose a new file" in one_line(result)
    assert copied.read_bytes() == before


@on_sqlite
def test_a_file_that_came_meanwhile_is_not_overwritten_either(
    article, database, monkeypatch, tmp_path
):
    write_draft = copying.write_draft

    def write_slowly(source, draft, progress):
        write_draft(source, draft, progress)
        (tmp_path / "taken").write_text("somebody's")

    monkeypatch.setattr(copying, "write_draft", write_slowly)
    with pytest.raises(backup.RefusedError, match="already exists"):
        backup.back_up(database, tmp_path / "taken")
    assert (tmp_path / "taken").read_text() == "somebody's"
    assert list(tmp_path.glob(".taken*")) == []


@on_sqlite
def test_without_a_database_there_is_nothing_to_back_up(command, database, tmp_path):
    database.unlink()
    result = command("backup", tmp_path / "copy.sqlite3")
    assert result.exit_code == 2
    assert "There is no database" in one_line(result)
    assert not (tmp_path / "copy.sqlite3").exists()


@on_sqlite
def test_a_backup_into_a_folder_that_is_not_there_names_the_folder(command, tmp_path):
    result = command("backup", tmp_path / "none" / "copy.sqlite3")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "none for the backup: make it first" in one_line(result)


@on_sqlite
def test_a_damaged_database_gives_no_backup(article, command, database, tmp_path):
    close()
    damage(database)
    result = command("backup", tmp_path / "copy.sqlite3")
    assert result.exit_code == 1
    assert "damaged" in one_line(result) or "malformed" in one_line(result)
    assert list(tmp_path.glob("*copy*")) == []


def damage(path):
    """Overwrite the middle of a database, as a failing disk does."""
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(b"\xff" * 40_000)


@slow
@on_sqlite
def test_a_backup_during_saves_has_all_that_was_acknowledged_and_is_whole(
    app, article, command, database, tmp_path, monkeypatch
):
    """Two people save without a pause while five backups are taken, a few pages at a time."""
    monkeypatch.setattr(copying, "PAGES", 4)
    acknowledged, done = [], threading.Event()

    def label(name):
        with app.app_context():
            try:
                for turn in count():
                    if done.is_set():
                        return
                    saved = save(
                        article,
                        claims(note=f"{name} {turn}"),
                        name=name,
                        revision=turn,
                        key=f"{name}-{turn:06}",
                    )
                    assert saved.written
                    acknowledged.append(f"{name}-{turn:06}")
            finally:
                db.session.remove()

    writers = [
        threading.Thread(target=Context().run, args=(label, name)) for name in ("ann", "ben")
    ]
    for each in writers:
        each.start()
    taken = []
    try:
        for number in range(5):
            before = set(acknowledged)
            path = tmp_path / f"copy{number}.sqlite3"
            result = command("backup", path)
            assert (result.exit_code, result.stderr) == (0, "")
            taken.append((before, path))
    finally:
        done.set()
        for each in writers:
            each.join(timeout=60)
    assert len(acknowledged) > len(taken[-1][0]) > 0
    for before, path in taken:
        with closing(sqlite3.connect(path)) as connection:
            keys = {row[0] for row in connection.execute("SELECT key FROM answer_events")}
            answers = dict(connection.execute("SELECT user_id, revision FROM answers"))
            events = dict(
                connection.execute(
                    "SELECT user_id, max(revision) FROM answer_events GROUP BY user_id"
                )
            )
        assert before <= keys <= set(acknowledged)
        assert answers == events


@on_sqlite
def test_saves_meanwhile_do_not_make_a_copy_begin_anew(article, database, monkeypatch):
    monkeypatch.setattr(copying, "PAGES", 4)
    reached = []

    def tell(done, _total):
        if len(reached) < 3:
            save(article, claims(note=str(done)), revision=len(reached))
        reached.append(done)

    with copying.reading(database) as old, closing(sqlite3.connect(":memory:")) as new:
        pour(old, new, tell)
        assert new.execute("SELECT count(*) FROM answers").fetchone() == (0,)
    assert reached == sorted(reached)
    assert len(reached) > 10
    assert len(set(reached)) == len(reached)


# --- bringing it back


@on_sqlite
def test_a_backup_comes_back_into_a_new_place(copied, command, database, monkeypatch):
    audited = history.audit().root
    close()
    before = dump(database)
    place = database.parent / "elsewhere"
    monkeypatch.setenv("ANNOTATOR_DATA", str(place))
    monkeypatch.setenv("ANNOTATOR_DATABASE_URL", "")
    result = command("restore", copied)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "1 project, 5 accounts, 1 article, 2 answers" in result.stdout
    there = place / "annotator.sqlite3"
    assert dump(there) == before
    assert stat.S_IMODE(there.stat().st_mode) == 0o600
    assert f"root hash: {audited}" in command("audit").stdout
    assert command("doctor").exit_code == 0


@on_sqlite
def test_a_database_with_work_is_replaced_only_when_that_is_said(
    copied, article, command, database
):
    save(article, nothing_claimed(), position=4)
    close()
    before = dump(database)
    result = command("restore", copied)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "it contains 1 project, 5 accounts, 1 article, 3 answers. Use --replace" in one_line(
        result
    )
    assert dump(database) == before

    result = command("restore", copied, "--replace")
    assert (result.exit_code, result.stderr) == (0, "")
    assert dump(database) == dump(copied)
    (kept,) = database.parent.glob("*-before-restore-*.sqlite3")
    assert f"The old database is now {kept}." in result.stdout
    assert dump(kept) == before
    assert db.session.scalars(select(Answer)).all()


@on_sqlite
def test_an_old_log_is_not_played_into_what_came_back(copied, article, command, database):
    """The database was deleted, its log was not: what that held must stay away."""
    save(article, claims(note="from the log"), position=5)
    log = database.with_name(database.name + "-wal")
    assert log.stat().st_size > 0
    kept = log.read_bytes()
    close()
    database.unlink()
    log.write_bytes(kept)
    result = command("restore", copied)
    assert (result.exit_code, result.stderr) == (0, "")
    assert dump(database) == dump(copied)
    notes = db.session.scalars(select(Answer.note)).all()
    assert "from the log" not in notes


@slow
@on_sqlite
def test_a_running_server_keeps_its_database(copied, command, settings, database):
    """Also with --replace: what people see on their pages would be of another database."""
    close()
    environ = {
        "ANNOTATOR_DATA": str(settings.data),
        "ANNOTATOR_DATABASE_URL": settings.database_url,
        "ANNOTATOR_SECRET_KEY": settings.secret_key,
    }
    with running("run", "--port", free_port(), **environ) as it:
        it.get("/sign-in")
        for words in ([], ["--replace"]):
            result = command("restore", copied, *words)
            assert result.exit_code == 2
        assert "Another program has" in one_line(result)
        assert "stop the server first" in one_line(result)
        assert list(database.parent.glob("*before-restore*")) == []
        it.get("/healthz")
        assert it.stop() == 0
    assert command("restore", copied, "--replace").exit_code == 0


@on_sqlite
@pytest.mark.parametrize("replace", [False, True])
def test_a_damaged_backup_is_refused_and_nothing_changes(copied, command, database, replace):
    close()
    before = dump(database)
    damage(copied)
    result = command("restore", copied, *(["--replace"] if replace else []))
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"{copied} is damaged: " in one_line(result)
    assert dump(database) == before


@on_sqlite
def test_a_cut_backup_is_refused(copied, command):
    close()
    with copied.open("r+b") as file:
        file.truncate(copied.stat().st_size // 2)
    result = command("restore", copied, "--replace")
    assert result.exit_code == 1
    assert "is damaged" in one_line(result)


@on_sqlite
@pytest.mark.parametrize(
    ("content", "cause", "code"),
    [
        (b"", "is not an SQLite database", 1),
        (b"Dear all,\n", "is not an SQLite database", 1),
        (None, "is not a database of annotator: it has no alembic_version", 2),
    ],
)
def test_what_is_no_backup_is_named(command, tmp_path, content, cause, code):
    path = tmp_path / "other.sqlite3"
    if content is None:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE poems (id INTEGER)")
    else:
        path.write_bytes(content)
    result = command("restore", path)
    assert (result.exit_code, result.stdout) == (code, "")
    assert cause in one_line(result)


@on_sqlite
def test_a_backup_of_a_newer_version_is_refused(copied, command):
    close()
    with closing(sqlite3.connect(copied)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    result = command("restore", copied, "--replace")
    assert result.exit_code == 2
    assert "a newer version of annotator" in one_line(result)


@on_sqlite
def test_no_file_and_the_database_itself_are_no_backup(command, database, tmp_path):
    result = command("restore", tmp_path / "none")
    assert (result.exit_code, "There is no file" in one_line(result)) == (2, True)
    result = command("restore", database, "--replace")
    assert (result.exit_code, "is the database itself" in one_line(result)) == (2, True)


@on_sqlite
def test_a_damaged_database_is_put_aside_and_the_backup_takes_its_place(copied, command, database):
    close()
    database.write_bytes(b"not what it was" * 1000)
    result = command("restore", copied)
    assert result.exit_code == 2
    assert "is damaged. Use --replace" in one_line(result)
    result = command("restore", copied, "--replace")
    assert (result.exit_code, result.stderr) == (0, "")
    assert dump(database) == dump(copied)
    (kept,) = database.parent.glob("*-damaged-*.sqlite3")
    assert kept.read_bytes().startswith(b"not what it was")


@on_sqlite
def test_a_restore_that_breaks_off_leaves_the_database_as_it_was(
    copied, article, database, monkeypatch
):
    save(article, nothing_claimed(), position=4)
    close()
    monkeypatch.setattr(copying, "PAGES", 8)
    before = dump(database)
    steps = count()

    def stop(_done, _total):
        if next(steps) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        backup.restore(copied, database, replace=True, progress=stop)
    assert next(steps) > 3
    assert dump(database) == before
    assert db.session.scalars(select(AnswerEvent)).all()


@slow
@on_sqlite
def test_a_backup_of_an_older_version_is_brought_up_to_date(command, tmp_path, monkeypatch):
    """An empty database of the first schema: what its migrations do has tests of its own."""
    old = tmp_path / "old.sqlite3"
    engine = schema.migration_engine(f"sqlite:///{old}")
    with schema.migrating(engine) as connection:
        alembic.upgrade(upgrading.config(connection), "0001")
    engine.dispose()
    monkeypatch.setenv("ANNOTATOR_DATA", str(tmp_path / "new"))
    monkeypatch.setenv("ANNOTATOR_DATABASE_URL", "")
    result = command("restore", old)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "schema 0001" in result.stdout
    assert command("doctor").exit_code == 0


@on_server
def test_a_server_database_has_its_own_programs(command, tmp_path):
    for words, program in (("backup", "pg_dump"), ("restore", "pg_restore")):
        result = command(words, tmp_path / "copy")
        assert (result.exit_code, result.stdout) == (2, "")
        assert program in one_line(result)
        assert list(tmp_path.glob("copy*")) == []
