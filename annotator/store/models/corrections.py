"""What leads have corrected: facts of articles, what is withdrawn or removed, names of projects."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from annotator.store.clock import now
from annotator.store.db import Base, UtcDateTime
from annotator.store.models.people import User
from annotator.store.models.projects import Project


class Correction(Base):
    """One correction, as it was made; rows are added, never changed.

    `before` and `after` hold the fields that it changed. What was done at once, to many articles,
    has one `act`. `key` is that of the article then: a removed article has no row any more.
    """

    __tablename__ = "corrections"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('metadata', 'withdraw', 'restore', 'remove', 'rename', 'archive', 'reopen')",
            name="kind_known",
        ),
        Index(None, "project_id", "id"),
        Index(None, "article_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    article_id: Mapped[int | None] = mapped_column(ForeignKey("articles.id"))
    kind: Mapped[str]
    act: Mapped[str]
    key: Mapped[str] = mapped_column(default="")
    before: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    reason: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    project: Mapped[Project] = relationship()
    user: Mapped[User | None] = relationship()
