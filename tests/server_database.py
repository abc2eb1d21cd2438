"""A database of a PostgreSQL server that tests use one after the other."""

from sqlalchemy import create_engine, text

from annotator.store.db import Base


def empty(url):
    """Empty every table of a server database and start its numbers again."""
    engine = create_engine(url)
    names = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
    with engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
    engine.dispose()
