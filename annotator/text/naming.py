"""Whom capitalised words name: where names stand, what is a title, a body, a fuller name of one."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from annotator.text.reporting import BODIES, LINKS, NOBODY, PLACED, SMALL, STANDS_FOR, TITLES
from annotator.text.words import WHOLE, Word

# A line of more words than `SHORT_LINE` without a full stop, `MOSTLY` capitalised, is a headline.
SHORT_LINE, MOSTLY = 4, 0.6
NO_NAME = SMALL | NOBODY
MANY = 4096  # names that are kept in mind: an article repeats its own
SHORTEST_NAME = 4
# "U.S News": the last full stop of an abbreviation was left out.
UNSTOPPED = re.compile(r"\b((?:[A-Z]\.)+[A-Z])(?=\s)")


def runs_in(text: str, words: Sequence[Word]) -> list[tuple[int, int]]:
    """Return where capitalised words stand together, as numbers of words, the end exclusive."""
    runs: list[tuple[int, int]] = []
    capitals = sum(word.capital for word in words)
    if len(words) > SHORT_LINE and capitals > len(words) * MOSTLY and text.rstrip()[-1:].isalnum():
        return runs  # a headline with capital letters throughout tells nothing by them
    index = 0
    while index < len(words):
        if not words[index].capital or WHOLE.sub("", words[index].low) in NO_NAME:
            index += 1
            continue
        end = index + 1
        while end < len(words):
            step = _step(text, words, end)
            if not step:
                break
            end += step
        runs.append((index, end))
        index = end
    return runs


def _step(text: str, words: Sequence[Word], at: int) -> int:
    """Return how many words more belong to the run that ends before this one."""
    if words[at - 1].owns or not joined(text, words[at - 1], words[at]):
        return 0
    if words[at].capital:
        return 0 if words[at].low in NOBODY else 1
    follows = at + 1 < len(words) and words[at + 1].capital and words[at + 1].low not in NOBODY
    if not follows or not joined(text, words[at], words[at + 1]):
        return 0
    if words[at].low in LINKS:
        return 2
    # "News and World Report" is one body, "Putin and Trump" are two people.
    ends = words[at + 2 : at + 3]
    is_body = words[at - 1].low in BODIES and ends and ends[0].low in BODIES and ends[0].capital
    return 2 if words[at].low in ("and", "&") and is_body else 0


def joined(text: str, one: Word, other: Word) -> bool:
    """Say whether only a space, or the stop of an abbreviation, stands between two words."""
    between = text[one.end : other.start]
    return between == " " or (between == ". " and one.low in TITLES)


def names_in(
    words: Sequence[Sequence[Word]],
    runs: Sequence[Sequence[tuple[int, int]]],
    lower: set[str],
) -> Iterator[tuple[tuple[str, ...], bool]]:
    """Yield each name of the article without titles, and whether it is a body's."""
    for of_line, of_runs in zip(words, runs, strict=True):
        for whole, end in of_runs:
            begin = without_opening(of_line, whole, end, lower)
            run = tuple(word.text for word in of_line[begin:end])
            if run:
                yield bare_name(run), names_body(run)


def without_opening(words: Sequence[Word], begin: int, end: int, lower: set[str]) -> int:
    """Leave out the first word of a sentence where the text writes it small elsewhere."""
    opens = begin == 0 and words[0].text.lower() in lower
    if not opens or words[0].low in BODIES or words[0].low in TITLES:
        return begin
    # Before another capitalised word it is an article or a preposition, in any language.
    return begin + 1 if end == begin + 1 or len(words[0].text) <= SHORTEST_NAME else begin


@lru_cache(MANY)
def bare_name(run: tuple[str, ...]) -> tuple[str, ...]:
    """Return a name without titles before it and initials within it."""
    low = [word.lower().rstrip(".") for word in run]
    titles = [at for at, word in enumerate(low) if word.split("-")[-1] in TITLES]
    rest = run
    if titles and titles[-1] + 1 < len(run):
        rest = run[titles[-1] + 1 :]
        # "Secretary of State Mike Pompeo": what a title is of is no name.
        if rest[0].lower() in LINKS and len(rest) > 3:
            rest = rest[-2:]
    elif low and "-" in low[0] and low[0].split("-")[-1] in TITLES:
        rest = run[1:] or rest
    inner = [word for word in rest[1:-1] if not re.fullmatch(r"[^\W\d_]\.?", word)]
    return (rest[0], *inner, rest[-1]) if len(rest) > 1 else rest


@lru_cache(MANY)
def names_body(run: tuple[str, ...]) -> bool:
    """Say whether a name is an organisation's."""
    low = [word.lower().rstrip(".") for word in run]
    short = len(run) == 1 and len(run[0]) > 2 and run[0].isupper() and "." not in run[0]
    # The last word says what it is, or the one before "of": "Ministry of Defense".
    heads = [low[-1], *(one for one, other in pairwise(low) if other in LINKS)]
    return short or " ".join(low) in STANDS_FOR or any(word in BODIES for word in heads)


def _letters(name: Iterable[str]) -> tuple[str, ...]:
    """Return what two names of one body have in common: their words in any order."""
    return tuple(sorted(word.lower().rstrip(".") for word in name if word.lower() not in LINKS))


class Names:
    """The names of an article, and which of them is the fullest for a shorter one."""

    def __init__(self, named: Iterable[tuple[tuple[str, ...], bool]]) -> None:
        self.people: dict[str, tuple[str, ...]] = {}
        self.titled: set[str] = set()
        self.places: set[str] = set()
        self.bodies: dict[tuple[str, ...], tuple[str, ...]] = {}
        for name, is_body in named:
            if is_body:
                known = self.bodies.setdefault(_letters(name), name)
                if len(name) > len(known):
                    self.bodies[_letters(name)] = name
            elif len(name) > 1 and not any(word in LINKS for word in name):
                self.people.setdefault(name[-1], name)

    def notice(self, words: Sequence[Word], runs: Sequence[tuple[int, int]]) -> None:
        """Learn who has a title somewhere, and what is a place somewhere."""
        for begin, end in runs:
            run = tuple(word.text for word in words[begin:end])
            if not names_body(run) and len(bare_name(run)) < len(run):
                self.titled.add(bare_name(run)[-1])
            if begin and end == begin + 1 and words[begin - 1].low in PLACED:
                self.places.add(run[0])

    def is_person(self, name: str) -> bool:
        """Say whether this is the name of a person, as far as the article shows."""
        last = name.rsplit(maxsplit=1)[-1]
        return last in self.titled or " ".join(self.people.get(last, ())) == name

    def full(self, run: tuple[str, ...]) -> str:
        """Return the name that a run of capitalised words means."""
        low = " ".join(run).lower()
        if low in STANDS_FOR:
            return STANDS_FOR[low]
        if names_body(run):
            return " ".join(self.bodies.get(_letters(run), run))
        name = bare_name(run)
        return " ".join(self.people.get(name[-1], name) if len(name) == 1 else name)


def with_stops(name: str) -> str:
    """Give an abbreviation the full stop that was left out."""
    return UNSTOPPED.sub(r"\1.", name)
