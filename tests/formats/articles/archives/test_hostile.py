"""Bad downloads: refused by name and cause, soon, and nothing of them is stored."""

import io
import time
import tracemalloc
import zipfile

import pytest
from archive_writers import SHAPES, Written, nexis_docx, nexis_zip, packed, plain_docx, plain_odt
from slow_cases import further

from annotator.errors import RefusedError
from annotator.work.articles.storing import read_articles

for library in ("docx", "striprtf", "openpyxl", "lxml"):
    pytest.importorskip(library)

ARTICLE = Written()
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504


def zeros(megabytes):
    """Return a DOCX with that much of nothing in it, written without unpacking it here."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("[Content_Types].xml", "<Types/>")
        with pack.open("word/document.xml", "w", force_zip64=True) as part:
            for _ in range(megabytes):
                part.write(b"\0" * 1024 * 1024)
    return sink.getvalue()


def with_part(name, raw):
    """Return a good DOCX with one part replaced."""
    with zipfile.ZipFile(io.BytesIO(plain_docx(ARTICLE))) as pack:
        files = {each: pack.read(each) for each in pack.namelist()}
    return packed({**files, name: raw})


def encrypted(raw):
    """Return an archive that says of its first file that it is encrypted."""
    place = raw.index(b"PK\x01\x02") + 8
    return raw[:place] + b"\x01\x00" + raw[place + 2 :]


BOMB = b"<!DOCTYPE d [<!ENTITY a 'aaaa'>" + b"".join(
    b"<!ENTITY %c '%s'>" % (98 + n, b"&%c;" % (97 + n) * 50) for n in range(8)
)
DEEP_XML = b"<doc>" * 5000 + b"</doc>" * 5000
WORD = nexis_docx([ARTICLE])
REFUSED = [
    ("a.docx", lambda: WORD[: len(WORD) // 2], "its end is missing or damaged: it was truncated"),
    ("a.docx", lambda: OLE + "WordDocument".encode("utf-16-le"), "an old Word file .DOC., what"),
    ("a.doc", lambda: OLE + "WordDocument".encode("utf-16-le"), "save it as DOCX"),
    ("a.xls", lambda: OLE + "Workbook".encode("utf-16-le"), "old Excel file .XLS., .* as XLSX"),
    ("a.docx", lambda: OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted with a password"),
    ("a.zip", lambda: encrypted(nexis_zip([ARTICLE])), "it is encrypted; unpack it"),
    ("a.docx", lambda: zeros(500), "it would unpack to 500 MB, at most 200 MB are read"),
    ("a.docx", lambda: zeros(40), "times its size; no document does that"),
    ("a.zip", lambda: packed({f"{n}.txt": "" for n in range(10_001)}), "10,001 files, at most"),
    ("a.zip", lambda: packed({"a.exe": b"MZ", "b.txt": b"x"}), "an archive with a.exe, b.txt"),
    ("a.zip", lambda: packed({"a.docx": zeros(300)}), "it would unpack to 300 MB"),
    ("a.docx", lambda: packed({"word/document.xml": "<w/>"}), "the DOCX cannot be read"),
    ("a.docx", lambda: with_part("word/document.xml", b"<w:document"), "the DOCX cannot be read"),
    ("a.docx", lambda: with_part("word/document.xml", BOMB + b"]><x/>"), "declares a DOCTYPE"),
    ("a.docx", lambda: b"Only a text.", "its name says DOCX, but it is none. It begins: “Only"),
    ("a.odt", lambda: packed({"mimetype": "application/vnd.oasis.opendocument.text"}), "no ODT"),
    ("a.odt", lambda: packed({"mimetype": "application/epub+zip"}), "of the type application/epub"),
    (
        "a.odt",
        lambda: packed(
            {
                "mimetype": "application/vnd.oasis.opendocument.text",
                "META-INF/manifest.xml": "<x><manifest:encryption-data/></x>",
            }
        ),
        "encrypted with a password",
    ),
    ("a.xlsx", lambda: packed({"xl/workbook.xml": "<x/>"}), "the spreadsheet cannot be read"),
    ("a.pdf", lambda: b"%PDF-1.7", "columns, headers and hyphens"),
    ("a.bin.txt", lambda: b"%PDF-1.7 renamed", "columns, headers and hyphens"),
    ("a.rtf", lambda: b"{\\rtf1 " + b"{" * 100, "it was truncated"),
    ("a.rtf", lambda: b"{\\rtf1 \\u9999999999 x}", "the RTF cannot be read"),
    ("a.rtf", lambda: b"{\\rtf1 " + b"word \\par " * 700_000 + b"}", "MB beside its pictures"),
    ("a.rtf", lambda: b"{\\rtf1{\\fonttbl" + b"\\f1" * 60_000 + b"}x}", "a font table of more"),
    ("a.rtf", lambda: b"{\\rtf1{\\fonttbl" + b"{\\f1}" * 60_000 + b"}x}", "a font table of more"),
    ("a.rtf", lambda: b"{\\rtf1\\ansicpg932 \\'81\\'20\\'ff x}", "declares the encoding cp932"),
    ("a.rtf", lambda: b"{\\rtf1 {\\pict " + b"0a" * 1000 + b"}}", "no text was found in it"),
    ("a.xml", lambda: BOMB + b"]><doc><main><p>&i;</p></main></doc>", "valid XML|nobody|neither"),
    ("a.xml", lambda: DEEP_XML, "it is no valid XML"),
    ("a.xml", lambda: b"<feed><entry>Talks</entry></feed>", "nobody reads here. It begins: “<feed"),
    (
        "a.html",
        lambda: (
            SHAPES["factiva bare"]
            .write([ARTICLE], "en")
            .replace(b"</title>", b"</title><meta charset=utf-7x>")
            .replace(b"Jane", b"Jan\xe9")
        ),
        "unknown encoding “utf-7x”",
    ),
    (
        "a.html",
        lambda: (
            SHAPES["factiva bare"]
            .write([ARTICLE], "en")
            .replace(b"</title>", b"</title><meta charset=cp932>")
            .replace(b"Jane", b"Jan\xe9 ")
        ),
        "declares the encoding cp932, but its bytes",
    ),
    ("a.html", lambda: b"<!-- <DOC NUMBER=1>\n<DOCFULL> -->", "Document is empty"),
]


@pytest.mark.parametrize(("name", "make", "cause"), further(REFUSED))
def test_it_is_refused_with_its_cause(name, make, cause):
    raw = make()
    begun = time.process_time()
    with pytest.raises(RefusedError, match=cause) as refused:
        list(read_articles(name, raw))
    assert time.process_time() - begun < 20
    assert len(str(refused.value)) < 1500


def test_500_megabytes_of_zeros_are_never_unpacked():
    raw = zeros(500)
    tracemalloc.start()
    try:
        with pytest.raises(RefusedError, match="500 MB"):
            list(read_articles("a.docx", raw))
        assert tracemalloc.get_traced_memory()[1] < 5 * 1024 * 1024
    finally:
        tracemalloc.stop()


def test_a_cell_that_says_it_spans_a_million_columns_is_read_once():
    with zipfile.ZipFile(io.BytesIO(plain_docx(ARTICLE))) as pack:
        body = pack.read("word/document.xml")
    cell = (
        b"<w:tc><w:tcPr><w:gridSpan w:val='%d'/></w:tcPr><w:p><w:r><w:t>%s</w:t></w:r></w:p></w:tc>"
    )
    cells = cell % (2_000_000, b"Wide") + cell % (1, b"Small")
    table = b"<w:tbl><w:tr>" + cells + b"</w:tr></w:tbl><w:sectPr"
    raw = with_part("word/document.xml", body.replace(b"<w:sectPr", table, 1))
    begun = time.process_time()
    (draft,) = read_articles("a.docx", raw)
    assert "Wide | Small" in draft.text
    assert time.process_time() - begun < 5


def test_entities_of_a_page_or_document_are_not_expanded():
    bomb = b"<!DOCTYPE doc [<!ENTITY a '" + b"x" * 1000 + b"'>]>"
    raw = bomb + b"<doc title='Talks'><main><p>They met.&a;&a;</p></main></doc>"
    (draft,) = read_articles("a.xml", raw)
    assert "xxx" not in draft.text


def test_utf8_in_a_page_that_declares_another_encoding_is_read_as_what_it_is():
    article = Written(title="Réunion à Genève", publisher="l’Humanité")
    (draft,) = read_articles("a.htm", SHAPES["europresse old"].write([article]))
    assert (draft.title, draft.publisher) == ("Réunion à Genève", "l’Humanité")


@pytest.mark.parametrize(("name", "shape"), [("a.txt", "lexis txt"), ("a.html", "factiva bare")])
def test_a_download_that_was_saved_as_utf16_is_read_as_a_download(name, shape):
    raw = SHAPES[shape].write([ARTICLE, Written(title="Other")], "en")
    wide = raw.decode("utf-8-sig").encode("utf-16")
    assert [draft.title for draft in read_articles(name, wide)] == [ARTICLE.title, "Other"]


def test_a_missing_library_is_named_with_the_command_that_installs_it(monkeypatch):
    import importlib

    from annotator.errors import MissingExtraError

    real = importlib.import_module

    def missing(name, *more):
        if name in ("docx", "striprtf.striprtf", "openpyxl", "lxml.etree", "lxml.html"):
            raise ModuleNotFoundError(name=name.partition(".")[0])
        return real(name, *more)

    files = {
        "a.docx": (plain_docx(ARTICLE), "DOCX"),
        "a.odt": (plain_odt(ARTICLE), "this file"),
        "a.rtf": (b"{\\rtf1 Talks}", "RTF"),
        "a.xlsx": (SHAPES["integrum xlsx"].write([ARTICLE]), "XLSX"),
        "a.html": (SHAPES["factiva bare"].write([ARTICLE], "en"), "this file"),
    }
    monkeypatch.setattr(importlib, "import_module", missing)
    for name, (raw, what) in files.items():
        with pytest.raises(MissingExtraError) as refused:
            list(read_articles(name, raw))
        assert str(refused.value) == (
            f"reading {what} needs the extra archives: pip install 'annotator[archives]'"
        )
