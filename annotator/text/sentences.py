"""Sentences: from a text to the code-point offsets of its sentences."""

import re
from collections.abc import Iterable, Iterator, Sequence

from annotator.text.blocks import CLOSERS, STOPS, Block, blocks
from annotator.text.datelines import opening_end
from annotator.text.library import STOP
from annotator.text.quoting import OTHER_END, OTHER_STOP
from annotator.text.splitters import ENGLISH, Splitter, splitter_of
from annotator.text.vetoes import LEFT_WINDOW, RIGHT_WINDOW, has_ink

Span = tuple[int, int]

# A stop without a space after it, between a word or a year and what can open a sentence; the
# closers between them belong to the first.
GLUE = re.compile(
    # The stop comes first: what begins with a few signs is found at once.
    r"[.!?…](?:(?<=[^\W\d_]{2}.)|(?<=[0-9]{4}.)|(?<=[^\W\d_][)\]”’»\"].))[.!?…]*+"
    r"(?P<closers>[)\]”’»\"]*+)(?=[“«„(]?[^\W\d_])"
)
# Mail addresses, URLs and dotted names are no glued sentences.
NOT_GLUE = re.compile(r"[@/\\_]|www\.|\.(?:com|net|org|js)\b", re.IGNORECASE)
GLUE_WINDOW = 60
# The number of a note stands after the stop of its sentence: "so.[1] She".
NOTES = re.compile(r"(?:\[[0-9]{1,3}\]|[¹²³⁰⁴-⁹])++")
NOTED = re.compile(rf"[.!?…][)\]”’»\"]*+{NOTES.pattern}(?=\s)")

# „So“: the mark that opens a quotation in English closes one in German.
LOW_QUOTED = re.compile("„([^„“]{0,2000}+)“")
REVERSED = re.compile("»([^«»]{0,2000}+)«")


class BadSpans(AssertionError):
    """Sentences overlap or lose a character: a fault of this program, never of the text."""


def split(text: str, language: str = "en") -> list[Span]:
    """Give start and end of every sentence, in order, without white space around it.

    `language` is a code such as "de", or "de-AT"; it chooses the splitter.
    """
    how = splitter_of(language)
    return [span for block in blocks(text) for span in split_block(text, block, how)]


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


def split_block(text: str, block: Block, how: Splitter = ENGLISH) -> Iterator[Span]:
    """Yield the sentences of one block."""
    piece = text[block.start : block.end]
    if "„" in piece:
        piece = LOW_QUOTED.sub(r"„\1”", piece)
    if how.reverses_marks and "»" in piece:
        piece = REVERSED.sub(r"«\1»", piece)
    # Where stops stand only at the very end there is nothing to cut.
    if STOP.search(piece.rstrip(STOPS + CLOSERS)) is None and (
        piece.isascii() or OTHER_STOP.search(piece) is None
    ):
        yield block.start, block.end
        return
    for start, end in _merge(piece, _trimmed(piece, _cut_points(piece, how)), how):
        yield block.start + start, block.start + end


def _cut_points(piece: str, how: Splitter) -> list[int]:
    """Collect where a sentence may end: what the splitter says, and what it does not see."""
    cuts = how.cuts(piece)
    cuts.update(stop.start("closers") for stop in GLUE.finditer(piece) if _is_glue(piece, stop))
    cuts.update(note.end() for note in NOTED.finditer(piece))
    if not piece.isascii():
        others = OTHER_STOP.finditer(piece)
        cuts.update(stop.end() for stop in others if not how.goes_on(piece, stop))
    first = opening_end(piece)
    return sorted({cut for cut in _past_closers(piece, cuts) if cut > first} | {len(piece)})


def _past_closers(piece: str, cuts: Iterable[int]) -> Iterator[int]:
    """Move each cut behind the marks that close the sentence before it, and its notes."""
    # A straight mark closes when one is open: when an odd number stands before it.
    seen, marks = 0, 0
    for cut in sorted(cuts):
        marks += piece.count('"', seen, cut)
        seen = end = cut
        if not piece[end - 1 : end].isspace():
            while piece[end : end + 1] and _closes(piece, end, marks + end - cut):
                end += 1
            notes = NOTES.match(piece, end)
            end = notes.end() if notes else end
        yield end


def _closes(piece: str, place: int, marks: int) -> bool:
    """Say whether a mark right behind a stop closes; `marks` straight ones stand before it."""
    if piece[place] == '"':
        return marks % 2 == 1
    if piece[place] == "'":
        return not piece[place + 1 : place + 2].isalnum()
    return piece[place] in CLOSERS


def _is_glue(piece: str, stop: re.Match[str]) -> bool:
    """Tell `ended.The next` from an address or a dotted name."""
    before = piece[max(0, stop.start() - GLUE_WINDOW) : stop.start()].rsplit(maxsplit=1)[-1]
    after = piece[stop.end() : stop.end() + GLUE_WINDOW].split(maxsplit=1)[0]
    word = after.lstrip("“«„(")
    is_closed = bool(stop.group("closers")) or word is not after
    if not word[0].isupper() or not (is_closed or word[1:2].islower()):
        return False
    if not is_closed and not (before[-2:].islower() or before[-4:].isdecimal()):
        return False
    after = after.rstrip(STOPS + CLOSERS + ",;:")
    token = f"{before}{stop.group()}{after}"
    return NOT_GLUE.search(token) is None and not ("." in before or "." in after)


def _trimmed(piece: str, cuts: Iterable[int]) -> Iterator[Span]:
    """Turn cut points into spans without outer white space; stretches of only that vanish."""
    start = 0
    for end in cuts:
        ink = piece[start:end].strip()
        if ink:
            first = piece.index(ink[0], start)
            yield first, first + len(ink)
        start = end


def _merge(piece: str, spans: Iterable[Span], how: Splitter) -> Iterator[Span]:
    """Undo the cuts that a veto forbids, and leave no piece without a letter or digit."""
    current: Span | None = None
    has_words = False
    for start, end in spans:
        # Most begin with a letter, and need not be copied to be looked through.
        is_words = piece[start].isalnum() or has_ink(piece[start:end])
        if current is None:
            current, has_words = (start, end), is_words
            continue
        begin, stop = current
        left = piece[max(begin, stop - LEFT_WINDOW) : stop]
        right = piece[start : min(end, start + RIGHT_WINDOW)]
        is_glued = start == stop and OTHER_END.search(left) is None
        if not (is_words and has_words) or how.joins(left, right, stop - begin, is_glued=is_glued):
            current, has_words = (begin, end), has_words or is_words
        else:
            yield current
            current, has_words = (start, end), is_words
    if current is not None:
        yield current
