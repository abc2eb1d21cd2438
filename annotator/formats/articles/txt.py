"""Plain text: the whole file is one article."""

import re

from annotator.errors import RefusedError
from annotator.formats.articles.article import ArticleDraft, make_draft
from annotator.text.decode import UndecodableText, decode

# A last part with a letter in it: "v1.0" has no extension, "notes.txt" has one.
EXTENSION = re.compile(r"\.(?=[0-9]*[A-Za-z])[A-Za-z0-9]{1,8}$")


def read(raw: bytes, name: str) -> ArticleDraft:
    """Read one file of plain text; its name without the extension becomes the key."""
    try:
        decoded = decode(raw)
        return make_draft(EXTENSION.sub("", name.strip()), decoded.text, decoded.encoding)
    except UndecodableText as error:
        raise RefusedError(str(error)) from error
