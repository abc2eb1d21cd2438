"""Remember which passwords and sessions a lead cannot have, and which passwords have ended.

Of those from before it is not known; they count as some that a lead may have.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

NEW = {"users": ("password_own", "password_ended"), "sign_ins": ("own",)}


def upgrade() -> None:
    for table, columns in NEW.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for name in columns:
                batch_op.add_column(
                    sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False)
                )


def downgrade() -> None:
    for table, columns in NEW.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for name in columns:
                batch_op.drop_column(name)
