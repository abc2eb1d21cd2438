"""Keep the answers that annotators look at again after a change of the codebook."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "worklists",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("codebook_version_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["projects.id"],
            name=op.f("fk_worklists_project_id_projects"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["codebook_version_id"],
            ["codebook_versions.id"],
            name=op.f("fk_worklists_codebook_version_id_codebook_versions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_worklists_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worklists")),
    )
    op.create_index(op.f("ix_worklists_project_id"), "worklists", ["project_id"])
    op.create_table(
        "worklist_answers",
        sa.Column("worklist_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("answer_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["worklist_id"],
            ["worklists.id"],
            name=op.f("fk_worklist_answers_worklist_id_worklists"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["answer_id"],
            ["answers.id"],
            name=op.f("fk_worklist_answers_answer_id_answers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("worklist_id", "answer_id", name=op.f("pk_worklist_answers")),
    )
    op.create_index(op.f("ix_worklist_answers_answer_id"), "worklist_answers", ["answer_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_worklist_answers_answer_id"), "worklist_answers")
    op.drop_table("worklist_answers")
    op.drop_index(op.f("ix_worklists_project_id"), "worklists")
    op.drop_table("worklists")
