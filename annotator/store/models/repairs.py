"""Repairs: every change of a lead to the boundaries or segments of sentences, with its undo."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from annotator.store.clock import now
from annotator.store.db import Base, UtcDateTime
from annotator.store.models.articles import Article
from annotator.store.models.people import User


class Repair(Base):
    """One repair: the sentences from position `first` on as they were before and are after.

    `before` and `after` hold [start, end, segment, paragraph, origin] of each. `answers` holds
    [answer, place before, place after or null, revision] of each answer that was there; null means
    set aside, because its annotator has another answer on the same sentence now. An undo is a
    repair, too, and `undoes` the one that it takes back.
    """

    __tablename__ = "repairs"
    __table_args__ = (Index(None, "article_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    first: Mapped[int]
    before: Mapped[list[list[Any]]] = mapped_column(JSON)
    after: Mapped[list[list[Any]]] = mapped_column(JSON)
    answers: Mapped[list[list[Any]]] = mapped_column(JSON, default=list)
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("repairs.id"))
    reviewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    article: Mapped[Article] = relationship()
    user: Mapped[User] = relationship()
