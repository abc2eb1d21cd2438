"""What a sentence costs as people work: three keys and Enter, against a bare insert-and-commit.

Both are served by the server of `annotator run`, each in a process of its own, whose CPU it is.
What is posted is encoded by another process, so that the browser's work is nobody's cost.
"""

from collections.abc import Callable
from functools import partial
from http.client import HTTPConnection
from itertools import count
from typing import Any

import figures
from crowd import cpu_of
from figures import Figure
from flask import Flask
from saves import Network, bare_post, server
from sqlalchemy import select
from stage import Browser, form_token, in_turn, installation, new_article, new_project

from annotator.store.db import db
from annotator.store.models import Article, Speaker, User

TIMES = {"small": 5, "full": 60}
KEYS = count(1)
CHOICES = (("speaker", None), ("stance", "support"), ("certainty", "certain"))


class Worker:
    """Answers one sentence after the other as the page's script does."""

    def __init__(self, browser: "Browser | Network", article: Article, speaker: int) -> None:
        self.browser = browser
        self.article = article
        self.token = form_token(browser.get(f"/label/{article.id}/0"))
        self.speaker = speaker
        self.position = 0
        self.revision = len(CHOICES)  # of the sentence that `save` changes

    def post(self, position: int, revision: int, chosen: int, act: str = "", **more: str) -> int:
        """Post the answer with so many of its three fields chosen; return its revision."""
        fields: dict[str, Any] = {
            "csrf_token": self.token,
            "revision": revision,
            "key": f"working-{next(KEYS):09}",
            "seconds": 1,
            "open": 0,
            "note": "",
            "act": act,
        }
        for name, value in CHOICES[:chosen]:
            fields[f"claims-0-{name}"] = value or self.speaker
        return self.browser.save(f"/label/{self.article.id}/{position}", fields | more)

    def sentence(self) -> None:
        """Choose speaker, stance and certainty, each a save, and go to the next sentence."""
        self.position += 1
        for chosen in (1, 2, 3):
            self.post(self.position, chosen - 1, chosen, parts="y")
        self.post(self.position, 3, 3, "next", parts="y")

    def next(self) -> None:
        """Go on from a sentence that is saved already."""
        self.post(self.position, 3, 3, "next", parts="y")

    def save(self) -> None:
        """Change the stance of the sentence worked on, and back."""
        stance = "oppose" if self.revision % 2 else "support"
        self.revision = self.post(1, self.revision, 3, parts="y", **{"claims-0-stance": stance})


def acts_of(
    app: Flask, article: Article, long: Article, user: User, ports: tuple[int, int]
) -> dict[str, Callable[[], object]]:
    """Return what is measured: requests to the server of the bare endpoint, and to ours."""
    bare, ours = (HTTPConnection("127.0.0.1", port) for port in ports)
    speaker = db.session.scalars(select(Speaker.id)).first()
    assert speaker is not None
    browser = Network(ours, Browser(app, user).cookie())
    worker, saver = (Worker(browser, each, speaker) for each in (long, article))
    saver.sentence()
    worker.sentence()
    places = count(1)
    return {
        "bare": partial(bare_post, bare),
        "save": saver.save,
        "next": worker.next,
        "sentence": worker.sentence,
        "page": lambda: browser.get(f"/label/{long.id}/{next(places)}"),
    }


def measure(size: str, rounds: int) -> list[Figure]:
    """Return CPU per act against the bare endpoint's."""
    times = TIMES[size]
    with installation() as app:
        project, user = new_project()
        article = new_article(project, user, "short", 40)
        long = new_article(project, user, "long", (times + 1) * (rounds + 1) + 60)
        folder = app.config["SETTINGS"].data
        (folder / "bare").mkdir()
        with server(folder / "bare") as bare, server(folder) as ours:
            acts = acts_of(app, article, long, user, (bare.port, ours.port))
            clocks = {name: partial(cpu_of, ours.process) for name in acts}
            clocks["bare"] = partial(cpu_of, bare.process)
            taken = in_turn(acts, rounds, times, clocks)
    taken["next"] = [one - two for one, two in zip(taken["next"], taken["save"], strict=True)]
    budgets = {
        "save": ("a choice: CPU", 3.0),
        "next": ("Next, over a choice: CPU", 6.0),
        "sentence": ("three choices and Next: CPU", 25.0),
        "page": ("opening a label page: CPU", 10.0),
    }
    why = {
        "page": "The first page of an article draws each sentence; later ones find them drawn.",
    }
    bare_ms = [1000 * each for each in taken["bare"]]
    return [
        Figure(what, "ms", [1000 * each for each in taken[name]], bare_ms, "bare endpoint", budget,
               why=why.get(name, ""))
        for name, (what, budget) in budgets.items()
    ]  # fmt: skip


if __name__ == "__main__":
    figures.run(__doc__, measure)
