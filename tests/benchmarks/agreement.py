"""Measures the agreement budgets; run `python tests/benchmarks/agreement.py [FOLDER]`.

CPU seconds of one process, best of three; a label is one annotator's answer to one sentence for the
three alphas, and one value of one field (status, speaker, stance, certainty) for the page.
"""

import resource
import sys
import tempfile
import time
from pathlib import Path

from agreement_project import make
from sqlalchemy import func, select

from annotator.app import create_app
from annotator.config import Settings as Installation
from annotator.measure.coefficients.alpha import alpha
from annotator.measure.intervals.clusters import ByArticle, ClosedFigures
from annotator.measure.intervals.resampling import Settings, draws, interval_of, replicated
from annotator.measure.panel import Panel
from annotator.measure.patterns import Patterns
from annotator.store.db import db
from annotator.store.models import Answer, Claim
from annotator.store.snapshot import one_moment
from annotator.work.accounts import projects
from annotator.work.agreement.collecting import Collector
from annotator.work.agreement.selection import Selection

import numpy as np  # isort: skip  (after annotator, which says how many threads it may use)

LEVELS = ("nominal", "ordinal", "interval")


def best(work, times=3):
    """Return the least CPU seconds of some runs, and what the last one returned."""
    took, result = [], None
    for _ in range(times):
        start = time.process_time()
        result = work()
        took.append(time.process_time() - start)
    return min(took), result


def three_alphas(project):
    """Read the statuses and measure nominal, ordinal and interval alpha with 1,000 replicates."""
    with one_moment() as now:
        found = Collector(now, project, Selection()).whole()
    panel = Panel(tuple("abc"), found.status, found.articles)
    units = ByArticle.from_panel(panel, len(found.article_ids))
    figures = [
        ClosedFigures.of_units(units, level, numbers=(1, 2, 3))
        for level in ("nominal", "ordinal", "interval")
    ]
    drawn = replicated(figures, draws(len(found.article_ids)))
    return panel, [interval_of(each[:, 0], len(found.article_ids)) for each in drawn]


def from_rows(panel):
    """Measure the same nominal alpha from a list of ratings."""
    ratings = [
        (unit, who, panel.values[value])
        for unit, row in enumerate(panel.given.tolist())
        for who, value in enumerate(row)
        if value >= 0
    ]
    return alpha(Patterns.from_ratings(panel.values, ratings))


def nltk_alpha(panel):
    """Measure it with nltk, or return None without it."""
    try:
        from nltk.metrics.agreement import AnnotationTask
    except ImportError:
        return None
    rows = [
        (str(who), str(unit), value)
        for unit, row in enumerate(panel.given.tolist())
        for who, value in enumerate(row)
        if value >= 0
    ]
    return AnnotationTask(rows).alpha()


def measure(folder, answers):
    path = folder / f"project-{answers}.sqlite3"
    if not path.exists():
        make(path, answers)
    settings = Installation(
        data=folder, database_url=f"sqlite:///{path}", secret_key="0123456789abcdef" * 3,
        testing=True,
    )  # fmt: skip
    with create_app(settings).app_context() as context:
        project = projects.get("big")
        count = (
            select(func.count(Answer.id)),
            select(func.count(Claim.id)).where(Claim.position == 0),
        )
        n, primary = (db.session.scalar(each) for each in count)
        alphas, (panel, _) = best(lambda: three_alphas(project))
        rows, plain = best(lambda: from_rows(panel), 1)
        nltk_alpha(Panel(panel.values, panel.given[:9]))  # loads it, outside the time
        theirs, known = best(lambda: nltk_alpha(panel), 1) if n <= 100_000 else (0, None)
        if known is not None:
            assert abs(known - plain.value) < 1e-9
        lead = browser(context.app)
        page, _ = best(lambda: lead.get("/projects/big/agreement"))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    ratio = f"{theirs:.2f}" if known is not None else "-"
    times = f"{alphas:.2f} | {rows:.2f} | {ratio} | {page:.2f}"
    print(f"| {n:,} | {n + 3 * primary:,} | {times} | {peak} |", flush=True)


def browser(app):
    """Return the lead's browser, as the tests have it."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
    from browser import Browser

    return Browser(app, "lead")


def coverage(projects_=500, articles=40):
    """Say how often the 95 % interval holds the truth, drawing articles and drawing sentences."""
    truth = None
    held = {"articles": 0, "sentences": 0}
    for seed in range(projects_ + 1):
        size = 40_000 if seed == 0 else articles
        panel = simulated(seed, size)
        if seed == 0:
            truth = alpha(panel.patterns()).value
            continue
        alone = Panel(panel.values, panel.given, np.arange(len(panel.given)))
        for name, each, m in (("articles", panel, size), ("sentences", alone, len(panel.given))):
            figures = ClosedFigures.of_units(ByArticle.from_panel(each, m))
            (drawn,) = replicated([figures], draws(m, Settings(seed=seed)))
            known = interval_of(drawn[:, 0], m)
            held[name] += known.low <= truth <= known.high
    shares = ", ".join(f"{name} {100 * n / projects_:.1f} %" for name, n in held.items())
    print(f"Coverage of {projects_} projects of {articles} articles, alpha {truth:.3f}: {shares}.")


def simulated(seed, articles, sentences=12, people=3):
    """Make a project whose articles differ in how hard they are and in what they are about."""
    rng = np.random.default_rng(seed)
    article = np.repeat(np.arange(articles), sentences)
    hard = np.repeat(rng.beta(1.2, 2.5, articles), sentences)
    topic = rng.dirichlet(np.ones(3), articles)[article]
    true = (rng.random(len(article))[:, None] > topic.cumsum(axis=1)[:, :2]).sum(axis=1)
    slips = rng.random((len(article), people)) < hard[:, None]
    given = np.where(slips, rng.integers(0, 3, slips.shape), true[:, None]).astype(np.int16)
    return Panel(tuple("abc"), given, article)


if __name__ == "__main__":
    coverage()
    print("| answers | labels | three alphas, s | from rows, s | nltk, s | page, s | peak MB |")
    print("|--:|--:|--:|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as scratch:
        for size in (10_000, 100_000, 300_000, 1_000_000):
            measure(Path(sys.argv[1] if len(sys.argv) > 1 else scratch), size)
