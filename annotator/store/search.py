"""Full text over the sentences of both databases: made by a migration, kept in step by itself.

SQLite has an FTS5 table beside the sentences, which triggers fill in the transaction that changes
a text; PostgreSQL an index over the words of the text, which needs no triggers.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, column, exists, func, literal_column, select, table

from annotator.store.db import db
from annotator.store.models import Sentence
from annotator.text.search import Term

# As in the migration, to the letter: by another expression the server would not find its index.
# What is no letter and no digit becomes a space: the server's own parser would take "U.S." for the
# name of a host, and "well-known" for three words.
SEPARATORS = (
    r"[\x01-\x2f\x3a-\x40\x5b-\x60\x7b-\xa9\xab-\xb1\xb4\xb6-\xb8\xbb\xbf\xd7\xf7"
    r"\u2000-\u2069\u20a0-\u20cf\u2190-\u2bff\u3000-\u3004\u3008-\u3020\u30fb"
    r"\ufe10-\ufe6f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]+"
)
VECTOR = (
    f"to_tsvector('simple', regexp_replace(left(sentences.text, 100000), '{SEPARATORS}', ' ', 'g'))"
)
# SQLite's; a column of the table's own name stands for all of it.
WORDS = table("sentence_words", column("rowid"))


def matching(terms: Sequence[Term]) -> ColumnElement[bool]:
    """Return the condition that a sentence has all of these, for all sentences at once."""
    if db.engine.dialect.name != "sqlite":
        return on_server(terms)
    return Sentence.id.in_(select(WORDS.c.rowid).where(in_fts(terms)))


def count_matching(terms: Sequence[Term], most: int) -> int | None:
    """Return how many sentences of all projects have these, at most so many; None: not known.

    SQLite counts thousands in a millisecond; PostgreSQL knows its words well enough itself.
    """
    if db.engine.dialect.name != "sqlite":
        return None
    found = select(WORDS.c.rowid).where(in_fts(terms)).limit(most).subquery()
    return db.session.scalars(select(func.count()).select_from(found)).one()


def matching_each(terms: Sequence[Term]) -> ColumnElement[bool]:
    """Return the same condition for where few sentences are looked at, one after the other."""
    if db.engine.dialect.name != "sqlite":
        return on_server(terms)
    return exists().where(in_fts(terms), WORDS.c.rowid == Sentence.id)


def in_fts(terms: Sequence[Term]) -> ColumnElement[bool]:
    """Return the condition on a row of SQLite's table."""
    words = " AND ".join(
        "("
        + " OR ".join(f'"{" ".join(words)}"{" *" * term.prefix}' for words in term.spellings)
        + ")"
        for term in terms
    )
    return column(WORDS.name).op("MATCH", is_comparison=True)(words)


def on_server(terms: Sequence[Term]) -> ColumnElement[bool]:
    """Return the condition on a sentence of PostgreSQL; words hold no quote and no backslash."""
    words = " & ".join(
        "(" + " | ".join(in_a_row(words) + ":*" * term.prefix for words in term.spellings) + ")"
        for term in terms
    )
    query = func.to_tsquery(literal_column("'simple'"), words)
    return literal_column(VECTOR).op("@@", is_comparison=True)(query)


def in_a_row(words: Sequence[str]) -> str:
    """Return the words of a phrase as PostgreSQL is asked for them."""
    return " <-> ".join(f"'{word}'" for word in words)
