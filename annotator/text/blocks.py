"""Blocks: the stretches no sentence may cross (paragraphs, headlines, date lines, list items)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

BULLET = re.compile(
    r"(?:[•·‣▪●◦■*+–—-]|--)[ \t\xa0]"
    r"|\([0-9]{1,3}\)"
    r"|[0-9]{1,3}[.)](?=[ \t\xa0]|$)"
    r"|\(?[A-Za-z]\)(?=[ \t\xa0]|$)"
)

# A line this short was ended on purpose; one this long was never wrapped.
SHORT_LINE = 45
LONG_LINE = 140
# A line shorter than this is a label or a heading, even when lower case follows.
SHORT_LABEL = 25

STOPS = ".!?…"
CLOSERS = "\"'”’»)]}"


@dataclass(frozen=True)
class Block:
    """A stretch of text without outer white space, and the paragraph it belongs to."""

    start: int
    end: int
    paragraph: int


@dataclass(frozen=True)
class _Line:
    start: int
    end: int
    after_blank: bool


def blocks(text: str) -> list[Block]:
    """Cut a text at blank lines and at those line breaks that are not hard wraps."""
    found: list[Block] = []
    before: _Line | None = None
    for line in _lines(text):
        if before is None:
            found.append(Block(line.start, line.end, 0))
        elif not line.after_blank and _is_wrapped(text, before, line):
            found[-1] = Block(found[-1].start, line.end, found[-1].paragraph)
        else:
            # List items stay in one paragraph; any other line that stands alone is its own.
            is_item = not line.after_blank and BULLET.match(text, line.start) is not None
            number = found[-1].paragraph + (0 if is_item else 1)
            found.append(Block(line.start, line.end, number))
        before = line
    return found


def _lines(text: str) -> Iterator[_Line]:
    """Yield the lines that hold something, trimmed."""
    after_blank = False
    position = 0
    # Every line break that Unicode knows is one; CRLF is a single one.
    for line in text.splitlines(keepends=True):
        ink = line.strip()
        if ink:
            start = position + line.index(ink[0])
            yield _Line(start, start + len(ink), after_blank)
            after_blank = False
        elif position > 0:
            after_blank = True
        position += len(line)
        # U+2029 is a paragraph separator: it needs no second one after it.
        after_blank = after_blank or line[-1] == "\u2029"


def _is_wrapped(text: str, before: _Line, line: _Line) -> bool:
    """Tell a hard wrap, which a sentence may cross, from a line break that was meant."""
    if BULLET.match(text, line.start):
        return False
    length = before.end - before.start
    if line.end - line.start > LONG_LINE and not text[line.start].islower():
        return False
    if SHORT_LINE <= length <= LONG_LINE:
        return True
    if not text[line.start].islower():
        return False
    return SHORT_LABEL <= length <= LONG_LINE and not _ends_with_stop(text, before)


def _ends_with_stop(text: str, line: _Line) -> bool:
    # Sixty characters are more than any run of closers: a longer look is quadratic on odd text.
    tail = text[max(line.start, line.end - 60) : line.end]
    return tail.rstrip(CLOSERS).endswith(tuple(STOPS))
