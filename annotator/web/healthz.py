"""Says whether this process can reach its database."""

from flask.typing import ResponseReturnValue
from sqlalchemy import text

from annotator.store.db import db


def show() -> ResponseReturnValue:
    """Answer "ok" after one query; a fault of the database becomes a 503."""
    db.session.execute(text("SELECT 1"))
    return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"}
