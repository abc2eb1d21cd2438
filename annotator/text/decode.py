"""Bytes to text: say which encoding was used, or say plainly why there is none."""

import codecs
import re
from dataclasses import dataclass


class UndecodableText(ValueError):
    """What was given is no text we can read; the message says what would be right."""


GUESS = "It is not UTF-8; it was read as Windows-1252, which is a guess. Look at its accents."


@dataclass(frozen=True)
class Decoded:
    """A text, and the encoding its bytes were read with; `warnings` say that it is a guess."""

    text: str
    encoding: str
    warnings: tuple[str, ...] = ()


EMPTY = "the file is empty"
ADVICE = "save it as UTF-8 and try again"

# UTF-32 before UTF-16: the mark of the one begins with the mark of the other.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_KINDS = (
    (b"%PDF-", "a PDF file"),
    (b"PK\x03\x04", "a ZIP archive (DOCX, ODT and EPUB files are ZIP archives too)"),
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Microsoft Office file (DOC)"),
    (b"{\\rtf", "an RTF document"),
)

_SAMPLE = 4096
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")
# Bytes that Windows-1252 leaves undefined.
_UNDEFINED = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_SURROGATE = re.compile("[\ud800-\udfff]")
# With this many letters outside ASCII a text that is mostly such letters is another code page.
_FOREIGN_LETTERS = 8


def decode(raw: bytes) -> Decoded:
    """Read bytes by their byte order mark, else as UTF-8, else as Windows-1252, else refuse."""
    decoded = _by_mark(raw)
    if decoded is None:
        _refuse_binary(raw)
        decoded = _by_trying(raw)
    if not decoded.text or decoded.text.isspace():
        raise UndecodableText(EMPTY)
    return decoded


def check_text(text: str) -> None:
    """Refuse a pasted text that holds a NUL character or half of a surrogate pair."""
    if text.isprintable():  # neither of them is: most lines need no second look
        return
    nul = text.find("\0")
    if nul >= 0:
        raise UndecodableText(
            f"the text contains a NUL character at character {nul}; remove it and try again"
        )
    half = _SURROGATE.search(text)
    if half:
        raise UndecodableText(
            f"the text contains an unpaired surrogate (U+{ord(half.group()):04X}) "
            f"at character {half.start()}; remove it and try again"
        )


def _by_mark(raw: bytes) -> Decoded | None:
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            try:
                text = raw[len(mark) :].decode(encoding)
            except UnicodeDecodeError as error:
                raise UndecodableText(
                    f"the file is marked as {encoding.upper()}, but byte "
                    f"{len(mark) + error.start} does not fit ({error.reason}); {ADVICE}"
                ) from error
            check_text(text)
            return Decoded(text, encoding)
    return None


def _refuse_binary(raw: bytes) -> None:
    for signature, kind in _KINDS:
        if raw.startswith(signature):
            raise UndecodableText(
                f"this is {kind}, not plain text; paste the article's text "
                "or convert the file to plain text (UTF-8)"
            )
    nul = raw.find(b"\0")
    if nul < 0:
        return
    wide = _wide_encoding(raw[:_SAMPLE])
    if wide:
        raise UndecodableText(
            f"this looks like {wide} without a byte order mark; save it as UTF-8 and try again"
        )
    raise UndecodableText(
        f"this looks like a binary file: it contains a NUL byte at byte {nul}; "
        "only plain text can be imported"
    )


def _wide_encoding(sample: bytes) -> str | None:
    """Recognise UTF-16 and UTF-32 by where their NUL bytes stand."""
    share = [sample[place::4].count(0) / max(1, len(sample[place::4])) for place in range(4)]
    if len(sample) >= 8 and (min(share[:3]) > 0.8 or min(share[1:]) > 0.8):
        return "UTF-32"
    even, odd = (share[0] + share[2]) / 2, (share[1] + share[3]) / 2
    if max(even, odd) > 0.4 and min(even, odd) < 0.05:
        return "UTF-16"
    return "UTF-16" if _reads_as_wide(sample) else None


def _reads_as_wide(sample: bytes) -> bool:
    """Recognise UTF-16 of a script whose letters hold no NUL byte: only its spaces do."""
    even = sample[: len(sample) // 2 * 2]
    for name in ("utf-16-le", "utf-16-be"):
        text = even.decode(name, "replace")
        plain = sum(sign.isalpha() or sign in " .,;:!?-\n\r" for sign in text)
        if text and plain / len(text) > 0.9 and " " in text:
            return True
    return False


def _by_trying(raw: bytes) -> Decoded:
    try:
        return Decoded(raw.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        _refuse_broken_utf8(raw, error)
        _refuse_implausible(raw, error.start)
        return Decoded(raw.decode("cp1252"), "cp1252", (GUESS,))


def _refuse_broken_utf8(raw: bytes, error: UnicodeDecodeError) -> None:
    """Refuse what is UTF-8 with a fault: read as Windows-1252 it would turn into "â€œ"."""
    lenient = raw.decode("utf-8", "replace")
    broken = lenient.count("\ufffd")
    whole = sum(not character.isascii() for character in lenient) - broken
    tail = raw[error.start :]
    if error.reason == "unexpected end of data":
        # One last byte may be the accented letter that ends a Windows-1252 text ("café"), but
        # hardly a capital one, which is what half of a two-byte character would look like.
        if whole > 0 or len(tail) > 1 or 0xC2 <= tail[0] <= 0xDE:
            raise UndecodableText(
                f"the file ends in the middle of a UTF-8 character (byte {error.start}):"
                " it was truncated; fetch it again or remove the last character"
            )
    elif whole >= broken:
        raise UndecodableText(
            f"the file is UTF-8 except for byte {error.start} (0x{raw[error.start]:02X}): "
            f"it mixes two encodings; {ADVICE}"
        )


def _refuse_implausible(raw: bytes, first: int) -> None:
    """Refuse what is neither UTF-8 nor a believable Windows-1252 text."""
    odd = _CONTROL.search(raw) or _UNDEFINED.search(raw)
    if odd:
        raise UndecodableText(
            f"the file is not UTF-8 (byte {first}), and byte {odd.start()} "
            f"(0x{odd.group()[0]:02X}) is not a Windows-1252 character either; {ADVICE}"
        )
    letters = [character for character in raw.decode("cp1252") if character.isalpha()]
    foreign = sum(not letter.isascii() for letter in letters)
    if foreign >= _FOREIGN_LETTERS and foreign > len(letters) / 2:
        raise UndecodableText(
            f"the file is not UTF-8 (byte {first}) and does not look like a western European "
            f"text in Windows-1252; {ADVICE}"
        )
