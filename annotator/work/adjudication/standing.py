"""How every sentence of a project stands: what is kept of it, and who is still to answer it.

Some hundred ways to stand are all there are, so sentences are counted by these, and a list of
sentences is those that stand in some of the ways.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, False_, Select, case, false, func, or_, select

from annotator.store.db import among, db, unindexed
from annotator.store.marking import TABLE
from annotator.store.models import Appeal, Article, Assignment, Decision, Project, Sentence
from annotator.store.snapshot import by_code_point
from annotator.work.assignment import leaving
from annotator.work.consensus import expecting
from annotator.work.consensus.content import ASKED, DECIDED, REOPENED
from annotator.work.consensus.disagreements import BITS, DIFFERS

STATES = (None, ASKED, REOPENED, DECIDED)
# Where each part of a code begins, in bits; the kinds come first.
COMPARED, STATE, FLAGS = 7, 8, 10
NAMES = ("changed", "added", "confirmed", "majority", "expected", "given_back", "appealed")


@dataclass(frozen=True)
class Standing:
    """One way to stand; see `SentenceConsensus` for what is kept.

    `expected`: somebody is still to answer; `given_back`: somebody may change their answer, who has
    been given the article back; `appealed`: somebody asks to look at the decision again.
    """

    code: int
    kinds: tuple[str, ...] = ()
    compared: bool = False
    state: str | None = None
    changed: bool = False
    added: bool = False
    confirmed: bool = False
    majority: bool = False
    expected: bool = False
    given_back: bool = False
    appealed: bool = False

    @property
    def differs(self) -> bool:
        """Say whether answers differ."""
        return bool(self.code & DIFFERS)


def standing_of(code: int) -> Standing:
    """Return what a code says."""
    return Standing(
        code,
        tuple(name for name, bit in BITS.items() if code & bit),
        bool(code >> COMPARED & 1),
        STATES[code >> STATE & 3],
        **{name: bool(code >> FLAGS + place & 1) for place, name in enumerate(NAMES)},
    )


def is_unanimous(each: Standing) -> bool:
    """Say whether all have answered alike what nobody has decided.

    In an article that somebody has been given back the answers may still change.
    """
    free = each.state in (None, REOPENED) and not each.expected and not each.given_back
    return each.compared and not each.kinds and free


def is_clear(each: Standing) -> bool:
    """Say whether a clear majority decides what nobody has acted on, and all have answered."""
    return each.majority and each.state is None and not each.expected and not each.given_back


@dataclass(frozen=True, eq=False)
class Standings:
    """How many sentences stand in which way, and the code of each sentence in the database."""

    project: Project
    counts: Mapping[Standing, int]
    code: ColumnElement[int]
    article_id: int | None = None  # the one article that is looked at

    def sum(self, wanted: Callable[[Standing], bool]) -> int:
        """Count the sentences that stand in a way that is wanted."""
        return sum(number for each, number in self.counts.items() if wanted(each))

    def select(self, wanted: Collection[Standing]) -> Select[*tuple[Any, ...]]:
        """Select the sentences that stand so, with their places and codes."""
        return (
            select(
                TABLE.c.sentence_id,
                TABLE.c.difference,
                Article.id.label("article_id"),
                Article.key,
                Sentence.position,
                self.code.label("code"),
            )
            .select_from(Article)
            .join(TABLE, TABLE.c.article_id == Article.id)
            .join(Sentence, Sentence.id == TABLE.c.sentence_id)
            .where(
                *of(self.project, self.article_id),
                self.code.in_([each.code for each in wanted]),
            )
        )

    def page(self, wanted: Callable[[Standing], bool], offset: int, most: int) -> Sequence[int]:
        """Return some of the sentences that stand so, in text order."""
        chosen = [each for each in self.counts if wanted(each)]
        if not chosen or not most:
            return []
        order = by_code_point(Article.key), Sentence.position
        query = self.select(chosen).order_by(*order).offset(offset).limit(most)
        return [row.sentence_id for row in db.session.execute(query)]


def of(project: Project, article_id: int | None) -> list[ColumnElement[bool]]:
    """Return the condition of the articles of a project, or of one of them."""
    here = [Article.project_id == project.id]
    return here if article_id is None else [*here, Article.id == article_id]


def standings_of(project: Project, article_id: int | None = None) -> Standings:
    """Return how the sentences of a project, or an article, stand now; for who has refreshed."""
    code = code_of(project)
    rows = db.session.execute(
        select(code.label("code"), func.count())
        .select_from(Article)
        .join(TABLE, TABLE.c.article_id == Article.id)
        .where(*of(project, article_id))
        .group_by("code")
    )
    counts = {standing_of(each): number for each, number in rows}
    return Standings(project, counts, code, article_id)


def code_of(project: Project) -> ColumnElement[int]:
    """Return the way in which a sentence stands as a number, for a query over what is kept."""
    kept, waiting = TABLE.c, expecting.waiting(project)
    back = db.session.scalars(given_back_in(project)).all()
    appealed = db.session.scalars(appealed_in(project)).all()
    flags = {name: kept[name] for name in NAMES if name in kept} | {
        "expected": or_(
            is_among(kept.article_id, waiting.articles),
            is_among(kept.sentence_id, waiting.sentences),
        ),
        "given_back": is_among(kept.article_id, back),
        "appealed": is_among(kept.sentence_id, appealed),
    }
    code = kept.kinds + case((kept.n > 1, 1 << COMPARED), else_=0)
    code += case(
        {name: place << STATE for place, name in enumerate(STATES) if name},
        value=kept.state,
        else_=0,
    )
    for place, name in enumerate(NAMES):
        # What holds of no sentence is not asked for each.
        if not isinstance(flags[name], False_):
            code += case((flags[name], 1 << FLAGS + place), else_=0)
    return code


def is_among(column: Any, numbers: Collection[int]) -> ColumnElement[bool]:
    """Return the condition that a column has one of these numbers, false where there are none."""
    return among(column, numbers) if numbers else false()


def given_back_in(project: Project) -> Select[int]:
    """Select the articles that somebody has been given back who can still answer."""
    return (
        select(Assignment.article_id)
        .join(Article, Article.id == Assignment.article_id)
        .where(
            # By who can, and not by all articles, of which few were given back.
            unindexed(Article.project_id) == project.id,
            Assignment.state == "returned",
            Assignment.user_id.in_(leaving.labellers(project)),
        )
        .distinct()
    )


def appealed_in(project: Project) -> Select[int]:
    """Select the sentences on whose decision somebody asks for another look."""
    return (
        select(Decision.sentence_id)
        .join(Appeal, Appeal.decision_id == Decision.id)
        .join(Sentence, Sentence.id == Decision.sentence_id)
        .join(Article, Article.id == Sentence.article_id)
        .where(Article.project_id == project.id, Appeal.state == "open")
        .distinct()
    )
