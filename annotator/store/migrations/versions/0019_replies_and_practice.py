"""Keep when an annotator has seen a lead's reply, and which articles are offered for practice."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "articles",
        sa.Column("practice", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column("replies", sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))
    # A reply to an older version of an answer was shown no more, and stays so.
    op.execute(
        "UPDATE replies SET seen_at = at WHERE revision <"
        " (SELECT revision FROM answers WHERE answers.id = replies.answer_id)"
    )


def downgrade() -> None:
    op.drop_column("replies", "seen_at")
    op.drop_column("articles", "practice")
