"""Who labels what, the labels, and their history."""

from datetime import date, datetime

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    Text,
    UniqueConstraint,
    false,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from annotator.store.clock import now
from annotator.store.db import Base, UtcDateTime, partial_index
from annotator.store.models.articles import Article, Sentence, Speaker
from annotator.store.models.label_imports import LabelImport
from annotator.store.models.people import User
from annotator.store.models.projects import CodebookVersion

# The kind of the event that keeps round 1; its key is `keep-` and the number of round 2's answer.
KEEP = "keep"


# In these states an article can be labelled.
OPEN_STATES = ("open", "returned")

# What an assignment is for. Only work counts; answers to the others lie in copies of the article.
WORK, TRAINING, CONTROL, REPEAT = PURPOSES = ("work", "training", "control", "repeat")


class Assignment(Base):
    """One article given to one annotator.

    Work is given in the article itself. Whatever has another purpose is given in a copy of it (see
    `annotator.work.copies`), which is blank; `attempt` counts those of one purpose from 1.
    """

    __tablename__ = "assignments"
    __table_args__ = (
        UniqueConstraint("article_id", "user_id"),
        CheckConstraint("state IN ('open', 'submitted', 'returned', 'closed')", name="state_known"),
        CheckConstraint(
            "purpose IN ('work', 'training', 'control', 'repeat')", name="purpose_known"
        ),
        CheckConstraint("attempt >= 1", name="attempt_positive"),
        Index(None, "user_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    state: Mapped[str] = mapped_column(default="open")
    purpose: Mapped[str] = mapped_column(default=WORK, server_default=WORK)
    attempt: Mapped[int] = mapped_column(default=1, server_default="1")
    # All its answers came from elsewhere and count nowhere, so it takes no place of the overlap.
    imported: Mapped[bool] = mapped_column(default=False, server_default=false())
    order: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(Text, default="")
    due_on: Mapped[date | None]
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    assigned_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Counted in the same transaction as each save, so that lists of work stay quick.
    decided_count: Mapped[int] = mapped_column(default=0)
    incomplete_count: Mapped[int] = mapped_column(default=0)
    unsure_count: Mapped[int] = mapped_column(default=0)
    active_seconds: Mapped[int] = mapped_column(default=0, server_default="0")
    saved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Whether there is an `Exposure` of this person in the article, so that most saves need not ask.
    informed: Mapped[bool] = mapped_column(default=False, server_default=false())

    article: Mapped[Article] = relationship()
    user: Mapped[User] = relationship()

    @property
    def closed_at(self) -> datetime | None:
        """Return when it was closed: its lease ended then. None while it is not, or unknown."""
        return self.lease_until if self.state == "closed" else None


class Roster(Base):
    """The speakers one annotator has met in one article, numbered in order of first use.

    The number is the key on the chip, so it is stored and never moves.
    """

    __tablename__ = "roster"
    __table_args__ = (
        UniqueConstraint("article_id", "user_id", "number"),
        UniqueConstraint("article_id", "user_id", "speaker_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    speaker_id: Mapped[int] = mapped_column(ForeignKey("speakers.id"))
    number: Mapped[int]

    speaker: Mapped[Speaker] = relationship()


class Answer(Base):
    """One annotator's whole word on one sentence.

    `status` is empty while nothing is decided (a flag or a note alone, or an answer taken back).
    What was given independently is round 1; what the same person says after an `Exposure` is round
    2, and round 1 stays beside it as it was. The `current` one of them is the newest: it is what
    its annotator sees, what gold and adjudication rest on, and the row whose revisions go on.
    """

    __tablename__ = "answers"
    __table_args__ = (
        UniqueConstraint("sentence_id", "user_id", "round"),
        CheckConstraint(
            "origin IN ('human', 'people', 'reference', 'imported', 'model')", name="origin_known"
        ),
        CheckConstraint("revision >= 1", name="revision_positive"),
        CheckConstraint(
            "(sentence_id IS NULL) = (aside_in_id IS NOT NULL)", name="in_place_or_aside"
        ),
        Index(None, "user_id"),
        # Who takes an article away asks for what lies aside in it.
        partial_index("ix_answers_aside_in_id", "aside_in_id", where="aside_in_id IS NOT NULL"),
        # Whether somebody has answers that were not given here is known without reading them.
        partial_index("ix_answers_of_others", "user_id", where="origin <> 'human'"),
        # What one import brought is found to declare it as something else, or to undo it.
        partial_index(
            "ix_answers_label_import_id", "label_import_id", where="label_import_id IS NOT NULL"
        ),
        # What waits for the lead is found without reading all answers.
        partial_index("ix_answers_to_answer", "id", where="unsure OR note <> ''"),
        # What is said of many sentences today is found without reading their answers: Explore asks
        # so. Each database is asked in its own words, and finds the index only by them: to
        # PostgreSQL the migration says "current IS TRUE".
        partial_index(
            "ix_answers_said",
            "sentence_id",
            "id",
            where="current IS 1 AND status IS NOT NULL",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # Without a sentence it is set aside: a repair put two answers of one person on one sentence.
    # Whatever joins the sentences passes over it; the audit and the review of repairs do not.
    sentence_id: Mapped[int | None] = mapped_column(ForeignKey("sentences.id"))
    aside_in_id: Mapped[int | None] = mapped_column(ForeignKey("articles.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    round: Mapped[int] = mapped_column(default=1)
    current: Mapped[bool] = mapped_column(default=True, server_default=true())
    status: Mapped[str | None]
    complete: Mapped[bool] = mapped_column(default=False)
    unsure: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(Text, default="")
    revision: Mapped[int] = mapped_column(default=1)
    codebook_version_id: Mapped[int] = mapped_column(ForeignKey("codebook_versions.id"))
    origin: Mapped[str] = mapped_column(default="human")
    label_import_id: Mapped[int | None] = mapped_column(ForeignKey("label_imports.id"))
    active_seconds: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    sentence: Mapped[Sentence] = relationship()
    user: Mapped[User] = relationship()
    codebook_version: Mapped[CodebookVersion] = relationship()
    label_import: Mapped[LabelImport | None] = relationship()
    claims: Mapped[list["Claim"]] = relationship(
        back_populates="answer", order_by="Claim.position", cascade="all, delete-orphan"
    )


class Claim(Base):
    """What one speaker holds in one sentence; open fields are empty, spans are code points."""

    __tablename__ = "claims"
    __table_args__ = (
        UniqueConstraint("answer_id", "position"),
        CheckConstraint("(mention_start IS NULL) = (mention_end IS NULL)", name="mention_whole"),
        Index(None, "speaker_id"),
        # With the answer, so that claims with a label are found without being read.
        Index(None, "stance", "certainty", "answer_id"),
        partial_index("ix_claims_noted", "answer_id", where="note <> ''"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("answers.id", ondelete="CASCADE"))
    position: Mapped[int]
    speaker_id: Mapped[int | None] = mapped_column(ForeignKey("speakers.id"))
    stance: Mapped[str | None]
    certainty: Mapped[str | None]
    mention_start: Mapped[int | None]
    mention_end: Mapped[int | None]
    conditional: Mapped[bool] = mapped_column(default=False)
    aspect: Mapped[str | None]
    evidence: Mapped[list[list[int]]] = mapped_column(JSON, default=list)
    note: Mapped[str] = mapped_column(Text, default="")

    answer: Mapped[Answer] = relationship(back_populates="claims")
    speaker: Mapped[Speaker | None] = relationship()
    via: Mapped[list["Via"]] = relationship(
        back_populates="claim", order_by="Via.position", cascade="all, delete-orphan"
    )


class Via(Base):
    """One link of the chain through which a claim reaches us, outermost first."""

    __tablename__ = "vias"
    __table_args__ = (UniqueConstraint("claim_id", "position"), Index(None, "speaker_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id", ondelete="CASCADE"))
    position: Mapped[int]
    speaker_id: Mapped[int] = mapped_column(ForeignKey("speakers.id"))

    claim: Mapped[Claim] = relationship(back_populates="via")
    speaker: Mapped[Speaker] = relationship()


class AnswerEvent(Base):
    """The answer as it was after one save; rows are added, never changed.

    An undo or a redo is a save, too; `undoes` is the revision of the same answer that it takes
    back: a save's for an undo, an undo's for a redo. An import begins the chain of an answer that
    was given elsewhere, at the revision it had there; a keep begins that of round 1 where the same
    person's answer has become round 2, at the revision it had then.
    """

    __tablename__ = "answer_events"
    __table_args__ = (
        UniqueConstraint("answer_id", "revision"),
        UniqueConstraint("answer_id", "key"),
        CheckConstraint("kind IN ('save', 'undo', 'redo', 'import', 'keep')", name="kind_known"),
        CheckConstraint(
            "(kind IN ('save', 'import', 'keep')) = (undoes IS NULL)", name="undoes_whole"
        ),
        # One person's newest events in one article: what undo and redo would do.
        Index(None, "article_id", "user_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("answers.id"))
    revision: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    key: Mapped[str]
    content: Mapped[str] = mapped_column(Text)
    hash: Mapped[str]
    kind: Mapped[str] = mapped_column(default="save", server_default="save")
    undoes: Mapped[int | None]
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    # Which speakers were proposed and which of these were taken, where this save took some; under
    # "suggested" what a model suggested, whether it was shown and whether it was taken. It stands
    # beside the content, which alone is hashed: what is said is said whoever proposed it.
    proposed: Mapped[str | None] = mapped_column(Text)

    answer: Mapped[Answer] = relationship()


class Exposure(Base):
    """One person has learned what others said of a sentence, or what was decided on it.

    What this person says of it from then on is not independent any more. The first time is kept.
    """

    __tablename__ = "exposures"
    __table_args__ = (
        UniqueConstraint("user_id", "sentence_id"),
        CheckConstraint("how IN ('asked', 'returned', 'gold', 'answers')", name="how_known"),
        Index(None, "sentence_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    sentence_id: Mapped[int] = mapped_column(ForeignKey("sentences.id"))
    how: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
