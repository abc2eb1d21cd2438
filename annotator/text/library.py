"""Where the library, nupunkt, would cut: behind a text that it reads in linear time."""

import functools
import re
from typing import Any

from annotator.text.abbreviations import BELIEVED, SHORT_WORDS

STOP = re.compile(r"[.!?…]")
WHITE_SPACE = re.compile(r"\s")

# At every stop inside a stretch without white space the library reads on to the end of the
# stretch, which takes hours on a million exclamation marks; and it remembers what it read. Of a
# stretch that is too long to be a word it sees the beginning and the end.
LONGEST_STRETCH = 200
HEAD, TAIL = 50, 150
STRETCH = re.compile(rf"\S{{{LONGEST_STRETCH + 1},}}")


def cuts(piece: str) -> set[int]:
    """Return the offsets at which the library would begin a new sentence, and the end."""
    # Hard wraps and odd white space look like plain spaces to the library.
    seen = STRETCH.sub(_shortened, WHITE_SPACE.sub(" ", piece))
    return {end for _, (_, end) in _tokenizer().tokenize_with_spans(seen)}


def _shortened(stretch: re.Match[str]) -> str:
    """Return a stretch of the same length of which only head and tail are left.

    The head shows how it begins; the library ends a sentence at the last stop of a stretch only,
    so the head needs none.
    """
    whole = stretch.group()
    return STOP.sub("x", whole[:HEAD]) + " " * (len(whole) - HEAD - TAIL) + whole[-TAIL:]


@functools.cache
def _tokenizer() -> Any:
    """Return the library's default model without the abbreviations that are none."""
    from nupunkt import load_default_model  # noqa: PLC0415 - 50-120 ms that only an import needs

    # Made anew, so nobody else's tokenizer changes with it.
    tokenizer = load_default_model()
    tokenizer.parameters.abbrev_types = set(filter(_is_believed, tokenizer.abbreviations))
    tokenizer.clear_decision_cache()
    return tokenizer


def _is_believed(abbreviation: str) -> bool:
    if not abbreviation.isalpha():
        return True
    if len(abbreviation) < 3:
        return abbreviation not in SHORT_WORDS
    return abbreviation in BELIEVED
