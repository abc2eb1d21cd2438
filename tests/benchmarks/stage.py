"""What every benchmark stands on: an installation of its own, articles and projects of any size.

    python tests/benchmarks/stage.py FOLDER ANSWERS [ANNOTATORS]

makes a database with one made project of about so many answers.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import Context
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from figures import KEPT
from flask import Flask
from sqlalchemy import delete, event

from annotator.app import create_app
from annotator.codebook.load import load_default
from annotator.config import Settings
from annotator.store import schema
from annotator.store.db import db, write
from annotator.store.models import Article, KeptReport, Project, User
from annotator.work.accounts import accounts, memberships, projects, sessions
from annotator.work.articles import storing
from annotator.work.assignment import assigning
from annotator.work.operations import made_project
from annotator.work.operations.made_project import SENTENCES, Size

SIGNED_IN = "ann"
DATABASE = "annotator.sqlite3"
PEOPLE = 5
# Of installations that live for a run; a server does not begin with one that looks made up.
SECRET = sha256(b"benchmarks").hexdigest()
MOMENT = datetime(2026, 3, 2, 12, tzinfo=UTC)
WORDS = "Officials in both capitals said that talks on Syria would go on next week"


def settings(folder: Path, url: str = "") -> Settings:
    """Return the settings of an installation in this folder; its database, if it is elsewhere."""
    url = url or f"sqlite:///{folder / DATABASE}"
    return Settings(data=folder, database_url=url, secret_key=SECRET)


@contextmanager
def installation() -> Iterator[Flask]:
    """Make an application with an empty database in a folder that is removed afterwards."""
    with tempfile.TemporaryDirectory() as name, opened(Path(name)) as app:
        yield app


@contextmanager
def opened(folder: Path, url: str = "") -> Iterator[Flask]:
    """Open the installation of this folder, with its context pushed."""
    schema.bring_up_to_date(settings(folder, url).database_url)
    app = create_app(settings(folder, url))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def size_of(answers: int, people: int = PEOPLE) -> Size:
    """Return the size of a made project of about so many answers, all by so many annotators."""
    return Size(max(answers // (SENTENCES * people), 1), people, people)


def make(answers: int, people: int = PEOPLE) -> Project:
    """Make a project in this installation."""
    with write():
        if accounts.find_user("lead") is None:
            accounts.add_user("lead")
        return made_project.make(size_of(answers, people), MOMENT)


def made_in(folder: Path, answers: int, people: int = PEOPLE) -> str:
    """Make a project in a folder, by a process of its own; return its short name.

    So the memory of making it is not that of whoever measures.
    """
    folder.mkdir(parents=True, exist_ok=True)
    kept = os.environ.get(KEPT)
    named = str(answers) if people == PEOPLE else f"{answers}-by-{people}"
    there = Path(kept) / named if kept else folder
    if not (there / DATABASE).exists():
        there.mkdir(parents=True, exist_ok=True)
        made = [sys.executable, __file__, there, str(answers), str(people)]
        subprocess.run(made, check=True)
    if there != folder:
        shutil.copy(there / DATABASE, folder)
    return size_of(answers, people).slug


def peak() -> float:
    """Return the largest memory of this process in MB, without that of whoever started it."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found
    return int(found[1]) / 1024


def new_project() -> tuple[Project, User]:
    """Return a project with the default codebook and one annotator."""
    with write():
        project = projects.create("bench", "Benchmark", load_default())
        user = accounts.add_user(SIGNED_IN)
        memberships.join(project, user, {"annotator"}, Random(1))
    return project, user


def new_article(project: Project, user: User, key: str, sentences: int) -> Article:
    """Return an article of so many body sentences in paragraphs of five, given to the annotator."""
    draft = storing.read_file(f"{key}.txt", new_text(key, sentences).encode())
    with write():
        article = storing.store_article(project, draft)
        assigning.assign([(article.id, user.id)])
    return article


def new_text(key: str, sentences: int) -> str:
    """Return a text of so many sentences in paragraphs of five."""
    lines = [f"{WORDS}, for the {number} time of {key}." for number in range(sentences)]
    return "\n\n".join(" ".join(lines[at : at + 5]) for at in range(0, sentences, 5))


class Browser:
    """A signed-in browser without a network: each request runs in this thread.

    It runs in a context of its own, as under a server: in the one of the benchmark it would find
    the person and the rows that the request before has read.
    """

    def __init__(self, app: Flask, user: User) -> None:
        with write():
            token = sessions.start_session(user, "127.0.0.1")
        self.client = app.test_client()
        with self.client.session_transaction() as session:
            session.update(_user_id=token, _fresh=True, user=user.id)

    def cookie(self) -> str:
        """Return the session's cookie for requests over a network."""
        found = self.client.get_cookie("annotator")
        assert found
        return f"annotator={found.value}"

    def get(self, path: str) -> str:
        """Return a page, uncompressed."""
        reply = Context().run(self.client.get, path, follow_redirects=True, buffered=True)
        assert reply.status_code == 200, f"{path}: {reply.status_code}"
        return reply.text

    def save(self, path: str, fields: dict[str, Any]) -> int:
        """Post an answer as the page's script does; return the revision acknowledged."""
        headers = {"HX-Request": "true"}
        reply = Context().run(self.client.post, path, data=fields, headers=headers)
        assert reply.status_code == 200, f"{path}: {reply.status_code} {reply.text[:500]}"
        return int(reply.headers["Annotator-Revision"])


def made_anew(act: Callable[[], object]) -> Callable[[], object]:
    """Return an act that finds no report that was kept before."""

    def anew() -> object:
        with write():
            db.session.execute(delete(KeptReport))
        return act()

    return anew


def form_token(page: str) -> str:
    """Return the token that every form of a page carries."""
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page)
    assert found, "no form on the page"
    return found.group(1)


def cpu(act: Callable[[], object], clock: Callable[[], float] = time.process_time) -> float:
    """Return the CPU seconds that one call took, of this process or by another's clock."""
    before = clock()
    act()
    return clock() - before


def in_turn(
    acts: dict[str, Callable[[], object]],
    rounds: int,
    times: int = 1,
    clocks: Mapping[str, Callable[[], float]] | None = None,
) -> dict[str, list[float]]:
    """Return for each act its CPU seconds in each round, the median of so many calls.

    The acts are taken in turn, so that noise meets all alike. `clocks` are those of the processes
    that do them, where these are others.
    """
    for act in acts.values():
        act()
    found: dict[str, list[float]] = {name: [] for name in acts}
    for _ in range(rounds):
        taken: dict[str, list[float]] = {name: [] for name in acts}
        for _ in range(times):
            for name, act in acts.items():
                taken[name].append(cpu(act, clocks[name] if clocks else time.process_time))
        for name, seconds in taken.items():
            found[name].append(median(seconds))
    return found


@contextmanager
def counted_queries() -> Iterator[list[str]]:
    """Collect the SQL statements that run meanwhile."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


if __name__ == "__main__":
    with opened(Path(sys.argv[1])):
        make(*map(int, sys.argv[2:]))
