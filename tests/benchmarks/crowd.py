"""Many people at once: their accounts and articles, the servers they use, and what they did.

The people are a process of their own (`people.py`), and so is each server: the one that
`annotator run` starts, or gunicorn with two workers on a PostgreSQL database made for the run.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from random import Random
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from flask import Flask
from sqlalchemy import create_engine, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from stage import new_text, opened, settings

from annotator.codebook.load import load_default
from annotator.config import database_url
from annotator.store import health
from annotator.store.db import db, write
from annotator.store.models import AnswerEvent, Speaker
from annotator.work.accounts import accounts, memberships, passwords, projects
from annotator.work.articles import storing
from annotator.work.assignment import assigning
from annotator.work.labelling import history
from annotator.work.operations import checkup

HERE = Path(__file__).parent
SUPPORT = HERE.parent / "support"
POSTGRES = os.environ.get("TEST_DATABASE_URL") or "postgresql://postgres@127.0.0.1:5432/postgres"
SENTENCES = 40
TOGETHER = 5  # people who have the same articles
PASSWORD = "seven quiet lanterns"
WORKERS, THREADS = 2, 8
START_SECONDS = 60


@dataclass(frozen=True)
class Place:
    """An installation for many people; `who` is what `people.py` is told of them."""

    app: Flask
    folder: Path
    url: str  # "" for the SQLite file of the folder
    who: dict[str, Any]


@contextmanager
def place(people: int, saves: int, url: str = "") -> Iterator[Place]:
    """Make so many people with work for so many saves each."""
    with TemporaryDirectory() as name, opened(Path(name), url) as app:
        yield Place(app, Path(name), url, fill(people, saves))


def fill(people: int, saves: int) -> dict[str, Any]:
    """Store people, articles and assignments; return what `people.py` is told."""
    # Four saves a sentence, and neither the first sentence nor the last one.
    articles = -(-saves // (4 * (SENTENCES - 2)))
    # Hashed once: what is measured is signing in.
    hashed = passwords.hash_new(PASSWORD, "person")
    with write():
        project = projects.create("crowd", "Crowd", load_default())
        users = []
        for number in range(people):
            user = accounts.add_user(f"person-{number:03}")
            accounts.set_password(user, hashed)
            memberships.join(project, user, {"annotator"}, Random(number))
            users.append(user)
    known = []
    for first in range(0, people, TOGETHER):
        own = users[first : first + TOGETHER]
        ids = []
        for number in range(articles):
            key = f"group-{first}-{number}"
            draft = storing.read_file(f"{key}.txt", new_text(key, SENTENCES).encode())
            with write():
                article = storing.store_article(project, draft)
                assigning.assign([(article.id, user.id) for user in own])
                ids.append(article.id)
                assert article.sentence_count == SENTENCES
        known += [(user.username, PASSWORD, ids) for user in own]
    speaker = db.session.scalars(select(Speaker.id)).first()
    db.session.rollback()
    return {"people": known, "sentences": SENTENCES, "speaker": speaker}


class Served:
    """A server in processes of its own on one port, which can be killed and started again."""

    def __init__(self, command: list[str], environ: dict[str, str], port: int, log: Path) -> None:
        self.command, self.environ, self.port, self.log = command, environ, port, log
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                env=self.environ,
                stdout=log,
                stderr=log,
                # A group of its own, so that workers are killed with whoever started them.
                start_new_session=True,
            )
        end = time.monotonic() + START_SECONDS
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > end:
                said = self.log.read_text(encoding="utf-8", errors="replace")
                raise RuntimeError(f"the server does not answer: {said[-2000:]}")
            time.sleep(0.05)

    def answers(self) -> bool:
        """Say whether it answers."""
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as reply:
                return bool(reply.status == 200)
        except (URLError, OSError):
            return False

    def end(self, number: int = signal.SIGTERM) -> None:
        """Send a signal to the server with its workers and wait for its end."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, number)
        self.process.wait()

    def processes(self) -> list[int]:
        """Return the server's process and those it has started."""
        own = self.process.pid
        children = Path(f"/proc/{own}/task/{own}/children").read_text(encoding="ascii")
        return [own, *map(int, children.split())]

    def cpu(self) -> float:
        """Return the CPU seconds that its processes have taken so far."""
        return sum(map(cpu_of, self.processes()))

    def memory(self) -> float:
        """Return the memory of its processes in MB, what they share counted for each."""
        return sum(map(memory_of, self.processes()))


def cpu_of(process: int) -> float:
    """Return the CPU seconds, user and system, of a process with all its threads.

    By the clock that clock_getcpuclockid(3) names, in nanoseconds: the ticks of /proc are longer
    than many a save in many processes.

    Raises:
        OSError: there is no such process.

    """
    return time.clock_gettime((~process << 3) | 2)


def memory_of(process: int) -> float:
    """Return the resident memory of a process in MB."""
    pages = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


@contextmanager
def serving(
    here: Place,
    *,
    gunicorn: bool = False,
    module: str = "",
    before: tuple[str, ...] = (),
    words: tuple[str, ...] = (),
    workers: int = WORKERS,
    clock: Path | None = None,
    **more: str,
) -> Iterator[Served]:
    """Serve a place: by `annotator run`, or by gunicorn; `module` names another application.

    `before` is a command that starts the server, `words` are further ones of `annotator run`,
    `more` further settings. With `clock` the server's clock is as many seconds off as the file
    says.
    """
    port = free_port()
    environ = {key: value for key, value in os.environ.items() if not key.startswith("ANNOTATOR_")}
    environ |= {
        "ANNOTATOR_DATA": str(here.folder),
        "ANNOTATOR_DATABASE_URL": here.url,
        "ANNOTATOR_SECRET_KEY": settings(here.folder).secret_key,
        **more,
    }
    command = [sys.executable, "-m", "annotator", "run", "--port", str(port), *words]
    if clock is not None:
        command[1:3] = [str(SUPPORT / "another_clock.py"), str(clock)]
    if gunicorn:
        command = [
            sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}",
            "--workers", str(workers), "--threads", str(THREADS), "--keep-alive", "75",
            "--graceful-timeout", "4", "--no-control-socket",
            "--log-level", "warning", "--pythonpath", str(HERE),
            module or "annotator.app:create_served_app()",
        ]  # fmt: skip
    served = Served([*before, *command], environ, port, here.folder / f"server-{port}.log")
    try:
        yield served
    finally:
        served.end()


def free_port() -> int:
    """Return a port that was free a moment ago."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        number: int = trial.getsockname()[1]
    return number


class People:
    """The process of those who save."""

    def __init__(self, here: Place, port: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, HERE / "people.py"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.send(here.who | {"port": port})
        self.known = 0

    def send(self, what: object) -> None:
        """Write one line to it."""
        assert self.process.stdin
        self.process.stdin.write(f"{json.dumps(what)}\n")
        self.process.stdin.flush()

    def lines(self) -> Iterator[Any]:
        """Yield what it says."""
        assert self.process.stdout
        for line in self.process.stdout:
            yield json.loads(line)
        raise RuntimeError("the process of the people has ended")

    def order(self, name: str, **more: Any) -> Any:
        """Give an order and wait for what came of it."""
        self.send({"order": name} | more)
        return next(self.lines())

    def sign_in(self, people: int, together: int = 2) -> list[float]:
        """Let people sign in until so many are; return the seconds of those who did."""
        first, self.known = self.known, max(self.known, people)
        found: list[float] = self.order("sign_in", first=first, last=self.known, together=together)
        return found

    def end(self) -> None:
        """End the process, also one that goes on trying where the server has failed."""
        with self.process:
            self.process.kill()


@contextmanager
def crowd(here: Place, port: int) -> Iterator[People]:
    """Start the people of a place for the server on this port."""
    people = People(here, port)
    try:
        yield people
    finally:
        people.end()


@dataclass(frozen=True)
class Latency:
    """What half, 95 and 99 of 100 saves were answered within, in milliseconds."""

    p50: float
    p95: float
    p99: float

    @classmethod
    def of(cls, seconds: list[float]) -> "Latency":
        """Return the latency of saves that took so many seconds."""
        cuts = quantiles(seconds, n=100, method="inclusive")
        return cls(*(1000 * cuts[each - 1] for each in (50, 95, 99)))


@dataclass(frozen=True)
class Kept:
    """What the database holds of a storm of saves, and what is wrong with it."""

    lost: int
    twice: int
    chains: int
    others: int


def what_is_kept(keys: list[str]) -> Kept:
    """Compare acknowledged saves with the events, and check chains, counts and the database."""
    db.session.rollback()
    found = list(db.session.scalars(select(AnswerEvent.key)))
    stored = set(found)
    with db.engine.connect() as connection:
        damaged = len(health.examine(connection).faults)
    return Kept(
        lost=len(set(keys) - stored),
        twice=len(found) - len(stored),
        chains=len(history.audit().faults),
        others=damaged + len(list(checkup.faults())),
    )


def missing() -> str:
    """Return why nothing can be measured on PostgreSQL here, "" where it can."""
    for module in ("psycopg", "gunicorn"):
        if find_spec(module) is None:
            return f"{module} is not installed"
    try:
        with server_engine().connect():
            return ""
    except SQLAlchemyError:
        return "there is no PostgreSQL server (TEST_DATABASE_URL)"


def server_engine() -> Any:
    """Return an engine for the database that is there already."""
    return create_engine(database_url(POSTGRES, Path()), isolation_level="AUTOCOMMIT")


@contextmanager
def server_database() -> Iterator[str]:
    """Make a database on the PostgreSQL server and drop it afterwards; give its address."""
    name = f"annotator_benchmark_{os.getpid()}"
    admin = server_engine()
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    try:
        url = make_url(database_url(POSTGRES, Path())).set(database=name)
        yield url.render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        admin.dispose()
