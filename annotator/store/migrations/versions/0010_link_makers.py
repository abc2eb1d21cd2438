"""Remember who made a sign-in link."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

NAME = "fk_sign_in_links_made_by_id_users"


def upgrade() -> None:
    with op.batch_alter_table("sign_in_links", schema=None) as batch_op:
        batch_op.add_column(sa.Column("made_by_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(NAME, "users", ["made_by_id"], ["id"], ondelete="CASCADE")


def downgrade() -> None:
    with op.batch_alter_table("sign_in_links", schema=None) as batch_op:
        batch_op.drop_constraint(NAME, type_="foreignkey")
        batch_op.drop_column("made_by_id")
