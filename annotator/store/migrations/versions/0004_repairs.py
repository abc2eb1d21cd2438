"""Keep repairs of sentences; let an answer be set aside without being lost."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "repairs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("undoes_id", sa.Integer(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_repairs_article_id_articles")
        ),
        sa.ForeignKeyConstraint(
            ["undoes_id"], ["repairs.id"], name=op.f("fk_repairs_undoes_id_repairs")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_repairs_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repairs")),
    )
    with op.batch_alter_table("repairs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_repairs_article_id"), ["article_id"], unique=False)
    with op.batch_alter_table("answers", schema=None) as batch_op:
        batch_op.alter_column("sentence_id", existing_type=sa.Integer(), nullable=True)
        batch_op.add_column(sa.Column("aside_in_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_answers_aside_in_id_articles"), "articles", ["aside_in_id"], ["id"]
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_answers_in_place_or_aside"),
            "(sentence_id IS NULL) = (aside_in_id IS NOT NULL)",
        )


def downgrade() -> None:
    with op.batch_alter_table("answers", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_answers_in_place_or_aside"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_answers_aside_in_id_articles"), type_="foreignkey")
        batch_op.drop_column("aside_in_id")
        batch_op.alter_column("sentence_id", existing_type=sa.Integer(), nullable=False)
    op.drop_table("repairs")
