"""The lead's download: every label of a project, streamed."""

import logging
from collections.abc import Iterable, Iterator

from flask import Blueprint, Response, request, stream_with_context

from annotator.formats import csv, jsonl
from annotator.store.db import db
from annotator.store.models import Role
from annotator.web.access import project_for
from annotator.web.security import person
from annotator.work.rows import annotation_rows

log = logging.getLogger("annotator.labels")
bp = Blueprint("labels", __name__)
WRITERS = {"jsonl": jsonl.write, "csv": csv.write}
TYPES = {
    "jsonl": "application/jsonl; charset=utf-8",
    "csv": "text/csv; charset=utf-8; header=present",
}
CHUNK = 64 * 1024


@bp.get("/projects/<slug>/labels.<any(jsonl, csv):form>")
def download(slug: str, form: str) -> Response:
    """Send the annotation rows; with `names=1` under user names, which is logged."""
    project, _ = project_for(slug, Role.LEAD)
    names = request.args.get("names") == "1"
    if names:
        log.warning("labels of %r downloaded with names by %r", project.slug, person().username)
    lines = WRITERS[form](annotation_rows(project, names=names))
    # The rows come over a connection of their own; this request's goes back at once.
    db.session.expunge_all()
    db.session.rollback()
    reply = Response(stream_with_context(in_chunks(lines)), content_type=TYPES[form])
    reply.headers["Content-Disposition"] = f'attachment; filename="{project.slug}-labels.{form}"'
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
