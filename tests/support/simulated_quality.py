"""A project whose people and models have known accuracies, and what its reports say of them.

Six steady annotators, a careless one, one who drifts from week 4 on, and two models, one of which
makes suggestions in the random half. They are trained, get work with control articles and repeats
mixed in, week after week, and save, submit and are measured by the product's own functions. Only
the clock that says how old an article is for a repeat is simulated.

    .venv/bin/python tests/support/simulated_quality.py                # at full size
    .venv/bin/python tests/support/simulated_quality.py --size small
"""

import argparse
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from unittest.mock import patch

from sqlalchemy import select

from annotator.app import create_app
from annotator.codebook.load import load_default
from annotator.config import Settings
from annotator.formats.labels.rows import AnswerRow, ClaimRow
from annotator.measure.control.chart import Chart, Week, by_week, chart
from annotator.measure.control.dispersion import dispersion
from annotator.measure.control.limits import limits
from annotator.measure.intervals.resampling import Settings as Resampling
from annotator.measure.scoring import Share
from annotator.store import schema
from annotator.store.db import db, write, write_in_steps
from annotator.store.models import OPEN_STATES, Article, Assignment, Decision, Project, User
from annotator.store.models.answers import CONTROL, REPEAT, TRAINING, WORK
from annotator.store.rows.places import read_place
from annotator.work import copies
from annotator.work.accounts import accounts, memberships, model_members, projects
from annotator.work.articles import storing
from annotator.work.assignment import assigning, mixing, qualifying, submitting
from annotator.work.label_import.rows import Importer
from annotator.work.labelling import saving, speakers
from annotator.work.labelling.drafts import AnswerDraft, ClaimDraft
from annotator.work.labelling.saving import Save
from annotator.work.models import comparing, replacing, suggestions
from annotator.work.quality import repeats, report, training

MONDAY = datetime(2026, 1, 5, 12, tzinfo=UTC)
DRIFTS_IN = 4
CERTAINTY, CLAIMED, STATUS_RIGHT = "certainty", 0.75, 0.98
NAMES = ("Ada Berg", "Boris Clay", "Carla Dunn", "Dmitri Ernst", "Elena Frost")
GOOD, POOR = "good", "poor"
MODELS = {GOOD: 0.9, POOR: 0.5}
OVERLAP = 3


@dataclass(frozen=True)
class Size:
    """How much work there is: articles of so many sentences a person and week."""

    weeks: int
    articles: int
    sentences: int
    pool: int  # control articles
    resamples: int


SIZES = {"full": Size(6, 12, 15, 40, 1000), "small": Size(2, 2, 4, 4, 50)}


@dataclass(frozen=True)
class Person:
    """How often somebody is right about a field; from some week on as often as `later`.

    `anchored`: how often somebody says what a suggestion says because it was shown.
    """

    name: str
    accuracy: float
    later: float | None = None
    anchored: float = 0.3

    def in_week(self, week: int) -> float:
        """Return the accuracy in a week, counted from 1; 0 is the training."""
        return self.accuracy if self.later is None or week < DRIFTS_IN else self.later


PEOPLE = (
    Person("steady-1", 0.96), Person("steady-2", 0.94), Person("steady-3", 0.92),
    Person("steady-4", 0.90), Person("steady-5", 0.88), Person("steady-6", 0.86),
    Person("careless", 0.55), Person("drifting", 0.93, 0.55),
)  # fmt: skip


@dataclass
class World:
    """What is true of each sentence, and who errs how."""

    project: Project
    size: Size
    chance: Random
    speakers: Mapping[str, int]
    users: dict[str, User] = field(default_factory=dict)
    truth: dict[tuple[str, int], AnswerDraft] = field(default_factory=dict)
    keys: Iterator[int] = field(default_factory=lambda: count(1))

    def true_draft(self) -> AnswerDraft:
        """Draw what is true of a sentence."""
        book, chance = self.project.codebook, self.chance
        if chance.random() >= CLAIMED:
            return AnswerDraft(status=book.empty_statuses[0].value)
        claim = ClaimDraft(
            speaker=chance.choice([*self.speakers.values()]),
            stance=chance.choice(book.stances).value,
            certainty=chance.choice(book.certainties).value,
        )
        return AnswerDraft(claims=(claim,))

    def said(self, key: str, position: int, accuracy: float) -> AnswerDraft:
        """Return what somebody of this accuracy says of a sentence."""
        true, chance, book = self.truth[key, position], self.chance, self.project.codebook
        if chance.random() >= STATUS_RIGHT:
            other = self.true_draft()
            while bool(other.claims) == bool(true.claims):
                other = self.true_draft()
            return other
        if not true.claims:
            return true
        (claim,) = true.claims

        def one(value: object, values: Iterable[object]) -> object:
            if chance.random() < accuracy:
                return value
            return chance.choice([each for each in values if each != value])

        return AnswerDraft(
            claims=(
                replace(
                    claim,
                    speaker=one(claim.speaker, self.speakers.values()),
                    stance=one(claim.stance, [each.value for each in book.stances]),
                    certainty=one(claim.certainty, [each.value for each in book.certainties]),
                ),
            )
        )


def make(size: Size, seed: int) -> World:
    """Store a project with its people and its decided articles."""
    with write():
        project = projects.create("simulated", "Simulated", load_default())
        kind = project.codebook.named_types[0].value
        known = {name: speakers.add(project, None, name, kind, None) for name in NAMES}
        world = World(project, size, Random(seed), known)
        for number, person in enumerate(PEOPLE):
            world.users[person.name] = accounts.add_user(person.name)
            memberships.join(project, world.users[person.name], {"annotator"}, Random(number))
        for number in range(2 + size.pool):
            article = store(world, f"decided-{number:03}", size.sentences)
            decide(world, article)
            article.training = number < 2
        qualifying.change(project, qualifying.Training(gate=True))
        # The rest of 100 % is work.
        mixing.change(project, mixing.Checks(control=20, repeats=10, seed=seed))
        for name in MODELS:
            model_members.add(project, name)
        suggestions.choose(project, suggestions.HALF, GOOD)
    return world


def store(world: World, key: str, sentences: int) -> Article:
    """Store an article, and draw what is true of each of its sentences."""
    text = " ".join(f"This is sentence {each} of {key}." for each in range(sentences))
    article = storing.store_article(world.project, storing.read_file(f"{key}.txt", text.encode()))
    for position in range(article.sentence_count):
        world.truth[article.key, position] = world.true_draft()
    return article


def decide(world: World, article: Article) -> None:
    """Let gold be what is true."""
    for position, sentence in enumerate(training.sentences_of(article.id)):
        true = world.truth[article.key, position]
        claims = [
            {
                "speaker_id": each.speaker, "stance": each.stance, "certainty": each.certainty,
                "mention": None, "via": [], "conditional": False, "aspect": None, "evidence": [],
                "note": "", "source": None,
            }
            for each in true.claims
        ]  # fmt: skip
        db.session.add(
            Decision(
                sentence_id=sentence,
                codebook_version_id=world.project.codebook_version.id,
                how="adjudicated",
                status=true.status or world.project.codebook.claims_status.value,
                claims=claims,
                reason="By ST-1.",
            )
        )
    db.session.flush()


def label(world: World, assignment: Assignment, person: Person, accuracy: float) -> None:
    """Answer every sentence as somebody of this accuracy does, and submit the article."""
    number, user = assignment.article.number, assignment.user_id
    for position in range(assignment.article.sentence_count):
        place = read_place(number, position, user, lock=True, addressed=True)
        assert place is not None
        assert place.assignment is not None
        draft = world.said(place.sentence.article.key, position, accuracy)
        stored = saving.answer_for(place.sentence, place.user)
        shown = suggestions.suggestion_for(
            place.project, place.assignment, place.sentence, place.membership.pseudonym, stored
        )
        facts = None
        if shown is not None:
            taken = shown.shown and world.chance.random() < person.anchored
            draft = shown.taken_into(draft) if taken else draft
            facts = shown.facts(taken=taken)
        key = f"simulated-{next(world.keys):07}"
        save = Save(revision=0, key=key, seconds=12, suggested=facts)
        saving.save_locked(place.assignment, place.sentence, place.user, stored, draft, save)
    db.session.expire_all()
    submitting.submit(assignment)


def train(world: World) -> None:
    """Train everybody until they pass; the lead lets in who has used all tries."""
    for person in PEOPLE:
        user = world.users[person.name]
        membership = memberships.get_membership(user, world.project)
        while not qualifying.may_work(world.project, user.id):
            if not qualifying.standing_of(world.project, user.id).left:
                with write():
                    reason = "For the simulation."
                    qualifying.let_in(world.project, [membership], reason, None)
                continue
            with write():
                training.begin(world.project, membership)
            for assignment in open_work(world, person):
                with write():
                    label(world, assignment, person, person.accuracy)
                    training.after_submit(assignment)


def open_work(world: World, person: Person) -> Sequence[Assignment]:
    """Return what somebody has still to do, in order."""
    return db.session.scalars(
        select(Assignment)
        .join(Assignment.article)
        .where(
            Assignment.user_id == world.users[person.name].id,
            Assignment.state.in_(OPEN_STATES),
            copies.is_given_in(world.project.id),
        )
        .order_by(Assignment.order, Assignment.id)
    ).all()


def work(world: World, week: int) -> None:
    """Let a week of work be given, suggested for by the models, and done."""
    monday = MONDAY + timedelta(weeks=week)
    size, people = world.size, [*world.users.values()]
    with write():
        number = max(size.articles * len(people) // OVERLAP, 1)
        articles = [store(world, f"week-{week}-{n:02}", size.sentences) for n in range(number)]
    for name, accuracy in MODELS.items():
        answer_by_model(world, name, accuracy, articles)
    pairs = [
        (article.id, people[(place * OVERLAP + turn) % len(people)].id)
        for place, article in enumerate(articles)
        for turn in range(OVERLAP)
    ]
    with write():
        assigning.lock(world.project)
        assigning.assign(pairs, mixed=True)
    for person in PEOPLE:
        for assignment in open_work(world, person):
            with write():
                label(world, assignment, person, person.in_week(week))
                assignment.submitted_at = monday + timedelta(days=world.chance.randrange(5))


def answer_by_model(world: World, name: str, accuracy: float, articles: Iterable[Article]) -> None:
    """Import what a model says of articles."""
    called = {number: speaker for speaker, number in world.speakers.items()}
    kind = world.project.codebook.named_types[0].value
    pseudonym = model_members.get(world.project, name).membership.pseudonym
    rows = []
    for article in articles:
        for position in range(article.sentence_count):
            said = world.said(article.key, position, accuracy)
            rows.append(
                AnswerRow(
                    where=f"line {len(rows) + 1}",
                    article=article.key,
                    annotator=pseudonym,
                    sentence=position,
                    status=said.status or world.project.codebook.claims_status.value,
                    claims=tuple(
                        ClaimRow(called[int(c.speaker)], kind, None, (), c.stance, c.certainty)
                        for c in said.claims
                    ),
                    origin="model",
                )
            )
    with Importer(world.project) as importer:
        plan = importer.plan(rows)
        assert plan.problems == [], plan.problems[:3]
        write_in_steps(importer.store())


def simulate(size: Size, seed: int = 1) -> World:
    """Make the project and let all its weeks go by."""
    world = make(size, seed)
    train(world)
    for week in range(1, size.weeks + 1):
        at = MONDAY + timedelta(weeks=week, days=4)
        with ExitStack() as stack:
            stack.enter_context(patch.object(mixing, "now", lambda at=at: at))
            work(world, week)
    db.session.rollback()
    db.session.expire_all()
    return world


# --- what the reports say


def share(right: float | None) -> str:
    return "—" if right is None else f"{right:.3f}"


def passed(one: report.PersonQuality) -> bool:
    """Say whether somebody has passed the training, and was not let in."""
    return any(each.outcome == "passed" for each in one.standing.results)


def people_table(world: World) -> list[list[str]]:
    """Return a row per person: what was put in, then what each report says of certainty."""
    project = world.project
    control = report.control_answers(project)
    found = {each.person.user_id: each for each in report.people_quality(project, control, {})}
    oneself = repeats.with_oneself(project)
    weeks = {
        each.person.user_id: each.chart
        for each in report.weekly([each.person for each in found.values()], control, CERTAINTY)
        if each.person is not None
    }
    rows = []
    for person in PEOPLE:
        user = world.users[person.name].id
        one = found[user]
        kept = one.control.get(CERTAINTY)
        again = oneself.get(user, {}).get(CERTAINTY)
        low, high = (kept.interval if kept else None) or (None, None)
        mine = weeks.get(user)
        rows.append(
            [
                person.name,
                f"{person.accuracy:.2f}" + (f", then {person.later:.2f}" if person.later else ""),
                f"{'passed' if passed(one) else 'not passed'} in {one.standing.used}",
                f"{share(kept.value if kept else None)} [{share(low)}, {share(high)}]"
                f" of {kept.n if kept else 0}",
                share(again.percent if again else None) + f" of {again.n if again else 0}",
                alarms_said(mine) if mine else "-",
                " ".join(share(each.share.value) for each in (mine.weeks if mine else ())),
            ]
        )
    return rows


def model_tables(world: World) -> tuple[list[list[str]], list[list[str]]]:
    """Return what is said of each model, then of the suggestions, per field."""
    project = world.project
    found = comparing.compare(project, Resampling(replicates=world.size.resamples))
    called = {model_members.get(project, name).membership.pseudonym: name for name in MODELS}
    rows = []
    for name in ("speaker", "stance", "certainty"):
        alphas = next(each for each in found.fields if each.name == name)
        for alpha in alphas.models:
            model = called[alpha.who]
            verdict = replacing.may_replace(project, model, name, epsilon=0.15)
            accuracy = next(
                (e.accuracy for e in found.confusions if e.who == alpha.who and e.field == name),
                None,
            )
            rows.append(
                [
                    model, f"{MODELS[model]:.2f}", name, share(accuracy),
                    share(alphas.people.alpha.value), share(alpha.alpha.value),
                    share(verdict["winning_rate"]), share(verdict["advantage"]),
                    "passes" if verdict["passed"] else "does not pass",
                    str(len(verdict["left_out"])),
                ]
            )  # fmt: skip
    anchored = [
        [
            each.field, share(each.shown.share), share(each.hidden.share),
            share(PEOPLE[0].anchored * (1 - (each.hidden.share or 0))),
            f"{share(each.difference)} [{share(each.interval.low)}, {share(each.interval.high)}]",
        ]
        for each in found.anchorings
    ]  # fmt: skip
    return rows, anchored


def alarms_said(found: Chart) -> str:
    """Say in which weeks a chart leaves its limits, and in which its sum is beyond."""

    def numbers(weeks: Iterable[Week]) -> str:
        return ", ".join(f"{(each.monday - MONDAY.date()).days // 7}" for each in weeks)

    said = [
        f"{name} in week {numbers(weeks)}"
        for name, weeks in (("limits", found.leaving), ("sum", found.falling))
        if weeks
    ]
    return "; ".join(said) or "stays"


@dataclass
class Alarms:
    """In how many charts something alarms: a p-chart around the share of all weeks, and ours."""

    runs: int
    all_weeks: int = 0
    limits: int = 0
    sum: int = 0
    either: int = 0
    in_time: int = 0  # within three weeks of the fall


def alarms(
    runs: int,
    a_week: int,
    later: float,
    *,
    weeks: int = 8,
    accuracy: float = 0.9,
    alike: float = 0.0,
    people: int = 6,
    seed: int = 1,
) -> Alarms:
    """Draw the answers of one person in so many projects; count the charts that alarm.

    Answers, in articles of ten, are right as often as `accuracy`, from the week of the drift on as
    often as `later`; those of one article correlate by `alike`. The others of the project do not
    change: the dispersion of articles is learned from all.
    """
    random, found = Random(seed), Alarms(runs)
    first = date(2026, 1, 5)
    for _ in range(runs):
        drawn = [
            [
                (first + timedelta(weeks=week), article)
                for week in range(1, weeks + 1)
                for article in articles_of(
                    random, a_week, accuracy if who or week < DRIFTS_IN else later, alike
                )
            ]
            for who in range(people)
        ]
        spread = dispersion([[share for _, share in own] for own in drawn])
        mine = by_week(drawn[0])
        seen = chart(mine, spread)
        found.all_weeks += leaves_all_weeks([*mine.values()])
        found.limits += bool(seen.leaving)
        found.sum += bool(seen.falling)
        found.either += seen.alarms
        ended = first + timedelta(weeks=DRIFTS_IN + 2)
        found.in_time += any(each.monday <= ended for each in (*seen.leaving, *seen.falling))
    return found


def articles_of(random: Random, answers: int, accuracy: float, alike: float) -> Iterator[Share]:
    """Yield articles of ten answers each, that are right as often as `accuracy` on average."""
    for _ in range(answers // 10):
        right = accuracy
        if alike:
            both = (1 - alike) / alike
            right = random.betavariate(accuracy * both, (1 - accuracy) * both)
        yield Share(sum(random.random() < right for _ in range(10)), 10)


def leaves_all_weeks(weeks: Sequence[Share]) -> bool:
    """Say whether a week leaves exact limits around the share of all weeks, itself among them."""
    p = sum(each.right for each in weeks) / sum(each.n for each in weeks)
    bounds = [(each.right, *limits(each.n, p)) for each in weeks]
    return any(not low <= right <= high for right, low, high in bounds)


def alarm_rows(runs: int) -> Iterator[list[str]]:
    """Yield what alarms in so many simulations, by answers a week and how alike they are."""
    for alike in (0.0, 0.1):
        for a_week in (10, 20, 40, 80):
            quiet = alarms(runs, a_week, 0.9, alike=alike, seed=a_week)
            fallen = alarms(runs, a_week, 0.55, alike=alike, seed=a_week + 1)
            yield [
                str(a_week), f"{alike:g}", str(quiet.all_weeks), str(fallen.all_weeks),
                str(quiet.limits), str(quiet.sum), str(quiet.either),
                str(fallen.limits), str(fallen.sum), str(fallen.either), str(fallen.in_time),
            ]  # fmt: skip


def table(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join([f"\n{title}\n", *("| " + " | ".join(row) + " |" for row in lines)])


def tables(world: World, runs: int = 200) -> str:
    """Return everything as text."""
    models, anchored = model_tables(world)
    return "\n".join(
        [
            table(
                "People: put in, and what training, control, repeats and the chart say (certainty)",
                ("person", "accuracy", "training", "control", "with oneself", "chart", "weeks"),
                people_table(world),
            ),
            table(
                "Models: put in, and what the reports say (may one replace a person? epsilon .15)",
                ("model", "accuracy", "field", "against gold", "alpha people", "alpha with people",
                 "winning rate", "advantage", "test", "left out"),
                models,
            ),
            table(
                "Suggestions in the random half, taken without a thought in 30 of 100 cases",
                ("field", "same, shown", "same, hidden", "put in", "measured difference"),
                anchored,
            ),
            table(
                f"Charts of 8 weeks that alarm, of {runs}; right in 90 of 100 cases, or in 55 from"
                " week 4 on",
                ("answers a week", "alike", "all weeks: quiet", "all weeks: fall", "limits: quiet",
                 "sum: quiet", "either: quiet", "limits: fall", "sum: fall", "either: fall",
                 "by week 6"),
                alarm_rows(runs),
            ),
        ]
    )  # fmt: skip


def counts(world: World) -> dict[str, int]:
    """Return how many articles were given for each purpose."""
    given = db.session.scalars(
        select(Assignment.purpose)
        .join(Assignment.article)
        .where(copies.is_given_in(world.project.id), Assignment.state == "submitted")
    ).all()
    return {each: given.count(each) for each in (WORK, TRAINING, CONTROL, REPEAT)}


def main() -> None:
    """Simulate in a folder of its own, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", choices=SIZES, default="full")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with TemporaryDirectory() as name:
        folder = Path(name)
        settings = Settings.from_environ({}, data=folder)
        schema.bring_up_to_date(settings.database_url)
        app = create_app(settings)
        with app.app_context():
            world = simulate(SIZES[asked.size], asked.seed)
            print(f"Seed {asked.seed}; submitted articles: {counts(world)}")
            print(tables(world))
            db.session.remove()
            db.engine.dispose()


if __name__ == "__main__":
    main()
