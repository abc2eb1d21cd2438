"""Which database a file comes from, by what is in it, and the articles of it."""

import codecs
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from annotator.errors import RefusedError
from annotator.formats.articles import csv_tables, json_records
from annotator.formats.articles.archives import (
    containers,
    documents,
    europresse,
    factiva,
    integrum,
    lexisnexis,
    nexis,
    proquest,
    web_records,
)
from annotator.formats.articles.archives.documents import Document, Line
from annotator.formats.articles.archives.found import Found, Keys, draft
from annotator.formats.articles.article import ArticleDraft, clean_key
from annotator.formats.articles.faults import Faults
from annotator.formats.articles.records import RecordError
from annotator.text.decode import UndecodableText, decode

KNOWN = (
    "Nexis Uni and Lexis Advance (DOCX, ZIP), LexisNexis (TXT, HTML, RTF), Factiva (HTML, RTF,"
    " XML), Europresse (HTML), ProQuest (HTML, TXT), Integrum (HTML, XLSX), news-please and"
    " trafilatura (JSON, XML), Media Cloud (CSV), and DOCX, ODT or RTF of one article"
)
PDF = (
    ", which cannot be imported: columns, headers and hyphens of a page would make wrong sentences;"
    " download the article in another format, or paste its text"
)
SHOWN = 200
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class Download:
    """The articles of a download; `database` is "" where it is a document of one article."""

    database: str
    found: Sequence[Found]
    encoding: str = "utf-8"
    created: datetime | None = None

    faults: tuple[RecordError, ...] = ()

    def drafts(self, stem: str, faults: Faults) -> Iterator[ArticleDraft]:
        """Yield its articles; the work of each is done when it is asked for.

        Those that cannot be read are noted among the faults.
        """
        for fault in self.faults:
            faults.note(fault)
        keys = Keys(stem)
        found = [each for each in self.found if not each.is_empty]
        if not found:
            raise RefusedError("none of its articles has a title or a text")
        if len(found) < len(self.found):
            found[0].warnings.append(
                f"{len(self.found) - len(found):,} of the documents in the file have neither a"
                " title nor a text; they are left out."
            )
        for number, each in enumerate(found, start=1):
            try:
                made = draft(each, self.database, number, keys, self.encoding)
            except RecordError as error:
                faults.note(error)
                continue
            if self.database:
                yield replace(made, of=len(found))
            else:
                yield single(made, stem, self.created)


def single(made: ArticleDraft, stem: str, created: datetime | None) -> ArticleDraft:
    """Return the draft of a document of one article, dated by its text, else by its properties."""
    undated = "No date was found."
    said = tuple(each for each in made.warnings if each != undated)
    metadata = {name: value for name, value in made.metadata.items() if name not in ("database",)}
    made = replace(made, key=clean_key(stem), where="", number=0, metadata=metadata, warnings=said)
    if made.published_on is None and created is not None:
        told = "The date is the day on which the document was created: compare it with the article."
        return replace(made, published_on=created.date(), warnings=(*said, told))
    return made


def binary(raw: bytes) -> Download:
    """Read a file that is no text: an archive, a document or a spreadsheet.

    Raises:
        RefusedError: nobody reads it; what it is, and what would be right.

    """
    kind = containers.kind_of(raw)
    if kind == "pdf":
        raise RefusedError(f"this is a PDF file{PDF}")
    if kind == "ole":
        containers.refuse_ole(raw)
    if kind == "rtf":
        return of_lines(documents.read_rtf(raw))
    pack = containers.open_zip(raw)
    inside = containers.zip_kind(pack)
    if inside == "docx":
        return of_document(documents.read_docx(raw))
    if inside == "odt":
        return of_document(documents.read_odt(raw))
    if inside == "xlsx":
        database, found = integrum.read_rows(list(documents.read_rows(raw)))
        return Download(database or "XLSX", found)
    if inside == "zip":
        return of_many(containers.documents_of(pack))
    raise RefusedError(f"it is {inside}. {known()}")


def of_document(document: Document) -> Download:
    """Return what a document holds: a download of Nexis or LexisNexis, else one article."""
    if nexis.knows(document):
        return Download(nexis.NAME, nexis.read(document))
    lines = [part for line in document.lines for part in line.text.split("\n")]
    if lexisnexis.knows_lines(lines):
        return Download(lexisnexis.NAME, lexisnexis.read_lines(lines))
    if factiva.knows_lines(lines):
        return Download(factiva.NAME, factiva.read_lines(lines))
    return Download("", [plain(document)], created=document.created)


def plain(document: Document) -> Found:
    """Return a document that is one article: its first heading, or first line, is its title."""
    parts = [(line.heading, text) for line in document.lines for text in line.breaks]
    if not parts:
        raise RefusedError("no text was found in it; is it a scan?")
    title = next((place for place, (heading, _) in enumerate(parts) if heading), 0)
    texts = [text for _, text in parts]
    return Found(texts[title], texts[:title] + texts[title + 1 :], author=document.author)


def of_lines(lines: Sequence[str]) -> Download:
    """Return what an RTF document holds."""
    return of_document(Document([Line(line) for line in lines]))


def of_many(files: Iterable[tuple[str, bytes]]) -> Download:
    """Return the articles of an archive of DOCX files; lists of contents are passed over."""
    found: list[Found] = []
    faults: list[RecordError] = []
    passed_over = 0
    database = ""
    for name, raw in files:
        try:
            document = documents.read_docx(raw)
            if nexis.is_contents(document):
                passed_over += 1
                continue
            part = of_document(document)
        except RefusedError as error:
            faults.append(RecordError(f"“{name[-80:]}” in it: {error}"))
            continue
        database = part.database or database
        found.extend(part.found)
    if not found:
        raise faults[0] if faults else RefusedError("its DOCX files hold no article")
    if passed_over:
        found[0].warnings.append(f"{passed_over:,} of its files is a table of contents.")
    return Download(database or "DOCX", found, faults=tuple(faults))


def page(raw: bytes) -> Download | None:
    """Return what a page holds; None where it is no download of a database.

    Raises:
        RefusedError: its encoding is another one than it declares.

    """
    bare = raw.replace(b"\0", b"") if raw.startswith(UTF_16) else raw
    if not any(mark in bare for mark in MARKS) and not integrum.LINK_BYTES.search(bare):
        return None
    decoded = containers.decode_page(raw)
    for database, knows, read in PAGES:
        # A page of the web may have a word or a class of a database in it, and no article.
        if knows(decoded.text) and (found := read(decoded.text)):
            return Download(database, found, decoded.encoding)
    return None


# One of these is in each page of a database; the rest of all pages need not be looked at.
MARKS = (
    b"DOCUMENT",
    b"DOCFULL",
    b"articleParagraph",
    b"<b>HD</b>",
    b"DocPublicationName",
    b"roQuest",
    b"DocID_",
    b"roquest",
)
Page = tuple[str, Callable[[str], bool], Callable[[str], list[Found]]]
PAGES: tuple[Page, ...] = (
    (lexisnexis.NAME, lexisnexis.knows, lexisnexis.read_page),
    (factiva.NAME, factiva.knows_page, factiva.read_page),
    (europresse.NAME, europresse.knows, europresse.read_page),
    (proquest.NAME, proquest.knows_page, proquest.read_page),
    (integrum.NAME, integrum.knows, integrum.read_page),
)


def text(raw: bytes) -> Download | None:
    """Return what a text file holds; None where it is one article, or no text."""
    if not raw.startswith(UTF_16) and b"ProQuest" not in raw and not HEAD.search(raw):
        return None
    try:
        decoded = decode(raw)
    except UndecodableText:
        return None
    words, encoding = decoded.text, decoded.encoding
    if lexisnexis.HEAD.search(words):
        return Download(lexisnexis.NAME, lexisnexis.read_text(words), encoding)
    if proquest.knows_text(words):
        return Download(proquest.NAME, proquest.read_text(words), encoding)
    return None


HEAD = re.compile(rb"\d{1,6} \S{1,8} \d{1,6} \S{8,30}[ \t]*\r?\n")


def table(raw: bytes, name: str, stem: str, faults: Faults) -> Iterator[ArticleDraft] | None:
    """Return the articles of a table that a program wrote; None where it is another table."""
    try:
        sheet = csv_tables.open_sheet(raw, name)
    except RefusedError:
        return None  # it is refused by whoever reads tables
    if not web_records.knows(dict.fromkeys(sheet.columns)):
        return None
    rows = (
        (f"line {line}", dict(zip(sheet.columns, row, strict=True)))
        for line, row in sheet.rows(faults)
    )
    return records(rows, stem, faults)


def json(raw: bytes, stem: str, faults: Faults) -> Iterator[ArticleDraft] | None:
    """Return the articles of JSON that a program wrote; None where it is other JSON, or none."""
    try:
        rows = list(json_records.objects(raw))
    except RefusedError:
        return None  # it is refused by whoever reads JSON, or it is a text
    first = next((row for row in rows if not isinstance(row, RecordError)), {})
    if not web_records.knows(first):
        return None
    named = ((f"article {number}", row) for number, row in enumerate(rows, start=1))
    return records(named, stem, faults)


def xml(raw: bytes) -> Download | None:
    """Return what an XML file holds; None where nobody reads it.

    Raises:
        RefusedError: it is a download without any article.

    """
    root = containers.parse_xml(raw)
    if factiva.NAMESPACE in raw[:4096]:
        found = factiva.read_xml(root)
        if not found:
            raise RefusedError("it looks like a download from Factiva without any article")
        return Download(factiva.NAME, found)
    docs = [each for each in root.iter("doc") if each.find("main") is not None]
    if docs:
        return Download(web_records.TRAFILATURA, list(map(web_records.read_doc, docs)))
    return None


def records(
    rows: Iterable[tuple[str, Mapping[str, Any] | RecordError]], stem: str, faults: Faults
) -> Iterator[ArticleDraft]:
    """Yield the articles of records that a program wrote, one after the other.

    Each row stands behind its place in the file; those that are no article are noted.
    """
    keys = Keys(stem)
    for number, (where, row) in enumerate(rows, start=1):
        try:
            if isinstance(row, RecordError):
                raise row
            found = web_records.read(row)
            database = web_records.knows(row) or web_records.NEWS_PLEASE
            made = draft(found, database, number, keys, where=where)
        except web_records.NoTextsError:
            raise  # so it is with all of them
        except RefusedError as error:
            said = str(error).removeprefix(f"{where}: ")
            faults.note(RecordError(f"{where}: {said}"))
        else:
            yield made


def known() -> str:
    """Say which formats are read."""
    return f"What is read: {KNOWN}"


def beginning(raw: bytes) -> str:
    """Say how a file begins."""
    words = containers.squeezed(raw[: 4 * SHOWN].decode("utf-8", "replace"))
    shown = "".join(sign if sign.isprintable() else "\ufffd" for sign in words)
    return f"It begins: “{shown[:SHOWN]}”"
