"""Keep of every answered sentence what its answers say together, so that no page counts it anew."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "consensus",
        sa.Column("sentence_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("marks", sa.Integer(), server_default="1", nullable=False),
        sa.Column("known", sa.Integer(), server_default="0", nullable=False),
        sa.Column("n", sa.Integer(), server_default="0", nullable=False),
        sa.Column("kinds", sa.Integer(), server_default="0", nullable=False),
        sa.Column("difference", sa.Float(), server_default="0", nullable=False),
        sa.Column("majority", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("state", sa.String(), nullable=True),
        sa.Column("changed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("added", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sentence_id"],
            ["sentences.id"],
            name=op.f("fk_consensus_sentence_id_sentences"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_consensus_article_id_articles")
        ),
        sa.PrimaryKeyConstraint("sentence_id", name=op.f("pk_consensus")),
    )
    # Stale as they come: the first page that needs them finds out the rest.
    op.execute(
        "INSERT INTO consensus (sentence_id, article_id)"
        " SELECT id, article_id FROM sentences"
        " WHERE EXISTS (SELECT 1 FROM answers WHERE answers.sentence_id = sentences.id)"
        " OR EXISTS (SELECT 1 FROM decisions WHERE decisions.sentence_id = sentences.id)"
    )
    op.create_index(op.f("ix_consensus_article_id"), "consensus", ["article_id"])
    stale = sa.text("marks <> known")
    op.create_index(
        "ix_consensus_stale",
        "consensus",
        ["article_id"],
        sqlite_where=stale,
        postgresql_where=stale,
    )
    # The text stands before the count in a row, so the count is read from here.
    op.create_index(
        "ix_articles_project_id_sentence_count", "articles", ["project_id", "sentence_count"]
    )
    foreign = sa.text("origin <> 'human'")
    op.create_index(
        "ix_answers_of_others",
        "answers",
        ["user_id"],
        sqlite_where=foreign,
        postgresql_where=foreign,
    )


def downgrade() -> None:
    op.drop_index("ix_answers_of_others", table_name="answers")
    op.drop_index("ix_articles_project_id_sentence_count", table_name="articles")
    op.drop_table("consensus")
