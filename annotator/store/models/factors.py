"""What people show beside their password: the secret of their app, and codes for its loss."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from annotator.store.clock import now
from annotator.store.db import Base, UtcDateTime


class SecondFactor(Base):
    """The app of one person; without a row there is none."""

    __tablename__ = "second_factors"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    # The secret, encrypted under the key of the installation.
    sealed: Mapped[str]
    # The last interval of 30 seconds whose code was taken; no code of it or before is taken again.
    last_step: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    # Set up in a session that no lead can have begun.
    own: Mapped[bool] = mapped_column(default=False, server_default=false())


class RecoveryCode(Base):
    """A code that stands for the app once; only its hash is stored."""

    __tablename__ = "recovery_codes"
    __table_args__ = (UniqueConstraint("user_id", "code_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    code_hash: Mapped[str]
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
