"""The files of one import: a file by itself, a folder, or a ZIP archive of files."""

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from annotator.errors import RefusedError
from annotator.formats.articles.archives.containers import (
    LARGEST_UNPACKED,
    MEGABYTE,
    ZIP,
    open_zip,
    part_of,
)


class Files(Mapping[str, bytes]):
    """Files by their paths, in order; `alone` says that there is only one, with no folder."""

    def __init__(self, contents: Mapping[str, Path | bytes], alone: bool = False) -> None:
        self.contents = dict(sorted(contents.items()))
        self.alone = alone

    def __getitem__(self, name: str) -> bytes:
        found = self.contents[name]
        return found if isinstance(found, bytes) else found.read_bytes()

    def __iter__(self) -> Iterator[str]:
        return iter(self.contents)

    def __len__(self) -> int:
        return len(self.contents)

    def place(self, name: str, where: str) -> str:
        """Return what messages call a place: a single file needs no name."""
        return where if self.alone else f"{name} {where}"


def of_path(path: Path) -> Files:
    """Return the files of a path; hidden ones are left out.

    Raises:
        RefusedError: an archive is too large or broken.

    """
    if path.is_dir():
        found = {each.relative_to(path).as_posix(): each for each in path.rglob("*")}
        return Files(
            {name: each for name, each in found.items() if each.is_file() and not is_hidden(name)}
        )
    with path.open("rb") as stream:
        packed = stream.read(4) == ZIP
    return unpacked(path.read_bytes()) if packed else Files({path.name: path}, alone=True)


def of_bytes(name: str, raw: bytes) -> Files:
    """Return the files of what was sent: those of an archive, or the one file.

    Raises:
        RefusedError: an archive is too large or broken.

    """
    return unpacked(raw) if raw.startswith(ZIP) else Files({name: raw}, alone=True)


def unpacked(raw: bytes) -> Files:
    """Return the files of an archive, and of the archives right in it: INCEpTION packs them so."""
    found: dict[str, bytes] = {}
    total = 0
    waiting = [("", raw)]
    while waiting:
        folder, packed = waiting.pop()
        pack = open_zip(packed)
        total += sum(each.file_size for each in pack.infolist())
        if total > LARGEST_UNPACKED:
            raise RefusedError(
                f"the archives in it would unpack to more than {LARGEST_UNPACKED // MEGABYTE} MB"
            )
        for name in pack.namelist():
            if name.endswith("/") or is_hidden(name):
                continue
            content = part_of(pack, name)
            if content.startswith(ZIP) and not folder:
                waiting.append((f"{name.removesuffix('.zip')}/", content))
            else:
                found[folder + name] = content
    return Files(found)


def is_hidden(path: str) -> bool:
    """Say whether a file is one of those that systems put beside others."""
    return any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(path).parts)
