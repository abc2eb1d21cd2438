"""Finds out anew what is kept of sentences whose answers have changed: theirs alone.

Whoever reads what is kept refreshes it first, so that nobody sees what is not true any more. It is
read outside of any write, as of one moment; what is marked again meanwhile stays stale.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import bindparam, func, select, update

from annotator.measure.origins import COUNTED
from annotator.phrases import counted
from annotator.store.db import Steps, among, db
from annotator.store.marking import TABLE, mark_project
from annotator.store.models import Answer, Article, Project, Sentence
from annotator.store.snapshot import begin_moment
from annotator.work.accounts.memberships import pseudonyms_of
from annotator.work.agreement.collecting import Collector
from annotator.work.consensus import additions, disagreements
from annotator.work.consensus.content import DECIDED
from annotator.work.consensus.disagreements import BITS
from annotator.work.consensus.voting import LEAST_MARGIN, MAJORITY
from annotator.work.gold.methods import place_of, wholes
from annotator.work.gold.models import Aggregation
from annotator.work.gold.outcomes import outcomes
from annotator.work.gold.panels import EVERYTHING, panels_from
from annotator.work.labelling.arriving import pieces

# So many articles are read at once, and so many sentences written: in some tens of milliseconds.
ARTICLES, ROWS = 50, 2_000
WAY = Aggregation("majority")
UNKNOWN: Mapping[str, Any] = {
    "n": 0,
    "kinds": 0,
    "difference": 0.0,
    "majority": False,
    "state": None,
    "changed": False,
    "added": False,
    "confirmed": False,
}
Facts = Mapping[str, Any]


def refresh(project: Project) -> Steps[int]:
    """Bring what is kept of a project up to date; return how many sentences were stale.

    What is marked again while this goes on is left: it was true when it was read here.
    """
    found = last = 0
    more = True
    while more and (articles := stale_articles(project, last)):
        begin_moment()
        rows = db.session.execute(
            select(TABLE.c.sentence_id, TABLE.c.marks)
            .where(TABLE.c.marks != TABLE.c.known, among(TABLE.c.article_id, articles))
            .order_by(TABLE.c.sentence_id)
        ).all()
        facts = facts_of(project, articles)
        known = [
            {
                "sentence": row.sentence_id,
                "known": row.marks,
                **facts.get(row.sentence_id, UNKNOWN),
            }
            for row in rows
        ]
        for piece in pieces(len(known), ROWS):
            yield partial(keep, known[piece])
        found, last, more = found + len(rows), articles[-1], len(articles) == ARTICLES
    return found


def stale_articles(project: Project, after: int) -> Sequence[int]:
    """Return some articles with stale sentences, by number, that come after one."""
    return db.session.scalars(
        select(TABLE.c.article_id)
        .join(Article, Article.id == TABLE.c.article_id)
        .where(
            TABLE.c.marks != TABLE.c.known,
            TABLE.c.article_id > after,
            Article.project_id == project.id,
        )
        .distinct()
        .order_by(TABLE.c.article_id)
        .limit(ARTICLES)
    ).all()


def keep(rows: Sequence[dict[str, Any]]) -> None:
    """Store what was found."""
    names = ("known", *UNKNOWN)
    statement = update(TABLE).where(TABLE.c.sentence_id == bindparam("sentence"))
    db.session.execute(statement.values({name: bindparam(name) for name in names}), [*rows])


def facts_of(project: Project, articles: Collection[int]) -> dict[int, Facts]:
    """Find out, from the answers and decisions, what there is to keep of some articles."""
    some = {"articles": list(articles)}
    rows = db.session.execute(disagreements.states_of_some(project.codebook.labels), some).all()
    clear = clear_majorities(project, articles)
    stands = additions.confirmed(
        project, [row.decision_id for row in rows if row.state == DECIDED and row.added]
    )
    return {
        row.sentence_id: {
            "n": int(row.n),
            "kinds": sum(bit for name, bit in BITS.items() if getattr(row, name)),
            "difference": float(row.difference),
            "majority": row.sentence_id in clear,
            "state": row.state,
            "changed": bool(row.changed),
            "added": bool(row.added),
            "confirmed": row.decision_id in stands,
        }
        for row in rows
    }


def clear_majorities(project: Project, articles: Collection[int]) -> set[int]:
    """Return the sentences that a clear majority decides.

    Annotators differ, in every field more than half say the same with a clear margin, and nobody
    was unsure, not even in an answer that is not complete.
    """
    connection = db.session.connection()
    some = EVERYTHING.of_articles(articles)
    collected = Collector(connection, project, some).collect(some)
    panels = panels_from(collected, project.codebook, pseudonyms_of(project, connection))
    found = {name: outcomes(panel, WAY, WAY.fit(panel)) for name, panel in panels.fields.items()}
    claims = place_of(panels, project.codebook.claims_status.value)
    clear = wholes(panels, found, WAY.method, claims, LEAST_MARGIN)[MAJORITY]
    unsure = db.session.scalars(
        select(Answer.sentence_id)
        .join(Answer.sentence)
        .where(
            among(Sentence.article_id, articles),
            Answer.unsure,
            Answer.origin.in_(COUNTED),
            Answer.current,
        )
    )
    return {*collected.sentences[clear].tolist()} - {*unsure}


def disputed(project: Project) -> int:
    """Count the sentences whose answers differ, decided or not; for who has refreshed."""
    return db.session.scalars(
        select(func.count())
        .select_from(TABLE)
        .join(Article, Article.id == TABLE.c.article_id)
        .where(
            Article.project_id == project.id,
            TABLE.c.kinds.bitwise_and(disagreements.DIFFERS) != 0,
        )
    ).one()


# --- for the operator


def rebuild(project: Project) -> Steps[int]:
    """Find out everything anew; return of how many sentences."""
    yield partial(mark_project, project.id)
    return (yield from refresh(project))


def faults(project: Project) -> Iterator[str]:
    """Yield in words what is kept of sentences and is not so, and is not known to be stale."""
    articles = db.session.scalars(
        select(Article.id).where(Article.project_id == project.id).order_by(Article.id)
    ).all()
    wrong = 0
    for first in range(0, len(articles), ARTICLES):
        wrong += len(wrong_in(project, articles[first : first + ARTICLES]))
    if wrong:
        yield (
            f"What is kept of {counted(wrong, 'sentence')} of {project.slug} is not what the"
            " answers say: run `annotator doctor --rebuild`."
        )


def wrong_in(project: Project, articles: Collection[int]) -> list[int]:
    """Return the sentences of some articles of which something else is kept than is so."""
    begin_moment()
    kept = {
        row.sentence_id: row
        for row in db.session.execute(select(TABLE).where(among(TABLE.c.article_id, articles)))
    }
    facts = facts_of(project, articles)
    return [
        each
        for each in sorted(kept.keys() | facts.keys())
        if each not in kept
        or (
            kept[each].marks == kept[each].known
            and {name: getattr(kept[each], name) for name in UNKNOWN} != facts.get(each, UNKNOWN)
        )
    ]
