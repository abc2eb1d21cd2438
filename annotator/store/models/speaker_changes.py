"""What leads have changed in the register of speakers, and what they have taken back."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from annotator.store.clock import now
from annotator.store.db import Base, UtcDateTime
from annotator.store.models.articles import Speaker
from annotator.store.models.people import User


class SpeakerChange(Base):
    """One change of a speaker; rows are added, and marked when the change is taken back.

    `before` and `after` hold what an undo needs, but for that of a split: which labels it moved,
    and whose they were, is in the events of the answers. `claims` and `articles` are how many
    labels were concerned when it was made.
    """

    __tablename__ = "speaker_changes"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('merge', 'split', 'rename', 'type', 'member_of', 'alias_added',"
            " 'alias_removed', 'distinct')",
            name="kind_known",
        ),
        Index(None, "project_id", "id"),
        Index(None, "speaker_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    kind: Mapped[str]
    speaker_id: Mapped[int] = mapped_column(ForeignKey("speakers.id"))
    other_id: Mapped[int | None] = mapped_column(ForeignKey("speakers.id"))
    before: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    claims: Mapped[int] = mapped_column(default=0)
    articles: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    speaker: Mapped[Speaker] = relationship(foreign_keys=[speaker_id])
    other: Mapped[Speaker | None] = relationship(foreign_keys=[other_id])
    user: Mapped[User | None] = relationship(foreign_keys=[user_id])
