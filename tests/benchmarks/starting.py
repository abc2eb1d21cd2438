"""What a small command costs: `annotator project list` against importing Flask and SQLAlchemy.

CPU seconds of whole processes, user and system, taken in turn.
"""

import os
import resource
import subprocess
import sys
from tempfile import TemporaryDirectory

import figures
from figures import Figure

REFERENCE = ["-c", "import sqlalchemy, flask"]
COMMAND = ["-m", "annotator", "project", "list"]


def seconds(words: list[str], environ: dict[str, str]) -> float:
    """Return the process time of a command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run([sys.executable, *words], env=environ, check=True, **quiet)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure(_size: str, rounds: int) -> list[Figure]:
    """Return what both take."""
    with TemporaryDirectory() as folder:
        environ = {**os.environ, "ANNOTATOR_DATA": folder}
        environ.pop("ANNOTATOR_DATABASE_URL", None)
        seconds(["-m", "annotator", "project", "add", "one"], environ)
        pairs = [(seconds(COMMAND, environ), seconds(REFERENCE, environ)) for _ in range(rounds)]
    command, reference = zip(*pairs, strict=True)
    return [
        Figure(
            "`annotator project list`: CPU", "s", command, reference,
            "`import sqlalchemy, flask`", 1.3,
        )
    ]  # fmt: skip


if __name__ == "__main__":
    figures.run(__doc__, measure)
