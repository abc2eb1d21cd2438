"""The files of articles that a command is given, and how they are to be read."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from glob import escape
from pathlib import Path
from typing import BinaryIO, cast

import click

from annotator.cli.faults import WrongUseError, plain_faults
from annotator.errors import RefusedError
from annotator.formats.articles import brat, choosing
from annotator.formats.articles.records import check_columns
from annotator.text.languages import names

STDIN = "-"


@dataclass(frozen=True)
class Source:
    """One file to read; the name is what the article's key is made of."""

    name: str
    path: Path | None
    labels: Path | None = None

    @property
    def marks(self) -> list[str]:
        """Return the names of the files with labels of it: `talks.ann`, `talks.A07.ann`."""
        if self.path is None:
            return []
        beside = self.path.parent.glob(f"{escape(self.path.stem)}.*")
        return sorted(each.name for each in beside if text_of(each) == self.path)

    @property
    def size(self) -> int:
        """Return how many bytes there are to read, as far as that is known."""
        return self.path.stat().st_size if self.path and self.path.exists() else 0

    def open(self, form: str) -> BinaryIO:
        """Open it, unless it is far too large for its format."""
        if self.path is None:
            return cast(BinaryIO, click.open_file(STDIN, "rb"))
        try:
            choosing.check_size(self.path.stat().st_size, form)
            return self.path.open("rb")
        except OSError as error:
            raise RefusedError(f"it cannot be read: {error.strerror}") from error

    def read_labels(self) -> bytes | None:
        """Return the brat labels beside it, if there are any."""
        return self.labels.read_bytes() if self.labels else None


def read_language(given: str) -> str:
    """Return the chosen language by its code."""
    if given and not names.tag_of(given):
        raise WrongUseError(f"--language {given}: write a code, for example de or pt-BR.")
    return names.code_of(given)


def read_columns(pairs: Iterable[str]) -> dict[str, str]:
    """Return the chosen columns by field."""
    columns: dict[str, str] = {}
    for pair in pairs:
        name, sign, column = pair.partition("=")
        if not sign or not column.strip():
            raise WrongUseError(f"--column {pair}: write FIELD=NAME, for example text=body.")
        columns[name.strip()] = column.strip()
    with plain_faults():
        check_columns(columns)
    return columns


def find_sources(paths: Iterable[str], key: str | None, form: str) -> Iterator[Source]:
    """Yield the files that are meant, those of a folder in the order of their names."""
    if key is not None and STDIN not in paths:
        raise WrongUseError("--key needs - (standard input); the key of a file is its name.")
    for given in paths:
        path = Path(given)
        if given == STDIN:
            yield from_stdin(key, form)
        elif path.is_dir():
            yield from files_of(path)
        elif path.exists():
            yield Source(path.name, path, labels_of(path))
        else:
            raise WrongUseError(f"There is no file or folder {given}.")


def from_stdin(key: str | None, form: str) -> Source:
    """Return standard input as a file; records in it have keys of their own."""
    if not key and form in {"auto", "txt", "html", "brat"}:
        raise WrongUseError("Standard input has no name: add --key KEY.")
    return Source(f"{key or 'stdin'}.txt" if form == "auto" else key or "stdin", None)


def files_of(folder: Path) -> Iterator[Source]:
    """Yield the files of a folder; hidden ones are not meant, and labels belong to their text."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if any(part.startswith(".") for part in name.parts) or not path.is_file():
            continue
        if text_of(path) is not None:
            continue
        yield Source(str(name), path, labels_of(path))


def text_of(path: Path) -> Path | None:
    """Return the text to which a file of brat labels belongs, None where there is none."""
    texts = (path.with_name(name) for name in brat.texts_of(path.name))
    return next((text for text in texts if text.is_file()), None)


def labels_of(path: Path) -> Path | None:
    """Return the brat labels beside a text."""
    beside = path.with_suffix(".ann")
    return beside if path.suffix.lower() == ".txt" and beside.is_file() else None
