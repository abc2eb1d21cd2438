"""Let putting many sentences into the adjudication queue be a job."""

from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

KINDS = "'import', 'release', 'labels'"


def upgrade() -> None:
    allow(f"{KINDS}, 'queue'")


def downgrade() -> None:
    op.execute("DELETE FROM jobs WHERE kind = 'queue'")
    allow(KINDS)


def allow(kinds: str) -> None:
    """Let jobs be of these kinds."""
    with op.batch_alter_table("jobs") as batch:
        batch.drop_constraint(batch.f("ck_jobs_kind_known"), type_="check")
        batch.create_check_constraint(batch.f("ck_jobs_kind_known"), f"kind IN ({kinds})")
