"""Imports: how far a long one is, and what became of the files of each."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from annotator.store.clock import now
from annotator.store.db import Base, UtcDateTime
from annotator.store.models.people import User
from annotator.store.models.projects import Project


class Import(Base):
    """One import, by page or by command; without a user it came by command.

    `done` and `total` are bytes read; `beat_at` moves while a long one lives, so that one whose
    process ended is known. `files` holds what became of each file, once it is over.
    """

    __tablename__ = "imports"
    __table_args__ = (
        CheckConstraint(
            "state IN ('reading', 'stored', 'cancelled', 'failed')", name="state_known"
        ),
        Index(None, "project_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    state: Mapped[str] = mapped_column(default="reading")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int]
    said: Mapped[str] = mapped_column(Text, default="")
    files: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    beat_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    project: Mapped[Project] = relationship()
    user: Mapped[User | None] = relationship()
