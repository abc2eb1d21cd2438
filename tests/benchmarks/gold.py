"""Measures what the gold page and the gold rows cost; run `python tests/benchmarks/gold.py`.

CPU seconds of one process, best of three for the page; the project is that of `agreement.py`.
"""

import sys
import tempfile
import time
from pathlib import Path

from agreement_project import make

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from browser import Browser

from annotator.app import create_app
from annotator.config import Settings

METHODS = ("majority", "dawid-skene")


def seconds(browser, path, times=3):
    """Return the least CPU seconds of some requests."""
    took = []
    for _ in range(times):
        start = time.process_time()
        browser.get(path)
        took.append(time.process_time() - start)
    return min(took)


def measure(folder, answers):
    """Print one line of the table."""
    path = folder / f"{answers}.sqlite3"
    make(path, answers)
    key = "0123456789abcdef" * 3
    settings = Settings(folder, f"sqlite:///{path}", key, testing=True)
    app = create_app(settings)
    with app.app_context():
        lead = Browser(app, "lead")
        page = seconds(lead, "/projects/big/gold?method=dawid-skene")
        rows = [seconds(lead, f"/projects/big/gold.jsonl?method={each}", 1) for each in METHODS]
    print(f"| {answers:,} | {page:.2f} | {rows[0]:.1f} | {rows[1]:.1f} |", flush=True)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        for number in (10_000, 100_000, 300_000):
            measure(Path(made), number)
