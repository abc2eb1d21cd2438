"""Which reader a file gets, and its articles."""

import codecs
import io
import itertools
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from annotator.errors import RefusedError
from annotator.formats.articles import csv_tables, html, json_records, jsonl, txt
from annotator.formats.articles.archives import reading, web_records
from annotator.formats.articles.archives.containers import kind_of
from annotator.formats.articles.article import ArticleDraft, in_language
from annotator.formats.articles.faults import Faults
from annotator.formats.articles.records import Table

FORMATS = ("txt", "html", "jsonl", "json", "csv", "tsv", "brat")
EXTENSIONS: Mapping[str, str] = {
    **dict.fromkeys(("htm", "html", "xhtml"), "html"),
    **dict.fromkeys(("jsonl", "ndjson"), "jsonl"),
    **dict.fromkeys(("tsv", "tab"), "tsv"),
    "json": "json",
    "csv": "csv",
    "xml": "xml",
    **dict.fromkeys(("docx", "odt", "xlsx", "zip", "rtf", "doc", "xls"), "document"),
}
PACKED = ("docx", "odt", "xlsx", "zip")
# What people try to import and nobody reads; the content of other files decides by itself.
UNREAD: Mapping[str, str] = {
    **dict.fromkeys(("pages", "epub"), "a word processor file"),
    **dict.fromkeys(("ods", "numbers"), "a spreadsheet"),
    **dict.fromkeys(("yaml", "yml", "toml"), "a settings file"),
    **dict.fromkeys(("mhtml", "svg"), "XML"),
    **dict.fromkeys(("gz", "bz2", "xz", "7z", "rar", "tar", "tgz"), "an archive"),
    **dict.fromkeys(("png", "jpg", "jpeg", "gif", "webp", "tif", "bmp"), "an image"),
    **dict.fromkeys(("mp3", "mp4", "wav", "ogg", "mov", "avi", "mkv", "webm"), "audio or video"),
    **dict.fromkeys(("exe", "dll", "so", "bin", "db", "sqlite", "sqlite3", "pkl"), "a binary file"),
    **dict.fromkeys(("ppt", "pptx", "odp", "key"), "slides"),
}
MEGABYTE = 1024 * 1024
LARGEST_FILE = 20 * MEGABYTE
# So many lines are looked at to tell which program wrote them.
LOOKED_AT = 5
# Read line by line, so its size costs no memory.
LARGEST_LINES = 2048 * MEGABYTE


def extension_of(name: str) -> str:
    """Return the extension of a name in lower case, without its dot."""
    found = txt.EXTENSION.search(name.strip())
    return found.group()[1:].lower() if found else ""


def stem_of(name: str) -> str:
    """Return a name without its extension."""
    return txt.EXTENSION.sub("", name.strip())


def format_of(name: str, form: str = "auto") -> str:
    """Return the format a file is read in: the one asked for, else what its name says.

    Raises:
        RefusedError: its name says that it is something nobody reads here.

    """
    if form != "auto":
        return "txt" if form == "brat" else form
    extension = extension_of(name)
    if extension == "ann":
        raise RefusedError(
            "these are labels of brat (by its name), and no article: import their text, then the"
            " labels with “annotator labels import” or on the page Imported labels"
        )
    if extension in UNREAD:
        raise RefusedError(
            f"it is {UNREAD[extension]} (by its name), which cannot be imported: save the"
            f" article as a .txt file in UTF-8, or paste it. {reading.known()}"
        )
    if extension == "pdf":
        raise RefusedError(f"it is a PDF file (by its name){reading.PDF}")
    return EXTENSIONS.get(extension, "txt")


def largest(form: str) -> int:
    """Return how many bytes a file of a format may have."""
    return LARGEST_LINES if form == "jsonl" else LARGEST_FILE


def check_size(size: int, form: str = "txt") -> None:
    """Refuse what is too large for its format."""
    most = largest(form)
    if size > most:
        raise RefusedError(
            f"it is too large: {size / MEGABYTE:,.1f} MB, at most {most // MEGABYTE:,} MB"
        )


def read(
    stream: BinaryIO,
    name: str,
    form: str,
    columns: Mapping[str, str],
    dates: str = "",
    language: str = "",
    *,
    by_content: bool = True,
    faults: Faults | None = None,
) -> Iterator[ArticleDraft]:
    """Yield the articles of one file; `form` is one that `format_of` gave, `dates` of `ORDERS`.

    Rows and objects that cannot be articles are noted among the `faults`; without them they are
    refused together at the end.

    `language` is that of all its articles; "" where each says its own, or is asked. With
    `by_content` a download from a news database is read as one, whatever its name; columns that
    somebody chose say that it is none.

    Raises:
        RefusedError: it cannot be read; with line, row or byte where there is one.

    """
    table = Table(stem_of(name), columns=columns, dates=dates, language=language)
    by_content = by_content and not columns
    noted = faults or Faults()
    if form == "jsonl":
        yield from read_lines(stream, table, noted, by_content=by_content)
    else:
        yield from read_whole(stream, name, form, table, noted, by_content=by_content)
    if faults is None:
        noted.refuse()


def read_whole(
    stream: BinaryIO, name: str, form: str, table: Table, faults: Faults, *, by_content: bool
) -> Iterator[ArticleDraft]:
    """Yield the articles of a file that is read as a whole."""
    raw = stream.read(LARGEST_FILE + 1)
    check_size(len(raw))
    download = recognised(raw, name, form, table, faults) if by_content else None
    if download is not None:
        yield from all_in(table.language, download)
    elif form == "json":
        yield from json_records.read(raw, table, faults)
    elif form in {"csv", "tsv"}:
        yield from csv_tables.read(raw, "x.tsv" if form == "tsv" else name, table, faults)
    elif form == "html":
        yield html.read(raw, table.stem, table.language)
    else:
        yield txt.read(raw, name, table.language)


def recognised(
    raw: bytes, name: str, form: str, table: Table, faults: Faults
) -> Iterator[ArticleDraft] | None:
    """Return the articles of a download from a news database, or of a document.

    None where it is neither, so that the file is read as its name says.
    """
    if kind_of(raw):
        return reading.binary(raw).drafts(table.stem, faults)
    if extension_of(name) in PACKED:
        raise RefusedError(
            f"its name says {extension_of(name).upper()}, but it is none."
            f" {reading.beginning(raw)}. {reading.known()}"
        )
    start = raw[:1024].removeprefix(codecs.BOM_UTF8).lstrip()[:1]
    if form in {"csv", "tsv"}:
        return reading.table(raw, "x.tsv" if form == "tsv" else name, table.stem, faults)
    if form == "json" or (form == "txt" and start in (b"{", b"[")):
        return reading.json(raw, table.stem, faults)
    if form == "xml" or raw.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"<?xml"):
        found = reading.xml(raw)
        if found is not None:
            return found.drafts(table.stem, faults)
        if form == "xml":
            raise RefusedError(
                f"it is XML that nobody reads here. {reading.beginning(raw)}. {reading.known()}"
            )
    if form == "html" or start == b"<":
        page = reading.page(raw)
        return page.drafts(table.stem, faults) if page else None
    text = reading.text(raw)
    return text.drafts(table.stem, faults) if text else None


def all_in(language: str, drafts: Iterator[ArticleDraft]) -> Iterator[ArticleDraft]:
    """Yield the articles of a download, split by a language that somebody chose, if any."""
    for draft in drafts:
        yield in_language(draft, language) if language else draft


def read_lines(
    stream: BinaryIO, table: Table, faults: Faults, *, by_content: bool
) -> Iterator[ArticleDraft]:
    """Yield the articles of JSON Lines; their first line says which program wrote them."""
    rows = jsonl.lines(stream)
    # The first lines may be broken ones.
    begun = [*itertools.islice(rows, LOOKED_AT)]
    whole = itertools.chain(begun, rows)
    first = next((row for _, row in begun if isinstance(row, dict)), {})
    if by_content and web_records.knows(first):
        found = reading.records(((f"line {at}", row) for at, row in whole), table.stem, faults)
        yield from all_in(table.language, found)
    else:
        yield from jsonl.read(whole, table, faults)


def read_bytes(
    raw: bytes,
    name: str,
    form: str,
    columns: Mapping[str, str],
    dates: str = "",
    language: str = "",
    *,
    by_content: bool = True,
    faults: Faults | None = None,
) -> Iterator[ArticleDraft]:
    """Yield the articles of a file that is in memory."""
    stream = io.BytesIO(raw)
    yield from read(
        stream, name, form, columns, dates, language, by_content=by_content, faults=faults
    )
