"""The figures of a report for machines: as JSON, and as one flat table for a spreadsheet."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

from annotator.measure.coefficients.result import Measure, measure_json
from annotator.measure.intervals.resampling import Interval
from annotator.work.agreement.report import FieldReport, PeopleReport, Report, ValueReport

HEADS = (
    "table", "field", "name", "value", "low", "high", "se", "n_units", "n_answers", "n_annotators",
    "n_articles", "n_clusters", "reason",
)  # fmt: skip
Row = tuple[object, ...]
# What intervals resample: an article together with its near-duplicates.
CLUSTER = "cluster"


def report_json(report: Report) -> dict[str, Any]:
    """Return the report as JSON: the same keys in the same order, whatever is stored.

    `project`, `codebook` (version), `selection` {segments, round, origins, complete, articles,
    annotators, version, since, until}, `settings` {interval, unit, replicates, seed}, `scope`
    {articles, sentences, annotators, answers, claims, double_labelled, eligible_sentences
    (answered or not), changed_answers (round 1 has them as they were)}, `steps` (names of
    fields, each conditional on the one before), `all_the_way` (product of their raw shares),
    `presence` {both, one, agreement}, `speaker_before_merges`, `people` {FIELD: {pairs [{a, b,
    n, value, se, reason}], annotators {NAME: {counts, rest {n, value, se, reason},
    alpha_without}}}}, and `fields`: NAME -> {level, values, counts {VALUE: n}, measures {NAME:
    {value, low, high, se, n, reason}}, per_value {VALUE: {count, alpha, low, high}}, verdict,
    skewed, n_units, n_answers, n_annotators, n_articles, n_clusters (near-duplicates as one),
    n_single, n_pairs, pairs}.
    Field names are those of `FIELDS` and `MORE`; stance_on_scale and stance_related are there
    only if the codebook has stances off the scale. `value` is null and `reason` says why where
    a measure is not defined; `low`, `high` and `se` are null where they are not known; `n`
    counts units. `pairs` is a table in the order of `values`, null for speakers.
    """
    scope = report.scope
    return {
        "project": report.project,
        "codebook": report.codebook,
        "selection": {
            "segments": list(report.selection.segments),
            "round": report.selection.round,
            "origins": list(report.selection.origins),
            "complete": True,
            "articles": list(report.selection.articles),
            "annotators": list(report.selection.annotators),
            "version": report.selection.version,
            "since": day(report.selection.since),
            "until": day(report.selection.until),
        },
        "settings": {
            "interval": report.settings.level,
            "unit": CLUSTER,
            "replicates": report.settings.replicates,
            "seed": report.settings.seed,
        },
        "scope": {
            "articles": scope.articles,
            "sentences": scope.sentences,
            "annotators": scope.annotators,
            "answers": scope.answers,
            "claims": scope.claims,
            "double_labelled": scope.double_labelled,
            "eligible_sentences": scope.eligible,
            "changed_answers": scope.changed,
        },
        "steps": [each.name for each in report.steps],
        "all_the_way": report.all_the_way,
        "presence": asdict(report.presence),
        "speaker_before_merges": report.unmerged,
        "people": {each.field: people_json(each, report) for each in report.people},
        "fields": {each.name: field_json(each) for each in (*report.fields, *report.more)},
    }


def field_json(field: FieldReport) -> dict[str, Any]:
    """Return the figures of one field, as the documentation of `report_json` has them."""
    return {
        "level": field.level,
        "values": list(field.values),
        "counts": dict(zip(field.values, field.given, strict=True)),
        "measures": measures_json(field),
        "per_value": {
            value: {"count": n, **value_json(each)}
            for value, n, each in zip(field.values, field.given, field.by_value, strict=False)
        },
        "verdict": field.verdict,
        "skewed": field.skewed,
        "n_units": field.units,
        "n_answers": field.answers,
        "n_annotators": field.annotators,
        "n_articles": field.articles,
        "n_clusters": field.clusters,
        "n_single": field.single,
        "n_pairs": field.compared,
        "pairs": None if field.pairs is None else [list(row) for row in field.pairs],
    }


def measures_json(field: FieldReport) -> dict[str, Any]:
    """Return alpha, raw agreement and AC, where the field has a declared scale."""
    known = {
        field.alpha.name: measure_json(field.alpha, field.interval),
        field.percent.name: measure_json(field.percent),
    }
    if field.ac is not None:
        known[field.ac.name] = measure_json(field.ac, field.ac_interval)
    return known


def people_json(people: PeopleReport, report: Report) -> dict[str, Any]:
    """Return the pairs of annotators and each against the rest."""
    values = report.field(people.field).values
    return {
        "pairs": [{"a": pair.a, "b": pair.b, **kappa_json(pair.kappa)} for pair in people.pairs],
        "annotators": {
            each.name: {
                "counts": dict(zip(values, each.given, strict=True)),
                "rest": kappa_json(each.kappa),
                "alpha_without": each.alpha_without,
            }
            for each in people.annotators
        },
    }


def kappa_json(kappa: Measure) -> dict[str, Any]:
    return {"n": kappa.n_units, "value": kappa.value, "se": kappa.se, "reason": kappa.reason}


def value_json(each: ValueReport) -> dict[str, Any]:
    """Return the alpha of one value against the rest."""
    return {"alpha": each.alpha, "low": each.interval.low, "high": each.interval.high}


def day(known: date | None) -> str | None:
    """Return a day as it is written in files."""
    return None if known is None else known.isoformat()


def rows_of(report: Report) -> Iterator[Row]:
    """Yield the heads, then a row per measure, value, pair of values, and pair of annotators."""
    yield HEADS
    for field in (*report.fields, *report.more):
        yield from measures(field)
        for value, count, each in zip(field.values, field.given, field.by_value, strict=False):
            low, high = each.interval.low, each.interval.high
            yield ("value", field.name, safe(value), each.alpha, low, high, None, None, count,
                   None, None, None, None)  # fmt: skip
        if field.pairs is not None:
            for i, row in enumerate(field.pairs):
                for j, n in enumerate(row[: i + 1]):
                    both = safe(f"{field.values[j]} | {field.values[i]}")
                    yield ("confusion", field.name, both, n, *[None] * 9)
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
               field.units, field.answers, field.annotators, field.articles, field.clusters,
               measure.reason)  # fmt: skip


def kappa(measure: Measure) -> Row:
    """Return the numbers of one kappa."""
    return (measure.value, None, None, measure.se, measure.n_units, *[None] * 4, measure.reason)


def safe(text: str) -> str:
    """Return a cell that a spreadsheet does not take for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def as_json(report: Report) -> str:
    """Return the report as JSON text: the same bytes on the page and at the command line."""
    return json.dumps(report_json(report), ensure_ascii=False, indent=2) + "\n"
