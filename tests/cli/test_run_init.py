"""`run`, `init`, `doctor` and `audit`, each as a person at the command line meets them."""

import os
import shutil
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp

import pytest
from flask import request
from labelling_examples import claims, save
from serving_examples import free_port, running, until
from slow_cases import slow
from sqlalchemy import create_engine, text, update

from annotator.app import create_app, create_served_app
from annotator.cli import doctor_audit, server
from annotator.cli.context import shown
from annotator.cli.faults import WrongUseError
from annotator.cli.run_init import is_loopback
from annotator.cli.server import Server, listen
from annotator.store import health
from annotator.store.db import db, write
from annotator.store.models import Answer, Assignment, Membership, SentenceConsensus
from annotator.store.schema import unusable
from annotator.store.serving import beside, open_beside
from annotator.web.late_views import Screen, get
from annotator.work import staging

pytestmark = pytest.mark.server


@pytest.fixture
def environ(settings):
    return {"ANNOTATOR_DATA": str(settings.data), "ANNOTATOR_DATABASE_URL": settings.database_url}


@pytest.fixture
def new_place(tmp_path):
    """Return the environment of an installation without a database."""
    return {"ANNOTATOR_DATA": str(tmp_path / "new")}


# Holds a file open, as a server does, until its input ends.
HOLD = """
import os, sys
os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)
print(flush=True)
sys.stdin.read()
"""


@slow
def test_run_serves_from_nothing_and_ends_well(new_place, tmp_path):
    port = free_port()
    with running("run", "--port", port, **new_place, ANNOTATOR_METRICS="loopback") as it:
        assert it.address == f"http://127.0.0.1:{port}"
        body, headers = it.get("/healthz")
        assert (body, headers["Server"]) == ("ok\n", None)
        assert it.get("/sign-in")[0].lstrip().lower().startswith("<!doctype html>")
        it.wait_for("There are no accounts yet")
        assert f"data folder: {tmp_path / 'new'}" in it.lines
        assert f"database: {tmp_path / 'new' / 'annotator.sqlite3'}" in it.lines
        number = f'process="{it.process.pid}"'
        assert f"annotator_requests_waiting{{{number}}} 0.0" in it.get("/metrics")[0]
        # The connection of the request before may still be closing.
        until(lambda: f"annotator_connections{{{number}}} 1.0" in it.get("/metrics")[0])
        assert it.stop(signal.SIGTERM) == 0
        first, second, *_ = it.process.stderr.read().splitlines()
        assert " INFO annotator.access: GET /healthz 200 " in first
        assert " INFO annotator.access: GET /sign-in 200 " in second


def test_gunicorn_on_a_file_that_another_process_serves_is_written_down(
    environ, settings, monkeypatch, caplog
):
    sqlite_only(settings)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    made = create_served_app()
    assert "use one SQLite file" not in caplog.text
    os.close(made.extensions["annotator_serving"])
    other = subprocess.Popen(
        [sys.executable, "-S", "-c", HOLD, beside(settings.data / "annotator.sqlite3")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    other.stdout.readline()
    again = create_served_app()
    os.close(again.extensions["annotator_serving"])
    other.communicate()
    assert f"2 servers use one SQLite file (processes {os.getpid()}, {other.pid})" in caplog.text
    for app in (made, again):
        with app.app_context():
            db.engine.dispose()


def test_a_taken_port_is_one_line(command):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = command("run", "--port", port)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"already listens on 127.0.0.1 port {port}" in one_line(result)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org"])
def test_other_machines_are_let_in_only_under_a_name(host, command, monkeypatch):
    monkeypatch.delenv("ANNOTATOR_TRUSTED_HOSTS", raising=False)
    result = command("run", "--host", host)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "ANNOTATOR_TRUSTED_HOSTS" in one_line(result)


def one_line(result):
    (line,) = result.stderr.splitlines()
    return line


@slow
def test_with_trusted_hosts_it_listens_everywhere_and_ctrl_c_ends_it(environ):
    port = free_port()
    words = ("run", "--host", "0.0.0.0", "--port", port)
    with running(*words, **environ, ANNOTATOR_TRUSTED_HOSTS="labels.example.org") as it:
        it.address = f"http://127.0.0.1:{port}"
        it.get("/sign-in")
        assert it.stop(signal.SIGINT) == 0


def test_a_wrong_setting_is_one_line(command, monkeypatch):
    monkeypatch.setenv("ANNOTATOR_DATABASE_URL", "mysql://x")
    result = command("run")
    assert result.exit_code == 2
    assert one_line(result).startswith("Error: ANNOTATOR_DATABASE_URL must begin with")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://u@h:abc/db", "is not a host with a port number"),
        ("postgresql://u@localhost/db?port=abc", "ANNOTATOR_DATABASE_URL: "),
        ("postgresql://u@localhost:1/db?nonsense=1", "The database cannot be used: "),
        ("sqlite:////nowhere/at/all.db", "the folder /nowhere/at of the database does not exist"),
        ("sqlite:////tmp", "the database /tmp is a folder; a file is required"),
    ],
)
@pytest.mark.parametrize("words", [("run",), ("labels", "export", "-p", "x")])
def test_a_database_that_cannot_be_used_is_one_line_with_the_cause(
    command, monkeypatch, url, said, words
):
    if url.startswith("postgresql"):
        pytest.importorskip("psycopg")
    monkeypatch.setenv("ANNOTATOR_DATABASE_URL", url)
    port = ("--port", free_port()) if words == ("run",) else ()
    result = command(*words, *port)
    assert result.exit_code == 2
    assert said in one_line(result)


@contextmanager
def as_nobody():
    """Work for a while as a user who owns nothing."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize("part", ["folder", "file"])
def test_a_folder_or_file_that_is_read_only_is_named(part):
    folder = Path(mkdtemp())
    database = folder / "annotator.sqlite3"
    database.touch()
    try:
        database.chmod(0o666 if part == "folder" else 0o444)
        folder.chmod(0o555 if part == "folder" else 0o777)
        with as_nobody():
            said = unusable(database)
        folder.chmod(0o777)
        database.chmod(0o666)
        with as_nobody():
            assert unusable(database) == ""
    finally:
        shutil.rmtree(folder)
    named = folder if part == "folder" else database
    assert f"the {'folder' if part == 'folder' else 'database'} {named} is read-only" in said


@pytest.mark.parametrize(
    ("host", "near"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("localhost", True), ("::", False)],
)
def test_loopback_is_what_only_this_machine_reaches(host, near):
    assert is_loopback(host) is near


def test_a_password_in_an_address_is_not_shown():
    assert "geheim" not in shown("postgresql+psycopg://anna:geheim@db/labels")


def test_the_next_free_port_is_taken_if_allowed():
    with listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(WrongUseError):
            listen("127.0.0.1", port)
        with listen("127.0.0.1", port, others=20) as second:
            assert second.getsockname()[1] > port


def test_an_address_of_nobody_is_one_line():
    with pytest.raises(WrongUseError, match=r"Cannot listen on 192\.0\.2\.1"):
        listen("192.0.2.1", 0)


class Serving:
    """A server in a thread, so that its views can be ours."""

    def __init__(self, app):
        self.listener = listen("127.0.0.1", 0)
        self.port = self.listener.getsockname()[1]
        self.server = Server(app, self.listener, threads=2)
        self.thread = threading.Thread(target=self.loop)
        self.thread.start()

    def loop(self):
        while not self.server.stopping:
            self.server.turn(0.05)
        self.server.drain()
        self.server.close()

    def ask(self, head):
        talk = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        talk.sendall(head)
        return talk

    def stop(self):
        self.server.stopping = True
        self.thread.join(timeout=30)
        self.listener.close()
        assert not self.thread.is_alive()


@pytest.fixture
def serving(own_app):
    begun, go_on = threading.Event(), threading.Event()

    @own_app.route("/sign-in-slowly", endpoint="static.slow")
    def slow():
        begun.set()
        assert go_on.wait(30)
        return "x" * 3_000_000

    own_app.before_request_funcs.clear()
    it = Serving(own_app)
    it.begun, it.go_on = begun, go_on
    yield it
    go_on.set()
    it.stop()


def read_all(talk):
    with talk:
        parts = []
        while part := talk.recv(65536):
            parts.append(part)
        return b"".join(parts)


REQUEST = b"GET /sign-in-slowly HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


def test_a_running_request_is_answered_in_full_after_the_signal(serving):
    talk = serving.ask(REQUEST)
    assert serving.begun.wait(30)
    serving.server.stopping = True
    until(lambda: serving.server.waitress.socket.fileno() == -1)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", serving.port), timeout=5)
    serving.go_on.set()
    reply = read_all(talk)
    assert reply.startswith(b"HTTP/1.1 200 OK")
    assert reply.endswith(b"x" * 3_000_000)


def test_a_request_that_never_ends_does_not_hold_the_server_for_ever(serving, monkeypatch):
    monkeypatch.setattr(server, "GRACE_SECONDS", 0.2)
    with serving.ask(REQUEST):
        assert serving.begun.wait(30)
        begin = time.monotonic()
        serving.server.stopping = True
        until(lambda: serving.server.waitress.socket.fileno() == -1)
        serving.go_on.set()
        serving.thread.join(timeout=30)
    assert time.monotonic() - begin < 20


ALIVE = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"


def test_busy_connections_get_their_last_reply_and_then_an_end(own_app):
    """Eight clients ask on and on over connections that stay open, as browsers do."""
    it, asked = Serving(own_app), threading.Semaphore(0)
    last, lost = [], []

    def ask_on_and_on():
        with it.ask(b"") as talk, suppress(ConnectionError):
            reply = b""
            while True:
                talk.sendall(ALIVE)
                head = b""
                while not head.endswith(b"ok\n"):
                    part = talk.recv(65536)
                    if not part:
                        last.append(reply)
                        lost.append(head)
                        return
                    head += part
                reply = head
                asked.release()
        last.append(reply)
        lost.append(b"")

    clients = [threading.Thread(target=ask_on_and_on) for _ in range(8)]
    for client in clients:
        client.start()
    for _ in range(50):
        assert asked.acquire(timeout=30)
    it.stop()
    for client in clients:
        client.join(timeout=30)
        assert not client.is_alive()
    assert lost == [b""] * 8  # no reply ends half-way
    assert all(reply.startswith(b"HTTP/1.1 200 OK") for reply in last)


SIGN_IN = (
    b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
)


def test_nobody_waits_for_a_class_that_signs_in(serving, own_app):
    arrived = threading.Semaphore(0)

    def enter():
        arrived.release()
        assert serving.go_on.wait(30)
        return "in"

    own_app.view_functions["sign_in.enter"] = enter
    talks = [serving.ask(SIGN_IN) for _ in range(6)]
    assert arrived.acquire(timeout=30)
    alive = ALIVE.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    assert read_all(serving.ask(alive)).endswith(b"ok\n")
    serving.go_on.set()
    assert all(read_all(talk).endswith(b"in") for talk in talks)


def test_what_is_no_request_is_answered(serving):
    assert read_all(serving.ask(b"\0\r\n\r\n")).startswith(b"HTTP/1.0 400 ")


@slow
def test_long_work_does_not_keep_a_process_that_was_told_to_stop():
    """What is broken off leaves nothing: its steps are taken back, and its page says so."""
    script = (
        "import threading\n"
        "from flask import Flask\n"
        "from annotator.web import jobs\n"
        "begun = threading.Event()\n"
        "def for_ever(_beat):\n"
        "    begun.set()\n"
        "    threading.Event().wait()\n"
        "with Flask('annotator').app_context():\n"
        "    jobs.start('import', 1, for_ever)\n"
        "assert begun.wait(30)\n"
    )
    assert subprocess.run([sys.executable, "-c", script], timeout=60, check=False).returncode == 0


def test_a_request_that_is_half_there_is_not_waited_for(own_app):
    it = Serving(own_app)
    with it.ask(ALIVE[:-2]) as talk:
        until(lambda: any(each.request for each in it.server.waitress.active_channels.values()))
        it.stop()
        assert talk.recv(100) == b""


def test_what_is_answered_after_the_signal_says_that_it_is_the_last(serving):
    head = REQUEST.replace(b"Connection: close\r\n", b"")
    talk = serving.ask(head + head)
    assert serving.begun.wait(30)
    serving.server.stopping = True
    until(lambda: serving.server.waitress.socket.fileno() == -1)
    serving.go_on.set()
    reply = read_all(talk)
    assert b"\r\nConnection: close\r\n" in reply[:500]
    assert reply.count(b"HTTP/1.1 200 OK") == 1


@slow
def test_a_second_server_on_one_file_is_refused_by_name(environ, command, settings):
    sqlite_only(settings)
    words = ("run", "--port", free_port())
    with running(*words, **environ) as first:
        refused = command("run", "--port", free_port())
        assert refused.exit_code == 2
        said = one_line(refused)
        assert f"is already served by process {first.process.pid} at {first.address}" in said
        assert "--second-server" in said
        assert command("user", "list").exit_code == 0
        with running("run", "--port", free_port(), "--second-server", **environ) as second:
            second.get("/healthz")
            assert second.stop() == 0
        first.get("/healthz")
        first.process.kill()
        first.process.wait()
    with running(*words, **environ) as again:
        again.get("/healthz")
        assert again.stop() == 0


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999\r\n\r\n", b"413"),
        (b"nonsense\r\n\r\n", b"400"),
    ],
    ids=["large body", "nonsense"],
)
def test_what_is_too_large_or_nonsense_is_refused_without_a_name(serving, head, status):
    reply = read_all(serving.ask(head))
    assert reply.split()[1] == status
    assert b"waitress" not in reply.lower()


@pytest.mark.parametrize(("proxies", "seen"), [(0, "127.0.0.1"), (1, "203.0.113.9")])
def test_the_senders_address_is_believed_only_from_a_proxy(settings, proxies, seen):
    app = create_app(replace(settings, behind_proxy=proxies))
    app.before_request_funcs.clear()
    app.add_url_rule("/who", view_func=lambda: request.remote_addr, endpoint="who")
    it = Serving(app)
    head = b"GET /who HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 203.0.113.9\r\n"
    try:
        assert read_all(it.ask(head + b"Connection: close\r\n\r\n")).endswith(seen.encode())
    finally:
        it.stop()
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def new_folder(command, monkeypatch, tmp_path):
    """Let commands work in a folder that is not there yet."""
    monkeypatch.setenv("ANNOTATOR_DATA", str(tmp_path / "new"))
    monkeypatch.delenv("ANNOTATOR_DATABASE_URL")
    return tmp_path / "new"


def test_init_creates_once_and_says_where(command, new_folder):
    first, second = command("init"), command("init")
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.stdout.startswith("Created the database.\n")
    assert f"database: {new_folder / 'annotator.sqlite3'}\n" in first.stdout
    assert second.stdout.startswith("The database is up to date.\n")
    assert stat.S_IMODE(new_folder.stat().st_mode) == 0o700


def test_doctor_finds_no_database_and_makes_nothing(command, new_folder, monkeypatch):
    monkeypatch.delenv("ANNOTATOR_SECRET_KEY")
    result = command("doctor")
    assert not new_folder.exists()
    assert result.exit_code == 1
    assert one_line(result) == "Error: There is no database yet: create it with `annotator init`."


@pytest.fixture
def private(settings):
    """Make the database private, as the program itself does; the test's copy is not."""
    if settings.is_sqlite:
        (settings.data / "annotator.sqlite3").chmod(0o600)


@pytest.mark.usefixtures("private")
def test_doctor_says_of_its_counts_what_is_on_its_way_in(command, article):
    assert "import in progress" not in command("doctor").output
    with write():
        staging.begin(staging.ARTICLES, "articles into us-russia", article.project_id)
    said = command("doctor").output
    assert "articles into us-russia, counted above but not visible yet" in said


@pytest.mark.usefixtures("private")
def test_doctor_names_versions_paths_and_settings(command, article, settings):
    save(article, claims())
    result = command("doctor")
    assert result.exit_code == 0, result.output
    facts = dict(line.split(": ", 1) for line in result.stdout.splitlines() if ": " in line)
    assert facts["data folder"] == str(settings.data)
    assert {"annotator", "Python", "SQLAlchemy", "Flask", "nupunkt", "schema"} <= facts.keys()
    assert facts["htmx.org"].endswith("as published")
    loaded, _, views = facts["views"].removesuffix(" can be loaded").partition(" of ")
    assert loaded == views
    assert (facts["answers"], facts["answer events"]) == ("1", "1")
    assert safe_settings(settings.is_sqlite).items() <= facts.items()
    assert result.stdout.endswith("No faults found.\n")


def safe_settings(is_sqlite):
    if not is_sqlite:
        return {"synchronous_commit": "on", "fsync": "on"}
    return {
        "journal_mode": "wal",
        "synchronous": "full",
        "foreign_keys": "on",
        "integrity_check": "ok",
        "foreign_key_check": "ok",
        "annotator.sqlite3": "mode 0600",
    }


def sqlite_only(settings):
    if not settings.is_sqlite:
        pytest.skip("SQLite has these; a server has not")


@pytest.mark.usefixtures("private")
@pytest.mark.parametrize(("safe", "warns"), [((3, 51, 3), True), ((3, 0, 0), False)])
def test_doctor_warns_of_an_old_sqlite_in_plain_words(command, settings, monkeypatch, safe, warns):
    sqlite_only(settings)
    monkeypatch.setattr(health, "SAFE_SQLITE", safe)
    old = sqlite3.sqlite_version_info < safe
    result = command("doctor")
    assert result.exit_code == 0
    assert ("has a rare fault" in result.stderr) is (warns and old)


def test_doctor_names_a_database_that_is_open_to_all(command, settings):
    sqlite_only(settings)
    (settings.data / "annotator.sqlite3").chmod(0o644)
    result = command("doctor")
    assert result.exit_code == 1
    assert "chmod 600" in result.stderr


@pytest.mark.usefixtures("private")
def test_doctor_names_what_is_risky_where_an_installation_stands(command, settings, monkeypatch):
    settings.data.chmod(0o755)
    monkeypatch.setenv("ANNOTATOR_TRUSTED_HOSTS", "labels.example.org")
    said = command("doctor").stderr
    settings.data.chmod(0o700)
    assert f"can look into the data folder {settings.data}: run chmod 700" in said
    assert "labels.example.org can be reached without a proxy" in said
    monkeypatch.setenv("ANNOTATOR_BEHIND_PROXY", "1")
    result = command("doctor")
    assert "proxies in front: 1; their limits" in result.stdout
    assert "look into" not in result.stderr
    assert "without a proxy" not in result.stderr


@pytest.mark.usefixtures("private")
def test_doctor_names_the_processes_that_serve_one_file(command, settings):
    sqlite_only(settings)
    others = [
        subprocess.Popen(
            [sys.executable, "-S", "-c", HOLD, beside(settings.data / "annotator.sqlite3")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for _ in range(2)
        if os.close(open_beside(settings.database_url)) is None
    ]
    for each in others:
        each.stdout.readline()
    said = command("doctor").stderr
    for each in others:
        each.communicate()
    numbers = ", ".join(str(number) for number in sorted(each.pid for each in others))
    assert f"2 servers use one SQLite file (processes {numbers})" in said
    assert "use one SQLite file" not in command("doctor").stderr


def test_doctor_names_a_damaged_file(command, article, settings):
    sqlite_only(settings)
    path = settings.data / "annotator.sqlite3"
    db.session.remove()
    db.engine.dispose()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA writable_schema=ON")
        connection.execute("DELETE FROM sqlite_master WHERE name = 'ix_answers_user_id'")
    connection.close()
    result = command("doctor")
    assert result.exit_code == 1
    assert "damaged" in result.stderr


def test_doctor_names_rows_that_lost_their_parent(command, article, settings):
    sqlite_only(settings)
    with sqlite3.connect(settings.data / "annotator.sqlite3") as connection:
        connection.execute("DELETE FROM sentences WHERE position = 3")
        connection.execute("UPDATE aliases SET article_id = 99")
        connection.execute("UPDATE assignments SET user_id = 99 WHERE user_id = 1")
    connection.close()
    result = command("doctor")
    assert result.exit_code == 1
    assert "1 rows have lost the row they belong to, in assignments" in result.stderr


@pytest.mark.usefixtures("private")
def test_doctor_names_what_is_kept_of_sentences_and_wrong_and_rebuilds_it(command, article):
    save(article, claims())
    with write() as session:
        session.execute(update(SentenceConsensus).values(known=SentenceConsensus.marks, n=7))
    result = command("doctor")
    assert result.exit_code == 1
    assert "What is kept of 1 sentence of us-russia is not what the answers say" in result.stderr
    result = command("doctor", "--rebuild")
    assert result.exit_code == 0, result.output
    assert "rebuilt: 1 sentence of us-russia\n" in result.stdout
    assert command("doctor").exit_code == 0


def test_doctor_names_counts_that_are_wrong(command, article):
    save(article, claims())
    with write() as session:
        session.execute(update(Assignment).values(decided_count=7))
    result = command("doctor")
    assert result.exit_code == 1
    assert "to ann counts 7 decided, 0 incomplete, 0 unsure; its answers are 1, 0, 0" in (
        result.stderr
    )
    assert "to ben counts 7 decided" in result.stderr


def test_doctor_names_answers_that_no_file_could_name(command, article):
    save(article, claims())
    with write() as session:
        who = session.query(Answer.user_id).one()[0]
        session.query(Membership).filter_by(user_id=who).delete()
    result = command("doctor")
    assert result.exit_code == 1
    assert "1 answers are by people who are not members" in result.stderr


def test_doctor_names_a_changed_script(command, settings, monkeypatch, tmp_path):
    folder = tmp_path / "vendor"
    shutil.copytree(doctor_audit.VENDORED.parent, folder)
    (folder / "htmx-4.0.1.min.js").write_text("changed")
    monkeypatch.setattr(doctor_audit, "VENDORED", folder / "VENDORED.toml")
    result = command("doctor")
    assert result.exit_code == 1
    assert "htmx-4.0.1.min.js differs from the published file" in result.stderr


@pytest.mark.usefixtures("private")
def test_doctor_names_a_view_that_cannot_be_loaded(command, monkeypatch):
    monkeypatch.setattr(doctor_audit, "ALL", [Screen("lost", "nowhere", get("/lost", "show"))])
    monkeypatch.setattr(doctor_audit, "API", [])
    result = command("doctor")
    assert result.exit_code == 1
    assert "views: 0 of 1 can be loaded" in result.stdout
    assert "annotator.web.nowhere.show cannot be loaded: ModuleNotFoundError" in result.stderr


def test_doctor_names_an_old_schema_and_changes_nothing(command, settings, monkeypatch):
    monkeypatch.setattr(health, "head", lambda: "9999")
    result = command("doctor")
    assert result.exit_code == 1
    assert "this version works with 9999: run `annotator init`" in result.stderr


def test_a_server_that_may_lose_commits_is_a_fault(settings):
    if settings.is_sqlite:
        pytest.skip("a setting of PostgreSQL")
    engine = create_engine(settings.database_url)
    with engine.connect() as connection:
        connection.execute(text("SET synchronous_commit = off"))
        (fault,) = health.examine(connection).faults
    engine.dispose()
    assert "synchronous_commit = off" in fault


def test_an_unsafe_pragma_is_a_fault(app, settings):
    sqlite_only(settings)
    with db.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA synchronous=OFF")
        assert list(health.unsafe_settings(connection)) == ["synchronous is off, not full."]
        connection.invalidate()


def test_audit_prints_the_root_hash(command, article):
    save(article, claims())
    result = command("audit")
    assert result.exit_code == 0, result.output
    chains, events, root, last = result.stdout.splitlines()
    assert (chains, events, last) == ("chains: 1", "events: 1", "All chains are intact.")
    assert len(root.removeprefix("root hash: ")) == 64


def test_audit_names_what_was_changed_by_hand(command, article):
    save(article, claims())
    save(article, claims(), position=3)
    with write() as session:
        session.execute(update(Answer).values(note="slipped in"))
    result = command("audit")
    assert result.exit_code == 1
    assert result.stderr.count("differs from its event") == 2
    assert f"us-russia/{article.key}#3" in result.stderr


@pytest.mark.parametrize("sent", [b"", b"GET /healthz HTTP/1.1\r\nHost: loc"])
def test_a_connection_on_which_nothing_comes_is_closed(own_app, monkeypatch, sent):
    it = Serving(own_app)
    settings = it.server.waitress.adj
    assert (settings.channel_timeout, settings.connection_limit) == (60, 1000)
    monkeypatch.setattr(settings, "channel_timeout", 0.1)
    monkeypatch.setattr(settings, "cleanup_interval", 0.1)
    it.server.waitress.next_channel_cleanup = 0
    with it.ask(sent) as talk:
        talk.settimeout(30)
        assert talk.recv(1) == b""
    it.stop()
