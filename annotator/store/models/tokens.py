"""Personal tokens: what lets a script in, in the name of one person and into one project."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from annotator.store.clock import now
from annotator.store.db import Base, UtcDateTime
from annotator.store.models.people import User
from annotator.store.models.projects import Project


class Token(Base):
    """One token, of which only the hash is stored; rows stay when it has ended.

    `scopes` are names with spaces between them. `in_minute` counts the requests of `minute`, which
    is that many minutes after 1970.
    """

    __tablename__ = "tokens"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        Index(None, "user_id"),
        Index(None, "project_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str]
    name: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    scopes: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # To a minute: whoever only reads seldom writes.
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Why it ended before its time, in words.
    ended_why: Mapped[str] = mapped_column(default="", server_default=text("''"))
    minute: Mapped[int] = mapped_column(BigInteger, default=0, server_default=text("0"))
    in_minute: Mapped[int] = mapped_column(default=0, server_default=text("0"))

    user: Mapped[User] = relationship()
    project: Mapped[Project] = relationship()
