"""Where sentences end in languages that have no library here: at stops, but for their exceptions.

Unlike English these need no model: a small letter behind a stop shows that its sentence goes on,
and the words before which it may also go on, though a capital letter follows, are in `words`.
"""

import re
from collections.abc import Callable
from functools import lru_cache, partial
from typing import NamedTuple

from annotator.text.blocks import CLOSERS
from annotator.text.languages.words import SHORTENED, Shortened
from annotator.text.vetoes import (
    FIGURE,
    INLINE_MARKER,
    LEFT_WINDOW,
    LIST_MARKER,
    may_open,
)

Joins = Callable[..., bool]

# A run of stops with what closes behind it: "so.»", "so ! »", "so.)".
ENDS = re.compile(rf"(?<![.!?…])[.!?…]++[{re.escape(CLOSERS)}]*+(?:[ \u00a0\u202f]»[)\]]?)?(?=\s)")
LAST = re.compile(r"[^\s(\[\"'“‘«„»”—–/’]+$")
# "an.) –", "an!» —": only behind a mark that closes a quotation.
QUOTED = re.compile(r"[.!?…,]\s?[\"'“”’»«][)\]]*$")
DASH = re.compile(r"[—–-]+\s*(?=(\S?))")
CONTINUATION = re.compile(r"[\s\"'“”’»)\]]*[,;:]")
ORDINAL = re.compile(r"(?<![\d.,:])(?:[0-9]{1,2}|[IVXL]{1,5})\.$")
# "BERLIN, 5. Mai 2019.", "КИЇВ, 5 травня.": the day behind the place that opens a report.
DAY = re.compile(
    r"(?P<place>[^\W\d_][\w .-]{1,40}?),? [0-9]{1,2}\.? [^\W\d_]{3,12}\.?"
    r"(?: [0-9]{4})?(?: [^\W\d_]\.)?\.?"
)
AGENCY = re.compile(r"\([^)\n]{2,40}\)\s?[.]?[-–—]")
OPENING = "“‘«„\"'([¿¡»‹"


class Short(NamedTuple):
    """When a sentence goes on behind a word that is cut short."""

    always: bool
    before_figure: bool
    is_number: bool


def cuts(piece: str) -> set[int]:
    """Return the offsets behind every stop that white space follows."""
    return {stop.end() for stop in ENDS.finditer(piece)}


def rules_of(language: str) -> Joins:
    """Return the vetoes of a language; one without a list of its own has only those of all."""
    return partial(joins, SHORTENED.get(language, NONE))


def joins(
    words: Shortened, left: str, right: str, left_length: int, *, is_glued: bool = False
) -> bool:
    """Say whether two neighbouring pieces are one sentence; as `vetoes.joins`."""
    left = left[-LEFT_WINDOW:]
    last, first = left[-1], right[0]
    return (
        first.islower()
        or (not first.isalnum() and CONTINUATION.match(right) is not None)
        or (is_glued and not may_open(right))
        or (left_length < LEFT_WINDOW and opens_report(left, right))
        or (first in OPENING and right[1:2].islower() and last == ".")
        or (first in "—–-" and goes_on(left, right))
        or first in "№§"
        or (last == "." and is_shortened(words, left, right))
        or (left_length < 12 and LIST_MARKER.fullmatch(left) is not None)
        or (last in ".)" and INLINE_MARKER.search(left) is not None)
    )


def opens_report(left: str, right: str) -> bool:
    """Recognise a date line before its report: the day in words, or an agency in brackets."""
    if right[0] == "(":
        return AGENCY.match(right) is not None
    day = DAY.fullmatch(left) if left[:2].isupper() else None
    return day is not None and day.group("place").isupper()


def goes_on(left: str, right: str) -> bool:
    """Say whether a dash ties what follows to the sentence before, or opens the next one."""
    dash = DASH.match(right)
    return dash is not None and (dash.group(1).islower() or QUOTED.search(left) is not None)


def is_shortened(words: Shortened, left: str, right: str) -> bool:
    """Say whether the last word is cut short, and the sentence goes on."""
    short = short_of(words, left.rsplit(maxsplit=1)[-1])
    return (
        short.always
        or (short.before_figure and FIGURE.match(right) is not None)
        or (words.ordinals and short.is_number and ORDINAL.search(left) is not None)
    )


@lru_cache(maxsize=8192)
def short_of(words: Shortened, chunk: str) -> Short:
    """Return when a sentence goes on behind a word with the signs around it."""
    found = LAST.search(chunk)
    token = found.group() if found else ""
    word = token.removesuffix(".")
    is_street = words.ordinals and word.endswith("str")  # "Bahnhofstr. 7"
    return Short(
        always=is_initial(token) or has(words.always, word) or is_street,
        before_figure=has(words.before_figure, word),
        is_number=word.isdecimal() or word.isupper(),  # "12. Juni", "1. 5. 2019", "XIV. Armee"
    )


def is_initial(token: str) -> bool:
    """Recognise "J.", "H.-D." and "J.R.R."; small letters are none."""
    parts = token.replace("-", "").split(".")
    return parts[-1] == "" and all(len(part) == 1 and part.isupper() for part in parts[:-1])


def has(listed: frozenset[str], word: str) -> bool:
    """Say whether a list has a word; what it has in small letters may begin with a capital."""
    return word in listed or word.lower() in listed


NONE = Shortened(frozenset(), frozenset())
