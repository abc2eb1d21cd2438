"""Projects and the frozen versions of their codebooks."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
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
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

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
