"""Reports that are kept until something changes that they rest on."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from annotator.store.clock import now
from annotator.store.db import Base, UtcDateTime


class KeptReport(Base):
    """One report of a project as it was made once; it only repeats what other tables say.

    `kind` is the page, `asked` what it was asked for. `content` is the version of everything that
    the report rests on and `program` that of the code that made it: a row is used where both are
    those of today, and else made anew. `body` is plain data, see `store.packing`.
    """

    __tablename__ = "kept_reports"
    __table_args__ = (UniqueConstraint("project_id", "kind", "asked"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    kind: Mapped[str]
    asked: Mapped[str] = mapped_column(Text)
    content: Mapped[str]
    program: Mapped[str]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
