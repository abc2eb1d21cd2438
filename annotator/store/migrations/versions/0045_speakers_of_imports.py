"""Say of speakers with which import of labels they came."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

INDEX = "ix_speakers_label_import_id"
OF_IMPORT = "label_import_id IS NOT NULL"


def upgrade() -> None:
    with op.batch_alter_table("speakers") as batch:
        batch.add_column(sa.Column("label_import_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            batch.f("fk_speakers_label_import_id_label_imports"),
            "label_imports",
            ["label_import_id"],
            ["id"],
        )
    op.create_index(
        INDEX,
        "speakers",
        ["label_import_id"],
        sqlite_where=sa.text(OF_IMPORT),
        postgresql_where=sa.text(OF_IMPORT),
    )


def downgrade() -> None:
    op.drop_index(INDEX, "speakers")
    with op.batch_alter_table("speakers") as batch:
        batch.drop_constraint(
            batch.f("fk_speakers_label_import_id_label_imports"), type_="foreignkey"
        )
        batch.drop_column("label_import_id")
