"""Where the library, nupunkt, would cut: behind a text that it reads in linear time."""

import functools
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from annotator.text.abbreviations import BELIEVED, SHORT_WORDS
from annotator.text.blocks import CLOSERS, STOPS

STOP = re.compile(r"[.!?…]")
ODD_SPACE = re.compile(r"[^\S ]")

# At every stop inside a stretch without white space the library reads on to the end of the
# stretch, which takes hours on a million exclamation marks; and it remembers what it read. Of a
# stretch that is too long to be a word it sees the beginning and the end.
LONGEST_STRETCH = 200
HEAD, TAIL = 50, 150
STRETCH = re.compile(rf"\S{{{LONGEST_STRETCH + 1},}}")

# A stop that ends a sentence if the word before it is an ordinary one.
PLAIN_STOP = re.compile(r"[.!?](?<=[A-Za-z0-9]{2}.)[\"”’)]? (?=[A-Z“])")
LONGEST_WORD = 40
NUMBER = "##number##"  # what the library takes every number for


class Library(NamedTuple):
    """The library's tokenizer, and the words, in small letters, of which it must be asked."""

    tokenizer: Any
    doubtful: frozenset[str]
    """At their stop a sentence may go on."""
    after_number: frozenset[str]
    """Before them it may go on at the stop of a number."""


def cuts(piece: str) -> set[int]:
    """Return the offsets at which the library would begin a new sentence.

    Behind ordinary words and numbers, which is where two in three sentences end, its answer is
    known. Those places are found without it, which takes a fraction of the time.
    """
    seen = bounded(piece)
    asked = loaded()
    certain = list(_certain(seen, asked))
    found = {stop.end() for stop in certain}
    rest = _without(seen, [stop.start() for stop in certain])
    if not certain or STOP.search(rest.rstrip(STOPS + CLOSERS)):
        found.update(start for start, _ in asked.tokenizer.span_tokenize(rest) if start)
    return found


def bounded(piece: str) -> str:
    """Return a text of the same length without odd white space and without endless words.

    Hard wraps and odd white space look like plain spaces to a library.
    """
    seen = ODD_SPACE.sub(" ", piece)
    if max(map(len, seen.split(" "))) > LONGEST_STRETCH:
        seen = STRETCH.sub(_shortened, seen)
    return seen


def _certain(seen: str, asked: Library) -> Iterator[re.Match[str]]:
    """Yield the stops behind which the library would cut.

    It does behind any word of letters that is no abbreviation and does not begin a fixed phrase,
    whatever follows, and behind any number unless a word follows that makes such a phrase of both.
    What stands before the word must not end in a doubtful stop: the library would look at the word
    again, to say whether it begins a sentence.
    """
    last = -1
    for stop in PLAIN_STOP.finditer(seen):
        end = stop.start()
        begin = seen.rfind(" ", max(0, end - LONGEST_WORD), end) + 1
        word, before = seen[begin:end].removeprefix("“"), seen[begin - 2 : begin - 1]
        if (
            begin > 1
            and (begin == last or before == "," or before.isalnum())
            and word.isascii()
            and (
                (word.isalpha() and word.lower() not in asked.doubtful)
                or (word.isdecimal() and _ends_at_number(seen, stop.end(), asked))
            )
        ):
            last = stop.end()
            yield stop


def _ends_at_number(seen: str, begin: int, asked: Library) -> bool:
    """Say whether a word of letters begins here that makes no fixed phrase with a number."""
    word = seen[begin : begin + LONGEST_WORD].partition(" ")[0]
    return word.isalpha() and word.isascii() and word.lower() not in asked.after_number


def _without(seen: str, stops: Sequence[int]) -> str:
    """Return a text of the same length that has commas in place of these stops."""
    begins = [0, *(stop + 1 for stop in stops)]
    return ",".join(seen[begin:end] for begin, end in zip(begins, [*stops, None], strict=True))


def _shortened(stretch: re.Match[str]) -> str:
    """Return a stretch of the same length of which only head and tail are left.

    The head shows how it begins; the library ends a sentence at the last stop of a stretch only,
    so the head needs none.
    """
    whole = stretch.group()
    return STOP.sub("x", whole[:HEAD]) + " " * (len(whole) - HEAD - TAIL) + whole[-TAIL:]


@functools.cache
def loaded() -> Library:
    """Return the library's default model without the abbreviations that are none."""
    from nupunkt import load_default_model  # noqa: PLC0415 - 50-120 ms that only an import needs

    # Made anew, so nobody else's tokenizer changes with it.
    tokenizer = load_default_model()
    known = tokenizer.parameters
    known.abbrev_types = set(filter(_is_believed, tokenizer.abbreviations))
    tokenizer.clear_decision_cache()
    phrases = known.collocations
    return Library(
        tokenizer,
        doubtful=frozenset(known.abbrev_types | {first for first, _ in phrases}),
        after_number=frozenset(second for first, second in phrases if first == NUMBER),
    )


def _is_believed(abbreviation: str) -> bool:
    if not abbreviation.isalpha():
        return True
    if len(abbreviation) < 3:
        return abbreviation not in SHORT_WORDS
    return abbreviation in BELIEVED
