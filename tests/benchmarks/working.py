"""What a sentence costs as people work: three keys and Enter, against a bare insert-and-commit.

Run from the checkout: `.venv/bin/python tests/benchmarks/working.py`. It takes about a minute and
prints the median of the rounds, in which all acts take turns.
"""

from itertools import count
from typing import Any

from saves import bare
from sqlalchemy import select
from stage import (
    Browser,
    compare,
    form_token,
    installation,
    new_article,
    new_project,
    verdict,
)

from annotator.store.db import db
from annotator.store.models import Article, Speaker

ROUNDS = 150
SENTENCES = 2_000
KEYS = count(1)
CHOICES = (("speaker", None), ("stance", "support"), ("certainty", "certain"))


class Worker:
    """Answers one sentence after the other as the page's script does."""

    def __init__(self, browser: Browser, article: Article, speaker: int) -> None:
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


def main() -> None:
    """Print CPU per act and its ratio to the bare endpoint's."""
    with installation() as app:
        project, user = new_project()
        browser = Browser(app, user)
        article = new_article(project, user, "short", 40)
        long = new_article(project, user, "long", SENTENCES)
        speaker = db.session.scalars(select(Speaker.id)).first()
        assert speaker is not None
        worker, saver = (Worker(browser, each, speaker) for each in (long, article))
        saver.sentence()
        worker.sentence()
        reference = bare(app.config["SETTINGS"].data).test_client()
        page = f"/label/{long.id}/"
        places = count(1)
        taken = compare(
            {
                "bare": lambda: reference.post("/", data={"key": "benchmark", "value": "x" * 500}),
                "save": saver.save,
                "next": worker.next,
                "sentence": worker.sentence,
                "page": lambda: browser.get(f"{page}{next(places)}"),
            },
            ROUNDS,
        )
        for name, seconds in taken.items():
            print(f"{name}: {seconds * 1000:.2f} ms CPU")
        print(verdict("a save", taken["save"] / taken["bare"], 3))
        print(verdict("next, over a save", (taken["next"] - taken["save"]) / taken["bare"], 6))
        print(verdict("a sentence as people work", taken["sentence"] / taken["bare"], 25))
        print(verdict("opening a label page", taken["page"] / taken["bare"], 10))


if __name__ == "__main__":
    main()
