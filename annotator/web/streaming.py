"""Files to keep: long ones are sent while they are written."""

from collections.abc import Iterable, Iterator
from itertools import chain

from flask import Response, stream_with_context

from annotator.store.db import db

CHUNK = 64 * 1024
CSV = "text/csv; charset=utf-8; header=present"


def streamed(lines: Iterable[str], content_type: str, name: str) -> Response:
    """Return a file to keep, in pieces; its rows come over a connection of their own.

    The first piece is made before the reply begins, so that what cannot be written is a page that
    says so and not half a file.
    """
    pieces = in_chunks(lines)
    first = next(pieces)
    # From here on this request's connection is not needed.
    db.session.expunge_all()
    db.session.rollback()
    reply = Response(stream_with_context(chain([first], pieces)), content_type=content_type)
    reply.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return reply


def in_chunks(lines: Iterable[str]) -> Iterator[bytes]:
    """Put lines together to pieces worth sending."""
    piece: list[bytes] = []
    size = 0
    for line in lines:
        piece.append(line.encode())
        size += len(piece[-1])
        if size >= CHUNK:
            yield b"".join(piece)
            piece, size = [], 0
    yield b"".join(piece)


def attachment(text: str, content_type: str, name: str) -> Response:
    """Return a file to keep."""
    reply = Response(text, content_type=content_type)
    reply.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return reply


def csv_file(lines: Iterable[str], name: str) -> Response:
    """Return a short table as a file to keep; `name` has no ending."""
    return attachment("".join(lines), CSV, f"{name}.csv")
