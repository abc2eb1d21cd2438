"""Marks what is known of sentences as stale; whoever changes what it rests on does it at once.

That are answers that count or did, their claims, the merges of their speakers, decisions, and which
labels of claims the codebook asks for. Who still has to answer is not kept, so assignments and
memberships are no matter here.
"""

from collections.abc import Collection
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, bindparam, exists, or_, select

from annotator.store.db import among, db, insert_for
from annotator.store.models import Answer, Article, Claim, Decision, Sentence, SentenceConsensus
from annotator.store.rows.places import AnySentence
from annotator.store.rows.prepared import prepared

TABLE = cast(Table, SentenceConsensus.__table__)


def mark(sentence: AnySentence) -> None:
    """Mark one sentence, as every save does."""
    one.rows({"sentence": sentence.id, "article": sentence.article_id})


@prepared
def one() -> Any:
    """Return the statement of `mark`."""
    return raised(
        insert_for(TABLE).values(sentence_id=bindparam("sentence"), article_id=bindparam("article"))
    )


def raised(statement: Any) -> Any:
    """Let an INSERT raise the marks of rows that are there."""
    return statement.on_conflict_do_update(
        index_elements=[TABLE.c.sentence_id], set_={"marks": TABLE.c.marks + 1}
    )


def mark_where(which: ColumnElement[bool]) -> None:
    """Mark the sentences of which this holds."""
    # All who mark several do it in one order: on PostgreSQL none then waits for the other.
    found = select(Sentence.id, Sentence.article_id).where(which).order_by(Sentence.id)
    db.session.flush()
    db.session.execute(raised(insert_for(TABLE).from_select(["sentence_id", "article_id"], found)))


def mark_all(sentences: Collection[int]) -> None:
    """Mark these sentences."""
    if sentences:
        mark_where(among(Sentence.id, sentences))


def mark_answers(answers: Collection[int]) -> None:
    """Mark the sentences of these answers."""
    if answers:
        mark_where(Sentence.id.in_(select(Answer.sentence_id).where(among(Answer.id, answers))))


def mark_project(project_id: int) -> None:
    """Mark all that a project has, also what should have been marked and was not."""
    answered = exists().where(Answer.sentence_id == Sentence.id)
    decided = exists().where(Decision.sentence_id == Sentence.id)
    known = exists().where(TABLE.c.sentence_id == Sentence.id)
    articles = select(Article.id).where(Article.project_id == project_id)
    mark_where(Sentence.article_id.in_(articles) & or_(answered, decided, known))


def mark_speakers(project_id: int, speakers: Collection[int]) -> None:
    """Mark what rests on how some speakers of a project are known.

    That are the answers that name one of them, and what was added to decisions that may do.
    """
    naming = (
        select(Answer.sentence_id)
        .join(Claim, Claim.answer_id == Answer.id)
        .where(among(Claim.speaker_id, speakers), Answer.sentence_id.is_not(None))
    )
    compared = (
        select(TABLE.c.sentence_id)
        .join(Article, Article.id == TABLE.c.article_id)
        .where(Article.project_id == project_id, TABLE.c.added)
    )
    mark_where(Sentence.id.in_(naming) | Sentence.id.in_(compared))
