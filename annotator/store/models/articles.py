"""Articles, their sentences, and the speakers of a project."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from annotator.store.clock import now
from annotator.store.db import Base, UtcDateTime, partial_index
from annotator.store.models.projects import Project


class Article(Base):
    """One text as it came in; its characters are never altered."""

    __tablename__ = "articles"
    __table_args__ = (
        UniqueConstraint("project_id", "key"),
        UniqueConstraint("project_id", "sha256"),
        CheckConstraint("version >= 1", name="version_positive"),
        CheckConstraint("(version = 1) = (version_of_id IS NULL)", name="version_whole"),
        Index(None, "cluster_id"),
        Index(None, "import_id"),
        # Most articles are no copies, and each label page asks for those of its article.
        partial_index("ix_articles_copy_of_id", "copy_of_id", where="copy_of_id IS NOT NULL"),
        # The text stands before the count in a row: whoever adds up counts reads this instead.
        Index("ix_articles_project_id_sentence_count", "project_id", "sentence_count"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    key: Mapped[str]
    title: Mapped[str] = mapped_column(Text)
    publisher: Mapped[str] = mapped_column(default="")
    author: Mapped[str] = mapped_column(default="")
    url: Mapped[str] = mapped_column(Text, default="")
    published_on: Mapped[date | None]
    language: Mapped[str] = mapped_column(default="en")
    licence: Mapped[str] = mapped_column(default="")
    # Deferred: no page ever loads a whole article.
    text: Mapped[str] = mapped_column(Text, deferred=True)
    sha256: Mapped[str]
    encoding: Mapped[str]
    splitter: Mapped[str]
    sentence_count: Mapped[int]
    # Given to all annotators whatever the overlap says, to see whether they read alike.
    for_everybody: Mapped[bool] = mapped_column(default=False, server_default=false())
    # Annotators are trained with it: they see its gold, so it is no work for them.
    training: Mapped[bool] = mapped_column(default=False, server_default=false())
    # "warnings" of the import, and "metadata": what its file said beside the columns above.
    extra: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # A newer text of the same article stands beside the first, under the key "004@2".
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    version_of_id: Mapped[int | None] = mapped_column(ForeignKey("articles.id"))
    # Near duplicates share the first of them; the sketch is what they are recognised by.
    cluster_id: Mapped[int | None] = mapped_column(ForeignKey("articles.id"))
    sketch: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    # A copy takes answers that are no work (see `annotator.work.copies`); it is on no list.
    copy_of_id: Mapped[int | None] = mapped_column(ForeignKey("articles.id"))
    imported_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    # The import it came with, by which that can be undone; only the last ones are remembered.
    import_id: Mapped[int | None] = mapped_column(ForeignKey("jobs.id", ondelete="SET NULL"))

    project: Mapped[Project] = relationship()
    copy_of: Mapped["Article | None"] = relationship(foreign_keys=[copy_of_id], remote_side=[id])

    @property
    def shown(self) -> "Article":
        """Return the article that people see: the one that this is a copy of, or itself."""
        return self.copy_of or self

    @property
    def number(self) -> int:
        """Return the number in its address, which a copy has in common with its article."""
        return self.copy_of_id or self.id


class Sentence(Base):
    """One unit of work: `text` is `article.text[start:end]`, in code points."""

    __tablename__ = "sentences"
    __table_args__ = (
        UniqueConstraint("article_id", "position"),
        CheckConstraint('0 <= start AND start < "end"', name="span_ordered"),
        CheckConstraint("origin IN ('splitter', 'lead')", name="origin_known"),
        # Few sentences are no body: whoever looks for these need not read the others.
        partial_index("ix_sentences_apart", "segment", where="segment <> 'body'"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    position: Mapped[int]
    start: Mapped[int]
    end: Mapped[int]
    segment: Mapped[str]
    paragraph: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    origin: Mapped[str] = mapped_column(default="splitter")
    # Who may be speaking, as `work.labelling.proposals` writes it; None where nobody looked yet.
    proposals: Mapped[str | None] = mapped_column(Text)

    article: Mapped[Article] = relationship()


class Speaker(Base):
    """A canonical entity of one project: whoever claims something.

    An unnamed source is never the same in two articles, so its name carries the article's key;
    its own words are kept in `wording`.
    """

    __tablename__ = "speakers"
    __table_args__ = (
        UniqueConstraint("project_id", "name"),
        partial_index(
            "ix_speakers_label_import_id", "label_import_id", where="label_import_id IS NOT NULL"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    name: Mapped[str]
    type: Mapped[str]
    wording: Mapped[str | None]
    member_of_id: Mapped[int | None] = mapped_column(ForeignKey("speakers.id"))
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("speakers.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    # The import of labels with which this speaker came.
    label_import_id: Mapped[int | None] = mapped_column(ForeignKey("label_imports.id"))

    member_of: Mapped["Speaker | None"] = relationship(
        foreign_keys=[member_of_id], remote_side=[id]
    )
    merged_into: Mapped["Speaker | None"] = relationship(
        foreign_keys=[merged_into_id], remote_side=[id]
    )

    @property
    def today(self) -> "Speaker":
        """Return the speaker that counts today, which a lead may have made another."""
        return self.merged_into or self


class Alias(Base):
    """A surface form of a speaker; "the president" means nothing outside its article."""

    __tablename__ = "aliases"
    __table_args__ = (
        UniqueConstraint("speaker_id", "article_id", "text"),
        Index(None, "article_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    speaker_id: Mapped[int] = mapped_column(ForeignKey("speakers.id"))
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    text: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    speaker: Mapped[Speaker] = relationship()
