"""Tell work from training, control and repeats, whose answers lie in copies, and know of models."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("articles") as batch:
        batch.add_column(sa.Column("copy_of_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            batch.f("fk_articles_copy_of_id_articles"), "articles", ["copy_of_id"], ["id"]
        )
    is_copy = sa.text("copy_of_id IS NOT NULL")
    op.create_index(
        "ix_articles_copy_of_id",
        "articles",
        ["copy_of_id"],
        sqlite_where=is_copy,
        postgresql_where=is_copy,
    )
    with op.batch_alter_table("assignments") as batch:
        batch.add_column(sa.Column("purpose", sa.String(), server_default="work", nullable=False))
        batch.add_column(sa.Column("attempt", sa.Integer(), server_default="1", nullable=False))
        batch.create_check_constraint(
            batch.f("ck_assignments_purpose_known"),
            "purpose IN ('work', 'training', 'control', 'repeat')",
        )
        batch.create_check_constraint(batch.f("ck_assignments_attempt_positive"), "attempt >= 1")
    op.add_column(
        "memberships",
        sa.Column("model", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column("projects", sa.Column("quality", sa.JSON(), nullable=True))
    op.execute("UPDATE projects SET quality = '{}'")
    with op.batch_alter_table("projects") as batch:
        # No default in the database: PostgreSQL cannot compare one of this type with the model's.
        batch.alter_column("quality", existing_type=sa.JSON(), nullable=False)
    op.create_table(
        "models",
        sa.Column("membership_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("settings", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["memberships.id"],
            name=op.f("fk_models_membership_id_memberships"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("membership_id", name=op.f("pk_models")),
    )


def downgrade() -> None:
    """Forget which articles are copies; their projects are hidden, so they stay out of sight."""
    op.drop_table("models")
    op.drop_column("projects", "quality")
    op.drop_column("memberships", "model")
    with op.batch_alter_table("assignments") as batch:
        batch.drop_constraint(batch.f("ck_assignments_attempt_positive"), type_="check")
        batch.drop_constraint(batch.f("ck_assignments_purpose_known"), type_="check")
        batch.drop_column("attempt")
        batch.drop_column("purpose")
    op.drop_index("ix_articles_copy_of_id", "articles")
    with op.batch_alter_table("articles") as batch:
        batch.drop_constraint(batch.f("fk_articles_copy_of_id_articles"), type_="foreignkey")
        batch.drop_column("copy_of_id")
