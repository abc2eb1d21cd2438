"""Documents: the paragraphs of DOCX, ODT and RTF files and the rows of XLSX, read by libraries.

Each library is loaded only when a file needs it.
"""

import io
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from annotator.errors import RefusedError
from annotator.formats.articles.archives.containers import (
    MEGABYTE,
    first_line,
    lines_of,
    load,
    open_zip,
    parse_xml,
    part_of,
    squeezed,
    without_nul,
)

LARGEST_RTF = 6 * MEGABYTE
LARGEST_FONTS = 100_000
# Pictures are long lines of hexadecimal digits; a checksum in a text is shorter.
PICTURE = re.compile(r"[0-9a-fA-F]{70,}")
HEADINGS = re.compile(
    r"title|heading 1|titel|überschrift 1|titre|título|заголовок 1", re.IGNORECASE
)


@dataclass(frozen=True)
class Line:
    """One paragraph of a document.

    `marks` are the names of its bookmarks, `breaks` the texts between its line breaks.
    """

    text: str
    marks: tuple[str, ...] = ()
    heading: bool = False

    @property
    def breaks(self) -> list[str]:
        """Return the texts between its line breaks that hold anything."""
        return lines_of(self.text)


@dataclass(frozen=True)
class Document:
    """A document as its library read it: paragraphs, and what its properties say."""

    lines: Sequence[Line]
    author: str = ""
    created: datetime | None = None


def read_docx(raw: bytes) -> Document:
    """Return the paragraphs of a DOCX, tables as one paragraph a row."""
    library = load("docx")
    pack = open_zip(raw)
    if "word/document.xml" not in pack.namelist():
        raise RefusedError("it is no DOCX: it has no word/document.xml")
    for name in pack.namelist():
        if name.endswith((".xml", ".rels")) and b"<!DOCTYPE" in part_of(pack, name)[:4096]:
            raise RefusedError(f"“{name}” in it declares a DOCTYPE, which no DOCX does")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the library tells of what it passes over
            document = library.Document(io.BytesIO(raw))
            lines = list(docx_lines(document))
            said = document.core_properties
            author, created = said.author or "", said.created
    except RefusedError:
        raise
    except Exception as error:  # the library raises whatever its parts raise
        raise RefusedError(f"the DOCX cannot be read: {first_line(error)}") from error
    # The template of the library says this of every document that is made with it.
    if author == "python-docx":
        author, created = "", None
    return Document(lines, squeezed(author), created)


def docx_lines(document: Any) -> Iterator[Line]:
    """Yield the paragraphs of a document in their order."""
    for number, block in enumerate(document.iter_inner_content()):
        if hasattr(block, "rows"):
            for row in block.rows:
                # The cells as they stand: the library repeats one as often as it says to span.
                texts = ("\n".join(each.text for each in cell.p_lst) for cell in row._tr.tc_lst)
                cells = dict.fromkeys(map(squeezed, texts))
                yield Line(" | ".join(filter(None, cells)))
            continue
        heading = number < 50 and bool(HEADINGS.match(block.style.name or ""))
        marks = block._p.xpath(".//w:bookmarkStart/@w:name")
        yield Line(docx_text(block), tuple(dict.fromkeys(map(str, marks))), heading)


def docx_text(paragraph: Any) -> str:
    """Return the text of a paragraph; links lose the space at their edges, which is put back."""
    whole, was_link = "", False
    for piece in paragraph.iter_inner_content():
        is_link = hasattr(piece, "address")
        text = piece.text
        if (is_link or was_link) and lacks_space(whole, text):
            whole += " "
        whole, was_link = whole + text, is_link if text else was_link or is_link
    return whole


def lacks_space(before: str, after: str) -> bool:
    """Say whether two words run together where a link begins or ends.

    "in the" and "Guardian" do; "S" and "ample" are one word, and so are "Trump" and "s".
    """
    if not before or not after or not after[0].isalnum():
        return False
    last, first = before.rsplit(None, 1)[-1:], after.split(None, 1)[0]
    if before[-1].isspace() or not (before[-1].isalnum() or before[-1] in ",.;:!?)”»"):
        return False
    if last and len(last[0]) == 1 and last[0].isupper() and first[0].islower():
        return False
    return not (before[-1].isalnum() and first.rstrip(".,;:!?") in ("s", "es"))


def read_odt(raw: bytes) -> Document:
    """Return the paragraphs of an OpenDocument text."""
    pack = open_zip(raw)
    names = pack.namelist()
    if "META-INF/manifest.xml" in names and b"encryption-data" in part_of(
        pack, "META-INF/manifest.xml"
    ):
        raise RefusedError(
            "it is encrypted with a password; open it, remove the password, and save it again"
        )
    if "content.xml" not in names:
        raise RefusedError("it is no ODT: it has no content.xml")
    content = parse_xml(part_of(pack, "content.xml"))
    lines = []
    for element in content.iter("{*}p", "{*}h"):
        if element.xpath("ancestor::*[local-name()='annotation' or local-name()='note']"):
            continue
        lines.append(Line(odt_text(element), heading=element.tag.endswith("}h")))
    author, created = "", None
    if "meta.xml" in names:
        meta = parse_xml(part_of(pack, "meta.xml"))
        author = squeezed(text_of(meta, "initial-creator") or text_of(meta, "creator"))
        created = moment(text_of(meta, "creation-date"))
    return Document(lines, author, created)


def odt_text(element: Any) -> str:
    """Return the text of a paragraph; spaces, tabs and line breaks are elements of their own."""
    whole = element.text or ""
    for child in element:
        name = child.tag.rpartition("}")[2] if isinstance(child.tag, str) else ""
        if name == "s":
            whole += " "
        elif name == "tab":
            whole += "\t"
        elif name == "line-break":
            whole += "\n"
        elif name not in ("annotation", "note", ""):
            whole += odt_text(child)
        whole += child.tail or ""
    return whole


def text_of(element: Any, name: str) -> str:
    """Return the text of the first element of a name, whatever its namespace."""
    found = element.find(f".//{{*}}{name}")
    return "" if found is None else "".join(found.itertext()).strip()


def moment(words: str) -> datetime | None:
    """Return a moment in ISO 8601; None where it is none."""
    try:
        return datetime.fromisoformat(words)
    except ValueError:
        return None


def read_rtf(raw: bytes) -> list[str]:
    """Return the lines of an RTF document; pictures and addresses of links are left out."""
    library = load("striprtf.striprtf")
    text = PICTURE.sub("", raw.lstrip().decode("latin-1"))
    if len(text) > LARGEST_RTF:
        raise RefusedError(
            f"the RTF has {len(text) / MEGABYTE:,.1f} MB beside its pictures, at most"
            f" {LARGEST_RTF // MEGABYTE} MB are read; save it in parts"
        )
    # The library looks through its font table again and again.
    if len(library.font_table_group(text)) > LARGEST_FONTS:
        raise RefusedError("the RTF has a font table of more than 100 kB; no document has that")
    if text.count("{") - text.count("}") > 1:
        raise RefusedError("the RTF ends in the middle: it was truncated; download it again")
    try:
        # The library would write the address of a link behind its words.
        plain = library.rtf_to_text(text.replace("HYPERLINK", "HYPERLINC"))
        plain = plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError as error:
        raise RefusedError(
            f"the RTF declares the encoding {error.encoding}, but its bytes are not valid in it"
        ) from error
    except (ValueError, OverflowError, LookupError, TypeError) as error:
        raise RefusedError(f"the RTF cannot be read: {first_line(error)}") from error
    return [line.rstrip() for line in without_nul(plain).replace("\r", "").split("\n")]


def read_rows(raw: bytes) -> Iterator[list[str]]:
    """Yield the rows of the first sheet of a spreadsheet as text; days as 2019-05-03."""
    library = load("openpyxl")
    open_zip(raw)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = library.load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
            sheet = book.worksheets[0]
            rows = [[cell_text(each) for each in row] for row in sheet.iter_rows(values_only=True)]
    except Exception as error:  # the library raises whatever its parts raise
        raise RefusedError(f"the spreadsheet cannot be read: {first_line(error)}") from error
    yield from rows


def cell_text(value: object) -> str:
    """Return the value of a cell as text."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    return str(value)
