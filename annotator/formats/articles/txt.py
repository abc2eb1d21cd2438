"""Plain text: the whole file is one article."""

import re
from dataclasses import replace

from annotator.errors import RefusedError
from annotator.formats.articles.article import ArticleDraft, Given, make_draft
from annotator.text.decode import UndecodableText, decode

# A last part with a letter in it: "v1.0" has no extension, "notes.txt" has one.
EXTENSION = re.compile(r"\.(?=[0-9]*[A-Za-z])[A-Za-z0-9]{1,8}$")
MARKDOWN = re.compile(r"\.(?:md|markdown)$", re.IGNORECASE)
MARKS = re.compile(r"^#{1,6}\s+|\s+#+$|[*_]{2}")


def read(raw: bytes, name: str, language: str = "") -> ArticleDraft:
    """Read one file of plain text; its name without the extension becomes the key."""
    try:
        decoded = decode(raw)
        key, given = (
            EXTENSION.sub("", name.strip()),
            Given(language=language, warnings=decoded.warnings),
        )
        draft = make_draft(key, decoded.text, decoded.encoding, given)
    except UndecodableText as error:
        raise RefusedError(str(error)) from error
    if MARKDOWN.search(name.strip()):
        # The text stays as it is; what heads pages and lists is no heading mark.
        draft = replace(draft, title=MARKS.sub("", draft.title).strip() or draft.title)
    return draft
