"""Remember with which import an article came, so that an import can be undone."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

KEY = "fk_articles_import_id_jobs"


def upgrade() -> None:
    with op.batch_alter_table("articles", schema=None) as batch_op:
        batch_op.add_column(sa.Column("import_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(KEY, "jobs", ["import_id"], ["id"], ondelete="SET NULL")
    op.create_index(op.f("ix_articles_import_id"), "articles", ["import_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_articles_import_id"), "articles")
    with op.batch_alter_table("articles", schema=None) as batch_op:
        batch_op.drop_constraint(KEY, type_="foreignkey")
        batch_op.drop_column("import_id")
