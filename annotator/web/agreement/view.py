"""What the agreement page shows, made from a report and the codebook; nothing is measured here."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from statistics import median

from annotator import phrases
from annotator.codebook.scheme import USUAL_LABELS, Certainty, Codebook, Stance
from annotator.measure.coefficients.result import Measure
from annotator.web.agreement.chart import Chart, chart_of, number, value_chart
from annotator.web.agreement.filters import field_word
from annotator.work.agreement import wording
from annotator.work.agreement.report import (
    SPEAKER,
    STATUS,
    AnnotatorReport,
    FieldReport,
    PairReport,
    PeopleReport,
    Report,
)
from annotator.work.agreement.wording import Words

Known = Mapping[str, Stance | Certainty]
# Of many annotators those who agree least with the others: the file has all of them.
MOST_IN_TABLE, MOST_LISTED = 40, 100
BY_NAME, BY_KAPPA = "name", "kappa"
ORDERS = {BY_NAME: "By name", BY_KAPPA: "Lowest kappa first"}
# Of many pairs the lowest are listed: whoever reads on has the table and the file.
MOST_PAIRS = 20
MOST_SPEAKERS = 8
SHADES = 3
MOST_BOLD = 2
FEW, VERY_FEW = 50, 20
APART = 0.05
# Shape and tone of each verdict; None is "not defined".
SHAPES = {
    "firm": ("tick", "ok"),
    "tentative": ("half", "neu"),
    "skew": ("missing", "still"),
    "revise": ("attention", "warn"),
    None: ("missing", "still"),
}


@dataclass(frozen=True)
class Step:
    """One figure, in words and numbers."""

    field: FieldReport
    question: str
    condition: str
    alpha: str
    interval: str
    ac: str
    raw: str
    rests: str
    planning: str
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

    name: str
    title: str
    rows: tuple[Given, ...]
    total: int
    others: int
    warning: str


@dataclass(frozen=True)
class Cell:
    """One cell of a confusion table; `shade` 0 to 3 says how much stands there."""

    a: str
    b: str
    count: int
    shade: int
    bold: bool
    same: bool


@dataclass(frozen=True)
class Confusion:
    """The pairs of values that met in one sentence."""

    name: str
    called: str  # the field in the words of the codebook
    heads: tuple[Given, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: int


@dataclass(frozen=True)
class PairCell:
    """Two annotators; `shade` 0 to 3 says how high their kappa is, 0 where pairs are too few."""

    row: str
    column: str
    n: int
    kappa: str
    error: str
    shade: int
    few: bool


@dataclass(frozen=True)
class PersonRow:
    """One annotator: shares of values, kappa against the rest, alpha without."""

    name: str
    given: tuple[Given, ...]
    total: int
    kappa: str
    pairs: int
    without: str
    lowest: bool


@dataclass(frozen=True)
class People:
    """Who agrees with whom: rows of the lower triangle, and one row each."""

    names: tuple[str, ...]  # of the triangle: of many annotators those who agree least
    triangle: tuple[tuple[PairCell, ...], ...]
    rows: tuple[PersonRow, ...]
    lowest: tuple[PairCell, ...]  # the pairs with enough sentences, the lowest kappa first
    order: str  # of ORDERS
    many: int  # how many annotators there are


@dataclass(frozen=True)
class View:
    """The whole page; `focus` is the field that pairs, values and confusions are shown for."""

    report: Report
    scope: str
    summary: list[Words]
    steps: tuple[Step, ...]
    more: tuple[Step, ...]
    chart: Chart
    focus: str
    called: str  # the same in the words of the codebook
    by_value: Chart
    values: tuple[tuple[Given, str, str], ...]
    confusion: Confusion
    distributions: tuple[Distribution, ...]
    people: People | None


def view_of(
    report: Report, codebook: Codebook, focus: str, named: bool, order: str = BY_NAME
) -> View:
    """Return what the page shows; `named` where each annotator may be looked at.

    `order` is that of the annotators in the table of pairs.
    """
    field = report.field(focus)
    known = known_values(codebook, focus)
    further = [each for each in (*report.fields, *report.more) if each not in report.steps]
    return View(
        report=report,
        scope=wording.scope(report),
        summary=wording.summary(report, codebook),
        steps=tuple(step_of(each, codebook) for each in report.steps),
        more=tuple(step_of(each, codebook) for each in further),
        chart=chart_of(report, codebook),
        focus=focus,
        called=field_word(focus, codebook),
        by_value=value_chart(field),
        values=tuple(
            (given, number(each.alpha), wording.interval(each.interval))
            for given, each in zip(
                shares_of(field, field.given, known), field.by_value, strict=True
            )
        ),
        confusion=confusion_of(field, known, field_word(focus, codebook)),
        distributions=tuple(
            distribution_of(
                report.field(name),
                known_values(codebook, name),
                "Status" if name == STATUS else codebook.title_of(name),
            )
            for name in (STATUS, SPEAKER, *codebook.labels)
            if name in (STATUS, SPEAKER) or codebook.values_of(name)
        ),
        people=people_of(report, focus, known, order) if named else None,
    )


def known_values(codebook: Codebook, name: str) -> Known:
    """Return the values of a field that have a shape."""
    values = codebook.values_of(name) if name in USUAL_LABELS else ()
    return {each.value: each for each in values if isinstance(each, Stance | Certainty)}


def people_of(report: Report, focus: str, known: Known, order: str) -> People | None:
    """Return the annotators of a field, or None where there are none."""
    found = next((each for each in report.people if each.field == focus), None)
    if found is None or not found.annotators:
        return None
    ranked = by_kappa(found)
    names = tuple(each.name for each in ranked[:MOST_IN_TABLE])
    if order == BY_NAME:
        names = tuple(sorted(names))
    kappas = {frozenset((pair.a, pair.b)): pair.kappa for pair in found.pairs}
    triangle = tuple(
        tuple(pair_cell(row, column, kappas[frozenset((row, column))]) for column in names[:i])
        for i, row in enumerate(names)
    )
    rated = [each.kappa.value for each in found.annotators if each.kappa.value is not None]
    # Somebody is always lowest; said only where it is more than a matter of decimals.
    lowest = min(rated) if len(rated) > 2 and min(rated) < median(rated) - APART else None
    field = report.field(focus)
    listed = ranked if order == BY_KAPPA else list(found.annotators)
    if len(listed) > MOST_LISTED:
        listed = ranked[:MOST_LISTED]
    rows = tuple(
        PersonRow(
            name=each.name,
            given=tuple(shares_of(field, each.given, known)),
            total=sum(each.given),
            kappa=wording.figure(each.kappa),
            pairs=each.kappa.n_units,
            without=number(each.alpha_without),
            lowest=lowest is not None and each.kappa.value == lowest,
        )
        for each in listed
    )
    pairs = tuple(pair_cell(pair.b, pair.a, pair.kappa) for pair in lowest_pairs(found))
    return People(names, triangle, rows, pairs, order, len(found.annotators))


def by_kappa(found: PeopleReport) -> list[AnnotatorReport]:
    """Return the annotators, those first who agree least with the others."""
    return sorted(found.annotators, key=lambda each: (least_first(each.kappa), each.name))


def lowest_pairs(found: PeopleReport) -> list[PairReport]:
    """Return the pairs with the lowest kappa among those with enough sentences."""
    firm = [pair for pair in found.pairs if pair.kappa.n_units >= FEW]
    firm = [pair for pair in firm if pair.kappa.value is not None]
    firm.sort(key=lambda pair: (least_first(pair.kappa), pair.b, pair.a))
    return firm[:MOST_PAIRS]


def pairs_shown(found: PeopleReport) -> tuple[PairReport, ...]:
    """Return the pairs that the page shows: in the table, and the lowest."""
    names = {each.name for each in by_kappa(found)[:MOST_IN_TABLE]}
    lowest = {(pair.a, pair.b) for pair in lowest_pairs(found)}
    return tuple(
        pair for pair in found.pairs if {pair.a, pair.b} <= names or (pair.a, pair.b) in lowest
    )


def least_first(kappa: Measure) -> float:
    """Return by what figures are ordered: the lowest first, and last what is not defined."""
    return inf if kappa.value is None else kappa.value


def pair_cell(row: str, column: str, kappa: Measure) -> PairCell:
    """Return one pair: below 20 sentences n alone, below 50 without shade."""
    n = kappa.n_units
    value = kappa.value
    shown = "" if n < VERY_FEW else wording.figure(kappa)
    shade = 0 if n < FEW or value is None else sum(value >= limit for limit in (0.2, 0.5, 0.8))
    error = "" if kappa.se is None or n < VERY_FEW else phrases.coefficient(kappa.se)
    return PairCell(row, column, n, shown, error, shade, n < FEW)


def shares_of(field: FieldReport, counts: tuple[int, ...], known: Known) -> list[Given]:
    """Return how often one annotator gave each value."""
    total = sum(counts)
    return [
        Given(
            label=label,
            value=known.get(value),
            count=count,
            share=phrases.percent(count / total) if total else "",
        )
        for value, label, count in zip(field.values, field.labels, counts, strict=True)
    ]


def step_of(field: FieldReport, book: Codebook) -> Step:
    """Return the row of one field."""
    shape, tone = SHAPES[field.verdict]
    raw = field.percent.value
    return Step(
        field=field,
        question=wording.question(field.name, book),
        condition=wording.condition(field, book),
        alpha=wording.figure(field.alpha),
        interval=wording.interval(field.interval),
        ac="" if field.ac is None else wording.figure(field.ac),
        rests=wording.rests_on(field),
        planning=wording.planning(field),
        raw="" if raw is None else phrases.percent(raw),
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
            share=phrases.percent(shares.get(field.values[place], 0.0)),
        )
        for place in shown_places(field, known)
    ]


def shown_places(field: FieldReport, known: Known) -> list[int]:
    """Return the places of the values that are shown: retired ones only where they were given."""
    retired = {name for name, value in known.items() if value.retired}
    rows = enumerate(zip(field.values, field.given, strict=True))
    return [place for place, (value, count) in rows if count or value not in retired]


def distribution_of(field: FieldReport, known: Known, title: str) -> Distribution:
    """Return the values of a field as bars; of speakers the most frequent ones."""
    rows = given_of(field, known)
    shown = rows if field.pairs is not None else rows[:MOST_SPEAKERS]
    return Distribution(
        name=field.name,
        title=title,
        rows=tuple(shown),
        total=field.answers,
        others=len(rows) - len(shown),
        warning=wording.skew(field) if field.skewed and field.alpha.value is not None else "",
    )


def confusion_of(field: FieldReport, known: Known, called: str) -> Confusion:
    """Return the table of pairs: darker is more, the most confused in bold."""
    table = field.pairs or ()
    bold = {(i, j) for _, i, j in field.confused[:MOST_BOLD]}
    most = max((count for count, _, _ in field.confused), default=0)

    def cell(i: int, j: int) -> Cell:
        same = i == j
        shade = 0 if same or not most else -(-SHADES * table[i][j] // most)
        return Cell(
            field.values[i],
            field.values[j],
            table[i][j],
            shade,
            (min(i, j), max(i, j)) in bold,
            same,
        )

    kept = shown_places(field, known)
    return Confusion(
        name=field.name,
        called=called,
        heads=tuple(given_of(field, known)),
        rows=tuple(tuple(cell(i, j) for j in kept) for i in kept),
        total=sum(table[i][j] for i in kept for j in kept if j <= i),
    )
