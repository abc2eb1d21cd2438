"""How fast articles come in: reading and storing 10,000 of them, against splitting them alone.

    python tests/benchmarks/importing.py [--articles 10000] [--form jsonl|folder]

All seconds are of the processor, so that other work on the machine does not count. Budget: half of
the speed of splitting alone (0.5x), in bounded memory. The database is a new SQLite file in a
temporary folder; set ANNOTATOR_DATABASE_URL to measure another.
"""

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from annotator.app import create_app
from annotator.codebook.load import load_default
from annotator.config import Settings
from annotator.store import schema
from annotator.store.db import db, write, write_in_steps
from annotator.text import outline
from annotator.work.accounts import projects
from annotator.work.articles.import_run import Run

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


def split_alone(articles):
    """Return how long the processor finds the sentences of all articles, and their number."""
    texts = [article(number) for number in range(articles)]
    outline.outline(texts[0])  # loads the model
    begun = time.process_time()
    found = sum(len(outline.outline(text).sentences) for text in texts)
    return time.process_time() - begun, found


def bring_in(paths):
    """Import the files; return processor seconds of reading, of storing, and the sentences."""
    begun = time.process_time()
    with Run(project()) as run:
        for path in paths:
            run.read(path.name, lambda _form, path=path: path.open("rb"))
        read = time.process_time()
        write_in_steps(run.store(lambda: None))
        stored = time.process_time()
        assert not run.refused, run.reports
        return read - begun, stored - read, sum(each.sentences for each in run.reports)


def project():
    """Return a new project."""
    with write():
        return projects.create("speed", "Speed", load_default())


def peak():
    """Return the largest memory this process had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main():
    """Measure and print one line per figure."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--articles", type=int, default=10_000)
    options.add_argument("--form", choices=["jsonl", "folder"], default="jsonl")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data, texts = Path(folder) / "instance", Path(folder) / "articles"
        texts.mkdir()
        settings = Settings.from_environ(os.environ, data=data)
        schema.bring_up_to_date(settings.database_url)
        paths = files(texts, chosen.articles, chosen.form)
        with create_app(settings).app_context():
            outline.outline(article(0))
            before = peak()
            reading, storing, found = bring_in(paths)
            after = peak()
            db.session.remove()
            db.engine.dispose()
    alone, same = split_alone(chosen.articles)
    assert same == found
    whole = reading + storing
    print(f"python {sys.version.split()[0]}, {chosen.form}, {chosen.articles:,} articles")
    print(f"sentences                 {found:,}")
    print(f"splitting alone           {alone:.1f} s, {chosen.articles / alone:,.0f} articles/s")
    print(f"reading                   {reading:.1f} s")
    print(f"storing, in short steps   {storing:.1f} s")
    print(f"import                    {whole:.1f} s, {chosen.articles / whole:,.0f} articles/s")
    print(f"against splitting alone   {alone / whole:.2f}x (budget 0.5x)")
    print(f"peak memory               {after:,.0f} MB, {after - before:,.0f} MB more than idle")


if __name__ == "__main__":
    main()
