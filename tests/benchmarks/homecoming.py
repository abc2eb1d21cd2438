"""Measures bringing a release home; run `python tests/benchmarks/homecoming.py [ANSWERS...]`.

A made project is released, brought home into an empty installation and released from there, each
by a command of its own, whose CPU seconds and greatest memory the system counts. The second
installation is the SQLite of an empty folder, or what ANNOTATOR_DATABASE_URL names.
"""

import hashlib
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from agreement_project import make

PROMISED = ("annotations.jsonl", "gold.jsonl", "sentences.jsonl")
USUAL = (10_000, 100_000)


def give_texts(path):
    """Give every article the text of its sentences, which differs by its first words."""
    db = sqlite3.connect(path)
    for (article,) in db.execute("SELECT id FROM articles").fetchall():
        rows = db.execute(
            "SELECT id, text FROM sentences WHERE article_id = ? ORDER BY position", (article,)
        ).fetchall()
        texts = [f"Report {article}." if n == 0 else text for n, (_, text) in enumerate(rows)]
        at = 0
        for (number, _), text in zip(rows, texts, strict=True):
            db.execute(
                'UPDATE sentences SET start = ?, "end" = ?, text = ? WHERE id = ?',
                (at, at + len(text), text, number),
            )
            at += len(text) + 1
        whole = " ".join(texts)
        db.execute(
            "UPDATE articles SET text = ?, sha256 = ? WHERE id = ?",
            (whole, hashlib.sha256(whole.encode()).hexdigest(), article),
        )
    db.execute(
        "INSERT INTO aliases (speaker_id, article_id, text)"
        " SELECT DISTINCT c.speaker_id, s.article_id, 'Speaker' FROM claims c"
        " JOIN answers a ON a.id = c.answer_id JOIN sentences s ON s.id = a.sentence_id"
    )
    db.commit()
    db.close()


def run(label, environ, *words):
    """Run one command; print and return its seconds, CPU seconds and greatest memory in MB."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "annotator", *map(str, words)],
        env=os.environ | environ,
        stdout=subprocess.PIPE,
        text=True,
    )
    said = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{label} failed")
    print(
        f"  {label:<16} {time.perf_counter() - start:7.1f} s"
        f"  {used.ru_utime + used.ru_stime:7.1f} s CPU  {used.ru_maxrss / 1024:6.0f} MB"
    )
    return said


def measure(answers):
    """Measure one size, and compare what left with what came."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "here").mkdir()
        make(folder / "here" / "annotator.sqlite3", answers)
        give_texts(folder / "here" / "annotator.sqlite3")
        here = {"ANNOTATOR_DATA": str(folder / "here"), "ANNOTATOR_DATABASE_URL": ""}
        there = {"ANNOTATOR_DATA": str(folder / "there")}
        print(f"{answers:,} answers")
        release = ("release", "--with-text", "-p", "big", "--name", "v1", "-o")
        run("release", here, *release, folder / "first")
        size = sum(each.stat().st_size for each in folder.joinpath("first").rglob("*"))
        print(run("import-release", there, "import-release", folder / "first").strip())
        run("release again", there, *release, folder / "again")
        same = [
            (folder / "first" / each).read_bytes() == (folder / "again" / each).read_bytes()
            for each in PROMISED
        ]
        print(f"  {size / 1e6:.0f} MB; the same bytes: {'yes' if all(same) else 'NO'}")
        print(run("audit", there, "audit").strip())


if __name__ == "__main__":
    for each in [int(word) for word in sys.argv[1:]] or USUAL:
        measure(each)
