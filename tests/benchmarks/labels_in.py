"""How fast labels come in, and how long somebody waits beside them who saves once a second.

Rows of five annotators are imported by a process of its own, into SQLite and into PostgreSQL.
Meanwhile this process saves an answer of somebody else once a second, as the page's script posts
it. Seconds are of the processor; for PostgreSQL those of the server stand beside, as far as they
can be read.

    python tests/benchmarks/labels_in.py import FOLDER ADDRESS FILE

is the import, and prints its figures as JSON.
"""

import json
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from itertools import islice, product
from pathlib import Path

import figures
from crowd import missing, server_database
from figures import AT_LEAST, AT_MOST, Figure, not_measured
from importing import article
from postgres import server_cpu
from saves import Saver
from sqlalchemy import select
from stage import Browser, new_article, new_project, opened, peak

from annotator.codebook.load import load_default
from annotator.formats.labels import rows as annotation_rows
from annotator.store.db import db, write, write_in_steps
from annotator.store.models import Article, Sentence, Speaker
from annotator.work.accounts import projects
from annotator.work.articles import storing
from annotator.work.imported_labels.kinds import KINDS, Said
from annotator.work.label_import.rows import Importer

ANSWERS = {"small": 200, "full": 200_000}
SENTENCES, PEOPLE = 20, 5
SLUG = "labels"
STANCES = ("support", "oppose", "neutral")


def add_articles(answers):
    """Store as many articles as so many answers need."""
    with write():
        project = projects.create(SLUG, "Labels", load_default())
    for number in range(-(-answers // (SENTENCES * PEOPLE))):
        draft = storing.read_file(f"{number:05}.txt", article(number, 2 * SENTENCES).encode())
        with write():
            storing.store_article(project, draft)


def write_rows(path, answers):
    """Write so many rows: two in three have a claim with evidence."""
    found = db.session.execute(
        select(Article.key, Sentence.position, Sentence.start, Sentence.end, Sentence.text)
        .join(Sentence.article)
        .where(Article.project.has(slug=SLUG), Sentence.segment == "body")
        .order_by(Article.id, Sentence.position)
    ).all()
    given = list(islice(product(found, range(PEOPLE)), answers))
    assert len(given) == answers
    with path.open("w", encoding="utf-8") as out:
        for number, (row, who) in enumerate(given):
            out.write(json.dumps(row_of(row, who, number)) + "\n")


def row_of(at, who, number):
    """Return one row as `labels export` writes it."""
    words = at.text[:9]
    claim = {
        "speaker": f"Speaker {number % 400}", "speaker_type": "person", "mention": None, "via": [],
        "stance": STANCES[number % 3], "certainty": "likely", "conditional": False, "aspect": None,
        "evidence": [{"start": at.start, "end": at.start + len(words), "text": words}], "note": "",
    }  # fmt: skip
    has_claim = number % 3 > 0
    return {
        "article": at.key, "sentence": at.position, "start": at.start, "end": at.end,
        "text": at.text, "annotator": f"M{who}", "status": "claims" if has_claim else "no_claim",
        "complete": True, "unsure": False, "note": "", "claims": [claim] if has_claim else [],
        "codebook_version": 1, "origin": "people", "round": 1, "revision": 1, "active_seconds": 0,
        "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
    }  # fmt: skip


def bring_in(folder, address, path):
    """Import the rows; return seconds of this process and of the server, and memory in MB."""
    with opened(folder, address):
        served = server_cpu() if address else 0.0
        begun, clock = time.process_time(), time.monotonic()
        said = Said(KINDS["people"], source=path.name)
        with Importer(projects.get(SLUG), said) as importer, path.open("rb") as stream:
            plan = importer.plan(annotation_rows.read(stream))
            assert not plan.problems, plan.problems[:3]
            checked = time.process_time() - begun
            write_in_steps(importer.store())
        seconds, taken = time.process_time() - begun, time.monotonic() - clock
        served = server_cpu() - served if address and served is not None else None
        return {
            "answers": plan.answers, "seconds": seconds, "checked": checked, "taken": taken,
            "served": served, "memory": peak(),
        }  # fmt: skip


class Person(threading.Thread):
    """Saves an answer once a second, and keeps how long each save took."""

    def __init__(self, app, saver):
        super().__init__()
        self.app, self.saver, self.over = app, saver, threading.Event()
        self.took, self.refused = [], 0

    def run(self):
        with self.app.app_context():
            while not self.over.is_set():
                begun = time.monotonic()
                try:
                    self.saver.save()
                except AssertionError:  # what the browser was told is no 200
                    self.refused += 1
                self.took.append(time.monotonic() - begun)
                self.over.wait(max(0, begun + 1 - time.monotonic()))


def beside(folder, address, answers):
    """Return what the import found, and the person who saved meanwhile."""
    with opened(folder, address) as app:
        project, user = new_project()
        own = new_article(project, user, "own", 40)
        with write():
            speaker = Speaker(project_id=project.id, name="Jo Ray", type="person")
            db.session.add(speaker)
        add_articles(answers)
        path = folder / "rows.jsonl"
        write_rows(path, answers)
        person = Person(app, Saver(Browser(app, user), own, 20, speaker.id))
        db.session.remove()
        person.start()
        try:
            words = [sys.executable, __file__, "import", folder, address, path]
            done = subprocess.run(words, check=True, stdout=subprocess.PIPE)
        finally:
            person.over.set()
            person.join()
    return json.loads(done.stdout), person


def figures_of(where, address, answers):
    """Return the figures of one database."""
    with tempfile.TemporaryDirectory() as name:
        found, person = beside(Path(name), address, answers)
    what = f"{where}, {found['answers']:,} answers"
    served = "" if found["served"] is None or not address else f", server {found['served']:.1f} s"
    seconds = f"{found['seconds']:.1f} s, checking {found['checked']:.1f} s{served}"
    return [
        Figure(f"{what} per second of CPU ({seconds})", "/s",
               [found["answers"] / found["seconds"]], budget=2_000, bound=AT_LEAST),
        Figure(f"{what}: seconds on the clock", "s", [found["taken"]]),
        Figure(f"{what}: memory", "MB", [found["memory"]], budget=200, bound=AT_MOST),
        Figure(f"{what}: slowest of {len(person.took)} saves beside", "s", [max(person.took)],
               budget=2),
        Figure(f"{what}: saves refused", "", [person.refused], budget=0),
    ]  # fmt: skip


def measure(size, _rounds, answers=None, on="both"):
    """Return speed, memory and waits of an import into each database; each is run once."""
    many = answers or ANSWERS[size]
    found = figures_of("SQLite", "", many) if on != "postgresql" else []
    if on == "sqlite":
        return found
    if why := missing():
        return [*found, not_measured("labels into PostgreSQL", why)]
    with ExitStack() as stack:
        return [*found, *figures_of("PostgreSQL", stack.enter_context(server_database()), many)]


if __name__ == "__main__":
    if sys.argv[1:2] == ["import"]:
        folder, address, path = sys.argv[2:]
        sys.stdout.write(json.dumps(bring_in(Path(folder), address, Path(path))))
    else:
        figures.run(__doc__, measure, answers=int, on=str)
