"""A line of shares over weeks that shows whether somebody is as good as in the first of them.

A p-chart (W. A. Shewhart, "Economic Control of Quality of Manufactured Product", 1931), and a
cumulative sum below it, which finds small falls that last (`cumulative`). What weeks are compared
with are the first ones, and no week is ever compared with itself: where the share of all weeks is
the middle, a fall widens its own limits. A week leaves the limits where chance explains so few
right ones, or so many, with a probability under `TAIL` (`limits`); answers of one article count for
as many as they are worth (`dispersion`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from annotator.measure.control.cumulative import LIMIT, cumulative
from annotator.measure.control.limits import limits, predicted
from annotator.measure.scoring import Share

FIRST, ENOUGH = 3, 20
"""So many weeks, and as many more as these answers take, are what later ones are compared with."""
BELOW, ABOVE = "below", "above"


@dataclass(frozen=True)
class Week:
    """One week, by its Monday: what was right, and the shares between which chance leaves it.

    `first`: later weeks are compared with it. `total` is the cumulative sum at its end.
    """

    monday: date
    share: Share
    low: float
    high: float
    leaves: str  # "below", "above" or ""
    first: bool = True
    total: float = 0.0

    @property
    def falls(self) -> bool:
        """Say whether the cumulative sum is beyond its limit."""
        return self.total >= LIMIT


@dataclass(frozen=True)
class Chart:
    """The weeks that have something, in order, and the share of those that are the measure."""

    middle: Share
    weeks: tuple[Week, ...]
    dispersion: float = 1.0

    @property
    def leaving(self) -> tuple[Week, ...]:
        """Return the weeks that chance does not explain."""
        return tuple(week for week in self.weeks if week.leaves)

    @property
    def falling(self) -> tuple[Week, ...]:
        """Return the weeks at whose end the cumulative sum is beyond its limit."""
        return tuple(week for week in self.weeks if week.falls)

    @property
    def alarms(self) -> bool:
        """Say whether there is anything to look at."""
        return bool(self.leaving or self.falling)


def monday_of(day: date) -> date:
    """Return the Monday of the week of a day (ISO 8601)."""
    return day - timedelta(days=day.weekday())


def by_week(rights: Iterable[tuple[date, Share]]) -> dict[date, Share]:
    """Return how many were right in each week, by its Monday, from what was right on some days."""
    counts: dict[date, list[int]] = {}
    for day, share in rights:
        count = counts.setdefault(monday_of(day), [0, 0])
        count[0] += share.right
        count[1] += share.n
    return {monday: Share(*counts[monday]) for monday in sorted(counts)}


def chart(weeks: Mapping[date, Share], dispersion: float = 1.0) -> Chart:
    """Return the chart of some weeks; `dispersion` is that of their articles, at least 1."""
    there = [(monday, weeks[monday]) for monday in sorted(weeks) if weeks[monday].n]
    shares = [share for _, share in there]
    first = first_weeks(shares)
    middle = Share(
        sum(each.right for each in shares[:first]), sum(each.n for each in shares[:first])
    )
    later = cumulative(middle, shares[first:], dispersion)
    return Chart(
        middle,
        (
            *(week_of(*each, middle, dispersion) for each in there[:first]),
            *(
                week_of(*each, before, dispersion, first=False, total=total)
                for each, (before, total) in zip(there[first:], later, strict=True)
            ),
        ),
        dispersion,
    )


def first_weeks(shares: Sequence[Share]) -> int:
    """Return how many weeks there are before the first that is compared with them."""
    n = 0
    for number, share in enumerate(shares, 1):
        n += share.n
        if number >= FIRST and n >= ENOUGH:
            return number
    return len(shares)


def week_of(
    monday: date,
    share: Share,
    before: Share,
    dispersion: float,
    *,
    first: bool = True,
    total: float = 0.0,
) -> Week:
    """Return one week with its limits: of the first ones around the middle, else as predicted."""
    worth = max(int(share.n / dispersion), 1)
    if first:
        low, high = limits(worth, before.right / before.n)
    else:
        low, high = predicted(worth, before, dispersion)
    right = share.right * worth
    leaves = BELOW if right < low * share.n else ABOVE if right > high * share.n else ""
    return Week(monday, share, low / worth, high / worth, leaves, first, total)
