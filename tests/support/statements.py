"""The SQL statements that run while something is done."""

from contextlib import contextmanager

from sqlalchemy import event

from annotator.store.db import db


@contextmanager
def counted_queries():
    """Collect the statements that run meanwhile, but for the beginnings of transactions."""
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
