"""Find headlines, date lines and boilerplate without reading the body of every article."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

APART = sa.text("segment <> 'body'")


def upgrade() -> None:
    op.create_index(
        "ix_sentences_apart",
        "sentences",
        ["segment"],
        sqlite_where=APART,
        postgresql_where=APART,
    )


def downgrade() -> None:
    op.drop_index("ix_sentences_apart", "sentences")
