"""A line of shares over time with the limits of what chance explains: a p-chart.

The middle is the share of all periods together. A period leaves the chart where a binomial count
with that share is as low, or as high, with a probability under .001: limits of 99.8 % on two sides,
exact, as those of the normal curve are not for few answers (W. A. Shewhart, "Economic Control of
Quality of Manufactured Product", 1931; D. C. Montgomery, "Introduction to Statistical Quality
Control", 7.3, for probability limits of attributes).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import exp, lgamma, log

from annotator.measure.scoring import Share

TAIL = 0.001
"""The probability on each side beyond the limits."""
BELOW, ABOVE = "below", "above"


@dataclass(frozen=True)
class Week:
    """One week, by its Monday: what was right, and the shares between which chance leaves it."""

    monday: date
    share: Share
    low: float
    high: float
    leaves: str  # "below", "above" or ""


@dataclass(frozen=True)
class Chart:
    """The weeks that have something, in order, and the share of all of them."""

    middle: Share
    weeks: tuple[Week, ...]

    @property
    def leaving(self) -> tuple[Week, ...]:
        """Return the weeks that chance does not explain."""
        return tuple(week for week in self.weeks if week.leaves)


def monday_of(day: date) -> date:
    """Return the Monday of the week of a day (ISO 8601)."""
    return day - timedelta(days=day.weekday())


def by_week(rights: Iterable[tuple[date, bool]]) -> dict[date, Share]:
    """Return how many were right in each week, by its Monday."""
    counts: dict[date, list[int]] = {}
    for day, right in rights:
        count = counts.setdefault(monday_of(day), [0, 0])
        count[0] += right
        count[1] += 1
    return {monday: Share(*counts[monday]) for monday in sorted(counts)}


def chart(weeks: Mapping[date, Share]) -> Chart:
    """Return the chart of some weeks."""
    there = {monday: weeks[monday] for monday in sorted(weeks) if weeks[monday].n}
    middle = Share(
        sum(each.right for each in there.values()), sum(each.n for each in there.values())
    )
    return Chart(middle, tuple(week_of(monday, share, middle) for monday, share in there.items()))


def week_of(monday: date, share: Share, middle: Share) -> Week:
    """Return one week with its limits."""
    low, high = limits(share.n, middle.right / middle.n)
    leaves = BELOW if share.right < low else ABOVE if share.right > high else ""
    return Week(monday, share, low / share.n, high / share.n, leaves)


def limits(n: int, p: float) -> tuple[int, int]:
    """Return the fewest and the most right ones of n that chance explains, where each is with p.

    The chance of fewer, and that of more, is below `TAIL` each.
    """
    return fewest(n, p), n - fewest(n, 1 - p)


def fewest(n: int, p: float) -> int:
    """Return the lowest count whose probability, with that of all lower ones, reaches `TAIL`."""
    if p <= 0:
        return 0
    if p >= 1:
        return n
    below = 0.0
    for count in range(n + 1):
        choices = lgamma(n + 1) - lgamma(count + 1) - lgamma(n - count + 1)
        below += exp(choices + count * log(p) + (n - count) * log(1 - p))
        if below >= TAIL:
            return count
    return n
