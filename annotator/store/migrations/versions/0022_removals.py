"""Let removed articles and projects be deleted in short steps, as imports are taken back."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

KINDS = "'articles', 'labels', 'release'"


def upgrade() -> None:
    allow(f"{KINDS}, 'removal'")


def downgrade() -> None:
    op.execute("UPDATE stagings SET kind = 'articles' WHERE kind = 'removal'")
    allow(KINDS)


def allow(kinds: str) -> None:
    """Let stagings be of these kinds."""
    with op.batch_alter_table("stagings") as batch:
        batch.drop_constraint(batch.f("ck_stagings_kind_known"), type_="check")
        batch.create_check_constraint(batch.f("ck_stagings_kind_known"), f"kind IN ({kinds})")
