"""The pace of a project: who lags, who rushes, and how long the rest will take.

Read from the counts on the assignments, so its cost does not grow with the answers. Seconds are
those in which the label page was in use, as the browser tells them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import case, func, select

from annotator.phrases import moment
from annotator.store.clock import now
from annotator.store.db import db
from annotator.store.models import OPEN_STATES, Article, Assignment, Membership, Project
from annotator.work.assignment.assigning import is_held
from annotator.work.assignment.progress import people_of

# Below so many sentences a pace is chance.
ENOUGH = 50
LAGS_AFTER = timedelta(days=7)
LONG_AGO = timedelta(days=10_000)
RUSHES, DAWDLES = 0.5, 2.0
LONG = 100  # minutes, from which on hours are said


@dataclass(frozen=True)
class Sums:
    """What one person was given and has done; `seconds` is the time in use."""

    given: int = 0
    decided: int = 0
    left: int = 0
    overdue: int = 0
    seconds: int = 0
    saved_at: datetime | None = None
    given_at: datetime | None = None  # the oldest work that is still open

    @property
    def is_still(self) -> bool:
        """Say whether there is work and nothing was done about it for long."""
        since = max(each for each in (self.saved_at, self.given_at, now() - LONG_AGO) if each)
        return self.left > 0 and now() - since > LAGS_AFTER

    @property
    def pace(self) -> float | None:
        """Return seconds per decided sentence, None where too few are timed."""
        return self.seconds / self.decided if self.seconds and self.decided >= ENOUGH else None


@dataclass(frozen=True)
class Person:
    """One annotator with what stands out; `words` is empty where nothing does."""

    membership: Membership
    sums: Sums
    words: tuple[str, ...]


@dataclass(frozen=True)
class Pace:
    """All annotators, the middle pace in seconds per answer, and what is left at that pace.

    `left` counts answers in work that is open; `seconds_left` is None where no pace is known.
    """

    people: Sequence[Person]
    middle: float | None
    left: int
    seconds_left: float | None

    @property
    def time_left(self) -> str:
        """Return the time that is left in words; nothing where no pace or no work is left."""
        return duration(self.seconds_left) if self.left and self.seconds_left is not None else ""


def pace_of(project: Project) -> Pace:
    """Return the pace of a project."""
    sums = sums_of(project)
    measured = [pace for each in sums.values() if (pace := each.pace) is not None]
    middle = median(measured) if measured else None
    people = [
        Person(member, mine, standing_out(mine, middle, len(measured)))
        for member in people_of(project)
        for mine in [sums.get(member.user_id, Sums())]
    ]
    left = sum(each.left for each in sums.values())
    seconds = sum((each.pace or middle or 0) * each.left for each in sums.values())
    return Pace(people, middle, left, seconds if middle is not None else None)


def duration(seconds: float) -> str:
    """Return a stretch of time as people say it: "under 1 min", "about 13 min", "about 5 h"."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return "under 1 min"
    return f"about {minutes} min" if minutes < LONG else f"about {round(minutes / 60):,} h"


def sums_of(project: Project) -> dict[int, Sums]:
    """Return the sums of each person who was given work."""
    is_open = Assignment.state.in_(OPEN_STATES) & is_held()
    late = is_open & (Assignment.due_on < now().date())
    left = Article.sentence_count - Assignment.decided_count
    rows = db.session.execute(
        select(
            Assignment.user_id,
            func.sum(case((is_held(), Article.sentence_count), else_=0)),
            func.sum(Assignment.decided_count),
            func.sum(case((is_open, left), else_=0)),
            func.sum(case((late, 1), else_=0)),
            func.sum(Assignment.active_seconds),
            func.max(Assignment.saved_at),
            func.min(case((is_open, Assignment.assigned_at))),
        )
        .join(Assignment.article)
        .where(Article.project_id == project.id)
        .group_by(Assignment.user_id)
    )
    return {user_id: Sums(*values) for user_id, *values in rows}


def standing_out(sums: Sums, middle: float | None, measured: int) -> tuple[str, ...]:
    """Say in words what a lead should look at."""
    said = []
    if sums.overdue:
        said.append(f"{sums.overdue:,} overdue")
    if sums.is_still:
        said.append("inactive: nothing saved for a week")
    # One person alone is always in the middle.
    if sums.pace is not None and middle is not None and measured > 1:
        if sums.pace < RUSHES * middle:
            said.append("fast: less than half of the median time per sentence")
        elif sums.pace > DAWDLES * middle:
            said.append("slow: more than twice the median time per sentence")
    return tuple(said)


def csv_rows(pace: Pace) -> Iterator[list[object]]:
    """Yield the heading and one line per person."""
    yield [
        "annotator",
        "given",
        "answered",
        "left",
        "overdue",
        "seconds_per_sentence",
        "last_saved",
        "remarks",
    ]
    for each in pace.people:
        sums = each.sums
        yield [
            each.membership.pseudonym,
            sums.given,
            sums.decided,
            sums.left,
            sums.overdue,
            "" if sums.pace is None else round(sums.pace, 1),
            moment(sums.saved_at) if sums.saved_at else "",
            "; ".join(each.words),
        ]
