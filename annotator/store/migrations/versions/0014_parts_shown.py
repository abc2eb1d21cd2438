"""Count what has appeared of an import beside its plan, so that a step need not write the plan."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

stagings = sa.table(
    "stagings", sa.column("id"), sa.column("plan", sa.JSON), sa.column("shown", sa.Integer)
)


def upgrade() -> None:
    op.add_column("stagings", sa.Column("shown", sa.Integer(), server_default="0", nullable=False))
    connection = op.get_bind()
    for row in connection.execute(sa.select(stagings.c.id, stagings.c.plan)).all():
        connection.execute(
            stagings.update().where(stagings.c.id == row.id).values(shown=row.plan.get("shown", 0))
        )


def downgrade() -> None:
    connection = op.get_bind()
    for row in connection.execute(sa.select(stagings)).all():
        connection.execute(
            stagings.update()
            .where(stagings.c.id == row.id)
            .values(plan=row.plan | {"shown": row.shown})
        )
    with op.batch_alter_table("stagings", schema=None) as batch_op:
        batch_op.drop_column("shown")
