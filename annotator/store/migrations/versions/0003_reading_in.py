"""Let an article have versions and near duplicates, and a long import say how far it is."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


KINDS = {
    "kind_known": (
        "kind IN ('save', 'undo', 'redo')",
        "kind IN ('save', 'undo', 'redo', 'import')",
    ),
    "undoes_whole": (
        "(kind = 'save') = (undoes IS NULL)",
        "(kind IN ('save', 'import')) = (undoes IS NULL)",
    ),
}


def set_kinds(which: int) -> None:
    """Set the checks of an event's kind to those of before (0) or after (1)."""
    with op.batch_alter_table("answer_events", schema=None) as batch_op:
        for name, texts in KINDS.items():
            batch_op.drop_constraint(batch_op.f(f"ck_answer_events_{name}"), type_="check")
            batch_op.create_check_constraint(batch_op.f(f"ck_answer_events_{name}"), texts[which])


def upgrade() -> None:
    set_kinds(1)
    with op.batch_alter_table("articles", schema=None) as batch_op:
        batch_op.add_column(sa.Column("version", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("version_of_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("cluster_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("sketch", sa.LargeBinary(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_articles_version_of_id_articles"), "articles", ["version_of_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_articles_cluster_id_articles"), "articles", ["cluster_id"], ["id"]
        )
        batch_op.create_check_constraint(batch_op.f("ck_articles_version_positive"), "version >= 1")
        batch_op.create_check_constraint(
            batch_op.f("ck_articles_version_whole"), "(version = 1) = (version_of_id IS NULL)"
        )
        batch_op.create_index(batch_op.f("ix_articles_cluster_id"), ["cluster_id"], unique=False)
    op.create_table(
        "imports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('reading', 'stored', 'cancelled', 'failed')",
            name=op.f("ck_imports_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_imports_project_id_projects")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_imports_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
    )
    with op.batch_alter_table("imports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_imports_project_id"), ["project_id"], unique=False)


def downgrade() -> None:
    set_kinds(0)
    op.drop_table("imports")
    with op.batch_alter_table("articles", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_articles_cluster_id"))
        batch_op.drop_constraint(batch_op.f("ck_articles_version_whole"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_articles_version_positive"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_articles_cluster_id_articles"), type_="foreignkey")
        batch_op.drop_constraint(
            batch_op.f("fk_articles_version_of_id_articles"), type_="foreignkey"
        )
        batch_op.drop_column("sketch")
        batch_op.drop_column("cluster_id")
        batch_op.drop_column("version_of_id")
        batch_op.drop_column("version")
