"""What the page Explore costs of a large project: CPU of one request of the server's process.

The views are those that read most: rare and frequent labels, words, states and several of them at
once; a later page is that behind the first. On PostgreSQL the server's own work is not in it: its
figure is the time on the clock. `--plans yes` prints how each database finds the rows.
"""

import os
import re
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import figures
from crowd import missing, server_database
from figures import FULL, Figure, not_measured
from sqlalchemy import event, text
from stage import Browser, in_turn, made_in, make, opened, size_of

from annotator.store.db import db, write
from annotator.work.accounts import accounts, memberships, projects

ANSWERS = {"small": 200, "full": 1_000_000}
BUDGET = 300  # ms, at a million answers
# {annotator} is the first of the project.
VIEWS = (
    "",
    "of=claims",
    "text=Moscow",
    "of=claims&stance=oppose&certainty=uncommitted",
    "status=not_article_text",
    "status=not_article_text&disputed=yes",
    "flagged=yes&stance=oppose",
    "disputed=no&decided=no&stance=oppose",
    "segment=headline&stance=oppose",
    "text=Moscow&stance=oppose&disputed=yes",
    "of=claims&text=Moscow&stance=unrelated",
    "by={annotator}&stance=oppose&certainty=uncommitted",
    "of=claims&disputed=yes&flagged=yes&stance=oppose&certainty=uncommitted",
    "speaker=nobody",
    "note=yes",
)
AFTER = re.compile(r'after=([\d.]+)">Next')


def measure(size: str, rounds: int, plans: str = "no") -> list[Figure]:
    """Return the CPU of each view on SQLite, and the seconds of each on PostgreSQL."""
    answers = ANSWERS[size]
    slug = size_of(answers).slug
    with tempfile.TemporaryDirectory() as name:
        made_in(Path(name), answers)
        with opened(Path(name)) as app:
            found = views(app, slug, "SQLite", size, rounds, plans == "yes")
    if why := missing():
        return [*found, not_measured("Explore on PostgreSQL", why)]
    with (
        server_database() as url,
        tempfile.TemporaryDirectory() as name,
        opened(Path(name), url) as app,
    ):
        make(answers)
        with write():  # the server does so by itself within a minute
            db.session.execute(text("ANALYZE"))
        return found + views(app, slug, "PostgreSQL", size, rounds, plans == "yes")


def views(app: Any, slug: str, where: str, size: str, rounds: int, plans: bool) -> list[Figure]:
    """Measure every view of a project, its first page and the next."""
    browser = Browser(app, accounts.get_user("lead"))
    people = [each for each in memberships.members(projects.get(slug)) if each.annotator]
    pages = {}
    for view in VIEWS:
        asked = view.format(annotator=people[0].pseudonym)
        address = f"/projects/{slug}/explore{'?' if asked else ''}{asked}"
        first = browser.get(address)
        shown = f"`{view}`" if view else "everything"
        pages[shown] = address
        if (later := AFTER.search(first)) and view in ("", "text=Moscow", "of=claims"):
            pages[f"{shown}, next page"] = f"{address}{'&' if asked else '?'}after={later[1]}"
        if plans:
            print_plans(where, address, lambda at=address: browser.get(at))
    acts = {name: lambda at=address: browser.get(at) for name, address in pages.items()}
    taken = in_turn(acts, rounds) if where == "SQLite" else on_the_clock(acts, rounds)
    unit = "CPU" if where == "SQLite" else "seconds"
    answers = f"{ANSWERS[size]:,} answers"
    return [
        Figure(
            f"Explore of {answers}, {where}, {name}: {unit}",
            "ms",
            [1000 * each for each in taken[name]],
            budget=BUDGET if size == FULL and where == "SQLite" else None,
        )
        for name in pages
    ]


def on_the_clock(acts: dict[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Return the seconds of each act in each round."""
    found: dict[str, list[float]] = {name: [] for name in acts}
    for _ in range(rounds):
        for name, act in acts.items():
            begun = time.perf_counter()
            act()
            found[name].append(time.perf_counter() - begun)
    return found


def print_plans(where: str, address: str, act: Callable[[], object]) -> None:
    """Print how the database finds the rows of one view: the statements that gather or walk."""
    seen: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, given: Any, *_rest: Any) -> None:
        seen.append((statement, given))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    say = "EXPLAIN QUERY PLAN " if where == "SQLite" else "EXPLAIN "
    with db.engine.connect() as connection:
        for statement, given in seen:
            if "LIMIT" in statement and "sentences" in statement and "notes" not in statement:
                cursor = connection.connection.cursor()
                cursor.execute(say + statement, given)
                lines = [str(row[-1]) for row in cursor.fetchall()]
                sys.stderr.write(os.linesep.join([f"{where} {address}", *lines, "", ""]))


if __name__ == "__main__":
    figures.run(__doc__, measure, plans=str)
