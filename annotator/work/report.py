"""What an agreement report holds: figures, what they rest on, and their JSON."""

from dataclasses import dataclass
from itertools import combinations
from typing import Any

from annotator.measure.confusion import skewed
from annotator.measure.result import Measure
from annotator.work.counts import Scope
from annotator.work.selecting import Selection

STATUS, SPEAKER, STANCE, SCALE, CERTAINTY = FIELDS = (
    "status", "speaker", "stance", "stance_on_scale", "certainty",
)  # fmt: skip
FIRM, TENTATIVE = 0.8, 0.667  # Krippendorff 2018, chapter 12


@dataclass(frozen=True)
class FieldReport:
    """Agreement on one field, over the sentences with two or more answers to it.

    `values` are the declared ones in their order (for speakers: the names given, most frequent
    first), `given` counts the answers of each. `compared` counts the pairs of answers to one
    sentence, and `pairs` those that joined two values: symmetric, None where the values are open.
    `single` sentences have one answer only and count nowhere else.
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
        """Return "firm", "tentative" or "revise" by the value alone, None where undefined."""
        value = self.alpha.value
        return None if value is None else verdict_of(value)

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
            "measures": {m.name: measure_json(m) for m in (self.alpha, self.percent)},
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


@dataclass(frozen=True)
class Report:
    """Agreement in one project as it is now."""

    project: str
    codebook: str
    selection: Selection
    scope: Scope
    fields: tuple[FieldReport, ...]
    shared_articles: int

    def field(self, name: str) -> FieldReport:
        """Return the report on one field, or raise KeyError."""
        return {field.name: field for field in self.fields}[name]

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON: the same keys in the same order, whatever is stored.

        `project`, `codebook` (version), `selection` {segments, round, origins, complete},
        `scope` {articles, sentences, annotators, answers, claims, double_labelled}, and `fields`:
        NAME -> {level, values, counts {VALUE: n}, measures {NAME: {value, low, high, se, n,
        reason}}, verdict, skewed, n_units, n_answers, n_annotators, n_articles, n_single, n_pairs,
        pairs}.
        Field names are those of `FIELDS`; stance_on_scale is there only if the codebook has stances
        off the scale. `value` is null and `reason` says why where a measure is not defined; `low`,
        `high` and `se` are null where they are not known; `n` counts sentences. `pairs` is a table
        in the order of `values`, null for speakers.
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
            },
            "scope": {
                "articles": scope.articles,
                "sentences": scope.sentences,
                "annotators": scope.annotators,
                "answers": scope.answers,
                "claims": scope.claims,
                "double_labelled": scope.double_labelled,
            },
            "fields": {field.name: field.to_json() for field in self.fields},
        }


def measure_json(measure: Measure) -> dict[str, Any]:
    """Return one measure as every JSON of the product has it."""
    return {
        "value": measure.value,
        "low": None,
        "high": None,
        "se": measure.se,
        "n": measure.n_units,
        "reason": measure.reason,
    }


def verdict_of(value: float) -> str:
    """Return how alpha reads, by its value alone; the limits are given to three decimals."""
    known = round(value, 3)
    if known >= FIRM:
        return "firm"
    return "tentative" if known >= TENTATIVE else "revise"
