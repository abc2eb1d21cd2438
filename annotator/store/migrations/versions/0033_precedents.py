"""Keep whether a project shows precedents, and which were shown to whom beside which sentence."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "projects",
        sa.Column("precedents", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.create_table(
        "shown_precedents",
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sentence_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("decision_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_shown_precedents_user_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["sentence_id"],
            ["sentences.id"],
            name=op.f("fk_shown_precedents_sentence_id_sentences"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"],
            ["decisions.id"],
            name=op.f("fk_shown_precedents_decision_id_decisions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "user_id", "sentence_id", "decision_id", name=op.f("pk_shown_precedents")
        ),
    )
    for name in ("sentence_id", "decision_id"):
        op.create_index(op.f(f"ix_shown_precedents_{name}"), "shown_precedents", [name])


def downgrade() -> None:
    for name in ("decision_id", "sentence_id"):
        op.drop_index(op.f(f"ix_shown_precedents_{name}"), "shown_precedents")
    op.drop_table("shown_precedents")
    op.drop_column("projects", "precedents")
