"""What small commands and the start of a server cost, against importing Flask and SQLAlchemy.

CPU seconds of whole processes, user and system, taken in turn. The first page is that of signing
in, of a database that is there already.
"""

import os
import resource
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import urlopen

import figures
from crowd import Served, free_port
from figures import Figure

REFERENCE = ["-c", "import sqlalchemy, flask"]
ANNOTATOR = ["-m", "annotator"]
# With the share of the reference that each may take, where there is a budget.
COMMANDS = {
    "project list": 1.3,
    "--help": None,
    "split text.txt": None,
    "agreement ratings.csv": None,
    "gold ratings.csv": None,
}
RATINGS = "item,annotator,value\n1,a,x\n1,b,x\n2,a,x\n2,b,y\n"


def seconds(words: list[str], environ: dict[str, str]) -> float:
    """Return the process time of a command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    folder = environ["ANNOTATOR_DATA"]
    subprocess.run([sys.executable, *words], env=environ, cwd=folder, check=True, **quiet)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure(_size: str, rounds: int) -> list[Figure]:
    """Return what each takes."""
    with TemporaryDirectory() as folder:
        environ = {**os.environ, "ANNOTATOR_DATA": folder}
        environ.pop("ANNOTATOR_DATABASE_URL", None)
        (Path(folder) / "text.txt").write_text("He left. She stayed.\n", encoding="utf-8")
        (Path(folder) / "ratings.csv").write_text(RATINGS, encoding="utf-8")
        seconds([*ANNOTATOR, "project", "add", "one"], environ)
        commands = [against(name, budget, environ, rounds) for name, budget in COMMANDS.items()]
        return commands + first_page(environ, rounds)


def against(name: str, budget: float | None, environ: dict[str, str], rounds: int) -> Figure:
    """Return what a command takes, in turn with the reference."""
    words = [*ANNOTATOR, *name.split()]
    seconds(words, environ)
    pairs = [(seconds(words, environ), seconds(REFERENCE, environ)) for _ in range(rounds)]
    command, reference = zip(*pairs, strict=True)
    said = f"`annotator {name}`: CPU"
    return Figure(said, "s", command, reference, "`import sqlalchemy, flask`", budget)


def first_page(environ: dict[str, str], rounds: int) -> list[Figure]:
    """Return what a server takes to its first page, in turn with the reference."""
    pairs, memory = [], []
    for _ in range(rounds):
        port = free_port()
        command = [sys.executable, *ANNOTATOR, "run", "--port", str(port)]
        served = Served(command, environ, port, Path(environ["ANNOTATOR_DATA"]) / "server.log")
        try:
            with urlopen(f"http://127.0.0.1:{port}/", timeout=60) as page:
                assert b"Sign in" in page.read()
            pairs.append((served.cpu(), seconds(REFERENCE, environ)))
            memory.append(served.memory())
        finally:
            served.end()
    server, reference = zip(*pairs, strict=True)
    said = "`annotator run` to its first page"
    return [
        Figure(f"{said}: CPU", "s", server, reference, "`import sqlalchemy, flask`", 2.0),
        Figure("its memory then", "MB", memory, budget=90),
    ]


if __name__ == "__main__":
    figures.run(__doc__, measure)
