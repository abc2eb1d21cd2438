"""Bytes become text without a silent guess."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.text.decode import GUESS, Decoded, UndecodableText, check_text, decode
from annotator.text.fingerprint import digest

TEXT = "“Да,” said café owner Zoë 🙂.\r\nNext line.\n"


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_a_byte_order_mark_decides_and_is_dropped(mark, encoding):
    assert decode(mark + TEXT.encode(encoding)) == Decoded(TEXT, encoding)


def test_utf_8_is_read_and_line_breaks_are_untouched():
    assert decode(TEXT.encode()) == Decoded(TEXT, "utf-8")


def test_windows_1252_is_read_and_recorded():
    text = "“It’s a café,” she said – twice…"
    assert decode(text.encode("cp1252")) == Decoded(text, "cp1252", (GUESS,))


def test_a_last_accented_letter_is_no_cut_off_character():
    assert decode("We met in the café".encode("cp1252")).encoding == "cp1252"


@pytest.mark.parametrize("raw", [b"", b" \r\n\t ", codecs.BOM_UTF8, codecs.BOM_UTF16_LE + b"\n\0"])
def test_an_empty_file_is_refused(raw):
    with pytest.raises(UndecodableText, match=r"^the file is empty$"):
        decode(raw)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"%PDF-1.7 \x00", "PDF"),
        (b"PK\x03\x04\x14\x00", "DOCX"),
        (b"\x89PNG\r\n\x1a\n\x00", "PNG"),
        (b"\xff\xd8\xff\xe0\x00", "JPEG"),
        (b"GIF89a\x01\x00", "GIF"),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"{\\rtf1\\ansi}", "RTF"),
    ],
)
def test_a_known_binary_file_is_called_by_its_name(raw, words):
    with pytest.raises(UndecodableText, match=f"this is .*{words}.*paste .* or convert"):
        decode(raw)


def test_nul_bytes_are_refused_with_their_place():
    with pytest.raises(UndecodableText, match="binary file: it contains a NUL byte at byte 5"):
        decode(b"Hello\0 and many more words that are plain text")


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("utf-16-le", "UTF-16"), ("utf-16-be", "UTF-16"), ("utf-32-le", "UTF-32")],
)
def test_wide_text_without_a_mark_is_recognised(encoding, name):
    message = f"looks like {name} without a byte order mark; save it as UTF-8"
    with pytest.raises(UndecodableText, match=message):
        decode("Trump said no, “never”.".encode(encoding))


@pytest.mark.parametrize(
    "raw", ["“Yes,” he said. “No”".encode()[:-1], b"The caf\xc3", b"Yes\xe2\x80"]
)
def test_a_cut_off_character_is_refused(raw):
    with pytest.raises(UndecodableText, match="was truncated"):
        decode(raw)


def test_utf_8_with_one_bad_byte_is_not_read_as_windows_1252():
    with pytest.raises(UndecodableText, match=r"UTF-8 except for byte 14 \(0x93\)"):
        decode("“Yes,” he".encode() + b" \x93said\x94 \xc3\xa9")


def test_bytes_that_are_no_character_anywhere_are_refused():
    with pytest.raises(UndecodableText, match=r"byte 4 \(0x81\)"):
        decode(b"caf\xe9\x81 and more")


def test_another_code_page_is_refused_rather_than_misread():
    with pytest.raises(UndecodableText, match="does not look like a western European"):
        decode("Министр обороны сказал".encode("cp1251"))


def test_wrong_bytes_behind_a_mark_are_refused_with_their_place():
    with pytest.raises(UndecodableText, match="marked as UTF-8, but byte 6 does not fit"):
        decode(codecs.BOM_UTF8 + b"caf\xe9 noir")


@pytest.mark.parametrize(
    ("text", "words"),
    [("abc\0", "NUL character at character 3"), ("a\ud83d b", "unpaired surrogate .* character 1")],
)
def test_pasted_text_with_nul_or_half_a_character_is_refused(text, words):
    with pytest.raises(UndecodableText, match=words):
        check_text(text)


def test_other_pasted_text_passes():
    check_text(TEXT + "\x1c\u2028\ufeff")


@given(st.binary())
def test_any_bytes_are_read_or_refused_in_words(raw):
    try:
        decoded = decode(raw)
    except UndecodableText:
        return
    back = decoded.text.encode(decoded.encoding)
    assert raw.endswith(back)
    assert len(raw) - len(back) <= 4


def test_the_fingerprint_is_the_sha_256_of_the_utf_8_bytes():
    assert digest("abc").startswith("ba7816bf8f01cfea")
    assert digest("é") != digest("e\u0301")


@pytest.mark.parametrize("name", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", ["Привет мир, это статья. " * 5, "English words here. " * 5])
def test_utf_16_without_a_mark_is_named_in_any_alphabet(name, text):
    with pytest.raises(UndecodableText, match="UTF-16 without a byte order mark"):
        decode(text.encode(name))
