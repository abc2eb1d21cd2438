"""What is known of the answers to one sentence together, kept so that long lists stay quick."""

from sqlalchemy import Float, ForeignKey, Index, false
from sqlalchemy.orm import Mapped, mapped_column

from annotator.store.db import Base, partial_index


class SentenceConsensus(Base):
    """How the answers to one sentence stand to one another, and a decision to them.

    It only repeats what answers, claims, speakers and decisions say. Whatever changes one of them
    raises `marks` in the same transaction; `known` is what `marks` was when the rest was found, so
    a row is stale where the two differ.
    """

    __tablename__ = "consensus"
    __table_args__ = (
        Index(None, "article_id"),
        partial_index("ix_consensus_stale", "article_id", where="marks <> known"),
    )

    sentence_id: Mapped[int] = mapped_column(
        ForeignKey("sentences.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    marks: Mapped[int] = mapped_column(server_default="1")
    known: Mapped[int] = mapped_column(server_default="0")
    # How many answers are compared: 0 where fewer than two count.
    n: Mapped[int] = mapped_column(server_default="0")
    # In what they differ, and whether somebody was unsure: one bit each (see `disagreements`).
    kinds: Mapped[int] = mapped_column(server_default="0")
    difference: Mapped[float] = mapped_column(Float, server_default="0")
    # They differ, and a clear majority says the same in every field.
    majority: Mapped[bool] = mapped_column(server_default=false())
    # Of the decision, None where nobody has acted; then whether answers under it were changed,
    # whether some were added, and whether all that was added says the same as the decision.
    state: Mapped[str | None]
    changed: Mapped[bool] = mapped_column(server_default=false())
    added: Mapped[bool] = mapped_column(server_default=false())
    confirmed: Mapped[bool] = mapped_column(server_default=false())
