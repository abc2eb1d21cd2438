"""Records of programs that collect pages: news-please, trafilatura and Media Cloud."""

from collections.abc import Mapping
from typing import Any

from annotator.errors import RefusedError
from annotator.formats.articles.archives.containers import squeezed
from annotator.formats.articles.archives.found import Found

NEWS_PLEASE, TRAFILATURA, MEDIA_CLOUD = "news-please", "trafilatura", "Media Cloud"
TEXTS = ("maintext", "raw_text", "text", "story_text", "article_text", "full_text")
PUBLISHERS = ("source_domain", "media_name", "sitename", "source-hostname", "hostname", "source")
DAYS = ("date_publish", "publish_date", "date")
NUMBERS = ("stories_id", "story_id", "indexed_id", "processed_stories_id")
USED = frozenset(("title", "url", "language", "author", "authors", *TEXTS, *PUBLISHERS, *DAYS))
MARKS: Mapping[str, frozenset[str]] = {
    NEWS_PLEASE: frozenset(("maintext", "title", "url")),
    TRAFILATURA: frozenset(("title", "hostname", "date")),
    MEDIA_CLOUD: frozenset(("title", "url", "media_name", "publish_date")),
}


class NoTextsError(RefusedError):
    """A file lists articles without their texts."""


def knows(record: Mapping[str, Any]) -> str:
    """Return the program that wrote a record; "" where it is not known."""
    keys = set(record)
    has_text = any(name in keys for name in TEXTS)
    for program, marks in MARKS.items():
        if marks <= keys and (has_text or program == MEDIA_CLOUD):
            return program
    return ""


def read(record: Mapping[str, Any]) -> Found:
    """Return the article of a record.

    Raises:
        NoTextsError: there is no text, as in the lists that Media Cloud writes.

    """
    text = next((text for name in TEXTS if (text := said(record, name))), "")
    if not text and not any(name in record for name in TEXTS):
        raise NoTextsError(
            "it lists articles without their texts, as Media Cloud does; nothing is fetched:"
            " collect the texts first, for example with trafilatura"
        )
    found = Found(
        title=said(record, "title"),
        paragraphs=text.split("\n"),
        publisher=next((name for each in PUBLISHERS if (name := said(record, each))), ""),
        author=people(record.get("authors")) or people(record.get("author")),
        day=next((day for name in DAYS if (day := said(record, name))), ""),
        language=said(record, "language"),
        url=said(record, "url"),
        number=next((number for name in NUMBERS if (number := said(record, name))), ""),
    )
    for name, value in record.items():
        if name not in USED and value not in (None, "", [], {}):
            found.put(name, people(value) if isinstance(value, list) else str(value))
    return found


def said(record: Mapping[str, Any], name: str) -> str:
    """Return a field as text; null is empty."""
    value = record.get(name)
    if value is None or isinstance(value, bool | list | dict):
        return ""
    return str(value).strip()


def people(value: Any) -> str:
    """Return names, one or a list, as one line."""
    names = value if isinstance(value, list) else [value]
    return "; ".join(squeezed(str(name)) for name in names if name)


def read_doc(doc: Any) -> Found:
    """Return the article of an element “doc”, as trafilatura writes it."""
    found = read({**doc.attrib, "text": ""})
    main = doc.find("main")
    parts = main.iter("p", "head", "item", "quote", "cell") if main is not None else ()
    texts = [squeezed("".join(each.itertext())) for each in parts if not is_inside(each)]
    found.paragraphs = texts
    return found


def is_inside(element: Any) -> bool:
    """Say whether a paragraph belongs to another one that is read as a whole."""
    return any(each.tag in ("p", "item", "quote", "cell") for each in element.iterancestors())
