"""Keep what leads change among speakers; leases, closed assignments, and counts for the pace."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


STATES = "state IN ('open', 'submitted', 'returned', 'closed')"
STATES_BEFORE = "state IN ('open', 'submitted', 'returned')"
PARTIAL = (
    ("ix_answers_to_answer", "answers", "id", "unsure OR note <> ''"),
    ("ix_claims_noted", "claims", "answer_id", "note <> ''"),
)
ANSWERS = """
FROM answers JOIN sentences ON sentences.id = answers.sentence_id
WHERE sentences.article_id = assignments.article_id AND answers.user_id = assignments.user_id
"""


def upgrade() -> None:
    add_speaker_changes()
    with op.batch_alter_table("projects", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("self_assign", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.add_column(
            sa.Column("lease_hours", sa.Integer(), server_default="0", nullable=False)
        )
    with op.batch_alter_table("articles", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("for_everybody", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("active_seconds", sa.Integer(), server_default="0", nullable=False)
        )
        batch_op.add_column(sa.Column("saved_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_constraint(batch_op.f("ck_assignments_state_known"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_assignments_state_known"), STATES)
    add_replies()
    op.execute(
        "UPDATE assignments SET"
        f" active_seconds = (SELECT coalesce(sum(answers.active_seconds), 0) {ANSWERS}),"
        f" saved_at = (SELECT max(answers.updated_at) {ANSWERS})"
    )


def add_replies() -> None:
    op.create_table(
        "replies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answers.id"], name=op.f("fk_replies_answer_id_answers")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_replies_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replies")),
    )
    with op.batch_alter_table("replies", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_replies_answer_id_revision"), ["answer_id", "revision"], unique=False
        )
    for name, table, column, where in PARTIAL:
        op.create_index(
            name,
            table,
            [column],
            sqlite_where=sa.text(where),
            postgresql_where=sa.text(where),
        )


def add_speaker_changes() -> None:
    op.create_table(
        "speaker_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("speaker_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("claims", sa.Integer(), nullable=False),
        sa.Column("articles", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('merge', 'split', 'rename', 'type', 'member_of', 'alias_added',"
            " 'alias_removed', 'distinct')",
            name=op.f("ck_speaker_changes_kind_known"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_speaker_changes_{column}_{table}")
            )
            for column, table in (
                ("project_id", "projects"),
                ("speaker_id", "speakers"),
                ("other_id", "speakers"),
                ("user_id", "users"),
                ("undone_by_id", "users"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_speaker_changes")),
    )
    with op.batch_alter_table("speaker_changes", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_speaker_changes_project_id_id"), ["project_id", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_speaker_changes_speaker_id"), ["speaker_id"], unique=False
        )


def downgrade() -> None:
    # What was closed has no name in the older schema; submitted is what is out of people's hands.
    op.execute("UPDATE assignments SET state = 'submitted' WHERE state = 'closed'")
    for name, table, _column, _where in PARTIAL:
        op.drop_index(name, table)
    op.drop_table("replies")
    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_assignments_state_known"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_assignments_state_known"), STATES_BEFORE)
        batch_op.drop_column("saved_at")
        batch_op.drop_column("active_seconds")
    with op.batch_alter_table("articles", schema=None) as batch_op:
        batch_op.drop_column("for_everybody")
    with op.batch_alter_table("projects", schema=None) as batch_op:
        batch_op.drop_column("lease_hours")
        batch_op.drop_column("self_assign")
    op.drop_table("speaker_changes")
