"""Articles that lie in a hidden project until their import is complete: how they get their place.

They appear in one short step, or, where there are more than such a step can move, in several,
without anything between them; whatever ends the process between two of them, the next start
carries out the rest. Other imports count them as being there from the first of these steps on.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import func, select, update

from annotator.store.db import Steps, db
from annotator.store.models import Article, Assignment, Membership, Project, Sentence, Staging
from annotator.work import staging
from annotator.work.articles import near_duplicates, storing
from annotator.work.assignment import assigning, mixing

# A hundred microseconds an article at most, where all of them change their clusters, too.
AT_ONCE = 3_000
# So many rows of other kinds go into one step.
ROWS_AT_ONCE = 2_000
# For some of these assignments an article is looked for, and copied.
MIXED_AT_ONCE = 50

Stamp = tuple[int, int | None]


class ChangedError(Exception):
    """Another import has come into the project since this one was compared with it."""


@dataclass(frozen=True)
class Arrival:
    """How an import would appear: what it was compared with, and the clusters to be changed."""

    stamp: Stamp
    clusters: Sequence[tuple[int, int]]


def stamp_of(project_id: int) -> Stamp:
    """Return what changes whenever articles come into a project."""
    here = Article.project_id.in_(staging.arriving_into(project_id))
    count, last = db.session.execute(
        select(func.count(Article.id), func.max(Article.id)).where(here)
    ).one()
    return count, last


def put_clusters(number: int, clusters: Sequence[tuple[int, int]]) -> None:
    """Store the clusters of some articles that nobody sees yet."""
    staging.move(number)
    near_duplicates.put(clusters)


def drop(number: int, articles: Collection[int]) -> Steps[None]:
    """Delete articles that cannot come in after all."""
    hidden = staging.hidden_of(number)
    of_project = select(Article.id).where(Article.project_id == hidden)
    clustered = of_project.where(Article.cluster_id.is_not(None)).limit(staging.FEW)
    while found := db.session.scalars(clustered).all():
        yield partial(staging.cut, Article, found, {"cluster_id": None})
    wanted = sorted(articles)
    for first in range(0, len(wanted), staging.FEW):
        some = wanted[first : first + staging.FEW]
        yield from staging.gone(Assignment, Assignment.article_id.in_(some))
        yield from staging.gone(Sentence, Sentence.article_id.in_(some))
        yield from staging.gone(Article, Article.id.in_(some))


def give(number: int, project: Project, people: Sequence[Membership], overlap: int) -> Steps[int]:
    """Give the articles to people before they appear; return how many assignments were made.

    Nobody else can give them yet, so the plan needs no lock to be exact.
    """
    hidden = db.session.get_one(Project, staging.hidden_of(number))
    matrix = assigning.make_matrix(project, assigning.works(hidden), people, overlap)
    given = 0
    for first in range(0, len(matrix.pairs), ROWS_AT_ONCE):
        given += yield partial(assign, number, project, matrix.pairs[first : first + ROWS_AT_ONCE])
    return given


def assign(number: int, project: Project, pairs: Sequence[assigning.Pair]) -> int:
    """Give some articles that nobody sees yet; what is mixed in comes when they appear."""
    staging.move(number)
    assigning.lock(project)
    return assigning.assign(pairs, project, mixed=False)


def open_up(number: int, project: Project, arrival: Arrival, end: Callable[[], int | None]) -> None:
    """Let an import begin to appear, and with it whatever `end` stores.

    `end` returns the job that the import is known by from then on.

    Raises:
        ChangedError: something came into the project that this import was not compared with.

    """
    storing.lock(project)
    if stamp_of(project.id) != arrival.stamp:
        raise ChangedError
    plan = {
        "clusters": [list(each) for each in arrival.clusters],
        "mixed": given_in(staging.hidden_of(number)) if mixing.mixes(project) else [],
        "job": end(),
    }
    staging.move(number, state=staging.APPEARING, plan=plan)
    show(number)


def given_in(hidden: int) -> list[int]:
    """Return the assignments with which control articles and repeats may come."""
    query = select(Assignment.id).join(Assignment.article).where(Article.project_id == hidden)
    return list(db.session.scalars(query.order_by(Assignment.id)))


def appear(number: int) -> Steps[None]:
    """Let the rest of an import appear that has begun to."""
    while staging.state_of(number) == staging.APPEARING:
        yield partial(show, number)
    yield from staging.clean(number)


def show(number: int) -> None:
    """Move some articles into their project, unless another process has moved all of them."""
    if staging.shown_of(number, lock=True) is None:
        return
    note = db.session.get_one(Staging, number)
    own = select(Article.id).where(Article.project_id == note.hidden_id).order_by(Article.id)
    some = db.session.scalars(own.limit(AT_ONCE)).all()
    plan = staging.plan_of(number)
    if some:
        db.session.execute(
            update(Article)
            .where(Article.project_id == note.hidden_id, Article.id <= some[-1])
            .values(project_id=note.project_id, import_id=plan.get("job"))
            .execution_options(synchronize_session=False)
        )
    clusters = plan["clusters"]
    near_duplicates.put((article, first) for article, first in clusters[:AT_ONCE])
    left, mixed = clusters[AT_ONCE:], plan.get("mixed", [])
    waiting = bool(left) or db.session.scalar(own.limit(1)) is not None
    if mixed and not waiting:
        # Not before all are there: beside an article that nobody sees it would be told apart.
        project = db.session.get_one(Project, note.project_id)
        assigning.lock(project)
        mixing.mix_in(project, mixed[:MIXED_AT_ONCE])
        mixed = mixed[MIXED_AT_ONCE:]
    state = staging.APPEARING if waiting or mixed else staging.CLEANING
    plan = {**plan, "clusters": left, "mixed": mixed}
    staging.move(number, staging.APPEARING, state=state, plan=plan)
