"""What an agreement report holds: figures, what they rest on, and their JSON."""

from dataclasses import asdict, dataclass, field
from datetime import date
from itertools import combinations
from math import prod
from typing import Any

from annotator.measure.coefficients.confusion import skewed
from annotator.measure.coefficients.result import Measure
from annotator.measure.coefficients.verdict import FIRM, TENTATIVE, verdict_of
from annotator.measure.intervals.resampling import Interval, Settings
from annotator.work.agreement.selection import Scope, Selection

STATUS, SPEAKER, STANCE, SCALE, CERTAINTY = FIELDS = (
    "status", "speaker", "stance", "stance_on_scale", "certainty",
)  # fmt: skip
# Further looks at the same fields, and the last two steps of the waterfall.
RELATED, SPEAKERS, TYPES, TOP, ALIGNED_STANCE, ALIGNED_CERTAINTY = MORE = (
    "stance_related", "speakers", "speaker_type", "certainty_top", "aligned_stance",
    "aligned_certainty",
)  # fmt: skip
STEPS = (STATUS, SPEAKER, ALIGNED_STANCE, ALIGNED_CERTAINTY)
FAR_LOWER = 0.1
SKEW = "skew"


@dataclass(frozen=True)
class ValueReport:
    """Agreement on one value against all the rest; `alpha` is None where it is not defined."""

    alpha: float | None
    interval: Interval


@dataclass(frozen=True)
class FieldReport:
    """Agreement on one field, over the sentences with two or more answers to it.

    `values` are the declared ones in their order (for speakers: the names given, most frequent
    first), `given` counts the answers of each. `compared` counts the pairs of answers to one
    sentence, and `pairs` those that joined two values: symmetric, None where the values are open.
    `single` sentences have one answer only and count nowhere else. `interval` belongs to alpha.
    `word` names the unit: "sentence", or "claim" where claims are lined up by their speakers.
    """

    name: str
    level: str
    values: tuple[str, ...]
    labels: tuple[str, ...]
    given: tuple[int, ...]
    alpha: Measure
    percent: Measure
    annotators: int
    articles: int
    single: int
    compared: int
    pairs: tuple[tuple[int, ...], ...] | None = None
    interval: Interval | None = None
    ac: Measure | None = None
    ac_interval: Interval | None = None
    by_value: tuple[ValueReport, ...] = ()
    word: str = "sentence"

    @property
    def units(self) -> int:
        """Return the number of sentences with two or more answers."""
        return self.alpha.n_units

    @property
    def answers(self) -> int:
        """Return the number of answers to them."""
        return self.alpha.n_ratings

    @property
    def shares(self) -> dict[str, float]:
        """Return the share of each value among the answers; empty without answers."""
        total = sum(self.given)
        return {v: n / total for v, n in zip(self.values, self.given, strict=True) if total}

    @property
    def skewed(self) -> bool:
        """Say whether one value has almost all answers, which makes alpha low."""
        return skewed(self.shares)

    @property
    def agreeing(self) -> int:
        """Return the number of pairs of answers that agree."""
        return round((self.percent.value or 0.0) * self.compared)

    @property
    def verdict(self) -> str | None:
        """Return "firm", "tentative", "skew" or "revise", None where alpha is not defined.

        By the value; "firm" only where there is an interval and it stays above what needs revising,
        "skew" in place of "revise" where skew alone holds alpha down.
        """
        value = self.alpha.value
        if value is None:
            return None
        known = self.interval is None or (self.interval.low is not None and not self.reaches_down)
        said = verdict_of(value)
        if said == "revise" and self.held_down:
            return SKEW
        return "tentative" if said == "firm" and not known else said

    @property
    def held_down(self) -> bool:
        """Say whether skew alone holds alpha down: then the rules may be as good as they can be.

        One value has almost all answers, alpha lies far below the raw agreement, and what skew does
        not lower is high: the raw agreement, and AC where there is one.
        """
        value, raw = self.alpha.value, self.percent.value
        if value is None or raw is None or not self.skewed:
            return False
        ac = raw if self.ac is None else self.ac.value
        return raw - value > FAR_LOWER and raw >= FIRM and ac is not None and ac >= TENTATIVE

    @property
    def reaches_down(self) -> bool:
        """Say whether the interval reaches below what is tentative."""
        low = None if self.interval is None else self.interval.low
        return low is not None and round(low, 3) < TENTATIVE

    @property
    def confused(self) -> tuple[tuple[int, int, int], ...]:
        """Return (pairs of answers, value, value) by index, the most confused first."""
        table = self.pairs or ()
        mixed = ((table[i][j], i, j) for i, j in combinations(range(len(table)), 2))
        return tuple(sorted((cell for cell in mixed if cell[0]), key=lambda c: (-c[0], *c[1:])))

    def to_json(self) -> dict[str, Any]:
        """Return the figures as the documentation of `Report.to_json` has them."""
        return {
            "level": self.level,
            "values": list(self.values),
            "counts": dict(zip(self.values, self.given, strict=True)),
            "measures": self.measures_json(),
            "per_value": {
                value: {"count": n, **value_json(each)}
                for value, n, each in zip(self.values, self.given, self.by_value, strict=False)
            },
            "verdict": self.verdict,
            "skewed": self.skewed,
            "n_units": self.units,
            "n_answers": self.answers,
            "n_annotators": self.annotators,
            "n_articles": self.articles,
            "n_single": self.single,
            "n_pairs": self.compared,
            "pairs": None if self.pairs is None else [list(row) for row in self.pairs],
        }

    def measures_json(self) -> dict[str, Any]:
        """Return alpha, raw agreement and AC, where the field has a declared scale."""
        known = {
            self.alpha.name: measure_json(self.alpha, self.interval),
            self.percent.name: measure_json(self.percent),
        }
        if self.ac is not None:
            known[self.ac.name] = measure_json(self.ac, self.ac_interval)
        return known


@dataclass(frozen=True)
class PairReport:
    """How two annotators agree on one field: Cohen's kappa over the sentences both answered."""

    a: str
    b: str
    kappa: Measure


@dataclass(frozen=True)
class AnnotatorReport:
    """How one annotator stands to all others on one field.

    `given` counts the answers per value, also those to sentences nobody else answered. `kappa`
    pools the pairs with all others; its `n_units` counts them. `alpha_without` is alpha of
    everybody else.
    """

    name: str
    given: tuple[int, ...]
    kappa: Measure
    alpha_without: float | None


@dataclass(frozen=True)
class PeopleReport:
    """Who agrees with whom on one field."""

    field: str
    pairs: tuple[PairReport, ...]
    annotators: tuple[AnnotatorReport, ...]


@dataclass(frozen=True)
class Presence:
    """How often two annotators of one sentence have the same claim, by its speaker.

    `both` counts pairs that have it, `one` pairs where one has it and the other does not.
    """

    both: int
    one: int
    agreement: float | None


@dataclass(frozen=True)
class Report:
    """Agreement in one project as it is now.

    `fields` are the headline figures, `more` further looks and the aligned claims. `unmerged` is
    alpha of the speaker as they were stored, where merges changed it.
    """

    project: str
    codebook: str
    selection: Selection
    scope: Scope
    fields: tuple[FieldReport, ...]
    shared_articles: int
    more: tuple[FieldReport, ...] = ()
    people: tuple[PeopleReport, ...] = ()
    presence: Presence = Presence(0, 0, None)
    unmerged: float | None = None
    settings: Settings = field(default_factory=Settings)

    def field(self, name: str) -> FieldReport:
        """Return the report on one field, or raise KeyError."""
        return {each.name: each for each in (*self.fields, *self.more)}[name]

    @property
    def steps(self) -> tuple[FieldReport, ...]:
        """Return the waterfall: each step looks only at what survived the one before."""
        known = {each.name: each for each in (*self.fields, *self.more)}
        return tuple(known[name] for name in STEPS if name in known)

    @property
    def all_the_way(self) -> float | None:
        """Return the product of the raw shares of the steps: pairs that agree all the way down."""
        shares = [step.percent.value for step in self.steps]
        return None if None in shares else prod(share for share in shares if share is not None)

    def to_json(self) -> dict[str, Any]:
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
        skewed, n_units, n_answers, n_annotators, n_articles, n_single, n_pairs, pairs}.
        Field names are those of `FIELDS` and `MORE`; stance_on_scale and stance_related are there
        only if the codebook has stances off the scale. `value` is null and `reason` says why where
        a measure is not defined; `low`, `high` and `se` are null where they are not known; `n`
        counts units. `pairs` is a table in the order of `values`, null for speakers.
        """
        scope = self.scope
        return {
            "project": self.project,
            "codebook": self.codebook,
            "selection": {
                "segments": list(self.selection.segments),
                "round": self.selection.round,
                "origins": list(self.selection.origins),
                "complete": True,
                "articles": list(self.selection.articles),
                "annotators": list(self.selection.annotators),
                "version": self.selection.version,
                "since": day(self.selection.since),
                "until": day(self.selection.until),
            },
            "settings": {
                "interval": self.settings.level,
                "unit": "article",
                "replicates": self.settings.replicates,
                "seed": self.settings.seed,
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
            "steps": list(STEPS),
            "all_the_way": self.all_the_way,
            "presence": asdict(self.presence),
            "speaker_before_merges": self.unmerged,
            "people": {each.field: people_json(each, self) for each in self.people},
            "fields": {each.name: each.to_json() for each in (*self.fields, *self.more)},
        }


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
    """Return one kappa."""
    return {"n": kappa.n_units, "value": kappa.value, "se": kappa.se, "reason": kappa.reason}


def value_json(each: ValueReport) -> dict[str, Any]:
    """Return the alpha of one value against the rest."""
    return {"alpha": each.alpha, "low": each.interval.low, "high": each.interval.high}


def day(known: date | None) -> str | None:
    """Return a day as it is written in files."""
    return None if known is None else known.isoformat()


def measure_json(measure: Measure, interval: Interval | None = None) -> dict[str, Any]:
    """Return one measure as every JSON of the product has it."""
    return {
        "value": measure.value,
        "low": None if interval is None else interval.low,
        "high": None if interval is None else interval.high,
        "se": measure.se,
        "n": measure.n_units,
        "reason": measure.reason,
    }
