"""How long a save waits beside a bulk act.

A made project is exported and released, and both come in again into installations without its
answers, by commands of their own. Meanwhile this process writes one row once a second, as a save
does, and asks twenty times a second how long the database is held.
"""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import figures
from figures import Figure
from stage import made_in

ANSWERS = {"small": 200, "full": 100_000}
PATIENCE = 5.0  # of a save
BUDGET = 0.5


class Probe(threading.Thread):
    """Writes beside a bulk act and keeps the seconds that each write waited."""

    def __init__(self, path):
        super().__init__()
        self.path, self.over = path, threading.Event()
        self.saves, self.turns, self.refused = [], [], 0

    def run(self):
        db = sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None)
        db.execute("PRAGMA synchronous=FULL")
        due = time.monotonic()
        while not self.over.wait(0.05):
            saving = time.monotonic() >= due
            begun = time.monotonic()
            try:
                db.execute("BEGIN IMMEDIATE")
                if saving:
                    db.execute("UPDATE users SET theme = theme WHERE id = 1")
                db.execute("COMMIT")
            except sqlite3.OperationalError:
                self.refused += 1
            waited = time.monotonic() - begun
            self.turns.append(waited)
            if saving:
                self.saves.append(waited)
                due = begun + 1
        db.close()


def beside(folder, *words):
    """Run one command in an installation; return what writes beside it have met."""
    probe = Probe(folder / "annotator.sqlite3")
    probe.start()
    try:
        subprocess.run(
            [sys.executable, "-m", "annotator", *map(str, words)],
            env=os.environ | {"ANNOTATOR_DATA": str(folder), "ANNOTATOR_DATABASE_URL": ""},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
        )
    finally:
        probe.over.set()
        probe.join()
    return probe


def without_answers(folder, copy):
    """Copy an installation and take its answers away."""
    shutil.copytree(folder, copy)
    db = sqlite3.connect(copy / "annotator.sqlite3")
    for table in (
        "vias", "claims", "answer_events", "answers", "assignments", "roster", "aliases"
    ):  # fmt: skip
        db.execute(f"DELETE FROM {table}")
    db.execute("DELETE FROM memberships WHERE annotator")
    db.commit()
    db.close()
    return copy


def measure(size, _rounds, answers=None):
    """Return the longest wait beside each command; each is run once."""
    many = answers or ANSWERS[size]
    found = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        here, rows, out = folder / "here", folder / "rows.jsonl", folder / "v1"
        slug = made_in(here, many)
        there = without_answers(here, folder / "there")
        for place, *words in (
            (here, "labels", "export", "-p", slug, "-o", rows),
            (there, "labels", "import", rows, "-p", slug),
            (here, "release", "-p", slug, "--name", "v1", "--with-text", "-o", out),
            (there, "import-release", out, "--as", "again"),
            (there, "audit"),
        ):
            probe = beside(place, *words)
            command = " ".join(words[: 2 if words[0] == "labels" else 1])
            what = f"`{command}` of {many:,} answers: longest of {len(probe.turns)} waits beside it"
            found.append(Figure(what, "s", [max(probe.turns)], budget=BUDGET))
            refused = f"saves refused of {len(probe.saves) + probe.refused}"
            found.append(Figure(refused, "", [probe.refused], budget=0))
    return found


if __name__ == "__main__":
    figures.run(__doc__, measure, answers=int)
