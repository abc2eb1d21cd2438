"""A temporary file in which what has been checked waits to be stored, closed when its run ends."""

import tempfile
from types import TracebackType
from typing import IO, Self

# A spool of this size stays in memory; a larger one goes to a temporary file.
IN_MEMORY = 4 * 1024 * 1024


class Spooling:
    """Something that has a spool for as long as a `with` lasts."""

    def __init__(self) -> None:
        # Closed when the run ends, which is what `with` is for.
        self.spool: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.spool.close()
