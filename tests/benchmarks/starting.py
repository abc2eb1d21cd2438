"""What a small command costs: `annotator project list` against importing Flask and SQLAlchemy.

    python tests/benchmarks/starting.py [--runs 9]

CPU seconds of whole processes, user and system, taken in turn; medians. Budget: at most 1.3 times.
"""

import argparse
import os
import resource
import subprocess
import sys
from statistics import median
from tempfile import TemporaryDirectory

REFERENCE = ["-c", "import sqlalchemy, flask"]
COMMAND = ["-m", "annotator", "project", "list"]
MOST = 1.3


def seconds(words, environ):
    """Return the process time of a command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *words], env=environ, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    """Print both, and their ratio."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--runs", type=int, default=9)
    runs = options.parse_args().runs
    with TemporaryDirectory() as folder:
        environ = {**os.environ, "ANNOTATOR_DATA": folder}
        environ.pop("ANNOTATOR_DATABASE_URL", None)
        seconds(["-m", "annotator", "project", "add", "one"], environ)
        pairs = [(seconds(REFERENCE, environ), seconds(COMMAND, environ)) for _ in range(runs)]
    reference, command = (median(each) for each in zip(*pairs, strict=True))
    kept = "kept" if command <= MOST * reference else "MISSED"
    print(f"import sqlalchemy, flask: {reference:.3f} s; annotator project list: {command:.3f} s")
    print(f"{command / reference:.2f} x, budget {MOST} x: {kept}")


if __name__ == "__main__":
    main()
