"""What the page of models shows, made from the report; nothing is measured here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from annotator import phrases
from annotator.codebook.scheme import Codebook
from annotator.web.agreement.chart import Chart, Row, between, bounds, drawn, number
from annotator.work.agreement import wording
from annotator.work.models.report import Alpha, Anchoring, Confusion, FieldAlphas, Shown

AMONG = "Among people"
HEIGHT = 52
# From which share of a row of gold on an error is shaded, and darker.
SHADES = (0.05, 0.15, 0.35)


@dataclass(frozen=True)
class Line:
    """One figure of a field: whose, alpha, its interval, and what it rests on."""

    name: str
    alpha: str
    interval: str
    units: str
    reason: str


@dataclass(frozen=True)
class FieldView:
    """One field, drawn and in numbers."""

    name: str
    title: str
    level: str
    chart: Chart
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Cell:
    """How often a model says a value where gold has another or the same; `shade` 0 to 3."""

    count: int
    same: bool
    shade: int


@dataclass(frozen=True)
class ConfusionView:
    """What one model says on a field, by what gold says; rows that gold has."""

    field: str
    title: str
    accuracy: str
    n: int
    heads: tuple[str, ...]
    rows: tuple[tuple[str, int, tuple[Cell, ...]], ...]


def field_view(field: FieldAlphas, book: Codebook) -> FieldView:
    """Lay out alpha among people and of each model with people."""
    each = [(AMONG, field.people), *((f"{one.who} with people", one) for one in field.models)]
    title = wording.question(field.name, book)
    rows = [
        Row(
            name,
            number(alpha.alpha.value),
            alpha.alpha.value,
            *bounds(alpha.interval),
            f"{name} {number(alpha.alpha.value)}{between(alpha.interval)}",
        )
        for name, alpha in each
    ]
    return FieldView(
        field.name,
        title,
        field.level,
        drawn(f"models-{field.name}", f"{title}: people and models", rows, HEIGHT),
        tuple(line(name, alpha, name == AMONG) for name, alpha in each),
    )


def line(name: str, each: Alpha, of_people: bool) -> Line:
    """Return one figure in words."""
    unit = "sentence" if of_people else "pair"
    return Line(
        name,
        number(each.alpha.value),
        wording.interval(each.interval) or (each.interval.reason if each.interval else ""),
        phrases.counted(each.alpha.n_units, unit),
        each.alpha.reason or "",
    )


def confusion_view(found: Confusion, book: Codebook) -> ConfusionView:
    """Return a confusion with shades; values that neither gold nor the model has are left out."""
    used = [
        place
        for place in range(len(found.values))
        if any(found.counts[place]) or any(row[place] for row in found.counts)
    ]
    rows = []
    for place in used:
        counts = [found.counts[place][other] for other in used]
        total = sum(counts)
        cells = tuple(
            Cell(
                count,
                other == place,
                0 if other == place or not total else sum(count / total >= s for s in SHADES),
            )
            for other, count in zip(used, counts, strict=True)
        )
        rows.append((found.labels[place], total, cells))
    accuracy = found.accuracy
    return ConfusionView(
        found.field,
        wording.question(found.field, book),
        "" if accuracy is None else phrases.percent(accuracy),
        found.n,
        tuple(found.labels[place] for place in used),
        tuple(rows),
    )


@dataclass(frozen=True)
class AnchoringLine:
    """What suggestions do to one field, in words; shares in whole percent for the bars."""

    field: str
    shown: str
    shown_percent: int
    hidden: str
    hidden_percent: int
    difference: str
    interval: str


def anchoring_line(found: Anchoring, book: Codebook) -> AnchoringLine:
    """Return what suggestions do to one field."""
    low, high = found.interval.low, found.interval.high
    known = low is not None and high is not None
    return AnchoringLine(
        wording.question(found.field, book),
        of_all(found.shown),
        round(100 * (found.shown.share or 0)),
        of_all(found.hidden),
        round(100 * (found.hidden.share or 0)),
        signed(found.difference),
        f"{signed(low)} to {signed(high)}" if known else found.interval.reason,
    )


def of_all(shown: Shown) -> str:
    """Return a share with what it rests on."""
    return "none" if shown.share is None else f"{phrases.percent(shown.share)} of {shown.n:,}"


def signed(value: float | None) -> str:
    """Return a difference of shares in percentage points, with its sign."""
    if value is None:
        return "not defined"
    points = f"{abs(100 * value):.1f}"
    return f"{phrases.MINUS if value < 0 else '+'}{points} points"


@dataclass(frozen=True)
class Person:
    """The model beside one person: `advantage` in whole percent for the bar, and in words."""

    name: str
    n: int
    percent: int
    advantage: str
    p: str
    wins: bool


@dataclass(frozen=True)
class TestView:
    """What the test says, in words and by person."""

    __test__ = False
    passed: bool
    known: bool
    verdict: str
    persons: tuple[Person, ...]
    left_out: Mapping[str, str]
    warnings: tuple[str, ...]


def test_view(found: dict[str, Any]) -> TestView:
    """Return the test in words."""
    persons = tuple(
        Person(
            name,
            each["n"],
            round(100 * each["advantage"]),
            phrases.coefficient(each["advantage"]),
            p_value(each["p"]),
            each["wins"],
        )
        for name, each in found["persons"].items()
    )
    return TestView(
        found["passed"],
        bool(persons),
        verdict(found, len(persons)),
        persons,
        found["left_out"],
        tuple(found["warnings"]),
    )


test_view.__test__ = False  # type: ignore[attr-defined]


def verdict(found: dict[str, Any], n: int) -> str:
    """Return what the test says of the model, as sentences."""
    if not n:
        return "No verdict: every person was left out."
    won = sum(each["wins"] for each in found["persons"].values())
    rate = phrases.coefficient(found["winning_rate"])
    people = "person" if n == 1 else "people"
    begin = f"{found['model']} wins against {won:,} of {n:,} {people} (winning rate {rate}, needed"
    said = f"{begin} .50); average advantage {phrases.coefficient(found['advantage'])}."
    if found["passed"]:
        return f"{said} It may replace a person for this field."
    return f"{said} This does not show that it may replace a person."


def p_value(p: float) -> str:
    """Return a p value with three decimals."""
    return "under .001" if p < 0.001 else f"{p:.3f}".removeprefix("0")
