"""Measures how long a save waits beside a bulk act; `python tests/benchmarks/beside.py [ANSWERS]`.

A made project is exported and released, and both come in again into installations without its
answers, by commands of their own. Meanwhile this process writes one row once a second, as a
save does, and asks twenty times a second how long the database is held.
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

from agreement_project import make
from homecoming import give_texts

ANSWERS = 20_000
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


def beside(label, folder, *words):
    """Run one command in an installation; print what writes beside it have met."""
    probe = Probe(folder / "annotator.sqlite3")
    probe.start()
    begun = time.perf_counter()
    process = subprocess.run(
        [sys.executable, "-m", "annotator", *map(str, words)],
        env=os.environ | {"ANNOTATOR_DATA": str(folder), "ANNOTATOR_DATABASE_URL": ""},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    seconds = time.perf_counter() - begun
    probe.over.set()
    probe.join()
    longest = max(probe.turns)
    print(
        f"  {label:<16} {seconds:7.1f} s, exit {process.returncode}; {len(probe.saves)} saves,"
        f" {probe.refused} refused, slowest {max(probe.saves):.2f} s; longest wait of"
        f" {len(probe.turns)} probes {longest:.2f} s"
        f" (at most {BUDGET} s: {'kept' if longest <= BUDGET else 'MISSED'})"
    )


def without_answers(folder, copy):
    """Copy an installation and take its answers away."""
    shutil.copytree(folder, copy)
    db = sqlite3.connect(copy / "annotator.sqlite3")
    for table in ("claims", "answers", "assignments", "roster", "aliases"):
        db.execute(f"DELETE FROM {table}")
    db.execute("DELETE FROM memberships WHERE annotator")
    db.commit()
    db.close()
    return copy


def main(answers):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "here").mkdir()
        make(folder / "here" / "annotator.sqlite3", answers)
        give_texts(folder / "here" / "annotator.sqlite3")
        there = without_answers(folder / "here", folder / "there")
        print(f"{answers:,} answers")
        rows = folder / "rows.jsonl"
        beside("labels export", folder / "here", "labels", "export", "-p", "big", "-o", rows)
        beside("labels import", there, "labels", "import", rows, "-p", "big")
        release = ("release", "-p", "big", "--name", "v1", "--with-text", "-o", folder / "v1")
        beside("release", folder / "here", *release)
        beside("import-release", there, "import-release", folder / "v1", "--as", "again")
        beside("audit", there, "audit")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ANSWERS)
