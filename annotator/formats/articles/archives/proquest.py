"""ProQuest: pages and text files; an article is a list of fields, "Full text:" among them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from annotator.formats.articles.archives import interface
from annotator.formats.articles.archives.containers import lines_of, parse_html, squeezed
from annotator.formats.articles.archives.found import Found, has_ink

NAME = "ProQuest"
RULE = re.compile(r"^[ \t]*_{20,}[ \t]*\r?$", re.MULTILINE)
ANCHOR = re.compile(r"DocID_|DocIDLink")
FULL_TEXT = (
    "full text",
    "volltext",
    "texte intégral",
    "texto completo",
    "полный текст",
    "全文",
    "전문",
)
FIELDS = {
    "title": ("title", "titel", "titre", "título"),
    "author": ("author", "autor", "auteur", "автор", "作者", "저자"),
    "publisher": (
        "publication title",
        "titel der publikation",
        "titre de la publication",
        "título de publicación",
    ),
    "day": ("publication date", "publikationsdatum", "date de publication", "fecha de publicación"),
    "section": ("section", "abschnitt", "rubrique", "sección"),
    "page": ("pages", "first page", "seiten", "páginas", "page"),
    "edition": ("edition", "ausgabe", "édition", "edición"),
    "language": (
        "language of publication",
        "language",
        "publikationssprache",
        "langue de publication",
        "idioma de la publicación",
    ),
    "number": (
        "proquest document id",
        "proquest-dokument-id",
        "id du document proquest",
        "id del documento de proquest",
    ),
    "url": ("document url", "dokument-url", "url du document", "url del documento"),
}
LABELS = {label: name for name, labels in FIELDS.items() for label in labels}
OTHERS = frozenset(
    (
        "abstract",
        "publication info",
        "links",
        "subject",
        "location",
        "people",
        "company / organization",
        "publication year",
        "publisher",
        "place of publication",
        "country of publication",
        "publication subject",
        "issn",
        "source type",
        "document type",
        "copyright",
        "last updated",
        "database",
        "credit",
        "column",
        "dateline",
        "identifier / keyword",
        "identifier / keywords",
        "volume",
        "issue",
        "illustration",
        "company",
        "classification",
        "document feature",
        "subtitle",
        "e-issn",
        "cite",
        "correction",
        "publication date (print)",
        "series title",
        "notes",
        "word count",
        "alternate title",
    )
)
LABELLED = re.compile(r"^(?P<label>[^\W\d_][^:\n]{1,50}):(?:\s+(?P<value>.*))?$", re.DOTALL)
# "Los Angeles Times ; Los Angeles, Calif. [Los Angeles, Calif]08 May 2010: AA.2."
INFO = re.compile(
    r"^(?P<publisher>[^;\[]+).*\](?P<day>[^:\[\]]+)(?::\s*(?P<page>.+?)\.?)?$", re.DOTALL
)
RUNNING = re.compile(r"^\d+ \w+ \d+$|^(?:document|dokument|documento) \d+ \w+ \d+$", re.IGNORECASE)

Field = tuple[str, str]


def knows_page(text: str) -> bool:
    """Say whether a page is a download of ProQuest."""
    return ("<strong>" in text and bool(ANCHOR.search(text))) or (
        "proquest" in text[:20_000].lower() and has_full_text(text)
    )


def knows_text(text: str) -> bool:
    """Say whether a text file is such a download: rules between its documents, and their fields."""
    return RULE.search(text) is not None and has_full_text(text) and "ProQuest" in text


def has_full_text(text: str) -> bool:
    """Say whether there is a label of a full text."""
    low = text.lower()
    return any(f"{name}:" in low for name in FULL_TEXT)


def read_page(text: str) -> list[Found]:
    """Return the articles of a page."""
    root = parse_html(text)
    parts: list[list[Field]] = [[]]
    counts: list[int | None] = [None]
    for element in root.iter():
        if element.tag == "a" and ANCHOR.match(element.get("name") or ""):
            parts.append([])
            counts.append(None)
        elif element.tag == "text" and (element.get("wordcount") or "").isdigit():
            counts[-1] = int(element.get("wordcount"))
        elif element.tag in ("p", "div"):
            parts[-1].extend(page_fields(element))
    found = []
    for part, words in zip(parts, counts, strict=True):
        if any(is_text(label) for label, _ in part):
            each = read_fields(part)
            each.words = each.words or words
            found.append(each)
    return found


def page_fields(element: Any) -> Iterator[Field]:
    """Yield label and value of a paragraph; "" as label where it has none."""
    strong = element.find("strong")
    label = squeezed(strong.text_content()) if strong is not None else ""
    text = element.text_content()
    if next(element.iterdescendants("p", "div"), None) is not None:
        # A full text with paragraphs of its own: they come by themselves.
        if label.endswith(":"):
            yield label[:-1].strip(), squeezed(strong.tail or "")
    elif label.endswith(":"):
        value = text.strip()
        place = value.find(label[:-1].strip())
        yield label[:-1].strip(), value[place + len(label) :].strip(" :\u00a0")
    else:
        for line in lines_of(text):
            yield "", line


def read_text(text: str) -> list[Found]:
    """Return the articles of a text file."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    found = []
    for part in RULE.split(text):
        fields = list(text_fields(part.split("\n")))
        if any(is_text(label) for label, _ in fields):
            found.append(read_fields(fields))
    return found


def text_fields(lines: Iterable[str]) -> Iterator[Field]:
    """Yield label and value of each field, and the lines below it without a label."""
    for line in map(str.strip, lines):
        match = LABELLED.match(line)
        label = squeezed(match["label"]) if match else ""
        if match and (is_text(label) or label.lower() in LABELS or label.lower() in OTHERS):
            yield label, match["value"] or ""
        elif line:
            yield "", line


def is_text(label: str) -> bool:
    """Say whether a label is that of the full text."""
    return label.lower() in FULL_TEXT


def read_fields(fields: Sequence[Field]) -> Found:
    """Return one article."""
    found, now, house = Found(), "", ""
    for label, value in fields:
        if label:
            now = label.lower()
            if is_text(label):
                found.paragraphs.extend(lines_of(value))
            elif now == "publication info":
                put_info(value, found)
            elif LABELS.get(now):
                name = LABELS[now]
                setattr(found, name, value if name != "publisher" else value.partition(";")[0])
            elif now == "publisher":
                house = value
            elif now == "word count":
                found.words = interface.declared_words(value)
            elif now != "links":
                found.put(label, value)
        elif is_text(now):
            found.paragraphs.append(value)
        elif not now and not RUNNING.match(value):
            found.title = found.title or value
        elif now and now != "links" and not LABELS.get(now):
            found.put(now, value)
    found.put("publishing_house", house)
    found.paragraphs = [each for each in found.paragraphs if has_ink(each)]
    return found


def put_info(words: str, found: Found) -> None:
    """Keep publication, day and page, which fields of their own may say better further down."""
    match = INFO.match(squeezed(words)[:500])
    if match:
        found.publisher = found.publisher or squeezed(match["publisher"])
        found.day = found.day or squeezed(match["day"])
        found.page = found.page or squeezed(match["page"] or "")
    found.put("publication info", words)
