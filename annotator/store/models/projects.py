"""Projects and the frozen versions of their codebooks."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from annotator.codebook.load import from_json
from annotator.codebook.scheme import Codebook
from annotator.store.clock import now
from annotator.store.db import Base, UtcDateTime


class Project(Base):
    """One target question, its articles, people and settings."""

    __tablename__ = "projects"
    __table_args__ = (
        UniqueConstraint("slug"),
        CheckConstraint("overlap >= 1", name="overlap_positive"),
        CheckConstraint("blind IN ('until_submitted', 'always')", name="blind_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str]
    name: Mapped[str]
    target_question: Mapped[str] = mapped_column(Text)
    overlap: Mapped[int] = mapped_column(default=2)
    blind: Mapped[str] = mapped_column(default="until_submitted")
    headlines_in_agreement: Mapped[bool] = mapped_column(default=False)
    # Whether an annotator who has nothing to do may take the next article.
    self_assign: Mapped[bool] = mapped_column(default=False, server_default=false())
    # Whether annotators may look at decisions on like sentences of other articles.
    precedents: Mapped[bool] = mapped_column(default=False, server_default=false())
    # An article that is not begun for so long goes back; 0 is never.
    lease_hours: Mapped[int] = mapped_column(default=0, server_default="0")
    # Whose roles here need a second factor to sign in.
    factor_for_leads: Mapped[bool] = mapped_column(default=False, server_default=false())
    factor_for_adjudicators: Mapped[bool] = mapped_column(default=False, server_default=false())
    factor_for_annotators: Mapped[bool] = mapped_column(default=False, server_default=false())
    # How the work of annotators is checked (see `annotator.work.quality.settings`).
    quality: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # On which terms a release is published, and when it may be called gold (see gates.py).
    gates: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    authors: Mapped[list[Any]] = mapped_column(JSON, default=list)
    annotations_licence: Mapped[str] = mapped_column(default="", server_default=text("''"))
    texts_licence: Mapped[str] = mapped_column(default="", server_default=text("''"))
    texts_may_be_shared: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    # Read only since then, and in no list of projects.
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Its short name before the first rename: whatever was drawn by it stays as it was drawn.
    first_slug: Mapped[str] = mapped_column(default="", server_default=text("''"))

    codebook_versions: Mapped[list["CodebookVersion"]] = relationship(
        back_populates="project", order_by="CodebookVersion.number"
    )

    @property
    def codebook_version(self) -> "CodebookVersion":
        """Return the version in force: the newest one."""
        return self.codebook_versions[-1]

    @property
    def codebook(self) -> Codebook:
        """Return the codebook in force."""
        return self.codebook_version.codebook


class OldSlug(Base):
    """A short name that a project had: its addresses lead on to those of today."""

    __tablename__ = "old_slugs"
    __table_args__ = (UniqueConstraint("slug"), Index(None, "project_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str]
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))


class CodebookVersion(Base):
    """One codebook as it was when people began to use it; never changed afterwards."""

    __tablename__ = "codebook_versions"
    __table_args__ = (UniqueConstraint("project_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    number: Mapped[int]
    label: Mapped[str]
    content: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    project: Mapped[Project] = relationship(back_populates="codebook_versions")

    @property
    def codebook(self) -> Codebook:
        """Return the content as a codebook."""
        return from_json(self.content)
