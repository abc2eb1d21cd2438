"""Let projects be archived, and renamed with their old addresses leading on."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("projects", sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "projects",
        sa.Column("first_slug", sa.String(), server_default=sa.text("''"), nullable=False),
    )
    op.create_table(
        "old_slugs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_old_slugs_project_id_projects")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_old_slugs")),
        sa.UniqueConstraint("slug", name=op.f("uq_old_slugs_slug")),
    )
    op.create_index(op.f("ix_old_slugs_project_id"), "old_slugs", ["project_id"])


def downgrade() -> None:
    op.drop_table("old_slugs")
    op.drop_column("projects", "first_slug")
    op.drop_column("projects", "archived_at")
