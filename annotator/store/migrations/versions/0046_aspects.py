"""Find out anew how answers differ where a codebook has aspects: these are compared now."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

IN_FORCE = sa.text(
    """
    SELECT project_id, content FROM codebook_versions v
    WHERE number = (SELECT max(number) FROM codebook_versions WHERE project_id = v.project_id)
    """
)
MARK = sa.text(
    """
    UPDATE consensus SET marks = marks + 1
    WHERE article_id IN (SELECT id FROM articles WHERE project_id = :project)
    """
)


def upgrade() -> None:
    connection = op.get_bind()
    for project, content in connection.execute(IN_FORCE).all():
        if json.loads(content)["fields"]["aspect"]:
            connection.execute(MARK, {"project": project})


def downgrade() -> None:
    # The program of before knows no bit for aspects: it finds out anew, too.
    upgrade()
