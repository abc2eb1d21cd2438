"""What an agreement report looks at and holds: figures, and what they rest on."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import combinations
from math import prod
from typing import Self

from annotator.measure.coefficients.confusion import skewed
from annotator.measure.coefficients.result import Measure
from annotator.measure.coefficients.verdict import FIRM, TENTATIVE, verdict_of
from annotator.measure.intervals.resampling import Interval, Settings
from annotator.measure.origins import COUNTED
from annotator.measure.rounds import FIRST_ROUND
from annotator.text.outline import SEGMENTS

STATUS, SPEAKER, STANCE, SCALE, CERTAINTY, ASPECT = FIELDS = (
    "status", "speaker", "stance", "stance_on_scale", "certainty", "aspect",
)  # fmt: skip
# Further looks at the same fields, and the last steps of the waterfall.
RELATED, SPEAKERS, TYPES, TOP, ALIGNED_STANCE, ALIGNED_CERTAINTY, ALIGNED_ASPECT = MORE = (
    "stance_related", "speakers", "speaker_type", "certainty_top", "aligned_stance",
    "aligned_certainty", "aligned_aspect",
)  # fmt: skip
# The label of each step that is about one.
ALIGNED = {STANCE: ALIGNED_STANCE, CERTAINTY: ALIGNED_CERTAINTY, ASPECT: ALIGNED_ASPECT}
STEPS = (STATUS, SPEAKER, *ALIGNED.values())
FAR_LOWER = 0.1
SKEW = "skew"
BODY, HEADLINE = "body", "headline"


@dataclass(frozen=True)
class Selection:
    """Which answers count; by default only those given independently by people.

    Date lines and boilerplate do not count, incomplete answers never, and decisions of an
    adjudicator are no answers at all. `round` is 1 (given independently), 2 (changed later) or
    `NEWEST` (what gold has). `articles`, `annotators` and `version` (of the codebook) are
    ids, nothing meaning all; `since` and `until` are days (UTC) on which an answer was first given,
    both inclusive. `whole_articles`: date lines and boilerplate, too; gold has them.
    """

    headlines: bool = False
    round: int | None = FIRST_ROUND
    origins: tuple[str, ...] = COUNTED
    articles: tuple[int, ...] = ()
    annotators: tuple[int, ...] = ()
    version: int | None = None
    since: date | None = None
    until: date | None = None
    whole_articles: bool = False

    def of_articles(self, articles: Iterable[int]) -> Self:
        """Narrow it to some articles."""
        return replace(self, articles=tuple(articles))

    @property
    def segments(self) -> tuple[str, ...]:
        """Return the parts of an article whose sentences count."""
        if self.whole_articles:
            return SEGMENTS
        return (BODY, HEADLINE) if self.headlines else (BODY,)


@dataclass(frozen=True)
class Scope:
    """What a report looks at, before any field asks for two answers.

    `sentences` have an answer that counts; `eligible` are all that could have one. `changed` counts
    the independent answers that their annotators changed later: round 1 has them as they were.
    """

    articles: int
    sentences: int
    annotators: int
    answers: int
    claims: int
    double_labelled: int
    eligible: int = 0
    changed: int = 0


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
    `single` sentences have one answer only and count nowhere else. `clusters` counts the articles
    with near-duplicates as one, as `interval` draws them, which belongs to alpha.
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
    clusters: int
    single: int
    compared: int
    pairs: tuple[tuple[int, ...], ...] | None = None
    interval: Interval | None = None
    ac: Measure | None = None
    ac_interval: Interval | None = None
    by_value: tuple[ValueReport, ...] = ()
    word: str = "sentence"

    @property
    def drawn(self) -> str:
        """Return what is drawn for an interval: articles, or clusters where some are copies."""
        return "article" if self.clusters == self.articles else "cluster"

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
