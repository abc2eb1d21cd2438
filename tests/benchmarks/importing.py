"""How fast articles come in: reading and storing them, against splitting them alone.

All seconds are of the processor, so that other work on the machine does not count. The library
remembers what it has read, so each round is two processes of their own: one that splits the texts
and one that imports them, both for the first time. The database is a new SQLite file in a temporary
folder; set ANNOTATOR_DATABASE_URL to measure another.

    python tests/benchmarks/importing.py split|import ARTICLES FORM

is one half of a round, and prints its figures as JSON.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random

import figures
from figures import AT_LEAST, Figure
from stage import peak

from annotator.app import create_app
from annotator.codebook.load import load_default
from annotator.config import Settings
from annotator.store import schema
from annotator.store.db import db, write, write_in_steps
from annotator.text import outline
from annotator.work.accounts import projects
from annotator.work.articles.import_run import Run

ARTICLES = {"small": 20, "full": 10_000}
SUBJECTS = ["The minister", "Mr. Orlov", "A spokesman", "Gen. Dunford", "U.S. officials", "She"]
VERBS = ["said", "denied", "expected", "explained", "recalled", "argued"]
REST = [
    "that the talks in Geneva would go on",
    "that nothing had been agreed upon, let alone signed",
    "how close both countries had come",
    "why the agreement of 2015 was not enough",
]


def article(number, sentences=30):
    """Return the text of one article: a headline, a date line and paragraphs."""
    rng = Random(number)
    lines = [f"Talks number {number} resume in Geneva", "May 3, 2019"]
    paragraph = []
    for each in range(sentences):
        words = f"{rng.choice(SUBJECTS)} {rng.choice(VERBS)} {rng.choice(REST)}"
        paragraph.append(f"{words} on day {rng.randrange(10**6)} of round {rng.randrange(10**6)}.")
        if each % 3 == 2:
            lines.append(" ".join(paragraph))
            paragraph = []
    return "\n\n".join(lines) + "\n"


def files(folder, articles, form):
    """Write the articles and return the files to import."""
    if form == "folder":
        for number in range(articles):
            (folder / f"{number:05}.txt").write_text(article(number), encoding="utf-8")
        return sorted(folder.iterdir())
    path = folder / "articles.jsonl"
    with path.open("w", encoding="utf-8") as out:
        for number in range(articles):
            out.write(json.dumps({"key": f"{number:05}", "text": article(number)}) + "\n")
    return [path]


def split_alone(articles, _form):
    """Find the sentences of all articles; return processor seconds."""
    texts = [article(number) for number in range(articles)]
    outline.outline("This loads the model. It is not counted.")
    begun = time.process_time()
    for text in texts:
        outline.outline(text)
    return {"seconds": time.process_time() - begun}


def import_all(articles, form):
    """Import all articles into a new database; return processor seconds, and MB above idle."""
    with tempfile.TemporaryDirectory() as folder:
        texts = Path(folder) / "articles"
        texts.mkdir()
        settings = Settings.from_environ(os.environ, data=Path(folder) / "instance")
        schema.bring_up_to_date(settings.database_url)
        paths = files(texts, articles, form)
        with create_app(settings).app_context():
            outline.outline("This loads the model. It is not counted.")
            idle = peak()
            seconds = bring_in(paths)
            after = peak()
            db.session.remove()
            db.engine.dispose()
    return {"seconds": seconds, "memory": after - idle}


def bring_in(paths):
    """Import the files into a project of their own; return processor seconds."""
    with write():
        name = f"speed-{os.getpid()}"  # a server's database may hold those of other rounds
        project = projects.create(name, "Speed", load_default())
    begun = time.process_time()
    with Run(project) as run:
        for path in paths:
            run.read(path.name, lambda _form, path=path: path.open("rb"))
        write_in_steps(run.store(lambda: None))
        assert not run.refused, run.reports
    return time.process_time() - begun


HALVES = {"split": split_alone, "import": import_all}


def in_its_own_process(half, articles, form):
    """Return what one half of a round found in a process that has read nothing yet."""
    words = [sys.executable, __file__, half, str(articles), form]
    return json.loads(subprocess.run(words, check=True, stdout=subprocess.PIPE).stdout)


def measure(size, rounds, articles=None, form="jsonl"):
    """Return articles a second of both, and what importing takes of the memory."""
    many = articles or ARTICLES[size]
    found = [{half: in_its_own_process(half, many, form) for half in HALVES} for _ in range(rounds)]
    ours, theirs = (
        [many / each[half]["seconds"] for each in found] for half in ("import", "split")
    )
    memory = [each["import"]["memory"] for each in found]
    what = f"importing {many:,} articles"
    return [
        Figure(f"{what}, per second of CPU", "/s", ours, theirs, "splitting alone", 0.5, AT_LEAST),
        Figure(f"{what}: memory above an idle process", "MB", memory),
    ]


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1] in HALVES:
        half, number, form = sys.argv[1:]
        sys.stdout.write(json.dumps(HALVES[half](int(number), form)))
    else:
        figures.run(__doc__, measure, articles=int, form=str)
