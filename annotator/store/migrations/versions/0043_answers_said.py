"""Find the answers that say something of a sentence today without reading all its answers."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

NAME, COLUMNS = "ix_answers_said", ["sentence_id", "id"]
# As each database is asked, to the letter: else SQLite would not find its index.
ON_SQLITE, ON_SERVER = (
    "current IS 1 AND status IS NOT NULL",
    "current IS TRUE AND status IS NOT NULL",
)


def upgrade() -> None:
    op.create_index(
        NAME,
        "answers",
        COLUMNS,
        sqlite_where=sa.text(ON_SQLITE),
        postgresql_where=sa.text(ON_SERVER),
    )


def downgrade() -> None:
    op.drop_index(NAME, "answers")
