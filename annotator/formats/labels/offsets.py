"""Offsets of other programs in code points, as ours.

Browsers and Java count UTF-16 units, in which an emoji is two; Python counts code points. A span
alone may fit both, and then on other words that look alike, so one document is counted in one way.
"""

from collections.abc import Callable, Iterable

from annotator.errors import RefusedError
from annotator.formats.articles.records import OtherWordsError
from annotator.formats.labels.documents import Span

Counting = Callable[[Span], Span | None]
"""Turns a span as a file counts it into code points; None where it would halve a character."""


def by_units(text: str) -> Counting:
    """Return how spans in UTF-16 units of a text are counted."""
    if text.isascii():
        return by_code_points(text)
    place = [0]
    for index, sign in enumerate(text):
        place += [index + 1] if sign <= "\uffff" else [-1, index + 1]

    def counted(span: Span) -> Span | None:
        if span[1] >= len(place) or -1 in (place[span[0]], place[span[1]]):
            return None
        return place[span[0]], place[span[1]]

    return counted


def by_code_points(text: str) -> Counting:
    """Return how spans in code points of a text are counted."""
    return lambda span: span if span[1] <= len(text) else None


def counting_of(
    text: str, spans: Iterable[tuple[Span, str | None]], units_first: bool = True
) -> Counting:
    """Return how the spans of one document are counted, by the words of all of them together.

    Both ways are tried, that of the tool first; where neither fits all words, that of the tool
    holds, and the spans that do not fit are refused one by one.
    """
    ways = [by_units(text), by_code_points(text)]
    if not units_first:
        ways.reverse()
    known = list(spans)
    for counting in ways:
        found = [(counting(span), words) for span, words in known]
        if all(span is not None and fits(text, span, words) for span, words in found):
            return counting
    return ways[0]


def fits(text: str, span: Span, words: str | None) -> bool:
    """Say whether a text has these words there; white space may be another."""
    return words is None or words.split() == text[span[0] : span[1]].split()


def code_points(text: str, span: Span, words: str | None, counting: Counting) -> Span:
    """Return a span in code points; refuse one that is outside or has other words."""
    found = counting(span)
    if found is None and words is None:
        raise RefusedError(f"{span[0]}-{span[1]} is no place in the text")
    if found is None or not fits(text, found, words):
        said = f"the words at {span[0]}-{span[1]} are not “{(words or '')[:60]}”"
        raise OtherWordsError(said, (found,) if found else ())
    return found
