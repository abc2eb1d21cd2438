"""How models stand to people: alpha of each with them per field, and its errors against gold.

The answers of people are those that the agreement report counts. Answers of models are read beside
them here, and nowhere else.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from sqlalchemy import Connection, select

from annotator.codebook.scheme import Codebook, Value
from annotator.measure.coefficients.alpha import Distance
from annotator.measure.collected import Collected
from annotator.measure.intervals.resampling import Settings, in_order_met
from annotator.measure.panel import NONE, Given
from annotator.measure.patterns import IntArray
from annotator.store.db import among
from annotator.store.models import Answer, Article, Decision, Project, Sentence
from annotator.store.snapshot import one_moment
from annotator.work.accounts.memberships import pseudonyms_of
from annotator.work.agreement.collecting import Collector
from annotator.work.agreement.fields import (
    ClosedField,
    Compared,
    Field,
    OpenField,
    closed_field,
    open_field,
    with_intervals,
)
from annotator.work.agreement.measuring import bases, usual
from annotator.work.agreement.report import FIELDS, SPEAKER, FieldReport
from annotator.work.agreement.scales import Basis, field_scales, level_of
from annotator.work.consensus.consensus import STATUS
from annotator.work.consensus.content import DECIDED
from annotator.work.gold.models import Aggregation
from annotator.work.gold.outcomes import outcomes
from annotator.work.gold.panels import EVERYTHING, panel_of
from annotator.work.models.anchored import anchorings_of
from annotator.work.models.report import (
    NO_VALUE,
    Alpha,
    Confusion,
    FieldAlphas,
    PeopleAndModels,
)
from annotator.work.models.selection import MODEL, with_models
from annotator.work.models.unaided import shown_to, unaided

STANDARD = Settings()
GROUP = ""
"""In the place of a model: the people among themselves."""
UNDECIDED = -2


def compare(project: Project, settings: Settings = STANDARD) -> PeopleAndModels:
    """Compare the models of a project with its people and with gold, all of one moment."""
    with one_moment() as now:
        called = pseudonyms_of(project, now)
        answers = answers_of_models(now, project)
        if not answers:
            return PeopleAndModels((), (), (), (), (), ())
        models = sorted(answers, key=lambda user: called.get(user, ""))
        tally, seen = Tally(project.codebook, models), shown_to(now, project)
        for basis in bases(now, project, with_models(usual(project))):
            tally.add(basis, *unaided(basis, seen))
        confusions = tuple(confusions_of(now, project, models, called))
        anchored = tuple(anchorings_of(now, project, called, seen, settings))
    return PeopleAndModels(
        tuple(sorted(called.get(each, "") for each in tally.people)),
        tuple(called[each] for each in models),
        tuple(answers[each] for each in models),
        tuple(tally.fields(called, settings)),
        confusions,
        anchored,
        tally.aided,
    )


def answers_of_models(now: Connection, project: Project) -> dict[int, int]:
    """Return how many complete answers each model gave, by its account."""
    users = now.scalars(
        select(Answer.user_id)
        .join(Answer.sentence)
        .join(Sentence.article)
        .where(
            Article.project_id == project.id,
            Answer.origin == MODEL,
            Answer.complete,
            Answer.current,
        )
    )
    found: dict[int, int] = {}
    for user in users:
        found[user] = found.get(user, 0) + 1
    return found


class Tally:
    """Alpha among people and of each model with people, gathered part by part."""

    def __init__(self, codebook: Codebook, models: Sequence[int]) -> None:
        self.codebook = codebook
        self.models = list(models)
        self.scales = [each for each in field_scales(codebook) if each.name in FIELDS]
        groups = [GROUP, *map(str, models)]
        self.closed = {
            (scale.name, group): ClosedField(f"{scale.name} {group}", scale.level, scale.scale)
            for scale in self.scales
            for group in groups
        }
        self.level = level_of(codebook, SPEAKER)
        self.open = {group: OpenField(f"{SPEAKER} {group}", self.level) for group in groups}
        self.clusters: list[int] = []
        self.people: set[int] = set()
        self.aided = 0

    def add(self, basis: Basis, own: Basis, gone: int) -> None:
        """Take in the answers of some articles; `own` has those given without a suggestion.

        `gone` of them are not there. The people among themselves are as in agreement reports.
        """
        self.aided += gone
        self.clusters += basis.clusters.tolist()
        everybody = basis.collected.annotators.tolist()
        self.people.update(each for each in everybody if each not in self.models)
        for scale in self.scales:
            every = scale.read(basis)
            for group, units in self.groups(every, every if own is basis else scale.read(own)):
                self.closed[scale.name, group].add(units)
        every, names = speakers_of(basis)
        alone, others = (every, names) if own is basis else speakers_of(own)
        for group, units in self.groups(every, alone):
            known = names if group == GROUP else others
            self.open[group].add(units, np.arange(len(known))[:, None], known)

    def groups(self, every: Compared, own: Compared) -> Iterator[tuple[str, Compared]]:
        """Yield the answers of the people, then those of each model beside each person's own."""
        who = every.people.tolist()
        people = [column for column, user in enumerate(who) if user not in self.models]
        yield (
            GROUP,
            Compared.of(
                every.given[:, people], every.articles, every.clusters, every.people[people]
            ),
        )
        given, articles, clusters = own.given, own.articles, own.clusters
        for model in self.models:
            pairs, row = np.zeros((0, 2), dtype=given.dtype), np.zeros(0, dtype=np.int64)
            if model in who:
                pairs, row = paired(given, who.index(model), people)
            both = np.arange(2)
            yield str(model), Compared(pairs, articles[row], clusters, both, 0)

    def fields(self, called: Mapping[int, str], settings: Settings) -> Iterator[FieldAlphas]:
        """Yield each field with its figures and their intervals."""
        cluster = in_order_met(np.array(self.clusters, dtype=np.int64))
        made: list[Field] = [closed_field(each, cluster) for each in self.closed.values()]
        made += [open_field(each) for each in self.open.values()]
        known = {each.name: each for each in with_intervals(made, cluster, settings)}
        levels: dict[str, Distance | str] = {each.name: each.level for each in self.scales}
        levels[SPEAKER] = self.level

        def alpha(field: str, group: str, who: str) -> Alpha:
            report: FieldReport = known[f"{field} {group}"]
            return Alpha(who, report.alpha, report.interval)

        for name in FIELDS:
            if name in levels:
                models = tuple(alpha(name, str(each), called[each]) for each in self.models)
                yield FieldAlphas(name, levels[name], alpha(name, GROUP, ""), models)


def speakers_of(basis: Basis) -> tuple[Compared, list[str]]:
    """Return the speakers of primary claims by place among their names, and these."""
    places, names = basis.speakers
    return basis.compared(basis.collected.primary(places)), names


def paired(given: Given, model: int, people: Sequence[int]) -> tuple[Given, IntArray]:
    """Return each answer of a model beside that of each person (N, 2), and its unit (N,)."""
    own = given[:, model]
    unit, who = np.nonzero((own != NONE)[:, None] & (given[:, people] != NONE))
    pairs = np.column_stack([own[unit], given[unit, np.array(people, dtype=np.int64)[who]]])
    return pairs, unit


def confusions_of(
    now: Connection, project: Project, models: Sequence[int], called: Mapping[int, str]
) -> Iterator[Confusion]:
    """Yield for each model and field what it says by what gold says, of primary claims.

    Gold is the decision of an adjudicator, else what all or most people say.
    """
    collected = Collector(now, project, with_models(EVERYTHING)).whole()
    codebook = project.codebook
    claims = collected.claims
    given: dict[str, tuple[Sequence[Value], IntArray]] = {
        STATUS: (codebook.statuses, collected.status.astype(np.int64)),
        **{
            name: (codebook.values_of(name), collected.primary(places))
            for name, places in claims.labels.items()
        },
    }
    decided = decided_places(now, project, collected)
    people = np.isin(collected.annotators, models, invert=True)
    status = gold_places(codebook.statuses, given[STATUS][1][:, people], decided[STATUS])
    for name, (values, places) in given.items():
        if not values:
            continue
        gold = gold_places(values, places[:, people], decided[name])
        if name != STATUS:  # without a claim, where gold says so
            takes = codebook.statuses.index(codebook.claims_status)
            gold = np.where(
                (gold == NONE) & (status != NONE) & (status != takes), len(values), gold
            )
        for model in models:
            column = int(np.flatnonzero(collected.annotators == model)[0])
            said = np.where(places[:, column] == NONE, len(values), places[:, column])
            kept = (gold != NONE) & (collected.status[:, column] != NONE)
            size = len(values) + (name != STATUS)
            counts = np.zeros((size, size), dtype=np.int64)
            np.add.at(counts, (gold[kept], said[kept]), 1)
            none = () if name == STATUS else ((NO_VALUE, "no claim"),)
            scale = [*((each.value, each.label) for each in values), *none]
            yield Confusion(
                called[model],
                name,
                tuple(value for value, _ in scale),
                tuple(label for _, label in scale),
                tuple(tuple(row) for row in counts.tolist()),
            )


def gold_places(values: Sequence[Value], given: IntArray, decided: IntArray) -> IntArray:
    """Return the place of gold of each sentence (U,), -1 while it is open or nobody answered.

    `decided`: the same of decisions, -2 where there is none.
    """
    panel = panel_of(values, given.astype(np.int16))
    way = Aggregation()
    value = outcomes(panel, way, way.fit(panel)).value
    kept = [place for place, each in enumerate(values) if each.value in panel.values]
    places = np.array([*kept, NONE], dtype=np.int64)[value]
    return np.where(decided == UNDECIDED, places, decided)


def decided_places(now: Connection, project: Project, collected: Collected) -> dict[str, IntArray]:
    """Return per field what adjudicators decided of each sentence (U,): its place in the codebook.

    -2 where nobody has decided, -1 where there is no claim.
    """
    codebook = project.codebook
    scales: dict[str, Sequence[Value]] = {
        STATUS: codebook.statuses,
        **{name: codebook.values_of(name) for name in codebook.labels},
    }
    found = {name: np.full(len(collected.sentences), UNDECIDED) for name in scales}
    row = {sentence: place for place, sentence in enumerate(collected.sentences.tolist())}
    decisions = now.execute(
        select(Decision.sentence_id, Decision.status, Decision.claims)
        .join(Decision.sentence)
        .where(
            among(Sentence.article_id, collected.article_ids.tolist()),
            Decision.state == DECIDED,
            Decision.soft.is_(None),
        )
    )
    places: dict[str, dict[str | None, int]] = {
        name: {each.value: place for place, each in enumerate(values)}
        for name, values in scales.items()
    }
    for each in decisions:
        if (place := row.get(each.sentence_id)) is None:
            continue
        first = each.claims[0] if each.claims else {}
        for name in scales:
            said = each.status if name == STATUS else first.get(name)
            found[name][place] = places[name].get(said, NONE)
    return found
