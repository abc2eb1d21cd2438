"""Find the answers with a stance, or a stance and a certainty, without reading their claims."""

from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

NARROW, WIDE = "ix_claims_stance_certainty", "ix_claims_stance_certainty_answer_id"


def upgrade() -> None:
    op.create_index(op.f(WIDE), "claims", ["stance", "certainty", "answer_id"])
    op.drop_index(op.f(NARROW), "claims")


def downgrade() -> None:
    op.create_index(op.f(NARROW), "claims", ["stance", "certainty"])
    op.drop_index(op.f(WIDE), "claims")
