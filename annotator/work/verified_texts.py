"""The texts of a release: its own, or those that somebody holds beside it."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from annotator.text.decode import UndecodableText, decode
from annotator.text.fingerprint import digest
from annotator.work.errors import RefusedError

LARGEST = 64 * 1024 * 1024


class Texts:
    """Finds the text of an article: in its row, else in a folder of files, by name or by hash.

    A file `<key>.txt` is looked at first; any file whose text has the right SHA-256 will do.
    """

    def __init__(self, folder: Path | None) -> None:
        if folder is not None and not folder.is_dir():
            raise RefusedError(f"{folder} is no folder with texts.")
        self.folder = folder

    def of(self, article: Mapping[str, Any]) -> str | None:
        """Return the text of an article, None where nobody has given one."""
        if "text" in article:
            return str(article["text"])
        if self.folder is None:
            return None
        wanted = article["sha256"]
        for path in self.candidates(article["key"], wanted):
            for text in readings(path):
                if digest(text) == wanted:
                    return text
        return None

    def candidates(self, key: str, wanted: str) -> Iterator[Path]:
        """Yield the files that may hold a text, the likely one first."""
        if self.folder is None:
            return
        named = self.folder / f"{key}.txt"
        if named.parent == self.folder and named.is_file():
            yield named
        if wanted in self.by_hash:
            yield self.by_hash[wanted]

    @cached_property
    def by_hash(self) -> dict[str, Path]:
        """Return the file of each hash; each file is read once."""
        found: dict[str, Path] = {}
        for path in sorted(self.folder.rglob("*")) if self.folder else ():
            if path.is_file() and path.stat().st_size <= LARGEST:
                for text in readings(path):
                    found.setdefault(digest(text), path)
        return found


def readings(path: Path) -> Iterator[str]:
    """Yield the ways a file can be read: exactly as UTF-8, and as an import reads it, if at all."""
    raw = path.read_bytes()
    for read in (exactly, as_imported):
        text = read(raw)
        if text is not None:
            yield text


def exactly(raw: bytes) -> str | None:
    """Return bytes as UTF-8 with whatever marks they have, None where they are none."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return None


def as_imported(raw: bytes) -> str | None:
    """Return the text an import makes of bytes, None where it would refuse them."""
    try:
        return decode(raw).text
    except UndecodableText:
        return None
