"""Runs `annotator` by a clock that is as many seconds off as a file says at each moment.

    python another_clock.py FILE run --port 8000

Shifted are the one place of the program that asks what time it is, and `time.time`, by which
cookies are signed.
"""

import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

offset = Path(sys.argv.pop(1))
real = time.time


def seconds():
    return float(offset.read_text(encoding="ascii") or 0)


class Clock(datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) + timedelta(seconds=seconds())


time.time = lambda: real() + seconds()

from annotator.store import clock  # noqa: E402  # the clock is set before anything asks it

clock.datetime = Clock

from annotator.cli import cli  # noqa: E402

if __name__ == "__main__":
    cli()
