"""Alembic's entry point; the connection and its transaction belong to `annotator.store.schema`."""

from alembic import context

from annotator.store import models  # noqa: F401  (all tables join the metadata)
from annotator.store.db import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
    compare_server_default=True,
)
context.run_migrations()
