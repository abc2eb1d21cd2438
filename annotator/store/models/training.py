"""How annotators did in training, and whom a lead has let in without."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from annotator.store.clock import now
from annotator.store.db import Base, UtcDateTime
from annotator.store.models.people import User
from annotator.store.models.projects import CodebookVersion

PASSED, FAILED, LET_IN = OUTCOMES = ("passed", "failed", "let_in")


class TrainingResult(Base):
    """How one try of a person ended, or that a lead has let them in; rows are added, never changed.

    `scores` has per field how many were right of how many, as they were when the try ended: a later
    change of gold does not change what somebody has passed. A lead who lets somebody in says why.
    """

    __tablename__ = "training_results"
    __table_args__ = (
        CheckConstraint("outcome IN ('passed', 'failed', 'let_in')", name="outcome_known"),
        CheckConstraint("(outcome = 'let_in') = (attempt IS NULL)", name="attempt_of_a_try"),
        Index(None, "project_id", "user_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    outcome: Mapped[str]
    # Which try it was, counted from 1 over all versions of the codebook.
    attempt: Mapped[int | None]
    scores: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    codebook_version_id: Mapped[int] = mapped_column(ForeignKey("codebook_versions.id"))
    reason: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    codebook_version: Mapped[CodebookVersion] = relationship()
    user: Mapped[User] = relationship(foreign_keys=[user_id])
    by: Mapped[User | None] = relationship(foreign_keys=[by_id])
