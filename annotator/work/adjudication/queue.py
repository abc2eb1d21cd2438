"""The queue of the adjudicator: what is left to decide, in which order, and what comes next.

All of it is read from what is kept of each sentence (see `refreshing`), so its cost does not grow
with the answers; whoever asks refreshes that first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, false, func, or_, select

from annotator.codebook.scheme import Codebook
from annotator.errors import NotFoundError
from annotator.store.db import db
from annotator.store.marking import TABLE
from annotator.store.models import Article, Decision, Project, Sentence
from annotator.store.snapshot import by_code_point
from annotator.work.adjudication.standing import (
    Standing,
    Standings,
    given_back_in,
    is_among,
    is_unanimous,
    standing_of,
    standings_of,
)
from annotator.work.consensus import expecting
from annotator.work.consensus.content import ASKED, DECIDED
from annotator.work.consensus.disagreements import KIND_NAMES, UNSURE, kind_names

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


def filter_names(book: Codebook) -> dict[str, str]:
    """Return what each part of the queue is called under a codebook."""
    own = kind_names(book)
    known = (each for each in FILTERS if each not in KIND_NAMES or each in own)
    return {each: own.get(each, FILTERS[each]) for each in known}


BY_DIFFERENCE, BY_TEXT = "difference", "text"
SORTS: Mapping[str, str] = {BY_DIFFERENCE: "Most disputed first", BY_TEXT: "In text order"}

# So many sentences of a view are shown, most of them after the one that is open.
SHOWN, BEFORE = 10, 3

Place = tuple[int, int]
"""Article and position."""


@dataclass(frozen=True)
class View:
    """Which part of the queue somebody looks at, and in which order; of all articles or of one."""

    kind: str = ALL
    sort: str = BY_DIFFERENCE
    article_id: int | None = None

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

    def kind_in(self, names: Mapping[str, str]) -> str:
        """Return the first thing in which the answers differ, in words; `names` are the filters."""
        if STALE in self.filters:
            return "answers changed"
        if ADDED in self.filters:
            return "answer added"
        if not self.kinds:
            return "no difference"
        name = names.get(self.kinds[0], FILTERS[self.kinds[0]])
        return name.lower() if name == FILTERS[self.kinds[0]] else name


@dataclass(frozen=True)
class Queue:
    """What one view of the queue holds around one sentence, with the count of every view.

    `entries` are a stretch of the view that holds the sentence, else its beginning. `next` and
    `previous` go on from its end at its start; of a sentence that is not in it, both are the first.
    `later` and `earlier` are what to open so that the stretch behind it, or before it, is shown.
    """

    view: View
    entries: Sequence[Entry]
    next: Entry | None
    previous: Entry | None
    counts: Mapping[str, int]
    total: int  # all that are or were to decide, but those that still wait for answers
    disputed: int  # all whose answers differ: decided or not, waiting for answers or not
    unanimous: int  # those that can become gold together
    earlier: Entry | None = None
    later: Entry | None = None

    @property
    def left(self) -> int:
        """Return how many sentences are still to decide."""
        return self.counts[ALL]

    @property
    def length(self) -> int:
        """Return how many sentences this view has."""
        return self.counts[self.view.kind]

    def first(self) -> Entry | None:
        """Return the first sentence of this view, where no sentence is open."""
        return self.entries[0] if self.entries else None


def queue_of(project: Project, view: View, place: Place | None = None) -> Queue:
    """Return one view of the queue around a sentence, with all counts.

    A sentence is in the queue when its answers differ, when somebody flagged one of them, or when
    somebody acted on it; what is decided leaves it until an answer changes or one is added that
    says something else. Where answers are still expected it waits under a view of its own: who
    decides before they are in decides twice.
    """
    standings = standings_of(project, view.article_id)
    filters = {each: filters_of(each) for each in standings.counts}
    counts = {
        name: sum(standings.counts[each] for each, found in filters.items() if name in found)
        for name in FILTERS
    }
    wanted = [each for each, found in filters.items() if view.kind in found]
    here = around(standings, wanted, view, place)
    return Queue(
        view,
        here.entries,
        here.next,
        here.previous,
        counts,
        total=standings.sum(
            lambda each: (
                EXPECTED not in filters[each] and (bool(each.kinds) or ALL in filters[each])
            )
        ),
        disputed=standings.sum(lambda each: each.differs),
        unanimous=standings.sum(is_unanimous),
        earlier=here.earlier,
        later=here.later,
    )


def filters_of(each: Standing) -> frozenset[str]:
    """Return the filters under which a sentence stands."""
    if not (each.kinds or each.state):
        return frozenset()
    # Decisions with which every added answer agrees stay decided.
    added = each.added and not each.confirmed
    if each.state == ASKED and each.given_back:
        return frozenset({WAITING})
    if each.state == DECIDED and not each.changed and not added:
        return frozenset({DONE, APPEALS} if each.appealed else {DONE})
    if each.expected and not each.changed and each.state in (None, DECIDED):
        return frozenset({EXPECTED})
    if each.state == DECIDED:
        return frozenset({ALL, STALE if each.changed else ADDED, *each.kinds})
    return frozenset({ALL, *each.kinds})


def count_left(project: Project, most: int) -> int:
    """Count the sentences under ALL, up to so many: `filters_of` as a condition on what is kept."""
    kept, waiting = TABLE.c, expecting.waiting(project)
    expected = or_(
        is_among(kept.article_id, waiting.articles), is_among(kept.sentence_id, waiting.sentences)
    )
    state = func.coalesce(kept.state, "")
    stands = and_(state == DECIDED, ~kept.changed)
    found = (
        select(kept.sentence_id)
        .join(Article, Article.id == kept.article_id)
        .where(
            Article.project_id == project.id,
            or_(kept.kinds != 0, state != ""),
            ~and_(state == ASKED, kept.article_id.in_(given_back_in(project))),
            ~and_(stands, or_(~kept.added, kept.confirmed)),
            ~and_(expected, ~kept.changed, state.in_(("", DECIDED))),
        )
    )
    return count_up_to(most, found)


def count_decided(project: Project, most: int) -> int:
    """Count the sentences that are decided, up to so many."""
    found = (
        select(Decision.id)
        .join(Decision.sentence)
        .join(Sentence.article)
        .where(Article.project_id == project.id, Decision.state == DECIDED)
    )
    return count_up_to(most, found)


def count_up_to(most: int, found: Select[int]) -> int:
    """Count the rows of a query, up to so many."""
    query = select(func.count()).select_from(found.limit(most).subquery())
    return db.session.scalar(query) or 0


# --- the entries


class Around(NamedTuple):
    """A stretch of a view, and what `Queue` has of the rest of it."""

    entries: Sequence[Entry]
    next: Entry | None = None
    previous: Entry | None = None
    earlier: Entry | None = None
    later: Entry | None = None


def around(
    standings: Standings, wanted: Sequence[Standing], view: View, place: Place | None
) -> Around:
    """Return the stretch of a view that holds a sentence, with the ways to the rest of it."""
    if not wanted:
        return Around(())
    here = in_view(standings, wanted, place) if place else None
    if here is None:
        whole = read(standings, wanted, view, None, SHOWN + BEFORE + 1)
        first = whole[0] if whole else None
        return Around(whole[:SHOWN], first, first, later=behind(whole, 0))
    later = read(standings, wanted, view, here, SHOWN)
    earlier = read(standings, wanted, view, here, SHOWN, backwards=True)
    whole = [*reversed(earlier), here, *later]
    index = len(earlier)
    begin = max(min(index - BEFORE, len(whole) - SHOWN), 0)
    if not earlier and not later:
        return Around(whole)
    following = later[0] if later else read(standings, wanted, view, None, 1)[0]
    before = earlier[0] if earlier else read(standings, wanted, view, None, 1, backwards=True)[0]
    # The sentence that is open stands behind some others of its stretch.
    ahead = whole[max(begin - SHOWN + BEFORE, 0)] if begin else None
    stretch = whole[begin : begin + SHOWN]
    return Around(stretch, following, before, ahead, behind(whole, begin))


def behind(whole: Sequence[Entry], begin: int) -> Entry | None:
    """Return what to open to see what comes after the stretch that begins there, if anything."""
    rest = whole[begin + SHOWN :]
    return rest[min(BEFORE, len(rest) - 1)] if rest else None


def in_view(standings: Standings, wanted: Sequence[Standing], place: Place) -> Entry | None:
    """Return one sentence as an entry of a view, None where it is not in it."""
    article_id, position = place
    here = (Sentence.article_id == article_id) & (Sentence.position == position)
    found = entries_of(standings.select(wanted).where(here))
    return found[0] if found else None


def read(
    standings: Standings,
    wanted: Sequence[Standing],
    view: View,
    here: Entry | None,
    most: int,
    *,
    backwards: bool = False,
) -> list[Entry]:
    """Return what comes after an entry of a view, or before it, the nearest first.

    Without an entry: what is first in the view, or last.
    """
    key = by_code_point(Article.key)
    columns: list[SQLColumnExpression[Any]] = [key, Sentence.position]
    # Most disputed first, and in text order among equals.
    signs = [1, 1]
    values = [here.key, here.position] if here else []
    if view.sort == BY_DIFFERENCE:
        columns, signs = [TABLE.c.difference, *columns], [-1, *signs]
        values = [here.difference, *values] if here else []
    steps = [-sign if backwards else sign for sign in signs]
    query = standings.select(wanted)
    if here is not None:
        query = query.where(beyond(columns, steps, values))
    order = [
        each.asc() if step > 0 else each.desc() for each, step in zip(columns, steps, strict=True)
    ]
    return entries_of(query.order_by(*order).limit(most))


def beyond(
    columns: Sequence[SQLColumnExpression[Any]], steps: Sequence[int], values: Sequence[Any]
) -> ColumnElement[bool]:
    """Return the condition of rows that come after these values, where each column goes its way."""
    found: ColumnElement[bool] = false()
    for column, step, value in reversed(list(zip(columns, steps, values, strict=True))):
        further = column > value if step > 0 else column < value
        found = or_(further, and_(column == value, found))
    return found


def entries_of(query: Select[*tuple[Any, ...]]) -> list[Entry]:
    """Return what a query finds as entries."""
    found = []
    for row in db.session.execute(query):
        each = standing_of(row.code)
        place = row.article_id, row.key, row.position
        found.append(Entry(*place, each.kinds, row.difference, filters_of(each)))
    return found
