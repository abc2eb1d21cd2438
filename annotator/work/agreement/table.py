"""The figures of a report as one flat table, for a spreadsheet."""

from collections.abc import Iterator

from annotator.measure.coefficients.result import Measure
from annotator.measure.intervals.resampling import Interval
from annotator.work.agreement.report import FieldReport, Report

HEADS = (
    "table", "field", "name", "value", "low", "high", "se", "n_units", "n_answers", "n_annotators",
    "n_articles", "reason",
)  # fmt: skip
Row = tuple[object, ...]


def rows_of(report: Report) -> Iterator[Row]:
    """Yield the heads, then a row per measure, value, pair of values, and pair of annotators."""
    yield HEADS
    for field in (*report.fields, *report.more):
        yield from measures(field)
        for value, count, each in zip(field.values, field.given, field.by_value, strict=False):
            low, high = each.interval.low, each.interval.high
            yield ("value", field.name, safe(value), each.alpha, low, high, None, None, count,
                   None, None, None)  # fmt: skip
        if field.pairs is not None:
            for i, row in enumerate(field.pairs):
                for j, n in enumerate(row[: i + 1]):
                    both = safe(f"{field.values[j]} | {field.values[i]}")
                    yield ("confusion", field.name, both, n, *[None] * 8)
    for people in report.people:
        for pair in people.pairs:
            yield ("pair", people.field, f"{pair.a} | {pair.b}", *kappa(pair.kappa))
        for person in people.annotators:
            yield ("rest", people.field, person.name, *kappa(person.kappa))


def measures(field: FieldReport) -> Iterator[Row]:
    """Yield alpha, raw agreement and AC of a field."""
    known: list[tuple[Measure, Interval | None]] = [
        (field.alpha, field.interval), (field.percent, None)
    ]  # fmt: skip
    if field.ac is not None:
        known.append((field.ac, field.ac_interval))
    for measure, interval in known:
        low, high = (None, None) if interval is None else (interval.low, interval.high)
        yield ("measure", field.name, measure.name, measure.value, low, high, measure.se,
               field.units, field.answers, field.annotators, field.articles,
               measure.reason)  # fmt: skip


def kappa(measure: Measure) -> Row:
    """Return the numbers of one kappa."""
    return (measure.value, None, None, measure.se, measure.n_units, *[None] * 3, measure.reason)


def safe(text: str) -> str:
    """Return a cell that a spreadsheet does not take for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
