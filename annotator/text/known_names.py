"""Whom a sentence names, of speakers that are known already: by a name, a last name or an alias."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from annotator.text.proposals import MOST, PERSON, Proposal
from annotator.text.reporting import BODIES, HE_OR_SHE, NOBODY, PEOPLE, ROLES, SMALL, TITLES
from annotator.text.words import WHOLE, WORD, Word, words_in

# Words that no alias consists of: they mean another person in every article.
NOBODY_BY_ITSELF = SMALL | HE_OR_SHE | NOBODY | ROLES | PEOPLE
# "the Trump administration", "Pentagon officials", "the Kremlin spokesman" are others.
OTHERS = BODIES | PEOPLE | ROLES
NO_NAME_BEFORE = TITLES | SMALL | NOBODY
SHORTEST = 2  # characters of a name in a script without capital letters


class Form(NamedTuple):
    """One way to call a known speaker."""

    words: str
    name: str
    kind: str


class _Hit(NamedTuple):
    start: int
    end: int
    form: Form
    alone: bool  # the words are no part of a longer name


class KnownNames:
    """Finds known speakers in sentences; the time for one does not grow with their number.

    A form that stands for more than one speaker finds nobody.
    """

    def __init__(self, forms: Iterable[Form]) -> None:
        means: dict[str, set[Form]] = defaultdict(set)
        for form in forms:
            means[" ".join(form.words.split())].add(form)
        # By the first two words: very many names begin with "the".
        self.by_first: dict[tuple[str, ...], list[tuple[tuple[str, ...], Form]]] = defaultdict(list)
        self.without_capitals: list[Form] = []
        for words, found in means.items():
            if len({form.name for form in found}) > 1:
                continue
            form = next(iter(found))._replace(words=words)
            if words.lower() == words.upper() and any(sign.isalpha() for sign in words):
                if len(words) >= SHORTEST:
                    self.without_capitals.append(form)
            elif tells_who(words):
                parts = words_in(words)
                first = tuple(word.low for word in parts[:2])
                self.by_first[first].append((tuple(word.text for word in parts), form))

    def __bool__(self) -> bool:
        return bool(self.by_first or self.without_capitals)

    def add_to(self, found: Sequence[Proposal], text: str, begin: int) -> list[Proposal]:
        """Return a sentence's proposals with whom it names of the known; at most four.

        `begin` is where the sentence begins in its article. What the text proposes comes first.
        """
        kept = list(found)
        more = []
        for hit in self._hits(text):
            start, end = begin + hit.start, begin + hit.end
            touched = [at for at, each in enumerate(kept) if each.start < end and start < each.end]
            if touched:
                meant = _renamed(kept[touched[0]], start, end, hit.form)
                if len(touched) == 1 and meant:
                    kept[touched[0]] = meant
            elif hit.alone:
                more.append(Proposal(start, end, hit.form.name, hit.form.kind, known=True))
        named = {each.name for each in kept}
        new = {each.name: each for each in reversed(more) if each.name not in named}
        return sorted([*kept, *sorted(new.values())][:MOST])

    def _hits(self, text: str) -> Iterator[_Hit]:
        for form in self.without_capitals:
            start = text.find(form.words)
            if start >= 0:
                yield _Hit(start, start + len(form.words), form, alone=True)
        if not self.by_first:
            return
        words = words_in(text)
        at = 0
        while at < len(words):
            first = tuple(word.low for word in words[at : at + 2])
            fits = [
                (len(parts), form)
                for begin in {first[:1], first}
                for parts, form in self.by_first.get(begin, ())
                if _is_here(text, words, at, parts)
            ]
            if not fits:
                at += 1
                continue
            count, form = max(fits)
            last = words[at + count - 1]
            alone = _stands_alone(text, words, at, at + count)
            yield _Hit(words[at].start, last.end, form, alone)
            at += count


def tells_who(words: str) -> bool:
    """Say whether words mean somebody beyond their article: not "he", nor "the president"."""
    capital = (word.lower().rstrip(".") for word in WORD.findall(words) if word[0].isupper())
    return any(WHOLE.sub("", word) not in NOBODY_BY_ITSELF for word in capital)


def _is_here(text: str, words: Sequence[Word], at: int, parts: Sequence[str]) -> bool:
    here = words[at : at + len(parts)]
    if len(here) < len(parts) or not all(map(_same, here, parts)):
        return False
    return all(
        not one.owns and text[one.end : other.start] in (" ", ". ", "-", "\n")
        for one, other in pairwise(here)
    )


def _same(word: Word, part: str) -> bool:
    """Compare a word of a text with one of a name: "the" may begin a sentence, "US" is not "us"."""
    if word.low.rstrip(".") != part.lower().rstrip("."):
        return False
    if len(part) > 1 and part.isupper():
        return word.text.isupper()
    return word.capital or not part[0].isupper()


def _stands_alone(text: str, words: Sequence[Word], at: int, end: int) -> bool:
    """Say whether words are no part of a longer name, and do not say whose somebody else is."""
    last, after, before = words[end - 1], words[end : end + 1], words[at - 1] if at else None
    goes_on = after and not last.owns and text[last.end : after[0].start] == " "
    if goes_on and (after[0].low in OTHERS or (after[0].capital and after[0].low not in NOBODY)):
        return False
    if before is None or text[before.end : words[at].start] != " " or not before.capital:
        return True
    return before.owns or before.low in NO_NAME_BEFORE


def _renamed(proposal: Proposal, start: int, end: int, form: Form) -> Proposal | None:
    """Return a proposal as the known speaker whom it means, None where it means another."""
    around = start <= proposal.start and proposal.end <= end
    inside = proposal.start <= start and end <= proposal.end
    if around:
        return Proposal(start, end, form.name, form.kind, known=True)
    if inside and proposal.kind == PERSON == form.kind:
        return replace(proposal, name=form.name, known=True)
    return None
