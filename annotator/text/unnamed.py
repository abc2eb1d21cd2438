"""Those who say something and have no name: "a senior official", "families of the sailors"."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from annotator.text.reporting import (
    BETWEEN,
    CLAUSES,
    FACELESS,
    NOBODY,
    QUANTITIES,
    SAYING,
    SINGLE,
    SOURCE_BEFORE,
    TIES,
)
from annotator.text.words import Word

LONGEST = 8  # words of a description
SHORTEST_PLURAL = 4
PLURALS = frozenset({"people", "men", "women"})
LEADS = tuple(each for each in SOURCE_BEFORE if " " in each)
LONGEST_LEAD = max(map(len, LEADS)) + 2
STOPS = CLAUSES | SAYING | NOBODY


class Described(NamedTuple):
    """Which words of a sentence describe a source, and whether it is a group one could tell."""

    begin: int
    end: int
    is_group: bool


def described(text: str, words: Sequence[Word]) -> Iterator[Described]:
    """Yield who is described right before a verb of saying, or after "according to"."""
    for at, word in enumerate(words):
        before = text[: word.start].rstrip().lower()
        found = None
        if word.low in SAYING and not word.capital:
            found = _before(text, words, at)
        elif before[-LONGEST_LEAD:].endswith(LEADS):
            found = _after(text, words, at)
        if found:
            yield found


def _before(text: str, words: Sequence[Word], verb: int) -> Described | None:
    end = verb
    while end and words[end - 1].low in BETWEEN:
        end -= 1
    begin = end
    while begin and end - begin < LONGEST and words[begin - 1].low not in STOPS:
        if not _is_near(text, words[begin - 1], words[begin]):
            break
        begin -= 1
    return _source(words, begin, end)


def _after(text: str, words: Sequence[Word], begin: int) -> Described | None:
    end = begin + 1
    while end < len(words) and end - begin < LONGEST and words[end].low not in STOPS | BETWEEN:
        if not _is_near(text, words[end - 1], words[end]):
            break
        end += 1
    return _source(words, begin, end)


def _is_near(text: str, one: Word, other: Word) -> bool:
    return text[one.end : other.start] == " "


def _source(words: Sequence[Word], begin: int, end: int) -> Described | None:
    """Return a description of somebody without a name, None where it is none."""
    here = words[begin:end]
    ties = [at for at, word in enumerate(here) if word.low in TIES]
    head = here[: ties[0]] if ties else here
    # Names are told by their capital letters; the first word of a sentence has one anyway.
    if not head or any(word.capital for word in head[0 if begin else 1 :]):
        return None
    first, last = head[0].low, head[-1].low
    is_plural = last in PLURALS or (len(last) >= SHORTEST_PLURAL and last[-1] == "s" != last[-2])
    is_one = first in SINGLE and len(head) > 1
    if not (is_one or is_plural) or first in TIES | BETWEEN:
        return None
    faceless = is_one or first in QUANTITIES or last in FACELESS | PLURALS
    return Described(begin, end, not faceless)
