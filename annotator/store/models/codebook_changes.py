"""The next version of a codebook while it is written, and what a version did to answers."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from annotator.store.clock import now
from annotator.store.db import Base, UtcDateTime
from annotator.store.models.people import User


class CodebookDraft(Base):
    """The next version of a project's codebook while somebody writes it; each project has one.

    `content` is JSON in the form of a version's, but it may lack what a codebook must have. `base`
    is the number of the version that it was made from; each save raises `revision`.
    """

    __tablename__ = "codebook_drafts"
    __table_args__ = (CheckConstraint("revision >= 1", name="revision_positive"),)

    project_id: Mapped[int] = mapped_column(
        ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    base: Mapped[int]
    revision: Mapped[int] = mapped_column(default=1)
    content: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    user: Mapped[User | None] = relationship()


class Remapping(Base):
    """One act by which a lead gave the answers with some values other ones, and its undo.

    `values` is {field: {value: value}}, field being status, stance, certainty, aspect or
    speaker_type; whose type was changed is in the changes of speakers of the same moment.
    """

    __tablename__ = "remappings"
    __table_args__ = (Index(None, "project_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    codebook_version_id: Mapped[int] = mapped_column(
        ForeignKey("codebook_versions.id", ondelete="CASCADE")
    )
    values: Mapped[dict[str, Any]] = mapped_column(JSON)
    answers: Mapped[int] = mapped_column(default=0)
    decisions: Mapped[int] = mapped_column(default=0)
    # {decision: the codebook version it was made under}, as no event says it.
    decided_under: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    user: Mapped[User] = relationship(foreign_keys=[user_id])


class RemappedAnswer(Base):
    """What an answer was before a remapping, as far as no event says it."""

    __tablename__ = "remapped_answers"
    __table_args__ = (Index(None, "answer_id"),)

    remapping_id: Mapped[int] = mapped_column(
        ForeignKey("remappings.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    answer_id: Mapped[int] = mapped_column(
        ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    # The revision that the remapping made.
    revision: Mapped[int]
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    codebook_version_id: Mapped[int] = mapped_column(
        ForeignKey("codebook_versions.id", ondelete="CASCADE")
    )


class Worklist(Base):
    """Answers that a new version of the codebook may concern, for their annotators to look at."""

    __tablename__ = "worklists"
    __table_args__ = (Index(None, "project_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    codebook_version_id: Mapped[int] = mapped_column(
        ForeignKey("codebook_versions.id", ondelete="CASCADE")
    )
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))

    user: Mapped[User] = relationship()


class WorklistAnswer(Base):
    """One answer on a worklist, at the revision it had; a later one is an answer that was changed.

    `confirmed_at` is when its annotator said that it is still right, which is a revision, too.
    """

    __tablename__ = "worklist_answers"
    __table_args__ = (Index(None, "answer_id"),)

    worklist_id: Mapped[int] = mapped_column(
        ForeignKey("worklists.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    answer_id: Mapped[int] = mapped_column(
        ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    revision: Mapped[int]
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ShownPrecedent(Base):
    """A decision that an annotator has looked at beside a sentence of another article."""

    __tablename__ = "shown_precedents"
    __table_args__ = (Index(None, "sentence_id"), Index(None, "decision_id"))

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id"), primary_key=True, autoincrement=False
    )
    sentence_id: Mapped[int] = mapped_column(
        ForeignKey("sentences.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    decision_id: Mapped[int] = mapped_column(
        ForeignKey("decisions.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
