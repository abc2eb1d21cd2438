"""What bringing a release home costs.

A made project is released, brought home into an empty installation and released from there, each
by a command of its own, whose CPU seconds and greatest memory the system counts. The second
installation is the SQLite of an empty folder, or what ANNOTATOR_DATABASE_URL names.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import figures
from figures import Figure
from stage import made_in

PROMISED = ("annotations.jsonl", "gold.jsonl", "sentences.jsonl")
ANSWERS = {"small": 200, "full": 100_000}


def run(environ, *words):
    """Run one command; return its CPU seconds and greatest memory in MB."""
    process = subprocess.Popen(
        [sys.executable, "-m", "annotator", *map(str, words)],
        env=os.environ | environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{words[0]} failed")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def measure(size, _rounds, answers=None):
    """Return what each command takes, once, and how much of what left came back as it was."""
    many = answers or ANSWERS[size]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        slug = made_in(folder / "here", many)
        here = {"ANNOTATOR_DATA": str(folder / "here"), "ANNOTATOR_DATABASE_URL": ""}
        there = {"ANNOTATOR_DATA": str(folder / "there")}
        release = ("release", "--with-text", "-p", slug, "--name", "v1", "-o")
        first, again = folder / "first", folder / "again"
        taken = {
            "`release`": run(here, *release, first),
            "`import-release`": run(there, "import-release", first),
            "`release` from there": run(there, *release, again),
            "`audit`": run(there, "audit"),
        }
        same = sum((first / each).read_bytes() == (again / each).read_bytes() for each in PROMISED)
    found = []
    for what, (seconds, memory) in taken.items():
        found.append(Figure(f"{what} of {many:,} answers: CPU", "s", [seconds]))
        found.append(Figure("its memory, the whole process", "MB", [memory]))
    what = f"tables that come back byte for byte, of {len(PROMISED)}"
    found.append(Figure(what, "", [same], budget=len(PROMISED), bound=figures.AT_LEAST))
    return found


if __name__ == "__main__":
    figures.run(__doc__, measure, answers=int)
