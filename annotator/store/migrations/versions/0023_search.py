"""Search the sentences by their words, find claims by their labels, and save views of a project.

SQLite gets an FTS5 table beside the sentences, which triggers keep in step; whoever makes the
table of the sentences anew has to make the triggers anew, too. PostgreSQL gets an index.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

ADD = "INSERT INTO sentence_words (rowid, text) VALUES (new.id, new.text)"
TAKE = (
    "INSERT INTO sentence_words (sentence_words, rowid, text) VALUES ('delete', old.id, old.text)"
)
TRIGGERS = {
    "sentence_words_added": f"AFTER INSERT ON sentences BEGIN {ADD}; END",
    "sentence_words_taken": f"AFTER DELETE ON sentences BEGIN {TAKE}; END",
    "sentence_words_changed": (f"AFTER UPDATE OF id, text ON sentences BEGIN {TAKE}; {ADD}; END"),
}
SEPARATORS = (
    r"[\x01-\x2f\x3a-\x40\x5b-\x60\x7b-\xa9\xab-\xb1\xb4\xb6-\xb8\xbb\xbf\xd7\xf7"
    r"\u2000-\u2069\u20a0-\u20cf\u2190-\u2bff\u3000-\u3004\u3008-\u3020\u30fb"
    r"\ufe10-\ufe6f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]+"
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE sentence_words USING fts5(text, content='sentences',"
            " content_rowid='id', columnsize=0, tokenize='unicode61 remove_diacritics 0')"
        )
        op.execute("INSERT INTO sentence_words (sentence_words) VALUES ('rebuild')")
        for name, what in TRIGGERS.items():
            op.get_bind().exec_driver_sql(f"CREATE TRIGGER {name} {what}")
    else:
        op.get_bind().exec_driver_sql(
            "CREATE INDEX ix_sentences_words ON sentences USING gin (to_tsvector('simple',"
            f" regexp_replace(left(text, 100000), '{SEPARATORS}', ' ', 'g')))"
        )
    op.create_index("ix_claims_stance_certainty", "claims", ["stance", "certainty"])
    op.create_table(
        "saved_views",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["projects.id"],
            name=op.f("fk_saved_views_project_id_projects"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_saved_views_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint("project_id", "name", name=op.f("uq_saved_views_project_id_name")),
    )


def downgrade() -> None:
    op.drop_table("saved_views")
    op.drop_index("ix_claims_stance_certainty", "claims")
    if op.get_bind().dialect.name == "sqlite":
        for name in TRIGGERS:
            op.execute(f"DROP TRIGGER {name}")
        op.execute("DROP TABLE sentence_words")
    else:
        op.execute("DROP INDEX ix_sentences_words")
