"""Frozen datasets, and the writing of those that take long."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from annotator.store.clock import now
from annotator.store.db import Base, UtcDateTime
from annotator.store.models.people import User
from annotator.store.models.projects import Project


class Release(Base):
    """A frozen dataset: what was in it and the hashes that prove it; rows never change.

    `hashes` has the SHA-256 of each file but SHA256SUMS, `sha256` that of SHA256SUMS, which
    therefore stands for the whole. `bytes` is the size of all files. `gates` says which conditions
    of the project it met; where one failed, `status` is "exploratory". `audit_root` is the hash
    over the heads of the project's chains.
    """

    __tablename__ = "releases"
    __table_args__ = (
        UniqueConstraint("project_id", "name"),
        CheckConstraint("status IN ('gold', 'exploratory')", name="status_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    name: Mapped[str]
    status: Mapped[str] = mapped_column(default="exploratory", server_default="exploratory")
    settings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    hashes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    gates: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    sha256: Mapped[str] = mapped_column(default="", server_default=text("''"))
    bytes: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    codebook_version: Mapped[int] = mapped_column(default=1, server_default="1")
    software: Mapped[str] = mapped_column(default="", server_default=text("''"))
    audit_root: Mapped[str] = mapped_column(default="", server_default=text("''"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    project: Mapped[Project] = relationship()
    user: Mapped[User | None] = relationship()
