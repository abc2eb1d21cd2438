"""Which reader a file gets, and its articles."""

import io
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from annotator.errors import RefusedError
from annotator.formats.articles import csv_tables, html, json_records, jsonl, txt
from annotator.formats.articles.article import ArticleDraft
from annotator.formats.articles.records import Table

FORMATS = ("txt", "html", "jsonl", "json", "csv", "tsv", "brat")
EXTENSIONS: Mapping[str, str] = {
    **dict.fromkeys(("htm", "html", "xhtml"), "html"),
    **dict.fromkeys(("jsonl", "ndjson"), "jsonl"),
    **dict.fromkeys(("tsv", "tab"), "tsv"),
    "json": "json",
    "csv": "csv",
}
# What people try to import and nobody reads; the content of other files decides by itself.
UNREAD: Mapping[str, str] = {
    **dict.fromkeys(("pdf",), "a PDF file"),
    **dict.fromkeys(("doc", "docx", "odt", "rtf", "pages", "epub"), "a word processor file"),
    **dict.fromkeys(("xls", "xlsx", "ods"), "a spreadsheet"),
    **dict.fromkeys(("yaml", "yml", "toml"), "a settings file"),
    **dict.fromkeys(("xml", "mhtml", "svg"), "XML"),
    **dict.fromkeys(("zip", "gz", "bz2", "xz", "7z", "rar", "tar", "tgz"), "an archive"),
    **dict.fromkeys(("png", "jpg", "jpeg", "gif", "webp", "tif", "bmp"), "an image"),
    **dict.fromkeys(("mp3", "mp4", "wav", "ogg", "mov", "avi", "mkv", "webm"), "audio or video"),
    **dict.fromkeys(("exe", "dll", "so", "bin", "db", "sqlite", "sqlite3", "pkl"), "a binary file"),
    **dict.fromkeys(("ppt", "pptx", "odp", "key"), "slides"),
    "ann": "a brat annotation file without its text",
}
MEGABYTE = 1024 * 1024
LARGEST_FILE = 20 * MEGABYTE
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
    if extension in UNREAD:
        raise RefusedError(
            f"it is {UNREAD[extension]} (by its name), which cannot be imported: save the"
            " article as a .txt file in UTF-8, or paste it"
        )
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
    stream: BinaryIO, name: str, form: str, columns: Mapping[str, str]
) -> Iterator[ArticleDraft]:
    """Yield the articles of one file; `form` is one that `format_of` gave.

    Raises:
        RefusedError: it cannot be read; with line, row or byte where there is one.

    """
    table = Table(stem_of(name), columns=columns)
    if form == "jsonl":
        yield from jsonl.read(stream, table)
        return
    raw = stream.read(LARGEST_FILE + 1)
    check_size(len(raw))
    if form == "json":
        yield from json_records.read(raw, table)
    elif form in {"csv", "tsv"}:
        yield from csv_tables.read(raw, "x.tsv" if form == "tsv" else name, table)
    elif form == "html":
        yield html.read(raw, stem_of(name))
    else:
        yield txt.read(raw, name)


def read_bytes(
    raw: bytes, name: str, form: str, columns: Mapping[str, str]
) -> Iterator[ArticleDraft]:
    """Yield the articles of a file that is in memory."""
    yield from read(io.BytesIO(raw), name, form, columns)
