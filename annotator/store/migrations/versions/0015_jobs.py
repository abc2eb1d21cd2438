"""Keep imports and the writing of releases in one table of long work."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

SHARED: list[sa.ColumnClause[Any]] = [
    sa.column("id", sa.Integer),
    sa.column("project_id", sa.Integer),
    sa.column("user_id", sa.Integer),
    sa.column("state", sa.String),
    sa.column("done", sa.BigInteger),
    sa.column("total", sa.BigInteger),
    sa.column("said", sa.Text),
    sa.column("started_at", sa.DateTime(timezone=True)),
    sa.column("beat_at", sa.DateTime(timezone=True)),
]


def table(name: str, *columns: sa.ColumnClause[Any]) -> sa.TableClause:
    return sa.table(name, *[sa.column(each.name, each.type) for each in (*SHARED, *columns)])


imports = table("imports", sa.column("files", sa.JSON))
runs = table("release_runs", sa.column("name", sa.String), sa.column("settings", sa.JSON))
jobs = table("jobs", sa.column("kind", sa.String), sa.column("details", sa.JSON))


def upgrade() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('import', 'release')", name=op.f("ck_jobs_kind_known")),
        sa.CheckConstraint(
            "state IN ('running', 'done', 'cancelled', 'failed', 'interrupted')",
            name=op.f("ck_jobs_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_jobs_project_id_projects")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_jobs_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
    )
    op.create_index(op.f("ix_jobs_project_id_kind"), "jobs", ["project_id", "kind"])
    # Imports keep their numbers and so their addresses; whoever ran an import or wrote a release
    # while the database was brought up to date was cut off.
    states = {"reading": "interrupted", "stored": "done"}
    for row in rows_of(imports):
        add(jobs, row, states, kind="import", details={"files": row["files"]})
    set_sequence("jobs")
    states = {"writing": "interrupted", "written": "done"}
    for row in rows_of(runs):
        del row["id"]
        details = {"name": row["name"], "settings": row["settings"]}
        add(jobs, row, states, kind="release", details=details)
    op.drop_table("imports")
    op.drop_table("release_runs")


def downgrade() -> None:
    op.create_table(
        "imports",
        *common_columns("imports", nobody=True),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "state IN ('reading', 'stored', 'cancelled', 'failed')",
            name=op.f("ck_imports_state_known"),
        ),
    )
    op.create_index(op.f("ix_imports_project_id"), "imports", ["project_id"])
    op.create_table(
        "release_runs",
        *common_columns("release_runs", nobody=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "state IN ('writing', 'written', 'cancelled', 'failed')",
            name=op.f("ck_release_runs_state_known"),
        ),
    )
    op.create_index(op.f("ix_release_runs_project_id"), "release_runs", ["project_id"])
    both = {"running": "failed", "interrupted": "failed"}
    for row in rows_of(jobs):
        if row["kind"] == "import":
            add(imports, row, {**both, "done": "stored"}, files=row["details"]["files"])
        else:
            add(runs, row, {**both, "done": "written"}, **row["details"])
    set_sequence("imports")
    set_sequence("release_runs")
    op.drop_table("jobs")


def common_columns(name: str, *, nobody: bool) -> list[Any]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=nobody),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f(f"fk_{name}_project_id_projects")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f(f"fk_{name}_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    ]


def rows_of(source: sa.TableClause) -> list[dict[str, Any]]:
    """Return the rows of a table in order, as mappings that may be changed."""
    return [dict(row) for row in op.get_bind().execute(sa.select(source)).mappings()]


def add(target: sa.TableClause, row: dict[str, Any], states: dict[str, str], **more: Any) -> None:
    """Add a row with what both tables have, and what only this one has."""
    shared = {each.name: row[each.name] for each in SHARED if each.name in row}
    shared["state"] = states.get(row["state"], row["state"])
    op.get_bind().execute(target.insert().values(**shared, **more))


def set_sequence(name: str) -> None:
    """Let PostgreSQL number on behind rows that kept their numbers; SQLite does so by itself."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"SELECT setval(pg_get_serial_sequence('{name}', 'id'),"
            f" COALESCE((SELECT max(id) FROM {name}), 0) + 1, false)"
        )
