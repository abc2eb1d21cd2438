"""Notes of leads and adjudicators on sentences, which annotators do not see."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from annotator.store.clock import now
from annotator.store.db import Base, UtcDateTime
from annotator.store.models.people import User


class ReviewNote(Base):
    """One note; its sentences are those of `noted_sentences`."""

    __tablename__ = "review_notes"
    __table_args__ = (Index(None, "project_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    text: Mapped[str] = mapped_column(Text)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    user: Mapped[User] = relationship()


class NotedSentence(Base):
    """A sentence with a note, named by where it begins: a repair may put another row there."""

    __tablename__ = "noted_sentences"

    article_id: Mapped[int] = mapped_column(
        ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    start: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    note_id: Mapped[int] = mapped_column(
        ForeignKey("review_notes.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
        index=True,
    )
