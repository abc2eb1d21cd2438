"""Keep the e-mail address of an account, and who its person is at a provider of single sign-on."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

NAMES = ("email", "sso_issuer", "sso_subject")


def upgrade() -> None:
    with op.batch_alter_table("users") as users:
        for name in NAMES:
            users.add_column(sa.Column(name, sa.String(), nullable=True))
        users.add_column(
            sa.Column("email_own", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        users.create_unique_constraint(op.f("uq_users_email"), ["email"])
        users.create_unique_constraint(
            op.f("uq_users_sso_issuer_sso_subject"), ["sso_issuer", "sso_subject"]
        )


def downgrade() -> None:
    with op.batch_alter_table("users") as users:
        users.drop_constraint(op.f("uq_users_sso_issuer_sso_subject"), type_="unique")
        users.drop_constraint(op.f("uq_users_email"), type_="unique")
        for name in ("email_own", *NAMES):
            users.drop_column(name)
