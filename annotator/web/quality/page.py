"""The lead's Quality page: each annotator, and each week, with the sentences behind."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from annotator.formats.labels import csv_rows
from annotator.measure.control.cumulative import LIMIT
from annotator.measure.control.limits import TAIL
from annotator.measure.oneself import Oneself
from annotator.measure.scoring import Share
from annotator.store.models import Project, Role
from annotator.web.access import project_for
from annotator.web.agreement.report import shown_now
from annotator.web.kept import kept
from annotator.web.paging import chosen, refuse_unknown
from annotator.web.quality import weeks
from annotator.web.request_log import record
from annotator.web.streaming import csv_file
from annotator.work.agreement.report import AnnotatorReport, Selection
from annotator.work.assignment import qualifying
from annotator.work.assignment.qualifying import compared_fields
from annotator.work.quality import repeats, report
from annotator.work.quality.report import PersonQuality, Weekly

FIELD, WHO = "field", "annotator"
MOST_PANELS = 12
Twice = Mapping[int, Mapping[str, Oneself]]


@dataclass(frozen=True)
class Medians:
    """The median seconds per answer by the number of the annotator."""

    seconds: tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class Row:
    """One annotator in one field."""

    quality: PersonQuality
    training: Share | None
    threshold: float  # 0 where the field is not asked for
    control: Share | None
    rest: AnnotatorReport | None
    oneself: Oneself | None

    @property
    def name(self) -> str:
        """Return the pseudonym."""
        return self.quality.person.pseudonym


def show(slug: str) -> ResponseReturnValue:
    """Show every annotator in one field, and the weeks."""
    project, membership = project_for(slug, Role.LEAD)
    refuse_unknown(FIELD, WHO)
    field = field_asked(project)
    control = report.control_answers(project)
    people = report.people_quality(project, control, medians(project))
    rows = rows_in(project, people, field, repeats.with_oneself(project))
    series = report.weekly([each.person for each in people], control, field)
    who = chosen(WHO, {row.name: row for row in rows})
    drawn = shown_series(series, who)
    asked = qualifying.training_of(project)
    return render_template(
        "quality/page.html",
        project=project,
        membership=membership,
        rows=rows,
        field=field,
        fields=compared_fields(project.codebook),
        series=series,
        drawn=drawn,
        who=who,
        chart=weeks.figure(f"Control accuracy per week: {field}", drawn, project),
        week_words=weeks.week_words,
        training=asked,
        waiting=[row for row in rows if asked.gate and held_back(row)],
        tail=2 * TAIL,
        limit=LIMIT,
    )


def download(slug: str) -> ResponseReturnValue:
    """Send every annotator in every field, one line each."""
    project, _ = project_for(slug, Role.LEAD)
    record("quality of %r downloaded", slug)
    return csv_file(csv_rows.table(table(project)), f"{slug}-quality")


def download_weeks(slug: str) -> ResponseReturnValue:
    """Send every week of every annotator in every field, one line each."""
    project, _ = project_for(slug, Role.LEAD)
    record("quality by week of %r downloaded", slug)
    return csv_file(csv_rows.table(weeks_table(project)), f"{slug}-quality-weeks")


def field_asked(project: Project) -> str:
    """Return the field that the address asks for, stance where it says nothing."""
    return chosen(FIELD, compared_fields(project.codebook), "stance")


def rows_in(
    project: Project, people: Sequence[PersonQuality], field: str, twice: Twice
) -> list[Row]:
    """Return the annotators in one field; `twice` is their agreement with themselves."""
    rest = rest_in(project, field)
    least = qualifying.asked_for(qualifying.training_of(project), project.codebook)
    return [
        Row(
            each,
            each.scores.get(field),
            least.get(field, 0.0),
            each.control.get(field),
            rest.get(each.person.pseudonym),
            twice.get(each.person.user_id, {}).get(field),
        )
        for each in people
    ]


def medians(project: Project) -> dict[int, float]:
    """Return the median seconds per answer of each annotator, kept until an answer changes."""

    def make() -> Medians:
        return Medians(tuple(report.median_seconds(project).items()))

    return dict(kept(project, "seconds", (), Medians, make).seconds)


def rest_in(project: Project, field: str) -> dict[str, AnnotatorReport]:
    """Return how each annotator agrees with all others in one field, by pseudonym."""
    selection = Selection(headlines=project.headlines_in_agreement)
    people = shown_now(project, selection).report.people
    found = next((each for each in people if each.field == field), None)
    return {each.name: each for each in found.annotators} if found else {}


def held_back(row: Row) -> bool:
    """Say whether an annotator gets no work yet."""
    return row.quality.person.annotator and not row.quality.standing.qualified


def shown_series(series: Sequence[Weekly], who: str) -> list[Weekly]:
    """Return whose weeks are drawn: the one asked for, else all and those who leave the limits."""
    if who:
        return [each for each in series if each.person and each.person.pseudonym == who]
    ranked = sorted(series[1:], key=lambda each: not each.chart.alarms)
    return [*series[:1], *ranked[:MOST_PANELS]]


def table(project: Project) -> Iterator[Sequence[Any]]:
    """Yield the heading, and a line per annotator and field."""
    yield (
        "annotator", "state", "median_seconds", "field", "training_right", "training_n",
        "control_right", "control_n", "control_low", "control_high", "kappa_with_the_rest", "pairs",
        "repeats_same", "repeats_alpha", "repeats_low", "repeats_high", "repeats_n",
    )  # fmt: skip
    people = report.people_quality(project, report.control_answers(project), medians(project))
    twice = repeats.with_oneself(project)
    for field in compared_fields(project.codebook):
        for row in rows_in(project, people, field, twice):
            yield line_of(row, field)


def line_of(row: Row, field: str) -> Sequence[Any]:
    """Return the line of one annotator in one field."""
    training, control, rest = row.training or Share(), row.control or Share(), row.rest
    low, high = control.interval or ("", "")
    return (
        row.name,
        row.quality.standing.state,
        "" if row.quality.seconds is None else row.quality.seconds,
        field,
        *((training.right, training.n) if training.n else ("", "")),
        *((control.right, control.n) if control.n else ("", "")),
        low,
        high,
        "" if rest is None or rest.kappa.value is None else rest.kappa.value,
        "" if rest is None else rest.kappa.n_units,
        *oneself_cells(row.oneself),
    )


def oneself_cells(found: Oneself | None) -> Sequence[Any]:
    """Return percent agreement with oneself, alpha with its interval, and the pairs."""
    if found is None or not found.n:
        return ("",) * 5
    interval = found.alpha_interval
    cells = (found.percent, found.alpha, interval.low, interval.high)
    return (*("" if each is None else each for each in cells), found.n)


def weeks_table(project: Project) -> Iterator[Sequence[Any]]:
    """Yield the heading, and a line per annotator, field and week; all together have no name."""
    yield (
        "annotator", "field", "week_from", "right", "n", "low", "high", "limit_low", "limit_high",
        "leaves", "first", "sum", "sum_limit", "falls",
    )  # fmt: skip
    control = report.control_answers(project)
    people = [each.person for each in report.people_quality(project, control, {})]
    for field in compared_fields(project.codebook):
        for each in report.weekly(people, control, field):
            name = each.person.pseudonym if each.person else ""
            for week in each.chart.weeks:
                low, high = week.share.interval or ("", "")
                yield (
                    name, field, week.monday.isoformat(), week.share.right, week.share.n,
                    low, high, week.low, week.high, week.leaves,
                    yes(week.first), week.total, LIMIT, yes(week.falls),
                )  # fmt: skip


def yes(it: bool) -> str:
    """Return "yes" or nothing."""
    return "yes" if it else ""
