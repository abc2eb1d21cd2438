"""Keep how annotators did in training; articles for practice become those for training."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE articles RENAME COLUMN practice TO training")
    op.create_table(
        "training_results",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=True),
        sa.Column("scores", sa.JSON(), nullable=False),
        sa.Column("codebook_version_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('passed', 'failed', 'let_in')",
            name=op.f("ck_training_results_outcome_known"),
        ),
        sa.CheckConstraint(
            "(outcome = 'let_in') = (attempt IS NULL)",
            name=op.f("ck_training_results_attempt_of_a_try"),
        ),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["projects.id"],
            name=op.f("fk_training_results_project_id_projects"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_training_results_user_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["codebook_version_id"],
            ["codebook_versions.id"],
            name=op.f("fk_training_results_codebook_version_id_codebook_versions"),
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["users.id"], name=op.f("fk_training_results_by_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_results")),
    )
    op.create_index(
        op.f("ix_training_results_project_id_user_id"),
        "training_results",
        ["project_id", "user_id"],
    )


def downgrade() -> None:
    op.drop_table("training_results")
    op.execute("ALTER TABLE articles RENAME COLUMN training TO practice")
