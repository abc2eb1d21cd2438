"""What agreement costs in seconds of the processor, and whether its intervals hold.

A label is one annotator's answer to one sentence for the three alphas. What they are measured
against is one nominal alpha from a list of ratings in memory, without an interval; by nltk, too,
where it is installed and the project small.
"""

import csv
import io
import tempfile
from pathlib import Path

import figures
from figures import FULL, Figure
from stage import Browser, in_turn, made_anew, made_in, opened, peak

from annotator.measure.coefficients.alpha import alpha
from annotator.measure.intervals.clusters import ByArticle, ClosedFigures
from annotator.measure.intervals.resampling import Settings, draws, interval_of, replicated
from annotator.measure.panel import Panel
from annotator.measure.patterns import Patterns
from annotator.store.snapshot import one_moment
from annotator.work.accounts import accounts, projects
from annotator.work.agreement.collecting import Collector
from annotator.work.agreement.report import Selection
from annotator.work.ratings.reading import read_ratings

import numpy as np  # isort: skip  (after annotator, which says how many threads it may use)

ANSWERS = {"small": 200, "full": 1_000_000}
PEOPLE = {"small": 5, "full": 20}
SIMULATED = {"small": 10, "full": 500}


def three_alphas(project):
    """Read the statuses and measure nominal, ordinal and interval alpha with 1,000 replicates."""
    with one_moment() as now:
        found = Collector(now, project, Selection()).whole()
    panel = Panel(tuple("abc"), found.status, found.articles)
    return panel, alphas_of(panel, len(found.article_ids))


def alphas_of(panel, n_articles):
    """Measure nominal, ordinal and interval alpha with 1,000 replicates."""
    units = ByArticle.from_panel(panel, n_articles)
    closed = [
        ClosedFigures.of_units(units, level, numbers=(1, 2, 3))
        for level in ("nominal", "ordinal", "interval")
    ]
    drawn = replicated(closed, draws(n_articles))
    return [interval_of(each[:, 0], n_articles) for each in drawn]


def table_of(panel):
    """Return the same labels as a table, as `annotator agreement FILE` reads it."""
    rows = [
        f"sentence-{unit},annotator-{who},{panel.values[value]},article-{article}\n"
        for unit, (row, article) in enumerate(
            zip(panel.given.tolist(), panel.articles, strict=True)
        )
        for who, value in enumerate(row)
        if value >= 0
    ]
    return f"item,annotator,value,article\n{''.join(rows)}".encode()


def alphas_of_file(raw):
    """Read a table of labels and measure the three alphas with 1,000 replicates."""
    found = read_ratings(raw, "abc")
    panel, _ = found.panel("abc", found.items)
    return alphas_of(panel, len(found.articles))


def bare_rows(raw):
    """Read the same table by the csv module into a list."""
    return list(csv.reader(io.StringIO(raw.decode(), newline="")))


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


def measure(size, rounds):
    """Return what the three alphas and the page cost, and how often the interval is right."""
    answers, full = ANSWERS[size], size == FULL
    with tempfile.TemporaryDirectory() as name:
        slug = made_in(Path(name), answers, PEOPLE[size])
        with opened(Path(name)) as app:
            project = projects.get(slug)
            panel, _ = three_alphas(project)
            memory = peak()  # of the alphas alone: the list that they are compared with is larger
            acts = {
                "alphas": lambda: three_alphas(project),
                "rows": lambda: from_rows(panel),
            }
            if not full and nltk_alpha(Panel(panel.values, panel.given[:9])) is not None:
                acts["nltk"] = lambda: nltk_alpha(panel)
            taken = in_turn(acts, rounds)
            raw = table_of(panel)
            files = in_turn(
                {"alphas": lambda: alphas_of_file(raw), "bare": lambda: bare_rows(raw)}, rounds
            )
            lead = Browser(app, accounts.get_user("lead"))
            address = f"/projects/{slug}/agreement"
            first = in_turn({"page": made_anew(lambda: lead.get(address))}, rounds)["page"]
            again = in_turn({"page": lambda: lead.get(address)}, rounds)["page"]
    held = coverage(SIMULATED[size])
    of = f"of {answers:,} answers"
    alphas = f"three alphas {of}, read, with 1,000 resamples of articles: CPU"
    found = [
        Figure(alphas, "s", taken["alphas"], budget=1.0 if full else None),
        Figure(alphas, "s", taken["alphas"], taken["rows"], "one alpha from a list"),
        Figure("their memory, the whole process", "MB", [memory], budget=300 if full else None),
        Figure(f"three alphas from a file {of}: CPU", "s", files["alphas"], files["bare"],
               "the csv module alone"),
        Figure(f"three alphas from a file {of}: CPU", "s", files["alphas"],
               budget=1.0 if full else None),
        Figure(f"agreement page {of}, at first: CPU", "s", first, budget=2.0 if full else None),
        Figure("the same when nothing has changed since", "s", again, budget=0.2 if full else None),
        Figure(f"95 % intervals of {SIMULATED[size]} simulated projects that hold the truth,"
               " articles drawn", "%", [held["articles"]], budget=90, bound=figures.AT_LEAST),
        Figure("the same, sentences drawn", "%", [held["sentences"]]),
    ]  # fmt: skip
    if "nltk" in taken:
        found.insert(2, Figure(alphas, "s", taken["alphas"], taken["nltk"], "one alpha by nltk"))
    return found


def coverage(projects_, articles=40):
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
    return {name: 100 * n / projects_ for name, n in held.items()}


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
    figures.run(__doc__, measure)
