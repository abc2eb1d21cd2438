"""Sentences: from a text to the code-point offsets of its sentences."""

import re
from collections.abc import Iterable, Iterator, Sequence

from annotator.text.blocks import CLOSERS, STOPS, Block, blocks
from annotator.text.vetoes import LEFT_WINDOW, RIGHT_WINDOW, has_ink, joins

# Stored with each article. Raise the rules number with any change that can move a boundary.
SPLITTER = "nupunkt-0.8.0+rules-1"

Span = tuple[int, int]

# A stop without a space after it, between a lower-case word and a capitalised one.
GLUE = re.compile(r"(?<=[a-z]{2})[.!?](?=[A-Z][a-z])")
# Mail addresses, URLs and dotted names are no glued sentences.
NOT_GLUE = re.compile(r"[@/\\_]|www\.|\.(?:com|net|org|js)\b", re.IGNORECASE)
GLUE_WINDOW = 60

STOP = re.compile(r"[.!?…]")
WHITE_SPACE = re.compile(r"\s")


class BadSpans(AssertionError):
    """Sentences overlap or lose a character: a fault of this program, never of the text."""


def split(text: str) -> list[Span]:
    """Give start and end of every sentence, in order, without white space around it."""
    return [span for block in blocks(text) for span in split_block(text, block)]


def check(text: str, spans: Sequence[Span]) -> None:
    """Raise BadSpans unless the spans are in order and hold every non-space character once."""
    last = 0
    for start, end in spans:
        if not last <= start < end <= len(text):
            raise BadSpans(f"sentence {start}-{end} is empty, out of range or out of order")
        if text[last:start].strip():
            raise BadSpans(f"the text between {last} and {start} is in no sentence")
        last = end
    if text[last:].strip():
        raise BadSpans(f"the text after {last} is in no sentence")


def split_block(text: str, block: Block) -> Iterator[Span]:
    """Yield the sentences of one block."""
    piece = text[block.start : block.end]
    for start, end in _merge(piece, _trimmed(piece, _cut_points(piece))):
        yield block.start + start, block.start + end


def _cut_points(piece: str) -> list[int]:
    """Collect where the library would cut, and where a space is missing after a stop."""
    # Where stops stand only at the very end there is nothing to ask the library about.
    cuts = _library_cuts(piece) if STOP.search(piece.rstrip(STOPS + CLOSERS)) else set()
    cuts.update(stop.end() for stop in GLUE.finditer(piece) if _is_glue(piece, stop))
    return sorted(cuts | {len(piece)})


def _library_cuts(piece: str) -> set[int]:
    """Collect where the library would cut."""
    import nupunkt  # noqa: PLC0415 - its model costs 50-120 ms, which only an import needs

    # Hard wraps and odd white space look like plain spaces to the library.
    return {end for _, end in nupunkt.sent_spans(WHITE_SPACE.sub(" ", piece))}


def _is_glue(piece: str, stop: re.Match[str]) -> bool:
    """Tell `ended.The next` from an address or a dotted name."""
    before = piece[max(0, stop.start() - GLUE_WINDOW) : stop.start()].rsplit(maxsplit=1)[-1]
    after = piece[stop.end() : stop.end() + GLUE_WINDOW].split(maxsplit=1)[0]
    after = after.rstrip(STOPS + CLOSERS + ",;:")
    token = f"{before}{stop.group()}{after}"
    return NOT_GLUE.search(token) is None and not ("." in before or "." in after)


def _trimmed(piece: str, cuts: Iterable[int]) -> Iterator[Span]:
    """Turn cut points into spans without outer white space; stretches of only that vanish."""
    start = 0
    for end in cuts:
        part = piece[start:end]
        ink = part.strip()
        if ink:
            first = start + len(part) - len(part.lstrip())
            yield first, first + len(ink)
        start = end


def _merge(piece: str, spans: Iterable[Span]) -> Iterator[Span]:
    """Undo the cuts that a veto forbids, and leave no piece without a letter or digit."""
    current: Span | None = None
    has_words = False
    for start, end in spans:
        is_words = has_ink(piece[start:end])
        if current is None:
            current, has_words = (start, end), is_words
            continue
        left = piece[max(current[0], current[1] - LEFT_WINDOW) : current[1]]
        right = piece[start : min(end, start + RIGHT_WINDOW)]
        length = current[1] - current[0]
        if not (is_words and has_words) or joins(left, right, length):
            current, has_words = (current[0], end), has_words or is_words
        else:
            yield current
            current, has_words = (start, end), is_words
    if current is not None:
        yield current
