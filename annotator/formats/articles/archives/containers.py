"""Files inside of which texts lie: ZIP archives, pages and XML, opened within limits.

What a file may cost is looked at before anything is unpacked or parsed.
"""

import importlib
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from annotator.errors import MissingExtraError, RefusedError
from annotator.text.decode import Decoded, UndecodableText, check_text, decode

MEGABYTE = 1024 * 1024
MOST_ENTRIES = 10_000
LARGEST_UNPACKED = 200 * MEGABYTE
# One part is parsed into a tree, some ten times its size; 500 articles are some 15 MB.
LARGEST_PART = 50 * MEGABYTE
# Text shrinks to a tenth; what shrinks to a hundredth is there to fill a memory.
MOST_RATIO = 150
SMALL = MEGABYTE
LARGEST_PAGE = 20 * MEGABYTE

INSTALL = "reading {what} needs the extra archives: pip install 'annotator[archives]'"
LIBRARIES = {
    "docx": "DOCX",
    "striprtf.striprtf": "RTF",
    "openpyxl": "XLSX",
    "lxml.etree": "this file",
    "lxml.html": "this file",
}
ZIP, OLE, RTF, PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf", b"%PDF-"
EMPTY_ZIP = b"PK\x05\x06"
OPENDOCUMENT = "application/vnd.oasis.opendocument."
DECLARED = re.compile(
    rb"<(?:meta|\?xml)[^>]{0,400}?(?:charset|encoding)\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE
)
LATIN = {"iso-8859-1", "iso8859-1", "latin-1", "latin1", "ascii", "us-ascii"}


def load(name: str) -> Any:
    """Return a library of the extra, or say which command installs it."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name.partition(".")[0]:
            raise
        raise MissingExtraError(INSTALL.format(what=LIBRARIES[name])) from error


def squeezed(words: str) -> str:
    """Return one line of text without white space around or twice inside."""
    return " ".join(words.split())


def kind_of(raw: bytes) -> str:
    """Return zip, ole, rtf, pdf or "" by the first bytes of a file."""
    if raw.startswith((ZIP, EMPTY_ZIP)):
        return "zip"
    if raw.startswith(OLE):
        return "ole"
    if raw.lstrip()[:5].startswith(RTF):
        return "rtf"
    return "pdf" if raw[:1024].lstrip().startswith(PDF) else ""


def refuse_ole(raw: bytes) -> None:
    """Refuse a file in the container of old Office files, by what lies in it."""
    if "EncryptedPackage".encode("utf-16-le") in raw:
        raise RefusedError(
            "it is encrypted with a password; open it, remove the password, and save it again"
        )
    if "Workbook".encode("utf-16-le") in raw:
        what, right = "an old Excel file (XLS)", "XLSX"
    else:
        what, right = "an old Word file (DOC)", "DOCX"
    raise RefusedError(f"it is {what}, whatever its name says; save it as {right}")


def open_zip(raw: bytes) -> zipfile.ZipFile:
    """Open a ZIP archive whose size, entries and ratio are within the limits.

    Raises:
        RefusedError: it is damaged, encrypted, or would unpack to too much.

    """
    try:
        pack = zipfile.ZipFile(io.BytesIO(raw))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise RefusedError(
            "this is a ZIP archive (as DOCX, ODT and XLSX are), but its end is missing or damaged:"
            " it was truncated; download it again"
        ) from error
    entries = pack.infolist()
    if len(entries) > MOST_ENTRIES:
        raise RefusedError(f"it holds {len(entries):,} files, at most {MOST_ENTRIES:,} are opened")
    total = sum(each.file_size for each in entries)
    if total > LARGEST_UNPACKED:
        raise RefusedError(
            f"it would unpack to {total / MEGABYTE:,.0f} MB, at most"
            f" {LARGEST_UNPACKED // MEGABYTE} MB are read"
        )
    for each in entries:
        if each.flag_bits & 1:
            raise RefusedError("it is encrypted; unpack it with its password first")
        if each.file_size > SMALL and each.file_size > MOST_RATIO * max(each.compress_size, 1):
            raise RefusedError(
                f"“{each.filename[-60:]}” in it would unpack to"
                f" {each.file_size // max(each.compress_size, 1):,} times its size; no document"
                " does that"
            )
    return pack


def part_of(pack: zipfile.ZipFile, name: str) -> bytes:
    """Return one file of an archive.

    Raises:
        RefusedError: it is too large, or its bytes are not what was packed.

    """
    if pack.getinfo(name).file_size > LARGEST_PART:
        raise RefusedError(f"“{name}” in it is larger than {LARGEST_PART // MEGABYTE} MB")
    try:
        return pack.read(name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise RefusedError(f"“{name[-60:]}” in it is damaged; download it again") from error


def zip_kind(pack: zipfile.ZipFile) -> str:
    """Return docx, odt, xlsx, zip (of DOCX files), or what else the archive is, in words."""
    names = set(pack.namelist())
    if "word/document.xml" in names:
        return "docx"
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "mimetype" in names:
        kind = part_of(pack, "mimetype")[:100].decode("ascii", "replace").strip()
        return "odt" if kind == OPENDOCUMENT + "text" else f"a file of the type {kind}"
    if any(is_docx(name) for name in names):
        return "zip"
    shown = ", ".join(sorted(names)[:4]) or "nothing"
    return f"an archive with {shown}; archives are opened only for DOCX files in them"


def is_docx(name: str) -> bool:
    """Say whether a file of an archive is a DOCX; hidden ones and those of macOS are not meant."""
    return name.lower().endswith(".docx") and not any(
        part.startswith((".", "__MACOSX", "~$")) for part in name.split("/")
    )


def documents_of(pack: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of the DOCX files of an archive, in the order of their names.

    Raises:
        RefusedError: together they would unpack to too much.

    """
    total = 0
    for name in sorted(filter(is_docx, pack.namelist())):
        raw = part_of(pack, name)
        total += sum(each.file_size for each in open_zip(raw).infolist())
        if total > LARGEST_UNPACKED:
            raise RefusedError(
                f"its DOCX files would unpack to more than {LARGEST_UNPACKED // MEGABYTE} MB"
            )
        yield name, raw


def parse_xml(raw: bytes) -> Any:
    """Return the root of an XML document; entities stay what they are and nothing is fetched.

    Raises:
        RefusedError: it is no XML; with line.

    """
    etree = load("lxml.etree")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(raw.lstrip(), parser)
    except etree.XMLSyntaxError as error:
        raise RefusedError(f"it is no valid XML: {first_line(error)}") from error


def parse_html(text: str) -> Any:
    """Return the root of a page; nothing is fetched or run."""
    library = load("lxml.html")
    parser = library.HTMLParser(no_network=True, remove_pis=True)
    try:
        # A declaration inside would contradict a text that is decoded already.
        root = library.document_fromstring(DECLARATION.sub("", text, count=1), parser=parser)
    except (load("lxml.etree").LxmlError, ValueError) as error:
        raise RefusedError(f"the page cannot be read: {first_line(error)}") from error
    for each in root.iter():
        # Line ends of the source are spaces; only breaks part lines.
        each.text = "" if each.tag in ("style", "script") else on_one_line(each.text)
        each.tail = ("\n" if each.tag == "br" else "") + (on_one_line(each.tail) or "")
    return root


def on_one_line(text: str | None) -> str | None:
    """Return a text of a page without the line ends of its source."""
    return re.sub(r"[\r\n\t]+", " ", text) if text else text


def lines_of(text: str) -> list[str]:
    """Return the lines of a text that hold anything, without white space around them."""
    return [part for each in text.split("\n") if (part := squeezed(each))]


DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")


def decode_page(raw: bytes) -> Decoded:
    """Decode a page of a database: as UTF-8 where it is that, else as it declares.

    Some databases declare ISO-8859-1 and send UTF-8.
    """
    if len(raw) > LARGEST_PAGE:
        raise RefusedError(f"the page is larger than {LARGEST_PAGE // MEGABYTE} MB")
    try:
        return strictly(raw)
    except UnicodeDecodeError:
        declared = DECLARED.search(raw[:8192])
    try:
        if declared is None:
            return decode(raw)
        name = declared.group(1).decode("ascii").lower()
        name = "cp1252" if name in LATIN else name
        found = Decoded(raw.decode(name), name)
        check_text(found.text)
    except LookupError as error:
        raise RefusedError(f"it declares the unknown encoding “{name}”") from error
    except UndecodableText as error:
        raise RefusedError(str(error)) from error
    except UnicodeError as error:
        raise RefusedError(
            f"it declares the encoding {name}, but its bytes are not valid in it; save it as UTF-8"
        ) from error
    return found


def strictly(raw: bytes) -> Decoded:
    """Decode by byte order mark or as strict UTF-8."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Decoded(raw.decode("utf-16"), "utf-16")
    return Decoded(without_nul(raw.decode("utf-8-sig")), "utf-8")


def without_nul(text: str) -> str:
    """Refuse a text with a NUL character."""
    try:
        check_text(text)
    except UndecodableText as error:
        raise RefusedError(str(error)) from error
    return text


def first_line(error: BaseException) -> str:
    """Return what an error of a library says, on one line."""
    return squeezed(str(error))[:200] or type(error).__name__
