"""Reports that take long are made once and shown until something that they rest on has changed."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from sqlalchemy.exc import DBAPIError

from annotator.store import keeping
from annotator.store.db import write
from annotator.store.engine import DatabaseBusyError
from annotator.store.models import Project
from annotator.store.packing import packed
from annotator.store.snapshot import shared_moment

T = TypeVar("T")

log = logging.getLogger("annotator.web.kept")
# Nobody waits for the next reader to have it quicker.
WAIT = 0.2


@dataclass(frozen=True)
class Instead(Generic[T]):
    """Another kind of report of the same shape, and what makes it."""

    kind: str
    make: Callable[[], T]


def kept(
    project: Project,
    kind: str,
    asked: tuple[Any, ...],
    shape: type[T],
    make: Callable[[], T],
    instead: Instead[T] | None = None,
) -> T:
    """Return the report of this moment: a kept one, or what `make` makes, which is then kept.

    Where `instead` names another kind that does as well, that one is made and kept where the first
    is not there. Reading goes on while the database is busy or read-only; the report is then not
    kept.
    """
    with shared_moment() as now:
        which = keeping.wanted(now, project, kind, asked, shape)
        found = keeping.find(now, which)
        if found is None and instead is not None:
            which, make = replace(which, kind=instead.kind), instead.make
            found = keeping.find(now, which)
        if found is not None:
            return found
        found = make()
    body = packed(found)
    try:
        with write(WAIT):
            keeping.keep(which, body)
    except (DatabaseBusyError, DBAPIError) as error:
        log.info("a report was not kept: %s", " ".join(str(error).split())[:200])
    return found
