"""Where answers from elsewhere came from, and what somebody has said they are."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from annotator.store.clock import now
from annotator.store.db import Base, UtcDateTime
from annotator.store.models.people import User
from annotator.store.models.projects import Project


class LabelImport(Base):
    """One file of labels that was imported, as far as its answers are of one `origin`.

    `origin` is what somebody has said they are, and what the answers have; `before` are the origins
    it had until it was declared again, the last one last, which an undo brings back. `source` names
    the file, `model` the model whose answers they are. `unfinished`: what somebody has said is
    carried out by steps, and not to the end yet. Without a user it came by command.
    """

    __tablename__ = "label_imports"
    __table_args__ = (
        CheckConstraint(
            "origin IN ('human', 'people', 'reference', 'imported', 'model')", name="origin_known"
        ),
        Index(None, "project_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    origin: Mapped[str]
    source: Mapped[str] = mapped_column(Text, default="")
    model: Mapped[str] = mapped_column(Text, default="")
    answers: Mapped[int] = mapped_column(default=0)
    annotators: Mapped[list[str]] = mapped_column(JSON, default=list)
    before: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    unfinished: Mapped[bool] = mapped_column(default=False, server_default=false())
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    project: Mapped[Project] = relationship()
    user: Mapped[User | None] = relationship()
