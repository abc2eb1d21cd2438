"""Let verifying the history of every answer be a job."""

from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

KINDS = "'import', 'release', 'labels', 'queue'"


def upgrade() -> None:
    allow(f"{KINDS}, 'audit'")


def downgrade() -> None:
    op.execute("DELETE FROM jobs WHERE kind = 'audit'")
    allow(KINDS)


def allow(kinds: str) -> None:
    """Let jobs be of these kinds."""
    with op.batch_alter_table("jobs") as batch:
        batch.drop_constraint(batch.f("ck_jobs_kind_known"), type_="check")
        batch.create_check_constraint(batch.f("ck_jobs_kind_known"), f"kind IN ({kinds})")
