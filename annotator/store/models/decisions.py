"""What adjudicators decide, on which answers, how it came about, and what annotators say to it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from annotator.store.clock import now
from annotator.store.db import Base, UtcDateTime
from annotator.store.models.answers import Answer
from annotator.store.models.articles import Sentence
from annotator.store.models.people import User
from annotator.store.models.projects import CodebookVersion


class Decision(Base):
    """The adjudicated answer to one sentence.

    `how` says who decided the sentence, `fields` the same for each field of it. A soft label keeps
    the readings side by side: `soft` is their distribution and `status` and `claims` stay empty.
    `readers` is the order in which the annotators stood on screen. `status` is empty, too, while
    a sentence that was never decided waits for its annotators.
    """

    __tablename__ = "decisions"
    __table_args__ = (
        UniqueConstraint("sentence_id"),
        CheckConstraint(
            "how IN ('unanimous', 'majority', 'model', 'adjudicated')", name="how_known"
        ),
        CheckConstraint("state IN ('decided', 'reopened', 'asked')", name="state_known"),
        CheckConstraint("revision >= 1", name="revision_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sentence_id: Mapped[int] = mapped_column(ForeignKey("sentences.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    state: Mapped[str] = mapped_column(default="decided", server_default="decided")
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    how: Mapped[str]
    fields: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    status: Mapped[str | None]
    claims: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    soft: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    reason: Mapped[str] = mapped_column(Text, default="")
    rule: Mapped[str | None]
    readers: Mapped[list[int]] = mapped_column(JSON, default=list)
    codebook_version_id: Mapped[int] = mapped_column(ForeignKey("codebook_versions.id"))
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    sentence: Mapped[Sentence] = relationship()
    user: Mapped[User | None] = relationship()
    codebook_version: Mapped[CodebookVersion] = relationship()
    bases: Mapped[list["DecisionBasis"]] = relationship(
        order_by="DecisionBasis.answer_id", cascade="all, delete-orphan"
    )


class DecisionBasis(Base):
    """One answer that a decision rests on, as it was then; a later revision makes it stale."""

    __tablename__ = "decision_bases"
    __table_args__ = (Index(None, "answer_id"),)

    decision_id: Mapped[int] = mapped_column(
        ForeignKey("decisions.id", ondelete="CASCADE"), primary_key=True
    )
    answer_id: Mapped[int] = mapped_column(ForeignKey("answers.id"), primary_key=True)
    revision: Mapped[int]

    answer: Mapped[Answer] = relationship()


class DecisionEvent(Base):
    """The decision as it was after one act; rows are added, never changed.

    `undoes` is the revision that an undo takes back. `content` is JSON with every field.
    """

    __tablename__ = "decision_events"
    __table_args__ = (
        UniqueConstraint("decision_id", "revision"),
        UniqueConstraint("decision_id", "key"),
        CheckConstraint("kind IN ('decide', 'reopen', 'ask', 'undo')", name="kind_known"),
        CheckConstraint("(kind = 'undo') = (undoes IS NOT NULL)", name="undoes_whole"),
        # One person's newest acts in one project: what undo would take back.
        Index(None, "project_id", "user_id", "id"),
        Index(None, "project_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    revision: Mapped[int]
    kind: Mapped[str]
    undoes: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    key: Mapped[str]
    content: Mapped[str] = mapped_column(Text)

    decision: Mapped[Decision] = relationship()
    user: Mapped[User] = relationship()


class Appeal(Base):
    """What an annotator says to a decision that differs: seen, or please look again, and why."""

    __tablename__ = "appeals"
    __table_args__ = (
        UniqueConstraint("decision_id", "user_id", "revision"),
        CheckConstraint("state IN ('seen', 'open', 'accepted', 'kept')", name="state_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    revision: Mapped[int]  # the revision of the decision that it answers
    state: Mapped[str]
    words: Mapped[str] = mapped_column(Text, default="")
    reply: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    decision: Mapped[Decision] = relationship()
    user: Mapped[User] = relationship(foreign_keys=[user_id])
