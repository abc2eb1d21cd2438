"""Keep which answers got another value from a new version of the codebook, for the undo."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "remappings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("codebook_version_id", sa.Integer(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("decisions", sa.Integer(), nullable=False),
        sa.Column("decided_under", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["projects.id"],
            name=op.f("fk_remappings_project_id_projects"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["codebook_version_id"],
            ["codebook_versions.id"],
            name=op.f("fk_remappings_codebook_version_id_codebook_versions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_remappings_user_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["undone_by_id"], ["users.id"], name=op.f("fk_remappings_undone_by_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remappings")),
    )
    op.create_index(op.f("ix_remappings_project_id"), "remappings", ["project_id"])
    op.create_table(
        "remapped_answers",
        sa.Column("remapping_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("answer_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("codebook_version_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["remapping_id"],
            ["remappings.id"],
            name=op.f("fk_remapped_answers_remapping_id_remappings"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["answer_id"],
            ["answers.id"],
            name=op.f("fk_remapped_answers_answer_id_answers"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["codebook_version_id"],
            ["codebook_versions.id"],
            name=op.f("fk_remapped_answers_codebook_version_id_codebook_versions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("remapping_id", "answer_id", name=op.f("pk_remapped_answers")),
    )
    op.create_index(op.f("ix_remapped_answers_answer_id"), "remapped_answers", ["answer_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_remapped_answers_answer_id"), "remapped_answers")
    op.drop_table("remapped_answers")
    op.drop_index(op.f("ix_remappings_project_id"), "remappings")
    op.drop_table("remappings")
