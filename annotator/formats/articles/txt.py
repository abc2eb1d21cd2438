"""Plain text: the whole file is one article."""

import re
from dataclasses import replace

from annotator.errors import RefusedError
from annotator.formats.articles.article import ArticleDraft, Given, make_draft
from annotator.text.datelines import read_dateline
from annotator.text.decode import UndecodableText, decode
from annotator.text.vetoes import has_ink

# A last part with a letter in it: "v1.0" has no extension, "notes.txt" has one.
EXTENSION = re.compile(r"\.(?=[0-9]*[A-Za-z])[A-Za-z0-9]{1,8}$")
MARKDOWN = re.compile(r"\.(?:md|markdown)$", re.IGNORECASE)
# The marks of a heading, and those around emphasised words.
TITLE_MARKS = re.compile(r"^#{1,6}\s+|\s+#+$|(?<!\w)[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}(?!\w)")
# A heading or an emphasised line, whose words are what people read.
SENTENCE = re.compile(
    r"(?P<heading>#{1,6}\s+)?(?P<mark>[*_]{1,3})?(?P<words>[^\s*_](?:.*[^\s*_#])?)"
    r"(?(mark)(?P=mark))(?(heading)(?:\s+#+)?)",
    re.DOTALL,
)
BYLINE_WITHIN = 3


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
    return without_marks(draft) if MARKDOWN.search(name.strip()) else draft


def without_marks(draft: ArticleDraft) -> ArticleDraft:
    """Leave out what only says how Markdown looks: around headings, and around whole sentences.

    The text stays as it is; the sentences begin behind the marks and end before them. A byline
    within the marks is one.
    """
    sentences, day = [], draft.published_on
    for each in draft.outline.sentences:
        found = SENTENCE.fullmatch(each.text)
        if found is None or not has_ink(found["words"]):
            sentences.append(each)
            continue
        words, start = found["words"], each.start + found.start("words")
        changed = replace(each, start=start, end=start + len(words), text=words)
        dateline = read_dateline(words, allow_place=False) if each.segment == "body" else None
        if dateline is not None and each.position <= BYLINE_WITHIN:
            changed, day = replace(changed, segment="dateline"), day or dateline.day
        sentences.append(changed)
    title = " ".join(TITLE_MARKS.sub("", draft.title).split()) or draft.title
    outline = replace(draft.outline, title=title, published_on=day, sentences=tuple(sentences))
    return replace(draft, title=title, published_on=day, outline=outline)
