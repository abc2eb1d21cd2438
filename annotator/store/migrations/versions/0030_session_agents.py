"""Keep what a browser calls itself beside its session, so that its owner knows it again."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "sign_ins", sa.Column("agent", sa.String(), server_default=sa.text("''"), nullable=False)
    )


def downgrade() -> None:
    op.drop_column("sign_ins", "agent")
