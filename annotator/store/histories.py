"""Every answer with its events and its claims, in one pass over tables read side by side."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    and_,
    case,
    cast,
    exists,
    func,
    select,
)
from sqlalchemy.orm import aliased

from annotator.store.batches import OF_CLAIMS, Found, Query
from annotator.store.models import (
    Answer,
    AnswerEvent,
    Article,
    Claim,
    Exposure,
    LabelImport,
    Membership,
    Project,
    Sentence,
    Via,
)
from annotator.store.models.answers import KEEP
from annotator.store.snapshot import by_code_point

# How many rows of each table are held at once.
BATCH = 500
# Where answers stand that a repair has set aside: before all sentences.
SET_ASIDE = -1

# A claim with the speakers through whom it reaches us, outermost first.
StoredClaim = tuple[Found, list[int]]


def histories(
    connection: Connection, *wanted: ColumnElement[bool]
) -> Iterator[tuple[Found, list[Found], list[StoredClaim]]]:
    """Yield every answer with its events and its claims, by project, article, sentence, annotator.

    The order does not depend on row numbers. However many answers there are, they come from four
    statements of this one order; memory holds a batch of the rows of each. `wanted` says which, by
    the answer, its article or its project.
    """

    def read(query: Query, *within: Any) -> Iterable[Found]:
        ordered = in_order(query.where(*wanted), *within)
        return connection.execute(ordered, execution_options={"yield_per": BATCH})

    events = Following(read(events_query(), AnswerEvent.revision))
    claims = Following(read(claims_query(), Claim.position))
    vias = Following(read(vias_query(), Claim.position, Via.position))
    for answer in read(answers_query()):
        said = [
            (claim, [link.speaker_id for link in vias.of(claim.id)])
            for claim in claims.of(answer.id)
        ]
        yield answer, events.of(answer.id), said


class Following:
    """Rows in the order of what they belong to, which takes its own in turn.

    The first column says whose they are.
    """

    def __init__(self, rows: Iterable[Found]) -> None:
        self.groups = groupby(rows, key=itemgetter(0))
        self.ahead = next(self.groups, None)

    def of(self, owner: int) -> list[Found]:
        """Return the rows of the next owner, which may have none."""
        if self.ahead is None or self.ahead[0] != owner:
            return []
        found = list(self.ahead[1])
        self.ahead = next(self.groups, None)
        return found


def in_order(query: Query, *within: Any) -> Query:
    """Order rows by the place of their answer; `within` orders those of one answer."""
    return (
        query.outerjoin(Answer.sentence)
        .join(Article, Article.id == func.coalesce(Sentence.article_id, Answer.aside_in_id))
        .join(Article.project)
        .join(
            Membership,
            (Membership.user_id == Answer.user_id) & (Membership.project_id == Project.id),
        )
        .order_by(
            by_code_point(Project.slug),
            by_code_point(Article.key),
            func.coalesce(Sentence.position, SET_ASIDE),
            by_code_point(Membership.pseudonym),
            Answer.round,
            Answer.id,
            *within,
        )
    )


def answers_query() -> Query:
    """Return the query of the answers, each with its place.

    `was_known`: its annotator has learned what others said of the sentence. `declared` is the
    origin that somebody has said the answers of its import have.
    """
    was_known = exists().where(
        Exposure.user_id == Answer.user_id, Exposure.sentence_id == Answer.sentence_id
    )
    declared = (
        select(LabelImport.origin).where(LabelImport.id == Answer.label_import_id).scalar_subquery()
    )
    return select(
        Answer.id,
        Answer.revision,
        Answer.status,
        Answer.complete,
        Answer.unsure,
        Answer.note,
        Answer.codebook_version_id,
        Answer.origin,
        Answer.round,
        Answer.active_seconds,
        Project.slug,
        Article.key,
        Sentence.position,
        Membership.pseudonym,
        was_known.label("was_known"),
        declared.label("declared"),
    ).select_from(Answer)


def events_query() -> Query:
    """Return the query of the events.

    Beside one that kept an answer stands what the answer that went on had said by then. The number
    of that one is in the key: a key changed by hand must not be an error of the database.
    """
    other = aliased(AnswerEvent)
    number = func.substr(AnswerEvent.key, len(f"{KEEP}-") + 1)
    is_number = and_(func.rtrim(number, "0123456789") == "", func.length(number).between(1, 18))
    went_on = select(other.content).where(
        AnswerEvent.kind == KEEP,
        other.answer_id == case((is_number, cast(number, BigInteger))),
        other.revision == AnswerEvent.revision,
    )
    return select(
        AnswerEvent.answer_id,
        AnswerEvent.revision,
        AnswerEvent.at,
        AnswerEvent.user_id,
        AnswerEvent.key,
        AnswerEvent.content,
        AnswerEvent.hash,
        AnswerEvent.kind,
        AnswerEvent.undoes,
        went_on.scalar_subquery().label("went_on"),
    ).join(AnswerEvent.answer)


def claims_query() -> Query:
    return select(*OF_CLAIMS).join(Claim.answer)


def vias_query() -> Query:
    """Return the query of the chains through which claims reach us."""
    return select(Via.claim_id, Via.speaker_id).join(Via.claim).join(Claim.answer)
