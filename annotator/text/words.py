"""The words of a sentence with their places, as whoever looks for names and sources reads them."""

import re
from collections.abc import Iterable
from typing import NamedTuple

WORD = re.compile(r"(?:[^\W\d_]\.)+(?:[^\W\d_](?!\w))?|[^\W_]+(?:[-’'][^\W_]+)*")
POSSESSIVE = re.compile(r"[’']s?$")
# "I’m" is no name, either.
WHOLE = re.compile(r"[’'].*")
TOKEN = re.compile(r"\S+")
# Scripts that write words without spaces are counted by characters, as databases count them.
UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")


class Word(NamedTuple):
    """A word with its place in the sentence; `text` is without a possessive ending."""

    start: int
    end: int
    text: str
    owns: bool  # "Trump's"

    low: str
    capital: bool


def words_in(text: str) -> list[Word]:
    """Return the words of a sentence."""
    found = []
    for match in WORD.finditer(text):
        start, whole = match.start(), match[0]
        # Most words have no apostrophe, and an abbreviation may have one behind its last stop.
        bare = POSSESSIVE.sub("", whole) if "’" in whole or "'" in whole else whole
        owns = bare is not whole and len(bare) < len(whole)
        if whole[-1] == ".":
            owns = text[match.end() : match.end() + 2] in ("’s", "'s")
        low = bare.lower().rstrip(".")
        found.append(Word(start, start + len(bare), bare, owns, low, bare[0].isupper()))
    return found


def count_words(texts: Iterable[str]) -> int:
    """Return how many words there are, as databases count: between spaces, Chinese by signs."""
    total = 0
    for text in texts:
        signs = len(UNSPACED.findall(text))
        rest = UNSPACED.sub(" ", text) if signs else text
        total += signs + sum(any(map(str.isalnum, word)) for word in TOKEN.findall(rest))
    return total
