"""One server per SQLite file: a lock that ends with the process, however it ends."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from annotator.cli.faults import WrongUseError
from annotator.config import Settings
from annotator.store import serving
from annotator.store.clock import now

fcntl: Any
try:
    import fcntl
except ImportError:  # where there is no such lock, nobody is refused
    fcntl = None

SECOND = "--second-server"


@contextmanager
def serving_alone(settings: Settings, address: str, *, second: bool = False) -> Iterator[None]:
    """Hold the lock of an SQLite file while it is served; with `second` do without.

    Two servers wait for one another at every save, and before SQLite 3.51.3 can damage the file.

    Raises:
        WrongUseError: another server holds it; the message says which.

    """
    if not settings.is_sqlite:
        yield
        return
    database = serving.database_of(settings.database_url)
    descriptor = serving.open_beside(settings.database_url)
    try:
        if second or fcntl is None:
            yield
            return
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.read(descriptor, 500).decode(errors="replace").strip() or "another server"
            raise WrongUseError(
                f"{database} is already served by {holder}. Stop that server first: two"
                " servers on one SQLite file block each other and can damage it."
                f" `annotator run {SECOND}` starts a second one anyway."
            ) from error
        said = f"process {os.getpid()} at {address} since {now():%Y-%m-%d %H:%M} UTC"
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, said.encode(), 0)
        yield
    finally:
        os.close(descriptor)
