"""Long work: how far it is, and what became of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from annotator.store.clock import now
from annotator.store.db import Base, UtcDateTime
from annotator.store.models.people import User
from annotator.store.models.projects import Project


class Job(Base):
    """An import of articles or labels, the writing of a release, or many sentences for the queue.

    Without a user it is by command.

    `done` and `total` count what its kind counts: bytes read, sentences passed. `beat_at` moves
    while it lives, so that one whose process ended is known. `said` is what became of it, in words.
    `details` is what its kind keeps: of an import what became of each file (`files`), of a release
    its `name` and `settings`, of sentences for the queue the view that they are of (`back`).
    """

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('import', 'release', 'labels', 'queue', 'audit')", name="kind_known"
        ),
        CheckConstraint(
            "state IN ('running', 'done', 'cancelled', 'failed', 'interrupted')", name="state_known"
        ),
        Index(None, "project_id", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    state: Mapped[str] = mapped_column(default="running")
    done: Mapped[int] = mapped_column(BigInteger, default=0)
    total: Mapped[int] = mapped_column(BigInteger, default=0)
    said: Mapped[str] = mapped_column(Text, default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    beat_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    project: Mapped[Project] = relationship()
    user: Mapped[User | None] = relationship()
