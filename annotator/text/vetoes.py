"""Vetoes: where a sentence that the library ends does not end after all."""

import re
from functools import lru_cache
from typing import NamedTuple

from annotator.text.abbreviations import (
    ABBREVIATIONS,
    INTRODUCERS,
    MONTHS,
    NUMBERED,
    TITLES,
    WEEKDAYS,
    words,
)

# A candidate is judged by what lies near it; looking further is quadratic on very long lines.
LEFT_WINDOW = 60
RIGHT_WINDOW = 200

# Words that often open a sentence: after "U.S." only these begin a new one.
STARTERS = words(
    """
    the a an this that these those i you he she it we they my your his her its our their
    it's he's she's they're we're i'm i've we've that's there's what's let's don't
    in on at by for from with as if but and or so yet nor when while where before since because
    although though after during until once over under according despite between among through
    without within about
    however meanwhile moreover also then there here now instead still even perhaps additionally
    further furthermore thus therefore hence indeed nevertheless nonetheless
    who what why how no not yes today yesterday tomorrow last next
    one two some many most several both each every all any another other others such
    officials police critics supporters opponents asked
    is are was were do does did can could would will should may might
    """
)

# Names that end in a mark of their own.
BRANDS = frozenset(("Yahoo!", "Jeopardy!", "Kahoot!", "Joomla!"))

VERBS = words(
    "said says asked asks told adds added wrote writes tweeted replied shouted declared explained "
    "insisted continued noted exclaimed wondered yelled cried quipped joked recalled responded "
    "demanded inquired"
)
_VERBS = "|".join(sorted(VERBS))
_NAME = r"[^\W\d_a-z][\w.’'-]{0,30}"

REPORTING = re.compile(rf"(?:{_NAME}\s+){{1,4}}(?:{_VERBS})\b|(?:{_VERBS})\s+{_NAME}")
QUOTED_STOP = re.compile(r"[!?…][\"'”’»)\]]*[\"”’»][)\]]*$")
QUOTE_END = re.compile(r"[.!?…,]\s?[\"'”’»]+[)\]]*$")
LAST_TOKEN = re.compile(r"[^\s(\[\"'“‘«—–/]+$")
ACRONYM = re.compile(r"[^\W\d_](?:\.[^\W\d_])+\.$")
# "H.J.Res." and "S.Res." go on with their number.
NUMBERED_ACRONYM = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]{1,5}\.$")
LIST_MARKER = re.compile(
    r"(?:[•·‣▪●◦■*+–—-]+\s*)?\(?(?:[0-9]{1,3}|[A-Za-z]|[ivxIVX]{1,5})[.)]+$|[•·‣▪●◦■*+–—-]+$"
)
# "The demands are: 1. Leave." - the number belongs to what follows.
INLINE_MARKER = re.compile(r"[:;]\s+\(?(?:[0-9]{1,2}|[A-Za-z])[.)]$")
CONTINUATION = re.compile(r"[\s\"'”’»)\]]*[,;:—]")
DASH = re.compile(r"(?:--|[–-])\s+(?=(\w?))")
# `chanting "Russia! Russia!" as he left`: the words are quoted in the middle of a sentence.
QUOTED_WITHIN = re.compile(r"(?P<word>[^\W\d_]+)\s[\"“«][^\"“”«»]*[!?]$")
QUOTE_GOES_ON = re.compile(r"[^\"“”«»]{0,80}[\"”»],?\s(\w)")
# "I" alone is a person.
FIGURE = re.compile(r"[0-9]|[VXLC]\b|[IVXLC]{2,}\b")
FIRST_WORD = re.compile(r"[\s\"'“”‘«(\[]*([\w’'-]{1,40})")
# "5 in. of snow": a word elsewhere, a measure after a figure.
MEASURE = re.compile(r"[0-9][\s-]?(?:in|gal|am|pm)\.$")
OPENERS = "“‘«„\"'([¿¡"


class Short(NamedTuple):
    """When a sentence goes on behind a word that is cut short."""

    always: bool  # "Gen.", "e.g."
    before_figure: bool  # "No.", "Sept."
    before_others: bool  # unless a frequent starter follows: "U.S.", "Inc.", "Yahoo!"


def joins(left: str, right: str, left_length: int, *, is_glued: bool = False) -> bool:
    """Say whether two neighbouring pieces are one sentence, from the text next to the cut.

    left is the end of the sentence so far, which is left_length long; right is the beginning of
    the next piece; is_glued says that no white space stands between them.
    """
    left = left[-LEFT_WINDOW:]
    # Each rule needs certain signs next to the cut; most cuts have those of one or two rules.
    last, first = left[-1], right[0]
    return (
        (not first.isalnum() and CONTINUATION.match(right) is not None)
        or (is_glued and not may_open(right))
        or (first in "-–" and _is_attribution(left, right))
        or (last in ".!" and _is_abbreviation(left, right))
        or (left_length < 12 and LIST_MARKER.fullmatch(left) is not None)
        or (last in ".)" and INLINE_MARKER.search(left) is not None)
        or (last == "." and first.islower() and MEASURE.search(left) is not None)
        or (last in '"”’»)]' and _is_reported(left, right))
        or (last in "!?" and _is_quoted_within(left, right))
    )


def has_ink(piece: str) -> bool:
    """Say whether a piece holds a letter or a digit."""
    return any(map(str.isalnum, piece))


def may_open(right: str) -> bool:
    """Say whether a sentence can begin so, right after the stop of another: not "-style"."""
    return right[0] in OPENERS or (right[0].isalpha() and not right[0].islower())


def _is_attribution(left: str, right: str) -> bool:
    """Recognise `“Go!” – he said` and `Go! – he said`: a dash ties words to their speaker."""
    dash = DASH.match(right)
    return dash is not None and (dash.group(1).islower() or QUOTE_END.search(left) is not None)


def _is_abbreviation(left: str, right: str) -> bool:
    """Say whether the last word before the cut is an abbreviation that goes on here."""
    short = short_of(left.rsplit(maxsplit=1)[-1])
    return short is not None and (
        short.always
        or (short.before_figure and FIGURE.match(right) is not None)
        or (short.before_others and not opens_with_starter(right))
    )


@lru_cache(maxsize=8192)
def short_of(chunk: str) -> Short | None:
    """Return when a sentence goes on behind a word with the signs around it; None for most."""
    found = LAST_TOKEN.search(chunk)
    token = found.group() if found else ""
    if token in BRANDS:
        return Short(always=False, before_figure=False, before_others=True)
    if not token.endswith("."):
        return None
    word = token[:-1]
    is_acronym = ACRONYM.fullmatch(token) is not None and word.lower() not in ("a.m", "p.m")
    is_numbered = word in NUMBERED or word in MONTHS or word in WEEKDAYS
    short = Short(
        always=word.lower() in TITLES or word.lower() in INTRODUCERS,
        before_figure=is_numbered or NUMBERED_ACRONYM.fullmatch(token) is not None,
        before_others=is_acronym or word in ABBREVIATIONS,
    )
    return short if any(short) else None


def opens_with_starter(right: str) -> bool:
    """Say whether the first word is one that often opens a sentence, written as if it did."""
    word = FIRST_WORD.match(right)
    if word is None or word.group(1)[0].islower():
        return False
    return word.group(1).replace("’", "'").lower() in STARTERS


def _is_reported(left: str, right: str) -> bool:
    """Recognise `?” Trump asked`: the question is over, the sentence is not."""
    if QUOTED_STOP.search(left) is None:
        return False
    return REPORTING.match(right) is not None and not opens_with_starter(right)


def _is_quoted_within(left: str, right: str) -> bool:
    """Recognise exclamations and questions that are quoted as a part of a sentence."""
    quoted = QUOTED_WITHIN.search(left)
    if quoted is None or not quoted.group("word").islower() or quoted.group("word") in VERBS:
        return False
    goes_on = QUOTE_GOES_ON.match(right)
    return goes_on is not None and goes_on.group(1).islower()
