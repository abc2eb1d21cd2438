"""The queue of the adjudicator: what is left to decide, in which order, and what comes next."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Select, and_, func, or_, select

from annotator.errors import NotFoundError
from annotator.store.db import db
from annotator.store.models import Article, Assignment, Decision, Project, Sentence
from annotator.store.snapshot import by_code_point
from annotator.work.assignment import leaving
from annotator.work.consensus import additions, disagreements
from annotator.work.consensus.decisions import ASKED, DECIDED, REOPENED
from annotator.work.consensus.disagreements import KIND_NAMES, KINDS, UNSURE

ALL = "all"
STALE, ADDED, EXPECTED = "stale", "added", "expected"
WAITING, APPEALS, DONE = "waiting", "appeals", "decided"
FILTERS: Mapping[str, str] = {
    ALL: "All kinds",
    **KIND_NAMES,
    UNSURE: "Flagged unsure",
    STALE: "Answers changed since",
    ADDED: "Answers added since",
    APPEALS: "Appeals",
    EXPECTED: "Answers still expected",
    WAITING: "Waiting for annotators",
    DONE: "Decided",
}
BY_DIFFERENCE, BY_TEXT = "difference", "text"
SORTS: Mapping[str, str] = {BY_DIFFERENCE: "Most disputed first", BY_TEXT: "In text order"}

Place = tuple[int, int]
"""Article and position."""


@dataclass(frozen=True)
class View:
    """Which part of the queue somebody looks at, and in which order."""

    kind: str = ALL
    sort: str = BY_DIFFERENCE

    def __post_init__(self) -> None:
        if self.kind not in FILTERS:
            raise NotFoundError(f"There is no filter “{self.kind}”: {', '.join(FILTERS)}.")
        if self.sort not in SORTS:
            raise NotFoundError(f"There is no order “{self.sort}”: {', '.join(SORTS)}.")


@dataclass(frozen=True)
class Entry:
    """One sentence of the queue: where it is, in what its answers differ, and its state."""

    article_id: int
    key: str
    position: int
    kinds: tuple[str, ...]
    difference: float
    filters: frozenset[str] = field(repr=False)

    @property
    def place(self) -> Place:
        """Return article and position."""
        return self.article_id, self.position

    @property
    def kind(self) -> str:
        """Return the first thing in which the answers differ, in words."""
        if STALE in self.filters:
            return "answers changed"
        if ADDED in self.filters:
            return "answer added"
        return FILTERS[self.kinds[0]].lower() if self.kinds else "no difference"


@dataclass(frozen=True)
class Queue:
    """What one view of the queue holds, with the count of every other view."""

    view: View
    entries: Sequence[Entry]
    counts: Mapping[str, int]
    total: int  # all that are or were to decide, but those that still wait for answers
    disputed: int  # all whose answers differ: decided or not, waiting for answers or not
    unanimous: int  # those that can become gold together

    @property
    def left(self) -> int:
        """Return how many sentences are still to decide."""
        return self.counts[ALL]

    def first(self) -> Entry | None:
        """Return the first sentence of this view."""
        return self.entries[0] if self.entries else None

    def index(self, place: Place) -> int | None:
        """Return where a sentence stands in this view."""
        places = [entry.place for entry in self.entries]
        return places.index(place) if place in places else None

    def around(self, place: Place, most: int) -> Sequence[Entry]:
        """Return a stretch of this view that holds a sentence, or its beginning."""
        index = self.index(place) or 0
        begin = max(min(index - most // 3, len(self.entries) - most), 0)
        return self.entries[begin : begin + most]

    def after(self, place: Place) -> Entry | None:
        """Return what comes after a sentence in this view, from its end on from the start."""
        return self.beside(place, 1)

    def before(self, place: Place) -> Entry | None:
        """Return what comes before a sentence in this view."""
        return self.beside(place, -1)

    def beside(self, place: Place, step: int) -> Entry | None:
        """Return the neighbour of a sentence; of one that is not here, the first."""
        index = self.index(place)
        if index is None:
            return self.first()
        if len(self.entries) == 1:
            return None
        return self.entries[(index + step) % len(self.entries)]


def queue_of(project: Project, view: View) -> Queue:
    """Return one view of the queue with all counts, in one read.

    A sentence is in the queue when its answers differ, when somebody flagged one of them, or when
    somebody acted on it; what is decided leaves it until an answer changes or one is added that
    says something else. Where answers are still expected it waits under a view of its own: who
    decides before they are in decides twice.
    """
    given_back = waiting_articles(project)
    rows = disputed(project)
    stands = additions.confirmed(
        project, [row.decision_id for row in rows if row.state == DECIDED and row.added]
    )
    entries = [
        entry_of(row, given_back, stands)
        for row in rows
        if row.differs or row.unsure or row.decision_id
    ]
    counts = {name: sum(name in entry.filters for entry in entries) for name in FILTERS}
    chosen = [entry for entry in entries if view.kind in entry.filters]
    if view.sort == BY_DIFFERENCE:
        chosen.sort(key=lambda entry: -entry.difference)  # keeps text order among equals
    total = sum(
        EXPECTED not in entry.filters and (bool(entry.kinds) or ALL in entry.filters)
        for entry in entries
    )
    differing = sum(row.differs for row in rows)
    unanimous = sum(is_unanimous(row, given_back) for row in rows)
    return Queue(view, chosen, counts, total, differing, unanimous)


def disputed(project: Project) -> Sequence[disagreements.Found]:
    """Return the rows of everything that is compared or decided, in text order."""
    query = disagreements.states(project)
    return db.session.execute(query.order_by(by_code_point(Article.key), Sentence.position)).all()


def is_unanimous(row: disagreements.Found, given_back: Collection[int]) -> bool:
    """Say whether all have answered alike what nobody has decided; `unanimous` asks the same.

    In an article that somebody has been given back the answers may still change.
    """
    if row.article_id in given_back:
        return False
    settled = row.differs or row.unsure or row.expected or row.state not in (None, REOPENED)
    return row.n > 1 and not settled


def waiting_articles(project: Project) -> frozenset[int]:
    """Return the articles that somebody has been given back who can still answer."""
    return frozenset(db.session.scalars(given_back_in(project)))


def given_back_in(project: Project) -> Select[int]:
    """Select the articles that somebody has been given back who can still answer."""
    return (
        select(Assignment.article_id)
        .join(Assignment.article)
        .where(
            Article.project_id == project.id,
            Assignment.state == "returned",
            ~leaving.has_left(),
        )
    )


def entry_of(
    row: disagreements.Found, given_back: Collection[int], stands: Collection[int] = ()
) -> Entry:
    """Return one row as an entry with the filters under which it stands.

    `stands` are decisions with which every added answer agrees: they stay decided.
    """
    added = row.added and row.decision_id not in stands
    kinds = tuple(name for name in (*KINDS, UNSURE) if getattr(row, name))
    filters: set[str] = set()
    if row.state == ASKED and row.article_id in given_back:
        filters.add(WAITING)
    elif row.state == DECIDED and not row.changed and not added:
        filters |= {DONE} | ({APPEALS} if row.appealed else set())
    elif row.expected and not row.changed and row.state in (None, DECIDED):
        filters |= {EXPECTED}
    elif row.state == DECIDED:
        filters |= {ALL, STALE if row.changed else ADDED, *kinds}
    elif kinds or row.state in (ASKED, REOPENED):
        filters |= {ALL, *kinds}
    return Entry(row.article_id, row.key, row.position, kinds, row.difference, frozenset(filters))


# --- what can become gold together


def unanimous(project: Project, offset: int, most: int) -> tuple[int, Sequence[Place]]:
    """Return how many sentences are unanimous and wait, and one page of them in text order."""
    query = disagreements.states(project)
    found = query.selected_columns
    query = query.where(
        and_(
            found.n > 1,
            found.differs == 0,
            found.unsure == 0,
            found.expected == 0,
            found.article_id.not_in(given_back_in(project)),
            or_(Decision.id.is_(None), Decision.state == REOPENED),
        )
    )
    total = db.session.scalars(select(func.count()).select_from(query.subquery())).one()
    rows = db.session.execute(
        query.order_by(by_code_point(Article.key), Sentence.position).offset(offset).limit(most)
    )
    return total, [(row.article_id, row.position) for row in rows]
