"""Keep with each sentence who may be speaking there, and with each save what of it was taken."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sentences", sa.Column("proposals", sa.Text(), nullable=True))
    op.add_column("answer_events", sa.Column("proposed", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("answer_events", schema=None) as batch_op:
        batch_op.drop_column("proposed")
    with op.batch_alter_table("sentences", schema=None) as batch_op:
        batch_op.drop_column("proposals")
