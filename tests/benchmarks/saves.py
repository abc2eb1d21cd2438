"""What one save, and opening the page for it, cost: against an endpoint that stores one row.

The bare Flask endpoint inserts a row and commits, to a log that is written to disk each time. Both
are served by the server of `annotator run`, each in a process of its own, whose CPU it is.

A save changes the stance of a stored claim, as the page's script posts it. At full size it takes
some minutes and 1 GB of disk; `--stored 100000` compares with fewer stored answers.
"""

import gzip
import http.client
import logging
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import figures
from crowd import cpu_of
from figures import AT_LEAST, Figure
from flask import Flask, request
from sqlalchemy import select, text
from stage import (
    Browser,
    counted_queries,
    form_token,
    in_turn,
    installation,
    new_article,
    new_project,
    settings,
)

from annotator.app import create_app
from annotator.cli.server import Server, listen
from annotator.config import Settings
from annotator.store.db import db, write
from annotator.store.models import Article, Project, Speaker, User

TIMES = 60
CLIENTS = (8, 32)
SECONDS = {"small": 0.1, "full": 4.0}
FEW = 1_000
STORED = {"small": 200, "full": 1_000_000}
BARE = "a bare endpoint"
BUSY, AGAIN = 503, 0.1
KEYS = count(1)
STANCES = ("support", "oppose", "neutral")
SENTENCES = """
INSERT INTO sentences (article_id, position, start, "end", segment, paragraph, text, origin)
WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < :many)
SELECT :article, n, n * 10, n * 10 + 5, 'body', n / 5, 'Talk.', 'splitter' FROM numbers
"""
FILL = """
INSERT INTO answers (sentence_id, user_id, round, status, complete, unsure, note, revision,
    codebook_version_id, origin, active_seconds, created_at, updated_at)
SELECT id, :user, 1, 'no_claim', 1, 0, '', 1, :version, 'human', 0, :at, :at
FROM sentences WHERE article_id = :article
"""
FILL_EVENTS = """
INSERT INTO answer_events (answer_id, revision, at, user_id, key, content, hash, kind, article_id)
SELECT answers.id, 1, :at, :user, 'fill-' || answers.id, '{}', :first, 'save', :article
FROM answers JOIN sentences ON sentences.id = answers.sentence_id
WHERE sentences.article_id = :article
"""


def bare(folder: Path) -> Flask:
    """Return the endpoint to compare with: one row, one commit, WAL and FULL."""
    app = Flask("bare")
    app.config.update(SETTINGS=Settings(folder, "sqlite:///", ""), MAX_CONTENT_LENGTH=1 << 20)
    path = folder / "bare.sqlite3"
    own, queue = threading.local(), threading.Lock()

    def connection() -> sqlite3.Connection:
        if not hasattr(own, "connection"):
            own.connection = sqlite3.connect(path, isolation_level=None)
            own.connection.execute("PRAGMA journal_mode=WAL")
            own.connection.execute("PRAGMA synchronous=FULL")
        opened: sqlite3.Connection = own.connection
        return opened

    connection().execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, key TEXT, value TEXT)")

    @app.post("/")
    def insert() -> str:
        with queue:
            database = connection()
            database.execute("BEGIN IMMEDIATE")
            values = (request.form["key"], request.form["value"])
            database.execute("INSERT INTO rows (key, value) VALUES (?, ?)", values)
            database.execute("COMMIT")
        return "saved"

    return app


class Saver:
    """Changes the stance of the claim in one sentence, again and again."""

    def __init__(self, browser: Browser, article: Article, position: int, speaker: int) -> None:
        self.browser = browser
        self.path = f"/label/{article.id}/{position}"
        self.token = form_token(browser.get(self.path))
        self.speaker = speaker
        self.revision = 0
        self.refused = 0  # saves that had to be sent again, because others were writing

    def fields(self) -> dict[str, Any]:
        """Return what the page's script posts."""
        return {
            "csrf_token": self.token,
            "revision": self.revision,
            "key": f"benchmark-{next(KEYS):09}",
            "seconds": 2,
            "open": 0,
            "parts": "y",
            "note": "",
            "claims-0-speaker": self.speaker,
            "claims-0-stance": STANCES[self.revision % len(STANCES)],
            "claims-0-certainty": "certain",
        }

    def save(self) -> None:
        """Save once."""
        self.revision = self.browser.save(self.path, self.fields())


def fill(project: Project, user: User, answers: int) -> None:
    """Add articles of 100,000 sentences until there are so many answers in the database."""
    there = db.session.scalar(text("SELECT count(*) FROM answers")) or 0
    version = project.codebook_version.id
    number = 0
    while there < answers:
        many = min(100_000, answers - there)
        number += 1
        with write():
            article = Article(
                project_id=project.id,
                key=f"filler-{answers}-{number}",
                title="Filler",
                text="x",
                sha256=f"{answers}-{number}",
                encoding="utf-8",
                splitter="none",
                sentence_count=many,
            )
            db.session.add(article)
            db.session.flush()
            names = {"article": article.id, "user": user.id, "version": version, "first": "0" * 64}
            names |= {"many": many, "at": "2026-01-01 00:00:00.000000"}
            for statement in (SENTENCES, FILL, FILL_EVENTS):
                db.session.execute(text(statement), names)
        there += many


def served_bare(folder: Path) -> Flask:
    """Return the bare endpoint for our server, which asks for an engine that nobody uses here."""
    app = bare(folder)
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    db.init_app(app)
    app.teardown_appcontext_funcs.clear()
    return app


def serve(folder: Path) -> None:
    """Serve one of the two until told to stop; the port is the first line of output."""
    app = served_bare(folder) if folder.name == "bare" else create_app(settings(folder))
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    with listen("127.0.0.1", 0) as listener:
        print(listener.getsockname()[1], flush=True)
        Server(app, listener).run()


@dataclass(frozen=True)
class Serving:
    """A server in a process of its own."""

    port: int
    process: int


@contextmanager
def server(folder: Path) -> Iterator[Serving]:
    """Run a server in a process of its own: the bare endpoint where the folder is so called."""
    command = [sys.executable, __file__, "--serve", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield Serving(int(process.stdout.readline()), process.pid)
        finally:
            process.terminate()


def rate(
    port: int, acts: list[Callable[[http.client.HTTPConnection], None]], seconds: float
) -> float:
    """Return how many acts a second so many clients do at the same time."""
    done, end = [0] * len(acts), time.monotonic() + seconds

    def work(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        while time.monotonic() < end:
            acts[number](connection)
            done[number] += 1
        connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        list(threads.map(work, range(len(acts))))
    return sum(done) / seconds


def post(
    connection: http.client.HTTPConnection, path: str, fields: dict[str, Any], cookie: str = ""
) -> http.client.HTTPResponse:
    """Post a form on a connection that stays open."""
    headers = {"Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true"}
    connection.request("POST", path, urlencode(fields), headers | {"Cookie": cookie})
    reply = connection.getresponse()
    words = reply.read()
    assert reply.status in {200, BUSY}, f"{path}: {reply.status} {words[:300]!r}"
    return reply


def bare_post(connection: http.client.HTTPConnection) -> None:
    """Store one row."""
    post(connection, "/", {"key": "benchmark", "value": "x" * 500})


class Network:
    """The browser of one person at a server, over one connection that stays open."""

    def __init__(self, connection: http.client.HTTPConnection, cookie: str) -> None:
        self.connection = connection
        self.cookie = cookie

    def get(self, path: str) -> str:
        """Return a page."""
        headers = {"Cookie": self.cookie, "Accept-Encoding": "gzip"}
        self.connection.request("GET", path, headers=headers)
        reply = self.connection.getresponse()
        page = reply.read()
        assert reply.status == 200, f"{path}: {reply.status}"
        # The first page gives the token that every form brings back.
        self.cookie = (reply.headers["Set-Cookie"] or self.cookie).partition(";")[0]
        if reply.headers["Content-Encoding"] == "gzip":
            page = gzip.decompress(page)
        return page.decode("utf-8")

    def save(self, path: str, fields: dict[str, Any]) -> int:
        """Post an answer as the page's script does; return the revision acknowledged."""
        return int(post(self.connection, path, fields, self.cookie).headers["Annotator-Revision"])


def saving(saver: Saver) -> Callable[[http.client.HTTPConnection], None]:
    """Return the act of one client: the next save of its sentence."""

    def save(connection: http.client.HTTPConnection) -> None:
        fields = saver.fields()
        while (
            reply := post(connection, saver.path, fields, saver.browser.cookie())
        ).status == BUSY:
            saver.refused += 1
            time.sleep(AGAIN)
        saver.revision = int(reply.headers["Annotator-Revision"])

    return save


def throughput(
    servers: tuple[Serving, Serving], savers: list[Saver], rounds: int, seconds: float
) -> Iterator[Figure]:
    """Yield saves per second of some clients beside those of the bare endpoint."""
    ours, theirs = servers
    for clients in CLIENTS:
        pairs = [
            (
                rate(ours.port, [saving(saver) for saver in savers[:clients]], seconds),
                rate(theirs.port, [bare_post] * clients, seconds),
            )
            for _ in range(rounds)
        ]
        rates, bare_rates = zip(*pairs, strict=True)
        yield Figure(
            f"saves a second, {clients} clients", "/s", rates, bare_rates, BARE, 0.5, AT_LEAST
        )
        refused = sum(saver.refused for saver in savers[:clients])
        yield Figure("of them sent again, because others were writing", "", [refused])


def measure(size: str, rounds: int, stored: int | None = None) -> list[Figure]:
    """Return CPU of a save, at few and at many stored answers, and saves per second."""
    many = stored or STORED[size]
    with installation() as app:
        project, user = new_project()
        browser = Browser(app, user)
        article = new_article(project, user, "short", 60)
        speaker = db.session.scalars(select(Speaker.id)).first()
        assert speaker is not None
        savers = [Saver(browser, article, 20 + each, speaker) for each in range(max(CLIENTS))]
        saver = savers[0]
        saver.save()
        with counted_queries() as queries:
            saver.save()
        folder = app.config["SETTINGS"].data
        (folder / "bare").mkdir()
        with server(folder) as ours, server(folder / "bare") as theirs:
            rates = list(throughput((ours, theirs), savers, rounds, SECONDS[size]))
            connection, other = (
                http.client.HTTPConnection("127.0.0.1", each.port) for each in (ours, theirs)
            )
            page = Network(connection, browser.cookie())
            acts: dict[str, Callable[[], object]] = {
                "save": partial(saving(saver), connection),
                "bare": partial(bare_post, other),
                "page": partial(page.get, saver.path),
            }
            clocks = {name: partial(cpu_of, ours.process) for name in acts}
            clocks["bare"] = partial(cpu_of, theirs.process)
            fill(project, user, FEW)
            few = in_turn(acts, rounds, TIMES, clocks)
            fill(project, user, many)
            more = in_turn(acts, rounds, TIMES, clocks)
    few_x, more_x = (
        [ours / theirs for ours, theirs in zip(each["save"], each["bare"], strict=True)]
        for each in (few, more)
    )
    save, endpoint, opened = (
        [1000 * each for each in few[name]] for name in ("save", "bare", "page")
    )
    return [
        Figure("a save: CPU", "ms", save, endpoint, BARE, 3.0),
        Figure("a save: queries", "", [len(queries)]),
        Figure(
            f"a save at {many:,} stored answers, in bare endpoints", "x", more_x, few_x,
            f"at {FEW:,}", 1.2,
        ),
        Figure("opening a label page: CPU", "ms", opened, endpoint, BARE, 10.0),
        *rates,
    ]  # fmt: skip


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        serve(Path(sys.argv[2]))
    else:
        figures.run(__doc__, measure, stored=int)
