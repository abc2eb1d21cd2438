"""A folder in the making: written beside its place and hashed on the way; whole or not at all.

A draft is a hidden folder beside its place, `.<name>.<8 hex digits>.draft`, locked (flock) for as
long as its process runs. So the next draft of the same place can tell what a killed process left,
and removes it.
"""

import fcntl
import hashlib
import logging
import os
import re
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from annotator.errors import RefusedError

log = logging.getLogger("annotator.releases")
PIECE = 256 * 1024
DRAFT = ".draft"


class FolderDraft:
    """The files of a folder before it is in its place.

    `hashes` and `sizes` have the SHA-256 (hex) and the bytes of each file by its path.
    """

    def __init__(self, folder: Path, place: Path) -> None:
        self.folder = folder
        self.place = place
        self.hashes: dict[str, str] = {}
        self.sizes: dict[str, int] = {}
        self.moved = False

    def write(self, name: str, lines: Iterable[str]) -> None:
        """Write one file of text; memory does not grow with it."""
        with self.open(name) as file:
            for line in lines:
                file.write(line)

    @contextmanager
    def open(self, name: str) -> Iterator["TextDraft"]:
        """Open one file to write text into, line by line; several may be open."""
        path = self.path(name)
        with path.open("xb") as file:
            draft = TextDraft(file)
            yield draft
            draft.flush()
            file.flush()
            os.fsync(file.fileno())
        self.take(name, draft.digest.hexdigest())

    def path(self, name: str) -> Path:
        """Return where a file is written; the folder for it is made."""
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        return path

    def take(self, name: str, sha256: str) -> None:
        """Take in a file that is written, with its hash."""
        self.hashes[name] = sha256
        self.sizes[name] = (self.folder / name).stat().st_size

    @property
    def bytes(self) -> int:
        """Return the size of all files."""
        return sum(self.sizes.values())

    def move(self) -> None:
        """Put the folder into its place, where nothing but an empty folder may be."""
        for each in (*self.folder.iterdir(), self.folder):
            if each.is_dir():
                sync(each)
        try:
            # An empty folder gives way; anything else makes this fail.
            self.folder.rename(self.place)
        except OSError as error:
            raise taken(self.place) from error
        self.moved = True
        sync(self.place.parent)


class TextDraft:
    """One file of text, hashed as it is written, in pieces worth writing."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.digest = hashlib.sha256()
        self.waiting: list[str] = []
        self.size = 0

    def write(self, text: str) -> None:
        """Add text to the file."""
        self.waiting.append(text)
        self.size += len(text)
        if self.size >= PIECE:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        piece = "".join(self.waiting).encode()
        self.digest.update(piece)
        self.file.write(piece)
        self.waiting, self.size = [], 0


@contextmanager
def drafting(place: Path) -> Iterator[FolderDraft]:
    """Make a hidden folder beside `place` to write into; on any error nothing of it stays.

    What a killed process left of the same place is removed. What must be true together
    with the folder, such as its record, belongs into the same block.

    Raises:
        RefusedError: `place` is a file or a folder with something in it, or its parent cannot be
            written to.

    """
    refuse_taken(place)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        sweep(place)
        folder = place.with_name(f".{place.name}.{secrets.token_hex(4)}")
        folder.mkdir()
        folder, lock = locked(folder)
    except OSError as error:
        raise RefusedError(f"{place} cannot be written: {error.strerror}.") from error
    draft = FolderDraft(folder, place)
    try:
        yield draft
    except BaseException:
        if draft.moved:
            shutil.rmtree(place)
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def locked(folder: Path) -> tuple[Path, int]:
    """Lock a new folder and name it a draft; return it and what must be closed at the end.

    Only what is locked has that name, so nobody can find a draft that is about to be locked. Where
    a disk knows no such locks the folder keeps its name, and nobody else ever removes it.
    """
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return folder, lock
    return folder.rename(folder.with_name(f"{folder.name}{DRAFT}")), lock


def sweep(place: Path) -> None:
    """Remove the drafts of a place whose processes have ended: of these nobody holds the lock."""
    name = re.compile(re.escape(f".{place.name}.") + "[0-9a-f]{8}" + re.escape(DRAFT))
    for each in sorted(place.parent.iterdir()):
        if name.fullmatch(each.name) and each.is_dir() and not each.is_symlink():
            remove_dead(each)


def remove_dead(folder: Path) -> None:
    """Remove a draft whose lock can be had; what somebody holds, or nobody may touch, stays."""
    with ExitStack() as stack:
        try:
            lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            stack.callback(os.close, lock)
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Its process may have put it into its place before the lock was to be had.
            if os.path.samestat(os.fstat(lock), folder.stat()):
                shutil.rmtree(folder)
        except OSError as error:
            log.info("the draft %s was left: %s", folder, error.strerror)


def refuse_taken(place: Path) -> None:
    """Refuse a place where something is already."""
    if place.is_symlink() or place.is_file() or (place.is_dir() and any(place.iterdir())):
        raise taken(place)


def taken(place: Path) -> RefusedError:
    """Return the refusal of a place where something is."""
    return RefusedError(
        f"{place} already exists and is not empty; nothing was written. Choose another folder."
    )


def sync(folder: Path) -> None:
    """Make sure that the names in a folder outlive a loss of power."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
