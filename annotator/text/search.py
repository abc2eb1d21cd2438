"""What somebody searches for: words, "phrases" and prefix*; and where a text has them.

A word is a run of letters and digits, in any case; whatever else is typed only parts words. Words
are all wanted, in any order; those of a phrase, and of a word like U.S. or well-known, in a row.
An accent may stand in its letter or behind it, in the query as in the text.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

WAYS: tuple[Literal["NFC", "NFD"], ...] = ("NFC", "NFD")
LONGEST = 500
MOST_WORDS = 30
# Accents that stand behind their letter belong to the word.
WORD = re.compile(r"[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*")
# A phrase, closed or not, or whatever stands between two spaces; either may be a prefix.
PART = re.compile(r'["“”„«»]([^"“”„«»]*)(?:["“”„«»](\*?)|$)|([^\s"“”„«»]+)')


class SearchError(ValueError):
    """Nothing can be searched for like this; the message says what would be right."""


@dataclass(frozen=True)
class Term:
    """Words in a row, in lower case; with `prefix` the last one is the beginning of a word."""

    words: tuple[str, ...]
    prefix: bool = False

    @property
    def spellings(self) -> tuple[tuple[str, ...], ...]:
        """Return the words as they were typed, and with all accents in their letters or behind."""
        ways = (tuple(unicodedata.normalize(way, each) for each in self.words) for way in WAYS)
        return tuple(dict.fromkeys((self.words, *ways)))


def parse(query: str) -> tuple[Term, ...]:
    """Return what is searched for; nothing for a query of spaces.

    Raises:
        SearchError: it has no word, or is too long.

    """
    if not query.strip():
        return ()
    if len(query) > LONGEST:
        raise SearchError(f"Search for at most {LONGEST} characters; these are {len(query):,}.")
    terms = tuple(terms_of(query))
    if not terms:
        raise SearchError("Search for at least one word of letters or digits.")
    if sum(len(term.words) for term in terms) > MOST_WORDS:
        raise SearchError(f"Search for at most {MOST_WORDS} words.")
    return terms


def terms_of(query: str) -> Iterator[Term]:
    """Yield the terms of a query."""
    for phrase, star, word in PART.findall(query):
        words = words_in(phrase or word)
        if words:
            yield Term(words, bool(star) or word.endswith("*"))


def words_in(text: str) -> tuple[str, ...]:
    """Return the words of a text, in lower case."""
    return tuple(map(lowered, WORD.findall(text)))


def lowered(word: str) -> str:
    """Return a word in lower case; as it is where that has more signs: the databases fold it."""
    low = word.lower()
    return low if len(low) == len(word) else word


def composed(words: Iterable[str]) -> tuple[str, ...]:
    """Return words with every accent in its letter, to be compared."""
    return tuple(unicodedata.normalize("NFC", each) for each in words)


def as_composed(term: Term) -> Term:
    """Return a term of such words."""
    return Term(composed(term.words), term.prefix)


def has(text: str, terms: Sequence[Term]) -> bool:
    """Say whether a text has all of these."""
    words, terms = composed(words_in(text)), tuple(map(as_composed, terms))
    return all(any(stands_at(words, place, term) for place in range(len(words))) for term in terms)


def stands_at(words: Sequence[str], place: int, term: Term) -> bool:
    """Say whether a term begins with the word at a place."""
    found = tuple(words[place : place + len(term.words)])
    if not term.prefix:
        return found == term.words
    return (
        len(found) == len(term.words)
        and found[:-1] == term.words[:-1]
        and found[-1].startswith(term.words[-1])
    )


def marked(text: str, terms: Sequence[Term]) -> tuple[tuple[str, bool], ...]:
    """Cut a text where what was searched for begins and ends: each stretch, and whether it is it.

    Whole phrases are one stretch.
    """
    spans = [(found.start(), found.end()) for found in WORD.finditer(text)]
    words = composed(lowered(text[start:end]) for start, end in spans)
    terms = tuple(map(as_composed, terms))
    hits: list[tuple[int, int]] = []
    for place in range(len(words)):
        for term in terms:
            if stands_at(words, place, term):
                hits.append((spans[place][0], spans[place + len(term.words) - 1][1]))
    ends = sorted({0, len(text), *(end for hit in hits for end in hit)})
    return tuple(
        (text[start:end], any(begin <= start < stop for begin, stop in hits))
        for start, end in pairwise(ends)
    )
