"""Counts the statements that each thread has sent to the database."""

import threading
from typing import Any

from sqlalchemy import Engine, event


class Counter(threading.local):
    """The number of one thread."""

    sent = 0


_counter = Counter()


def count_on(engine: Engine) -> None:
    """Count the statements of an engine from now on."""
    event.listen(engine, "before_cursor_execute", add_one)


def add_one(*_words: Any) -> None:
    """Count a statement."""
    _counter.sent += 1


def count() -> int:
    """Return how many statements this thread has sent so far."""
    return _counter.sent
