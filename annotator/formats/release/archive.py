"""A folder as one .zip, sent while it is made: the same folder gives the same bytes."""

import io
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

PIECE = 256 * 1024
# The first day that the format knows: a folder has no moment of its own.
MOMENT = (1980, 1, 1, 0, 0, 0)
UNIX, READABLE = 3, 0o644 << 16
# From here on sizes need the larger fields of the format.
LARGE = 2**31 - 1


class Sink(io.RawIOBase):
    """Takes what the archive writes until somebody takes it on."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def writable(self) -> bool:
        """Say that one can write here."""
        return True

    def write(self, piece: object) -> int:
        """Keep a piece."""
        raw = bytes(piece)  # type: ignore[call-overload]
        self.pieces.append(raw)
        return len(raw)

    def take(self) -> bytes:
        """Return what was written since."""
        taken, self.pieces = b"".join(self.pieces), []
        return taken


def stream(folder: Path, names: Sequence[str], top: str) -> Iterator[bytes]:
    """Yield an archive of these files of a folder, in their order, under the folder name `top`.

    Memory does not grow with the files.
    """
    sink = Sink()
    with zipfile.ZipFile(sink, "w") as archive:
        for name in names:
            path = folder / name
            entry = zipfile.ZipInfo(f"{top}/{name}", MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system, entry.external_attr = UNIX, READABLE
            large = path.stat().st_size > LARGE
            with path.open("rb") as file, archive.open(entry, "w", force_zip64=large) as inside:
                while piece := file.read(PIECE):
                    inside.write(piece)
                    yield sink.take()
    yield sink.take()
