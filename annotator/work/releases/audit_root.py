"""The heads of the chains of one project, and the hash over them that a release records."""

import hashlib
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Select, literal, select

from annotator.measure.origins import MODEL
from annotator.store.batches import Batch, Found, articles_of, batches
from annotator.store.histories import SET_ASIDE
from annotator.store.models import Answer, AnswerEvent, Project, Sentence
from annotator.work import staging
from annotator.work.labelling.annotation_rows import people_of
from annotator.work.labelling.history import FIRST

Query = Select[*tuple[Any, ...]]


def root_of(connection: Connection, project: Project) -> str:
    """Return the root hash over the heads of a project's chains, as `annotator audit -p` prints it.

    Answers of models are no part of it. The heads are taken as they are stored; whether each chain
    leads to its head is for the audit.
    """
    pseudonyms = {
        user: who for user, (who, _) in people_of(connection, project, names=False).items()
    }
    root = hashlib.sha256()
    for batch in batches(articles_of(connection, project)):
        order = {article: index for index, article in enumerate(batch.articles)}
        heads = sorted(
            (order[article], position, pseudonyms[user], round_, number, article, head)
            for number, round_, user, article, position, head in heads_of(connection, batch)
        )
        for _, position, who, round_, _, article, head in heads:
            place = "aside" if position == SET_ASIDE else position
            where = f"{project.slug}/{batch.articles[article]}#{place} {who} round {round_}"
            root.update(f"{where} {head or FIRST}\n".encode())
    return root.hexdigest()


def heads_of(connection: Connection, batch: Batch) -> Iterator[Found]:
    """Yield the head of each answer of a batch; what is set aside comes with the first stretch."""
    placed = select(
        Answer.id, Answer.round, Answer.user_id, Sentence.article_id, Sentence.position,
        AnswerEvent.hash,
    ).join(Answer.sentence)  # fmt: skip
    counted = Answer.origin != MODEL
    yield from connection.execute(batch.narrow(with_head(placed)).where(counted)).all()
    if batch.first == 0:
        aside = select(
            Answer.id, Answer.round, Answer.user_id, Answer.aside_in_id.label("article_id"),
            literal(SET_ASIDE).label("position"), AnswerEvent.hash,
        )  # fmt: skip
        yield from connection.execute(
            with_head(aside).where(
                counted, Answer.aside_in_id.in_(batch.articles), ~staging.is_staged()
            )
        )


def with_head(query: Query) -> Query:
    """Add the last event of each answer, where there is one."""
    return query.outerjoin(
        AnswerEvent,
        (AnswerEvent.answer_id == Answer.id) & (AnswerEvent.revision == Answer.revision),
    )
