"""A selection of rows: the ticked ones, or all of a view up to a bound, and what is in it."""

from collections.abc import Sequence

from sqlalchemy import select

from annotator.errors import RefusedError
from annotator.store.db import among, db
from annotator.store.models import Answer, Project
from annotator.work.explore.filters import CLAIMS, DECISIONS, Filters, user_of
from annotator.work.explore.finding import MOST, Place, Search


def all_of(project: Project, filters: Filters) -> list[Place]:
    """Return all rows of a view in order.

    Raises:
        RefusedError: there are more than can be selected at once.
        SearchError: what is searched for is no search.

    """
    search = Search(project, filters)
    gathered = search.gather()
    if gathered is None:
        raise RefusedError(
            f"There are over {MOST:,} {filters.of}, and at most {MOST:,} can be selected at once."
            " Use more filters."
        )
    return sorted(gathered, key=search.order_of)


def sentences_of(places: Sequence[Place]) -> list[int]:
    """Return the sentences of rows, each once."""
    return list(dict.fromkeys(place.sentence for place in places))


def answers_of(project: Project, filters: Filters, places: Sequence[Place]) -> list[int]:
    """Return the answers of today that rows show: of a claim its own, of a sentence all of them.

    A view of decisions shows no answers: then all answers to the sentences are meant.
    """
    if filters.of == CLAIMS and filters.by != DECISIONS:
        return list(dict.fromkeys(place.owner for place in places))
    query = select(Answer.id).where(
        among(Answer.sentence_id, sentences_of(places)),
        Answer.current,
        Answer.status.is_not(None),
    )
    if filters.by not in ("", DECISIONS):
        query = query.where(Answer.user_id == user_of(project, filters.by))
    return list(db.session.scalars(query.order_by(Answer.id)))
