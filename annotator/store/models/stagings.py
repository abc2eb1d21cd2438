"""Imports on their way in: what is stored of them already, and that nobody sees yet."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from annotator.store.clock import now
from annotator.store.db import Base, UtcDateTime


class Staging(Base):
    """One import that is stored in short steps and becomes visible at the end, as a whole.

    What belongs to a project lies in a project of its own meanwhile, `hidden_id`, whose slug
    nobody can type; answers lie aside. `plan` is what the last steps need, `shown` how many of its
    parts have appeared. While it is "storing"
    it can only be taken back, once it is "appearing" only be finished, by whatever process;
    "leaving" is being taken back, as is from the first what was removed,
    and "cleaning" is over but for what nobody needs. `host`, `pid`
    and `beat_at` tell whether its process still lives.
    """

    __tablename__ = "stagings"
    __table_args__ = (
        CheckConstraint("kind IN ('articles', 'labels', 'release', 'removal')", name="kind_known"),
        CheckConstraint(
            "state IN ('storing', 'appearing', 'leaving', 'cleaning')", name="state_known"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    project_id: Mapped[int | None] = mapped_column(ForeignKey("projects.id"))
    hidden_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    state: Mapped[str] = mapped_column(default="storing")
    plan: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    shown: Mapped[int] = mapped_column(default=0, server_default="0")
    host: Mapped[str]
    pid: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    beat_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class StagedAnswer(Base):
    """Where an answer that lies aside will stand.

    A repair may take the sentence away meanwhile, so it is no foreign key: the import is then
    refused. Once it has begun to appear, repairs are.
    """

    __tablename__ = "staged_answers"
    __table_args__ = (Index(None, "staging_id", "article_id"),)

    answer_id: Mapped[int] = mapped_column(ForeignKey("answers.id"), primary_key=True)
    staging_id: Mapped[int] = mapped_column(ForeignKey("stagings.id"))
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    sentence_id: Mapped[int]
