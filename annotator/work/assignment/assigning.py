"""Assigning: who labels which article, balanced and reproducible."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from math import ceil
from random import Random

from sqlalchemy import ColumnElement, delete, func, or_, select, update

from annotator.errors import NotFoundError, RefusedError
from annotator.phrases import counted
from annotator.store.clock import now
from annotator.store.db import among, db, insert_for
from annotator.store.models import Article, Assignment, Membership, Project, User
from annotator.store.snapshot import by_code_point
from annotator.work import copies
from annotator.work.assignment import mixing, qualifying
from annotator.work.labelling import independence

Pair = tuple[int, int]
# More keys than this do not stand well in an address.
MOST_NAMED = 200


class TooFewAnnotatorsError(RefusedError):
    """The overlap asks for more people than there are."""


@dataclass(frozen=True)
class Work:
    """One article to give away: how long it is, who has it, and for whom it was closed.

    `freed` are people who have left, whose open work ends when the plan is carried out.
    """

    article_id: int
    key: str
    sentences: int
    holders: frozenset[int] = frozenset()
    closed: frozenset[int] = frozenset()
    for_everybody: bool = False
    freed: frozenset[int] = frozenset()

    def is_free_for(self, person: int) -> bool:
        """Say whether this person can still get the article."""
        return person not in self.holders and person not in self.closed

    def freed_of(self, people: Iterable[int]) -> "Work":
        """Return the article with the places of these people free."""
        gone = frozenset(people)
        return replace(self, holders=self.holders - gone, freed=gone)


@dataclass(frozen=True)
class Lacking:
    """An article that gets nobody: it needs more people than are free for it."""

    article_id: int
    key: str
    needed: int
    free: int

    @property
    def says(self) -> str:
        """Say how many it needs and how many there are."""
        return f"{self.key} needs {counted(self.needed, 'more annotator')}, {self.free:,} available"


@dataclass(frozen=True)
class Matrix:
    """A plan as a table: articles by people, before anything is stored."""

    rows: Sequence[Work]
    people: Sequence[Membership]
    pairs: Sequence[Pair]
    loads: Mapping[int, int] = field(default_factory=dict)
    everybody: frozenset[int] = frozenset()  # articles that all of these people get
    lacking: Sequence[Lacking] = ()  # what the plan leaves out

    def pieces(self, size: int) -> Iterator["Matrix"]:
        """Yield it in parts of whole articles that are to be changed, of about so many pairs."""
        pairs: dict[int, list[Pair]] = {}
        for pair in self.pairs:
            pairs.setdefault(pair[0], []).append(pair)
        rows: list[Work] = []
        given: list[Pair] = []
        for row in self.rows:
            marked = row.article_id in self.everybody and not row.for_everybody
            if not (marked or row.freed or row.article_id in pairs):
                continue
            rows.append(row)
            given += pairs.get(row.article_id, ())
            if len(given) >= size or len(rows) >= size:
                yield self.part(rows, given)
                rows, given = [], []
        if rows:
            yield self.part(rows, given)

    def part(self, rows: Sequence[Work], pairs: Sequence[Pair]) -> "Matrix":
        """Return what it says of some articles."""
        everybody = self.everybody & {row.article_id for row in rows}
        return replace(self, rows=rows, pairs=pairs, everybody=everybody)

    @cached_property
    def new(self) -> frozenset[Pair]:
        """Return the pairs for quick looks."""
        return frozenset(self.pairs)

    def state(self, row: Work, person: Membership) -> str:
        """Say of one cell: "new", "has" or nothing."""
        if (row.article_id, person.user_id) in self.new:
            return "new"
        return "has" if person.user_id in row.holders else ""

    @property
    def freed(self) -> int:
        """Return how many assignments of people who have left end with this plan."""
        return sum(len(row.freed) for row in self.rows)

    def added(self, person: Membership) -> int:
        """Return how many sentences this person would get."""
        return sum(row.sentences for row in self.rows if self.state(row, person) == "new")

    def total(self, person: Membership) -> int:
        """Return how many sentences this person would have in all."""
        return self.loads.get(person.user_id, 0) + self.added(person)


def plan(
    articles: Sequence[Work],
    annotators: Collection[int],
    overlap: int,
    seed: int = 1,
    loads: Mapping[int, int] | None = None,
    everybody: Collection[int] = (),
) -> list[Pair]:
    """Return who gets which article, so that each has `overlap` annotators.

    The articles in `everybody` go to all of these people. What lacks people gets nobody; it is
    refused where nothing else is to be given.

    The longest article goes first and always to whoever has the fewest sentences; ties fall by
    the seed, so the same input gives the same plan. Those who have an article already count.
    """
    rng = Random(seed)
    people = sorted(set(annotators))
    load = {person: (loads or {}).get(person, 0) for person in people}
    given: dict[int, list[int]] = {}
    lots = {work.article_id: rng.random() for work in articles}
    lack = {each.article_id: each for each in lacking(articles, people, overlap, everybody)}
    for work in sorted(articles, key=lambda work: (-work.sentences, lots[work.article_id])):
        free = [person for person in people if work.is_free_for(person)]
        need = len(free) if work.article_id in everybody else overlap - len(work.holders)
        if work.article_id in lack:
            need = 0
        drawn = {person: rng.random() for person in free}
        chosen = sorted(free, key=lambda person: (load[person], drawn[person]))[: max(need, 0)]
        for person in chosen:
            load[person] += work.sentences
        given[work.article_id] = sorted(chosen)
    pairs = [(work.article_id, person) for work in articles for person in given[work.article_id]]
    if lack and not pairs:
        first = next(work for work in articles if work.article_id in lack)
        free_for_it = lack[first.article_id].free
        raise TooFewAnnotatorsError(too_few(first, overlap, len(people), free_for_it))
    return pairs


def lacking(
    articles: Sequence[Work],
    annotators: Collection[int],
    overlap: int,
    everybody: Collection[int] = (),
) -> list[Lacking]:
    """Return the articles that need more people than are free for them."""
    found = []
    for work in articles:
        free = sum(work.is_free_for(person) for person in set(annotators))
        needed = overlap - len(work.holders)
        if needed > free and work.article_id not in everybody:
            found.append(Lacking(work.article_id, work.key, needed, free))
    return found


def calibration(articles: Sequence[Work], share: int, seed: int = 1) -> frozenset[int]:
    """Return a share, in percent, of the articles: those that everybody is to read.

    What is for everybody already counts, and stays so; the rest is drawn by the seed. An article
    that somebody has already is drawn last.
    """
    rng = Random(f"calibration {seed}")
    lots = {work.article_id: rng.random() for work in articles}
    ranked = sorted(
        articles,
        key=lambda work: (not work.for_everybody, bool(work.holders), lots[work.article_id]),
    )
    fixed = sum(work.for_everybody for work in articles)
    wanted = max(ceil(len(articles) * share / 100), fixed)
    return frozenset(work.article_id for work in ranked[:wanted])


def too_few(work: Work, overlap: int, people: int, free: int) -> str:
    """Say which two numbers do not fit together."""
    if not work.holders:
        return (
            f"The overlap is {overlap}, but only {counted(people, 'annotator')}"
            f" {'is' if people == 1 else 'are'} selected. Select more annotators or a"
            " lower overlap."
        )
    return (
        f"The overlap is {overlap}: article “{work.key}” needs"
        f" {counted(overlap - len(work.holders), 'more annotator')}, but only {free} of"
        f" those selected {'is' if free == 1 else 'are'} available."
    )


def assign(
    pairs: Iterable[Pair],
    project: Project | None = None,
    *,
    due_on: date | None = None,
    mixed: bool = True,
) -> int:
    """Give the articles to the people; who has one already keeps it. Return how many are new.

    `project` is whose lease counts, by default that of the articles. Control articles and repeats
    come along, as the project asks for, and are not counted; without `mixed` they were drawn
    before. The caller holds the `lock`.
    """
    wanted = list(dict.fromkeys(pairs))
    if not wanted:
        return 0
    people = {person for _, person in wanted}
    last = dict(
        db.session.execute(
            select(Assignment.user_id, func.max(Assignment.order))
            .where(among(Assignment.user_id, people))
            .group_by(Assignment.user_id)
        ).all()
    )
    at, rows = now(), []
    project = project or db.session.get_one(Article, wanted[0][0]).project
    lease = lease_of(project)
    for article_id, user_id in wanted:
        last[user_id] = last.get(user_id, -1) + 1
        rows.append(
            {
                "article_id": article_id,
                "user_id": user_id,
                "order": last[user_id],
                "assigned_at": at,
                "lease_until": lease,
                "due_on": due_on,
            }
        )
    insert = insert_for(Assignment).on_conflict_do_nothing().returning(Assignment.id)
    given = list(db.session.scalars(insert, rows))
    independence.mark_informed({article for article, _ in wanted})
    if mixed:
        mixing.mix_in(project, given)
    return len(given)


def lease_of(project: Project) -> datetime | None:
    """Return until when an article given now may lie untouched; None is for ever."""
    return now() + timedelta(hours=project.lease_hours) if project.lease_hours else None


def lock(project: Project) -> None:
    """Put whoever gives work in this project in a queue, until the transaction ends.

    Without it two plans made at the same moment would each fill the same places.
    """
    db.session.execute(
        select(Project.id).where(Project.id == project.id).with_for_update(key_share=True)
    )


def release_expired(project: Project) -> int:
    """Take back what was not begun within its lease; return how many assignments ended.

    A save clears the lease, so whatever is touched stays.
    """
    ended = db.session.execute(
        delete(Assignment)
        .where(
            Assignment.article_id.in_(select(Article.id).where(copies.is_given_in(project.id))),
            Assignment.state == "open",
            Assignment.lease_until < now(),
        )
        .returning(Assignment.id)
        .execution_options(synchronize_session=False)
    )
    return len(ended.all())


def is_held() -> ColumnElement[bool]:
    """Return the condition of assignments that take one of an article's places.

    Answers that were imported count in no agreement and no gold, so they fill no place.
    """
    return (
        (Assignment.state != "closed")
        & Assignment.imported.is_(False)
        & or_(
            Assignment.state != "open",
            Assignment.lease_until.is_(None),
            Assignment.lease_until >= now(),
        )
    )


def has_ended() -> ColumnElement[bool]:
    """Return the condition of assignments whose people do not get the article again."""
    return (Assignment.state == "closed") | Assignment.imported


def mark_for_everybody(articles: Collection[int]) -> None:
    """Note which articles all annotators get, those who join later, too."""
    if articles:
        db.session.execute(
            update(Article).where(among(Article.id, articles)).values(for_everybody=True)
        )


def annotators_of(project: Project, names: Collection[str] | None = None) -> list[Membership]:
    """Return those who may label in this project, by pseudonym; only the named ones if asked.

    A name is a user name or a pseudonym.
    """
    found = list(
        db.session.scalars(
            select(Membership)
            .join(Membership.user)
            .where(
                Membership.project_id == project.id,
                Membership.annotator.is_(True),
                User.disabled_at.is_(None),
            )
            .order_by(Membership.pseudonym)
        )
    )
    if names is None:
        return found
    known = {name: person for person in found for name in (person.pseudonym, person.user.username)}
    missing = [name for name in names if name not in known]
    if missing:
        raise NotFoundError(
            f"Not an annotator of “{project.name}”: {', '.join(missing)}. Add them to the project"
            " in that role first."
        )
    chosen = {known[name].id for name in names}
    return [person for person in found if person.id in chosen]


def available(project: Project, names: Collection[str] | None = None) -> list[Membership]:
    """Return those who may get work: those who label here and have passed what training is asked.

    Raises:
        NotFoundError: see `annotators_of`.
        RefusedError: somebody who was named has not passed it yet.

    """
    found = annotators_of(project, names)
    may = qualifying.ready(project, found)
    if names is not None and len(may) < len(found):
        held = ", ".join(each.pseudonym for each in found if each not in may)
        raise RefusedError(
            f"Not qualified yet: {held}. They get work when they pass the training, or when you"
            " let them in under Quality."
        )
    return may


def works(
    project: Project, keys: Collection[str] | None = None, ids: Collection[int] | None = None
) -> list[Work]:
    """Return the articles of a project in the order of their keys, with those who have them."""
    narrow: list[ColumnElement[bool]] = []
    if keys is not None:
        narrow.append(among(Article.key, keys))
    if ids is not None:
        narrow.append(among(Article.id, ids))
    articles = db.session.execute(
        select(Article.id, Article.key, Article.sentence_count, Article.for_everybody)
        .where(Article.project_id == project.id, *narrow)
        .order_by(by_code_point(Article.key))
    ).all()
    missing = set(keys or ()) - {key for _, key, *_ in articles}
    if missing:
        raise NotFoundError(
            f"“{project.name}” has no article {', '.join(f'“{key}”' for key in sorted(missing))}."
        )
    holders: dict[int, set[int]] = {}
    closed: dict[int, set[int]] = {}
    for article_id, user_id, ended in db.session.execute(
        select(Assignment.article_id, Assignment.user_id, has_ended())
        .join(Assignment.article)
        .where(Article.project_id == project.id, or_(is_held(), has_ended()), *narrow)
    ):
        group = closed if ended else holders
        group.setdefault(article_id, set()).add(user_id)
    # Who has seen an article for another purpose has no fresh eye, and may know its gold.
    for each in db.session.scalars(copies.attempts(project.id)):
        closed.setdefault(each.article.number, set()).add(each.user_id)
    return [
        Work(
            article_id,
            key,
            count,
            frozenset(holders.get(article_id, ())),
            frozenset(closed.get(article_id, ())),
            for_everybody,
        )
        for article_id, key, count, for_everybody in articles
    ]


def loads_of(project: Project) -> dict[int, int]:
    """Return how many sentences each person was given in this project."""
    return dict(
        db.session.execute(
            select(Assignment.user_id, func.sum(Article.sentence_count))
            .join(Assignment.article)
            .where(Article.project_id == project.id, is_held())
            .group_by(Assignment.user_id)
        ).all()
    )


def make_matrix(
    project: Project,
    articles: Sequence[Work],
    people: Sequence[Membership],
    overlap: int,
    seed: int = 1,
    share: int = 0,
) -> Matrix:
    """Plan the work and return it as a table; `share` percent of the articles go to everybody."""
    if overlap < 1:
        raise RefusedError("The overlap must be at least 1.")
    loads, everybody = loads_of(project), calibration(articles, share, seed)
    numbers = [person.user_id for person in people]
    pairs = plan(articles, numbers, overlap, seed, loads, everybody)
    left_out = lacking(articles, numbers, overlap, everybody)
    return Matrix(articles, people, pairs, loads, everybody, left_out)


def carry_out(project: Project, matrix: Matrix) -> int:
    """Give the work of a plan that still holds under the lock; return how many are new."""
    release_expired(project)
    mark_for_everybody(matrix.everybody)
    return assign(matrix.pairs, project)
