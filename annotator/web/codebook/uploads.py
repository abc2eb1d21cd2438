"""A codebook file as a browser sends it, and the text of one that stays on the page."""

from collections.abc import Iterable

from werkzeug.datastructures import FileStorage

from annotator.codebook.load import CodebookError

LARGEST = 1_000_000
FILE, TEXT = "The file", "The text"


def without_name(problems: Iterable[str]) -> list[str]:
    """Return the problems of a file that stand under its name: each begins with its entry."""
    return [each.removeprefix(f"{FILE}: ").removeprefix(f"{TEXT}: ") for each in problems]


def codebook_text(file: FileStorage | None, kept: str) -> tuple[str, str]:
    """Return the text of a codebook and its name: of a chosen file, else the text on the page.

    Raises:
        CodebookError: nothing was chosen, or it is too large or no text.

    """
    if file is None or not file.filename:
        if kept.strip():
            return kept, TEXT
        raise CodebookError([f"{FILE}: choose one first."])
    raw = file.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise CodebookError([f"{FILE} is larger than {LARGEST:,} bytes."])
    try:
        return raw.decode("utf-8-sig"), FILE
    except UnicodeDecodeError as error:
        raise CodebookError([f"{FILE} is not UTF-8 text: {error}"]) from error
