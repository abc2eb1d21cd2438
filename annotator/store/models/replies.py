"""What leads answer to flags and notes."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from annotator.store.clock import now
from annotator.store.db import Base, UtcDateTime
from annotator.store.models.answers import Answer
from annotator.store.models.people import User


class Reply(Base):
    """A lead's word on a flagged or noted answer, as it was at one revision; empty is "seen"."""

    __tablename__ = "replies"
    __table_args__ = (Index(None, "answer_id", "revision"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("answers.id"))
    revision: Mapped[int]
    text: Mapped[str] = mapped_column(Text, default="")
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    # When the annotator said so; until then it stands at its sentence and under My work.
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    answer: Mapped[Answer] = relationship()
    user: Mapped[User] = relationship()
