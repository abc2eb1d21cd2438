"""Sends the style sheet and the scripts compressed.

Only files that are the same for everybody: a page with a person's work and a secret token in it
stays uncompressed, so that its length tells nothing about either.
"""

import gzip
from functools import lru_cache

from flask import Flask, Response, request

KINDS = {"text/css", "text/javascript", "application/javascript", "image/svg+xml"}
MOST_FILES = 32


def init_app(app: Flask) -> None:
    """Compress what `/static/` answers, where the browser takes it."""
    app.after_request(compress)


def compress(response: Response) -> Response:
    """Replace the body of a static file by its compressed form."""
    if request.endpoint != "static" or response.mimetype not in KINDS:
        return response
    response.vary.add("Accept-Encoding")
    if response.status_code != 200 or not request.accept_encodings.quality("gzip"):
        return response
    response.direct_passthrough = False
    response.set_data(compressed(response.get_data()))
    response.headers["Content-Encoding"] = "gzip"
    return response


@lru_cache(maxsize=MOST_FILES)
def compressed(data: bytes) -> bytes:
    """Return the bytes in gzip form, the same for the same bytes."""
    return gzip.compress(data, mtime=0)
