"""A sum that grows while somebody is worse than before: a one-sided CUSUM of right and wrong.

Each answer adds the logarithm of how much likelier it is where the odds of being wrong are `ODDS`
times what they were; the sum never falls below 0 (E. S. Page, "Continuous inspection schemes",
Biometrika 41, 1954; M. R. Reynolds and Z. G. Stoumbos, "A CUSUM chart for monitoring a proportion
when inspecting continuously", Journal of Quality Technology 31, 1999). With q, how often somebody
was wrong before, an answer adds (S. H. Steiner and others, "Monitoring surgical performance using
risk-adjusted cumulative sum charts", Biostatistics 1, 2000)

    log(ODDS / (1 - q + ODDS q)) where it is wrong, and -log(1 - q + ODDS q) where it is right,

both divided by the dispersion of articles. Where q is known, at least exp(`LIMIT`) weeks go by
between two false alarms on average (G. Lorden, "Procedures for reacting to a change in
distribution", Annals of Mathematical Statistics 42, 1971).

q is learned from the first weeks, and from each later week that ends with the sum at 0, as
self-starting charts do (D. M. Hawkins and D. H. Olwell, "Cumulative Sum Charts and Charting for
Quality Improvement", 1998, chapter 7): a fall never becomes part of what it is compared with.
"""

from collections.abc import Iterator, Sequence
from math import log

from annotator.measure.control.limits import JEFFREYS, TAIL
from annotator.measure.scoring import Share

ODDS = 2.0
LIMIT = -log(TAIL)


def cumulative(
    before: Share, weeks: Sequence[Share], dispersion: float = 1.0
) -> Iterator[tuple[Share, float]]:
    """Yield for each week what it is compared with, and the sum at its end."""
    total, waiting = 0.0, Share()
    for week in weeks:
        yielded = before
        total = max(total + score(before, week) / dispersion, 0.0)
        waiting = added(waiting, week)
        if not total:
            before, waiting = added(before, waiting), Share()
        yield yielded, total


def score(before: Share, week: Share) -> float:
    """Return what the answers of a week add to the sum."""
    wrong = (before.n - before.right + JEFFREYS) / (before.n + 2 * JEFFREYS)
    both = log(1 - wrong + ODDS * wrong)
    return (week.n - week.right) * (log(ODDS) - both) - week.right * both


def added(one: Share, other: Share) -> Share:
    """Return two shares as one."""
    return Share(one.right + other.right, one.n + other.n)
