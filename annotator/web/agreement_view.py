"""What the agreement page shows, made from a report and the codebook; nothing is measured here."""

from collections.abc import Mapping
from dataclasses import dataclass

from annotator.codebook.scheme import Certainty, Codebook, Stance
from annotator.web.agreement_chart import Chart, chart_of
from annotator.work import wording
from annotator.work.report import CERTAINTY, SPEAKER, STANCE, STATUS, FieldReport, Report
from annotator.work.wording import Words

Known = Mapping[str, Stance | Certainty]
MOST_SPEAKERS = 8
SHADES = 3
MOST_BOLD = 2
# Shape and tone of each verdict; None is "not defined".
SHAPES = {
    "firm": ("tick", "ok"),
    "tentative": ("half", "neu"),
    "revise": ("attention", "warn"),
    None: ("missing", "still"),
}


@dataclass(frozen=True)
class Step:
    """One row of the chart, in words and numbers."""

    field: FieldReport
    question: str
    condition: str
    alpha: str
    raw: str
    verdict: str
    shape: str
    tone: str
    reading: list[str]


@dataclass(frozen=True)
class Given:
    """How often one value was given; `value` is the codebook's where it has a shape."""

    label: str
    value: Stance | Certainty | None
    count: int
    share: str


@dataclass(frozen=True)
class Distribution:
    """How often each value of a field was given, and how many further values there are."""

    title: str
    rows: tuple[Given, ...]
    total: int
    others: int
    warning: str


@dataclass(frozen=True)
class Cell:
    """One cell of a confusion table; `shade` 0 to 3 says how much stands there."""

    count: int
    shade: int
    bold: bool
    same: bool


@dataclass(frozen=True)
class Confusion:
    """The pairs of values that met in one sentence."""

    name: str
    heads: tuple[Given, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: int


@dataclass(frozen=True)
class Column:
    """One field of claims: what was confused and what was given, and one more field below."""

    confusion: Confusion
    distributions: tuple[Distribution, ...]


@dataclass(frozen=True)
class View:
    """The whole page."""

    report: Report
    scope: str
    summary: list[Words]
    steps: tuple[Step, ...]
    chart: Chart
    columns: tuple[Column, ...]


def view_of(report: Report, codebook: Codebook) -> View:
    """Return what the page shows."""
    stances: Known = {stance.value: stance for stance in codebook.stances}
    certainties: Known = {certainty.value: certainty for certainty in codebook.certainties}
    return View(
        report=report,
        scope=wording.scope(report),
        summary=wording.summary(report),
        steps=tuple(step_of(field) for field in report.fields),
        chart=chart_of(report),
        columns=(
            column_of(report.field(STANCE), stances, report.field(STATUS)),
            column_of(report.field(CERTAINTY), certainties, report.field(SPEAKER)),
        ),
    )


def column_of(field: FieldReport, known: Known, below: FieldReport) -> Column:
    """Return what is shown of a field, and the values of another one below it."""
    return Column(
        confusion_of(field, known), (distribution_of(field, known), distribution_of(below, {}))
    )


def step_of(field: FieldReport) -> Step:
    """Return the row of one field."""
    shape, tone = SHAPES[field.verdict]
    raw = field.percent.value
    return Step(
        field=field,
        question=wording.QUESTIONS[field.name],
        condition=wording.condition(field),
        alpha=wording.figure(field.alpha),
        raw="" if raw is None else wording.percent(raw),
        verdict=wording.verdict(field),
        shape=shape,
        tone=tone,
        reading=wording.reading(field),
    )


def given_of(field: FieldReport, known: Known) -> list[Given]:
    """Return each value that is shown with its count."""
    shares = field.shares
    return [
        Given(
            label=field.labels[place],
            value=known.get(field.values[place]),
            count=field.given[place],
            share=wording.percent(shares.get(field.values[place], 0.0)),
        )
        for place in shown_places(field, known)
    ]


def shown_places(field: FieldReport, known: Known) -> list[int]:
    """Return the places of the values that are shown: retired ones only where they were given."""
    retired = {name for name, value in known.items() if value.retired}
    rows = enumerate(zip(field.values, field.given, strict=True))
    return [place for place, (value, count) in rows if count or value not in retired]


def distribution_of(field: FieldReport, known: Known) -> Distribution:
    """Return the values of a field as bars; of speakers the most frequent ones."""
    rows = given_of(field, known)
    shown = rows if field.pairs is not None else rows[:MOST_SPEAKERS]
    return Distribution(
        title=wording.FIELD_TITLES[field.name],
        rows=tuple(shown),
        total=field.answers,
        others=len(rows) - len(shown),
        warning=wording.skew(field) if field.skewed and field.alpha.value is not None else "",
    )


def confusion_of(field: FieldReport, known: Known) -> Confusion:
    """Return the table of pairs: darker is more, the most confused in bold."""
    table = field.pairs or ()
    bold = {(i, j) for _, i, j in field.confused[:MOST_BOLD]}
    most = max((count for count, _, _ in field.confused), default=0)

    def cell(i: int, j: int) -> Cell:
        same = i == j
        shade = 0 if same or not most else -(-SHADES * table[i][j] // most)
        return Cell(table[i][j], shade, (min(i, j), max(i, j)) in bold, same)

    kept = shown_places(field, known)
    return Confusion(
        name=field.name,
        heads=tuple(given_of(field, known)),
        rows=tuple(tuple(cell(i, j) for j in kept) for i in kept),
        total=sum(table[i][j] for i in kept for j in kept if j <= i),
    )
