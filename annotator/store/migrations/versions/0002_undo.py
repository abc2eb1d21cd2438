"""Let every event say whether it is a save, an undo or a redo, and in which article it happened."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ARTICLE_OF_EVENT = """
UPDATE answer_events SET article_id = (
    SELECT sentences.article_id FROM answers
    JOIN sentences ON sentences.id = answers.sentence_id
    WHERE answers.id = answer_events.answer_id
)
"""


def upgrade() -> None:
    with op.batch_alter_table("answer_events", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(), server_default="save", nullable=False))
        batch_op.add_column(sa.Column("undoes", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("article_id", sa.Integer(), nullable=True))
    op.execute(ARTICLE_OF_EVENT)
    with op.batch_alter_table("answer_events", schema=None) as batch_op:
        batch_op.alter_column("article_id", existing_type=sa.Integer(), nullable=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_answer_events_article_id_articles"), "articles", ["article_id"], ["id"]
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_answer_events_kind_known"), "kind IN ('save', 'undo', 'redo')"
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_answer_events_undoes_whole"), "(kind = 'save') = (undoes IS NULL)"
        )
        batch_op.create_index(
            batch_op.f("ix_answer_events_article_id_user_id_id"),
            ["article_id", "user_id", "id"],
            unique=False,
        )


def downgrade() -> None:
    with op.batch_alter_table("answer_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_answer_events_article_id_user_id_id"))
        batch_op.drop_constraint(batch_op.f("ck_answer_events_undoes_whole"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_answer_events_kind_known"), type_="check")
        batch_op.drop_constraint(
            batch_op.f("fk_answer_events_article_id_articles"), type_="foreignkey"
        )
        batch_op.drop_column("article_id")
        batch_op.drop_column("undoes")
        batch_op.drop_column("kind")
