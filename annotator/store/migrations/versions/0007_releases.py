"""Let a release say what it met and what proves it, show how far one is; let projects say on
which terms they publish."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("projects", schema=None) as batch_op:
        batch_op.add_column(sa.Column("gates", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("authors", sa.JSON(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "annotations_licence", sa.String(), server_default=sa.text("''"), nullable=False
            )
        )
        batch_op.add_column(
            sa.Column("texts_licence", sa.String(), server_default=sa.text("''"), nullable=False)
        )
        batch_op.add_column(
            sa.Column(
                "texts_may_be_shared", sa.Boolean(), server_default=sa.false(), nullable=False
            )
        )
    op.execute("UPDATE projects SET gates = '{}', authors = '[]'")
    with op.batch_alter_table("projects", schema=None) as batch_op:
        # No default in the database: PostgreSQL cannot compare one of this type with the model's.
        batch_op.alter_column("gates", existing_type=sa.JSON(), nullable=False)
        batch_op.alter_column("authors", existing_type=sa.JSON(), nullable=False)
    with op.batch_alter_table("releases", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("status", sa.String(), server_default="exploratory", nullable=False)
        )
        batch_op.add_column(sa.Column("gates", sa.JSON(), nullable=True))
        batch_op.add_column(
            sa.Column("sha256", sa.String(), server_default=sa.text("''"), nullable=False)
        )
        batch_op.add_column(sa.Column("bytes", sa.BigInteger(), server_default="0", nullable=False))
        batch_op.add_column(
            sa.Column("codebook_version", sa.Integer(), server_default="1", nullable=False)
        )
        batch_op.add_column(
            sa.Column("software", sa.String(), server_default=sa.text("''"), nullable=False)
        )
        batch_op.add_column(
            sa.Column("audit_root", sa.String(), server_default=sa.text("''"), nullable=False)
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_releases_status_known"), "status IN ('gold', 'exploratory')"
        )
    op.execute("UPDATE releases SET gates = '[]'")
    with op.batch_alter_table("releases", schema=None) as batch_op:
        batch_op.alter_column("gates", existing_type=sa.JSON(), nullable=False)
    op.create_table(
        "release_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('writing', 'written', 'cancelled', 'failed')",
            name=op.f("ck_release_runs_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_release_runs_project_id_projects")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_release_runs_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_runs")),
    )
    with op.batch_alter_table("release_runs", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_release_runs_project_id"), ["project_id"], unique=False
        )


def downgrade() -> None:
    op.drop_table("release_runs")
    with op.batch_alter_table("releases", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_releases_status_known"), type_="check")
        for name in (
            "audit_root", "software", "codebook_version", "bytes", "sha256", "gates", "status",
        ):  # fmt: skip
            batch_op.drop_column(name)
    with op.batch_alter_table("projects", schema=None) as batch_op:
        for name in (
            "texts_may_be_shared", "texts_licence", "annotations_licence", "authors", "gates",
        ):  # fmt: skip
            batch_op.drop_column(name)
