"""Say of answers from elsewhere which import brought them, and what they are."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

ORIGINS = "'human', 'imported', 'model'"
MORE = "'human', 'people', 'reference', 'imported', 'model'"
OF_IMPORT = "label_import_id IS NOT NULL"


def upgrade() -> None:
    op.create_table(
        "label_imports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("annotators", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("unfinished", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(f"origin IN ({MORE})", name=op.f("ck_label_imports_origin_known")),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["projects.id"],
            name=op.f("fk_label_imports_project_id_projects"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_label_imports_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_imports")),
    )
    op.create_index(op.f("ix_label_imports_project_id"), "label_imports", ["project_id"])
    with op.batch_alter_table("answers") as batch:
        batch.add_column(sa.Column("label_import_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            batch.f("fk_answers_label_import_id_label_imports"),
            "label_imports",
            ["label_import_id"],
            ["id"],
        )
        batch.drop_constraint(batch.f("ck_answers_origin_known"), type_="check")
        batch.create_check_constraint(batch.f("ck_answers_origin_known"), f"origin IN ({MORE})")
    op.create_index(
        "ix_answers_label_import_id",
        "answers",
        ["label_import_id"],
        sqlite_where=sa.text(OF_IMPORT),
        postgresql_where=sa.text(OF_IMPORT),
    )


def downgrade() -> None:
    op.execute("UPDATE answers SET origin = 'imported' WHERE origin IN ('people', 'reference')")
    op.drop_index("ix_answers_label_import_id", "answers")
    with op.batch_alter_table("answers") as batch:
        batch.drop_constraint(batch.f("ck_answers_origin_known"), type_="check")
        batch.create_check_constraint(batch.f("ck_answers_origin_known"), f"origin IN ({ORIGINS})")
        batch.drop_constraint(
            batch.f("fk_answers_label_import_id_label_imports"), type_="foreignkey"
        )
        batch.drop_column("label_import_id")
    op.drop_table("label_imports")
