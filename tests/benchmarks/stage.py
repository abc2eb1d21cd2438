"""What every benchmark stands on: an installation of its own, articles of any length, CPU time."""

import re
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from flask import Flask
from sqlalchemy import event

from annotator.app import create_app
from annotator.codebook.load import load_default
from annotator.config import Settings
from annotator.store import schema
from annotator.store.db import db, write
from annotator.store.models import Article, Project, User
from annotator.work.accounts import accounts, memberships, projects, sessions
from annotator.work.articles import storing
from annotator.work.assignment import assigning

SIGNED_IN = "ann"
WORDS = "Officials in both capitals said that talks on Syria would go on next week"


def settings(folder: Path) -> Settings:
    """Return the settings of an installation in this folder."""
    url = f"sqlite:///{folder / 'annotator.sqlite3'}"
    return Settings(data=folder, database_url=url, secret_key="0123456789abcdef" * 3)


@contextmanager
def installation() -> Iterator[Flask]:
    """Make an application with an empty database in a folder that is removed afterwards."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        schema.bring_up_to_date(settings(folder).database_url)
        app = create_app(settings(folder))
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()


def new_project() -> tuple[Project, User]:
    """Return a project with the default codebook and one annotator."""
    with write():
        project = projects.create("bench", "Benchmark", load_default())
        user = accounts.add_user(SIGNED_IN)
        memberships.join(project, user, {"annotator"}, Random(1))
    return project, user


def new_article(project: Project, user: User, key: str, sentences: int) -> Article:
    """Return an article of so many body sentences in paragraphs of five, given to the annotator."""
    lines = [f"{WORDS}, for the {number} time of {key}." for number in range(sentences)]
    paragraphs = [" ".join(lines[at : at + 5]) for at in range(0, sentences, 5)]
    draft = storing.read_file(f"{key}.txt", "\n\n".join(paragraphs).encode())
    with write():
        article = storing.store_article(project, draft)
        assigning.assign([(article.id, user.id)])
    return article


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
        reply = Context().run(self.client.get, path)
        assert reply.status_code == 200, f"{path}: {reply.status_code}"
        return reply.text

    def save(self, path: str, fields: dict[str, Any]) -> int:
        """Post an answer as the page's script does; return the revision acknowledged."""
        headers = {"HX-Request": "true"}
        reply = Context().run(self.client.post, path, data=fields, headers=headers)
        assert reply.status_code == 200, f"{path}: {reply.status_code} {reply.text[:500]}"
        return int(reply.headers["Annotator-Revision"])


def form_token(page: str) -> str:
    """Return the token that every form of a page carries."""
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page)
    assert found, "no form on the page"
    return found.group(1)


def cpu(act: Callable[[], object]) -> float:
    """Return the CPU seconds of this process that one call took."""
    before = time.process_time()
    act()
    return time.process_time() - before


def compare(acts: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Return the median CPU seconds of each act, taken in turn so that noise meets all alike."""
    for act in acts.values():
        act()
    taken: dict[str, list[float]] = {name: [] for name in acts}
    for _ in range(rounds):
        for name, act in acts.items():
            taken[name].append(cpu(act))
    return {name: median(times) for name, times in taken.items()}


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


def verdict(name: str, value: float, budget: float, *, at_least: bool = False) -> str:
    """Return one line of results with what the budget allows."""
    kept = value >= budget if at_least else value <= budget
    word = "at least" if at_least else "at most"
    return f"{name}: {value:.2f} x ({word} {budget:g} x: {'kept' if kept else 'MISSED'})"
