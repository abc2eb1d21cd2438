"""How a line of the log is written: as text or as JSON, in UTC, on one line, without secrets.

A record may carry `extra={"fields": {…}}`: JSON has each of them by its name, and the text has them
where its message names them.
"""

import json
import logging
import re
import time
from collections.abc import Callable, Mapping
from typing import Any

from annotator.phrases import visible

# The token of a sign-in link, wherever somebody has pasted it, and whatever else is as long.
TOKEN = re.compile(r"(sign-in/+)[^\s'\"]+|[A-Za-z0-9_-]{43,}", re.IGNORECASE)


# Says which request is being answered in this thread, "" where none is; whoever serves sets it.
_asked: list[Callable[[], str]] = []


def name_request_by(tell: Callable[[], str]) -> None:
    """Let every line that is written while a request is answered name that request."""
    _asked[:] = [tell]


def hidden(text: str) -> str:
    """Return a text without what signs somebody in."""
    return TOKEN.sub(lambda found: f"{found[1] or ''}…", text)


class Lines(logging.Formatter):
    """What both forms share: the moment, and the message without secrets."""

    def __init__(self) -> None:
        super().__init__()
        self.second = (0, "")

    def moment(self, record: logging.LogRecord) -> str:
        """Return when it was, in UTC, to the millisecond; each second is put into words once."""
        whole = int(record.created)
        known, said = self.second
        if known != whole:
            said = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(whole))
            self.second = (whole, said)
        return f"{said}.{int(record.msecs):03}Z"

    def request(self, record: logging.LogRecord) -> str:
        """Return the id of the request that is being answered; lines with fields have it there."""
        return _asked[0]() if _asked and not hasattr(record, "fields") else ""

    def message(self, record: logging.LogRecord) -> str:
        """Return what is said, on one line."""
        said = record.getMessage()
        request = self.request(record)
        if request and request not in said:
            said = f"{said}, request {request}"
        # The line of a request is made of rules and numbers of ours: there is nothing to hide.
        return visible(said if getattr(record, "is_plain", False) else hidden(said))


class TextLines(Lines):
    """A line for people: moment, level, logger, message; a trace follows on lines of its own."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        head = f"{self.moment(record)} {record.levelname} {record.name}"
        line = f"{head}: {self.message(record)}"
        if record.exc_info:
            line = f"{line}\n{self.formatException(record.exc_info)}"
        return line


class JsonLines(Lines):
    """A line for programs: one JSON object, a trace within it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        fields: Mapping[str, Any] = getattr(record, "fields", {})
        line = {"time": self.moment(record), "level": record.levelname, "log": record.name}
        if not getattr(record, "is_plain", False):
            line["message"] = self.message(record)
        if request := self.request(record):
            line["request"] = request
        line |= {
            name: hidden(value) if isinstance(value, str) and len(value) > 40 else value
            for name, value in fields.items()
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line)


def formatter(form: str) -> logging.Formatter:
    """Return what writes lines of this form."""
    return JsonLines() if form == "json" else TextLines()


def log_to_stderr(form: str, *, requests: bool = True) -> None:
    """Write the log to standard error; without `requests` only the faults of requests."""
    handler = logging.StreamHandler()
    handler.setFormatter(formatter(form))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    if not requests:
        logging.getLogger("annotator.access").setLevel(logging.WARNING)
    # A moment with more requests than threads is no news.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    # A refused form token stands in the line of its request already.
    logging.getLogger("flask_wtf").setLevel(logging.WARNING)
