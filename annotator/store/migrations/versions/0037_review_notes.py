"""Let leads and adjudicators write notes on sentences."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "review_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["projects.id"],
            name=op.f("fk_review_notes_project_id_projects"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_review_notes_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_notes")),
    )
    op.create_index(op.f("ix_review_notes_project_id"), "review_notes", ["project_id"])
    op.create_table(
        "noted_sentences",
        sa.Column("article_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("start", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("note_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["articles.id"],
            name=op.f("fk_noted_sentences_article_id_articles"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["note_id"],
            ["review_notes.id"],
            name=op.f("fk_noted_sentences_note_id_review_notes"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("article_id", "start", "note_id", name=op.f("pk_noted_sentences")),
    )
    op.create_index(op.f("ix_noted_sentences_note_id"), "noted_sentences", ["note_id"])


def downgrade() -> None:
    op.drop_table("noted_sentences")
    op.drop_table("review_notes")
