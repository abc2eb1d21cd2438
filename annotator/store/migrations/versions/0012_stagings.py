"""Let large imports come in by short steps that nobody sees before they are complete."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ASIDE = sa.text("aside_in_id IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "stagings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("hidden_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('articles', 'labels', 'release')", name=op.f("ck_stagings_kind_known")
        ),
        sa.CheckConstraint(
            "state IN ('storing', 'appearing', 'leaving', 'cleaning')",
            name=op.f("ck_stagings_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_stagings_project_id_projects")
        ),
        sa.ForeignKeyConstraint(
            ["hidden_id"], ["projects.id"], name=op.f("fk_stagings_hidden_id_projects")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stagings")),
    )
    op.create_table(
        "staged_answers",
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("staging_id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("sentence_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answers.id"], name=op.f("fk_staged_answers_answer_id_answers")
        ),
        sa.ForeignKeyConstraint(
            ["staging_id"], ["stagings.id"], name=op.f("fk_staged_answers_staging_id_stagings")
        ),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_staged_answers_article_id_articles")
        ),
        sa.PrimaryKeyConstraint("answer_id", name=op.f("pk_staged_answers")),
    )
    op.create_index(
        op.f("ix_staged_answers_staging_id_article_id"),
        "staged_answers",
        ["staging_id", "article_id"],
    )
    op.create_index(
        "ix_answers_aside_in_id",
        "answers",
        ["aside_in_id"],
        sqlite_where=ASIDE,
        postgresql_where=ASIDE,
    )
    op.create_index(op.f("ix_decision_bases_answer_id"), "decision_bases", ["answer_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_decision_bases_answer_id"), "decision_bases")
    op.drop_index("ix_answers_aside_in_id", "answers")
    op.drop_table("staged_answers")
    op.drop_table("stagings")
