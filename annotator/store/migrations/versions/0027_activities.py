"""Keep who changed settings and people and gave out work, which only the server's log said."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "activities",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["projects.id"],
            name=op.f("fk_activities_project_id_projects"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_activities_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activities")),
    )
    op.create_index(op.f("ix_activities_project_id_at"), "activities", ["project_id", "at"])
    # The newest acts of a project come first, also where it has hundreds of thousands.
    op.create_index(
        op.f("ix_decision_events_project_id_at"), "decision_events", ["project_id", "at"]
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_decision_events_project_id_at"), "decision_events")
    op.drop_table("activities")
