"""What people have done in a project that no other table keeps, such as settings and people."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from annotator.store.clock import now
from annotator.store.db import Base, UtcDateTime


class Activity(Base):
    """One act of a lead, an adjudicator or a command; rows are added, never changed.

    `kind` groups acts for whoever reads them, `what` is the act in words: people stand in it with
    their pseudonyms, other things with their keys. Without a user it came by command.
    """

    __tablename__ = "activities"
    __table_args__ = (Index(None, "project_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    kind: Mapped[str]
    what: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
