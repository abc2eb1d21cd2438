"""Let a decision say its state, its rule, what it rests on and how it came about; add appeals."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("state", sa.String(), server_default="decided", nullable=False)
        )
        batch_op.add_column(sa.Column("revision", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("fields", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("soft", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("rule", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("readers", sa.JSON(), nullable=True))
        batch_op.alter_column("status", existing_type=sa.String(), nullable=True)
        batch_op.create_check_constraint(
            batch_op.f("ck_decisions_state_known"), "state IN ('decided', 'reopened', 'asked')"
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_decisions_revision_positive"), "revision >= 1"
        )
    op.execute("UPDATE decisions SET fields = '{}', readers = '[]'")
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        # No default in the database: PostgreSQL cannot compare one of this type with the model's.
        batch_op.alter_column("fields", existing_type=sa.JSON(), nullable=False)
        batch_op.alter_column("readers", existing_type=sa.JSON(), nullable=False)
    op.create_table(
        "decision_bases",
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answers.id"], name=op.f("fk_decision_bases_answer_id_answers")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"],
            ["decisions.id"],
            name=op.f("fk_decision_bases_decision_id_decisions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("decision_id", "answer_id", name=op.f("pk_decision_bases")),
    )
    op.create_table(
        "decision_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('decide', 'reopen', 'ask', 'undo')",
            name=op.f("ck_decision_events_kind_known"),
        ),
        sa.CheckConstraint(
            "(kind = 'undo') = (undoes IS NOT NULL)", name=op.f("ck_decision_events_undoes_whole")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_decision_events_decision_id_decisions")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_decision_events_project_id_projects")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_decision_events_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_events")),
        sa.UniqueConstraint("decision_id", "key", name=op.f("uq_decision_events_decision_id_key")),
        sa.UniqueConstraint(
            "decision_id", "revision", name=op.f("uq_decision_events_decision_id_revision")
        ),
    )
    with op.batch_alter_table("decision_events", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_decision_events_project_id_user_id_id"),
            ["project_id", "user_id", "id"],
            unique=False,
        )
    op.create_table(
        "appeals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state IN ('seen', 'open', 'accepted', 'kept')", name=op.f("ck_appeals_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["users.id"], name=op.f("fk_appeals_answered_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_appeals_decision_id_decisions")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_appeals_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeals")),
        sa.UniqueConstraint(
            "decision_id",
            "user_id",
            "revision",
            name=op.f("uq_appeals_decision_id_user_id_revision"),
        ),
    )


def downgrade() -> None:
    op.drop_table("appeals")
    op.drop_table("decision_events")
    op.drop_table("decision_bases")
    # What waits or keeps several readings had no place in the schema before.
    op.execute("DELETE FROM decisions WHERE status IS NULL")
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_decisions_revision_positive"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_decisions_state_known"), type_="check")
        batch_op.alter_column("status", existing_type=sa.String(), nullable=False)
        for name in ("readers", "rule", "soft", "fields", "revision", "state"):
            batch_op.drop_column(name)
