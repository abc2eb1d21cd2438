"""Measures the pages of a lead in a large project; run `python tests/benchmarks/lead_pages.py`.

Prints CPU seconds and queries of each page, the median of three, and its budget, for two projects:
20 annotators on 2,000 articles (1,000,000 answers) and 40 on 400. The first refresh of what is
kept of the sentences is measured apart. With a number of answers: that project alone.
"""

import random
import sqlite3
import sys
import tempfile
from pathlib import Path
from statistics import median

from agreement_project import MOMENT, SENTENCES, make
from stage import Browser, counted_queries, cpu, settings

from annotator.app import create_app
from annotator.store.db import db
from annotator.work.accounts import accounts

TO_DECIDE, OTHERS = 0.2, 0.15  # seconds
PROJECTS = {1_000_000: 20, 400_000: 40}
PAGES = {
    "adjudicate/1/3": TO_DECIDE,
    "adjudicate/1/3?sort=text": TO_DECIDE,
    "adjudicate/1/3?kind=stance": TO_DECIDE,
    "adjudicate/unanimous": TO_DECIDE,
    "adjudicate/majority": TO_DECIDE,
    "": OTHERS,
    "articles": OTHERS,
    "people": OTHERS,
    "speakers": OTHERS,
    "flags": OTHERS,
    "releases": OTHERS,
}


def work(path: Path, people: int, seed: int = 1) -> None:
    """Give every article to everybody: most have handed in, some are at it, some have not begun."""
    rng = random.Random(seed)
    base = sqlite3.connect(path)
    articles = [number for (number,) in base.execute("SELECT id FROM articles ORDER BY id")]
    rows = []
    for article in articles:
        for person in range(1, people + 1):
            state = rng.choices(["submitted", "open", "returned"], [0.995, 0.004, 0.001])[0]
            rows.append((article, person, state, MOMENT, SENTENCES))
    base.executemany(
        "INSERT INTO assignments (article_id, user_id, state, assigned_at, decided_count,"
        " incomplete_count, unsure_count, \"order\", note) VALUES (?, ?, ?, ?, ?, 0, 0, 0, '')",
        rows,
    )
    base.executemany(
        "UPDATE answers SET unsure = 1, note = 'Who says so?' WHERE id = ?",
        [(number,) for number in range(7, len(articles) * 10, 997)],
    )
    # As whatever stores answers does.
    base.execute(
        "INSERT INTO consensus (sentence_id, article_id) SELECT id, article_id FROM sentences"
    )
    base.commit()
    base.close()


def measure(folder: Path, answers: int, people: int) -> None:
    """Print the lines of one project."""
    path = folder / f"{answers}-{people}"
    path.mkdir()
    make(path / "annotator.sqlite3", answers, annotators=people)
    work(path / "annotator.sqlite3", people)
    app = create_app(settings(path))
    with app.app_context():
        lead = Browser(app, accounts.get_user("lead"))
        print(f"{answers:,} answers, {people} annotators")
        first = cpu(lambda: lead.get("/projects/big/adjudicate/unanimous"))
        print(f"  after an import of all of it: {first:.1f} s, once")
        for name, budget in PAGES.items():
            show(lead, f"/projects/big/{name}".rstrip("/"), budget)
        db.session.remove()
        db.engine.dispose()


def show(lead: Browser, path: str, budget: float) -> None:
    """Print the line of one page."""
    lead.get(path)
    took = median(cpu(lambda: lead.get(path)) for _ in range(3))
    with counted_queries() as seen:
        lead.get(path)
    kept = "kept" if took <= budget else "MISSED"
    print(f"  {path}: {took:.3f} s (at most {budget:g}: {kept}), {len(seen)} queries", flush=True)


if __name__ == "__main__":
    only = int(sys.argv[1]) if len(sys.argv) > 1 else None
    with tempfile.TemporaryDirectory() as made:
        for number, crowd in PROJECTS.items():
            if only in (None, number):
                measure(Path(made), number, crowd)
