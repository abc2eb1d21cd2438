"""Tell imported labels from given work, remember when a person was last here, and which sessions
began by a link."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

OWN = (
    "SELECT 1 FROM answers JOIN sentences ON sentences.id = answers.sentence_id"
    " WHERE sentences.article_id = assignments.article_id"
    " AND answers.user_id = assignments.user_id AND answers.origin {} 'human'"
)


def upgrade() -> None:
    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("imported", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
    op.execute(
        f"UPDATE assignments SET imported = {sa.true().compile(dialect=op.get_bind().dialect)}"
        f" WHERE EXISTS ({OWN.format('<>')}) AND NOT EXISTS ({OWN.format('=')})"
    )
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.add_column(sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE users SET seen_at ="
        " (SELECT max(seen_at) FROM sign_ins WHERE sign_ins.user_id = users.id)"
    )
    # Of whoever was signed out before, the last save is known.
    op.execute(
        "UPDATE users SET seen_at ="
        " (SELECT max(saved_at) FROM assignments"
        " WHERE assignments.user_id = users.id AND NOT imported) WHERE seen_at IS NULL"
    )
    with op.batch_alter_table("sign_ins", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("by_link", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
    # Accounts that an import made, and that nobody can sign in to, get no work any more.
    op.execute(
        f"UPDATE memberships SET annotator = {sa.false().compile(dialect=op.get_bind().dialect)}"
        " WHERE user_id IN (SELECT id FROM users WHERE username LIKE 'imported-%'"
        " AND password_hash IS NULL AND id NOT IN (SELECT user_id FROM sign_in_links))"
    )


def downgrade() -> None:
    for table, name in (
        ("sign_ins", "by_link"),
        ("users", "seen_at"),
        ("assignments", "imported"),
    ):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column(name)
