"""A made project of any size: articles, people, and labels that disagree as labels do.

The same size, seed and moment give the same rows. All of it is one write, so whatever ends it
leaves nothing, and nobody sees a part of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from math import ceil
from random import Random

from sqlalchemy import func, select

from annotator.codebook.load import load_default
from annotator.errors import RefusedError
from annotator.store import marking
from annotator.store.db import db
from annotator.store.models import (
    Article,
    Assignment,
    Membership,
    Project,
    Role,
    Sentence,
    Speaker,
    User,
)
from annotator.work.accounts import accounts, projects
from annotator.work.articles import near_duplicates
from annotator.work.jobs import Told, tell_nobody
from annotator.work.labelling import speakers
from annotator.work.operations import demo, made_articles, made_readings
from annotator.work.operations.made_articles import MadeArticle, Voice
from annotator.work.operations.made_readings import Habits
from annotator.work.operations.made_rows import ANSWERS_AT_ONCE, Places, Rows, Work

MOST_ARTICLES, MOST_ANNOTATORS = 50_000, 100
MOST_ANSWERS = 5_000_000
USUAL_OVERLAP = 3
SENTENCES = 26  # of an article, on average
PERSONS = 12  # in the news of a small project
A_DAY = 7  # articles that one person reads a day, one each hour
FIRST_HOUR = 8


@dataclass(frozen=True)
class Size:
    """What is to be made: `overlap` is how many annotators answer each sentence."""

    articles: int
    annotators: int
    overlap: int
    seed: int = 1

    @property
    def slug(self) -> str:
        """Return the short name of the project, by which it is found again."""
        return f"made-{self.articles}x{self.annotators}x{self.overlap}-seed-{self.seed}"

    @property
    def name(self) -> str:
        """Return the name of the project."""
        return f"Made project: {self.articles:,} articles, {self.annotators:,} annotators"

    @property
    def answers(self) -> int:
        """Return about how many answers it has."""
        return self.articles * SENTENCES * self.overlap

    def check(self) -> None:
        """Refuse what cannot be made, and say what could be."""
        if not 1 <= self.articles <= MOST_ARTICLES:
            raise RefusedError(f"A made project has 1 to {MOST_ARTICLES:,} articles.")
        if not 1 <= self.annotators <= MOST_ANNOTATORS:
            raise RefusedError(f"A made project has 1 to {MOST_ANNOTATORS} annotators.")
        if not 1 <= self.overlap <= self.annotators:
            raise RefusedError(
                f"{self.overlap} answers per sentence need {self.overlap} annotators or more;"
                f" there are {self.annotators}."
            )
        if self.answers > MOST_ANSWERS:
            raise RefusedError(
                f"That would be about {self.answers:,} answers, at most {MOST_ANSWERS:,} are made:"
                " choose fewer articles or fewer answers per sentence."
            )


def find(size: Size) -> Project | None:
    """Return the project of this size and seed where it was made before."""
    return db.session.scalar(select(Project).where(Project.slug == size.slug))


def make(size: Size, at: datetime, told: Told = tell_nobody) -> Project:
    """Make a project as it could be at this moment; `told` hears of every article.

    Raises:
        RefusedError: there is such a project, or nobody could make one of this size.

    """
    size.check()
    lead = accounts.get_user("lead")
    project = projects.create(size.slug, size.name, load_default(), lead)
    project.overlap = size.overlap
    making = Making(size, project, at)
    making.date_back(lead)
    making.make(making.join(lead), told)
    near_duplicates.cluster(project)
    made = select(Article.id).where(Article.project_id == project.id)
    marking.mark_where(Sentence.article_id.in_(made))
    return project


class Making:
    """One project while it is made."""

    def __init__(self, size: Size, project: Project, at: datetime) -> None:
        self.size, self.project, self.at = size, project, at.astimezone(UTC)
        self.each = ceil(size.articles * size.overlap / size.annotators)  # articles of one person
        # Before the first article is read, also by those who have been idle longest.
        first = working_day(self.at.date() - timedelta(days=14), self.each // A_DAY + 1)
        self.created_at = datetime.combine(first, time(FIRST_HOUR), UTC)
        self.imported_at = self.created_at + timedelta(hours=2)
        self.assigned_at = self.created_at + timedelta(hours=4)
        self.rows = Rows()
        self.numbers: dict[str, int] = {}  # of the speakers, by name

    def date_back(self, lead: User) -> None:
        """Let the project be as old as what is in it."""
        project, version = self.project, self.project.codebook_version
        known = speakers.narrator_of(project, version.codebook)
        narrator = db.session.get_one(Speaker, known.id)
        project.created_at = version.created_at = narrator.created_at = self.created_at
        self.numbers[narrator.name] = narrator.id
        self.narrator, self.version_id, self.lead = narrator.name, version.id, lead.id

    def join(self, lead: User) -> list[int]:
        """Let the people of the demo belong to it, and as many more as it needs; return who labels.

        Others than those of the demo have no way in: a lead can give them one.
        """
        self.add_member(lead, *demo.PEOPLE["lead"])
        known = demo.annotators()
        labelling = []
        for number in range(1, self.size.annotators + 1):
            name = known[number - 1] if number <= len(known) else f"annotator{number:02}"
            user = accounts.find_user(name) or self.add_user(name)
            self.add_member(user, f"A{number:02}", frozenset({Role.ANNOTATOR}))
            labelling.append(user.id)
        db.session.flush()
        return labelling

    def add_user(self, name: str) -> User:
        """Add an account."""
        user = accounts.add_user(name)
        user.created_at = self.created_at
        db.session.flush()
        return user

    def add_member(self, user: User, pseudonym: str, roles: frozenset[Role]) -> None:
        """Let somebody belong to the project."""
        held = {role.value: role in roles for role in Role}
        db.session.add(Membership(user=user, project=self.project, pseudonym=pseudonym, **held))

    def make(self, people: Sequence[int], told: Told) -> None:
        """Make all articles, each with the answers to it."""
        size, rng = self.size, Random(f"{self.size.seed} people")
        persons = made_articles.people(rng, PERSONS + size.articles)
        bodies = made_articles.others()
        team = [
            Annotator(
                user_id, habits, self.each, self.at, next_order(user_id), minute=7 * place % 60
            )
            for place, (user_id, habits) in enumerate(
                zip(people, made_readings.team(rng, len(people)), strict=True)
            )
        ]
        for number in range(size.articles):
            rng = Random(f"{size.seed} article {number}")
            day = self.created_at.date() - timedelta(days=1 + int(rng.random() * 1000))
            made = made_articles.article(rng, f"{number + 1:05}", day, persons, bodies)
            self.add(rng, made, team)
            self.rows.store(ANSWERS_AT_ONCE)
            told(1)
        self.rows.store()

    def add(self, rng: Random, made: MadeArticle, team: Sequence["Annotator"]) -> None:
        """Add an article, give it to those who have least, and let them read it."""
        places = Places(self.rows, made, self.project.id, self.lead, self.imported_at)
        made.cast[0] = Voice(self.narrator, made.cast[0].kind, "", "")
        chosen = sorted((each.given, rng.random(), place) for place, each in enumerate(team))
        places.speakers = [self.speaker(voice) for voice in made.cast]
        for _, _, place in chosen[: self.size.overlap]:
            self.read(rng, places, team[place])

    def speaker(self, voice: Voice) -> int:
        """Return the number of a speaker, who is added to the register where new."""
        found = self.numbers.get(voice.name)
        if found is None:
            found = self.numbers[voice.name] = self.rows.add(
                Speaker, self.project.id, voice.name, voice.kind, voice.wording,
                self.rows.moment(self.assigned_at), self.lead,
            )  # fmt: skip
        return found

    def read(self, rng: Random, places: Places, annotator: "Annotator") -> None:
        """Let somebody read an article as far as they have come with it."""
        made = places.made
        nth, annotator.given = annotator.given, annotator.given + 1
        work = Work(places, annotator.user_id, self.version_id, annotator.begins(nth))
        far = len(made.sentences) if nth < annotator.finished else 0
        if nth == annotator.finished:
            far = 1 + int(rng.random() * (len(made.sentences) - 1))
        is_done = nth < annotator.finished
        talks_at = int(rng.random() / made_readings.CONVINCED * far) if is_done else far
        for position, sentence in enumerate(made.sentences[:far]):
            reading = made_readings.read(rng, annotator.habits, made, sentence)
            if nth == annotator.finished and position == far - 1:
                reading = reading.cut_short()
            second = made_readings.convinced(reading, sentence) if position >= talks_at else None
            if second is not None:
                talks_at = far  # one is enough
            work.answer(position, reading, second)
        work.assign(annotator.order + nth, self.assigned_at)


class Annotator:
    """One person at work: which article is next, and when it is read."""

    def __init__(
        self, user_id: int, habits: Habits, each: int, at: datetime, order: int, minute: int
    ) -> None:
        self.user_id, self.habits = user_id, habits
        self.order, self.minute = order, minute
        self.given = 0
        self.finished = round(each * habits.done)
        self.last = working_day(at.date() - timedelta(days=habits.idle + 1), 0)

    def begins(self, nth: int) -> datetime:
        """Return when this person begins with an article: so many a day, the last one last."""
        back, slot = divmod(self.finished - nth, A_DAY)
        hour = time(FIRST_HOUR + A_DAY - 1 - slot, self.minute)
        return datetime.combine(working_day(self.last, back), hour, UTC)


def working_day(last: date, back: int) -> date:
    """Return the day so many working days before the last one on or before `last`."""
    last -= timedelta(days=max(last.weekday() - 4, 0))
    return last - timedelta(days=back + 2 * ((back + 4 - last.weekday()) // 5))


def next_order(user_id: int) -> int:
    """Return the place that the next article of a person has among all that were given to them."""
    last = db.session.scalar(
        select(func.max(Assignment.order)).where(Assignment.user_id == user_id)
    )
    return 0 if last is None else last + 1
