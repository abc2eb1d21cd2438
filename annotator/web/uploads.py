"""Forms through which files come in: they may be larger than any other."""

import base64
import binascii

from flask import current_app, request, session

from annotator.config import MEGABYTE

# A tick for each article of a download, a choice for each column of each table.
MOST_PARTS = 20_000


def allow_more(_endpoint: str | None, _values: object) -> None:
    """Let files come in through the forms of a blueprint, as its `url_value_preprocessor`.

    This runs before anything reads the form. Only for a browser that is signed in: its cookie
    carries our signature, so nobody else can make the server hold that much.
    """
    if request.method == "POST" and "_user_id" in session:
        largest = current_app.config["SETTINGS"].largest_upload
        # A second step carries the bytes in base64, four characters for three bytes.
        request.max_content_length = largest * 4 // 3 + 2 * MEGABYTE
        request.max_form_memory_size = request.max_content_length
        request.max_form_parts = MOST_PARTS


def pack_bytes(raw: bytes) -> str:
    """Return the bytes of a file as the value of a hidden field; browsers rewrite line breaks."""
    return base64.b64encode(raw).decode("ascii")


def unpack_bytes(value: str) -> bytes:
    """Return what `pack_bytes` has packed.

    Raises:
        ValueError: it was damaged.

    """
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error as error:
        raise ValueError("The preview data is damaged. Choose the file again.") from error
