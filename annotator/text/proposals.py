"""Who may be speaking in each sentence of an article, told from its text alone.

A proposal is a stretch of the text with the name of whoever it means. Capital letters and
quotation marks tell most of it in any language; the English words are in `reporting.py`. It is
better to propose somebody too many than to miss one, but never more than four in a sentence.
Nothing here is a label: what is proposed is offered to a person, who takes it or not.

The same text gives the same proposals.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from annotator.text.naming import (
    Names,
    bare_name,
    joined,
    names_body,
    names_in,
    runs_in,
    with_stops,
    without_opening,
)
from annotator.text.quotations import CLOSING, OPENING, quotations
from annotator.text.reporting import (
    ANONYMOUS,
    BETWEEN,
    BODIES,
    FACELESS,
    HE_OR_SHE,
    IMPLICIT,
    OPINION,
    PEOPLE,
    PLACED,
    QUANTITIES,
    ROLES,
    SAYING,
    SMALL,
    SOURCE_BEFORE,
    TITLES,
)
from annotator.text.unnamed import described
from annotator.text.words import Word, words_in

MOST = 4
PERSON, ORGANISATION, GROUP, UNNAMED = "person", "organisation", "group", "unnamed"
# Words that stand for somebody who has a name elsewhere: a mention, and nobody new.
ROLE = "role"
NO_PART = SMALL | SAYING | BETWEEN
NO_PERSON_AFTER = PLACED | {"the", "since"}
COUNTED = QUANTITIES | {"defense", "defence", "coalition"}
MARKS = CLOSING + '"'
LONGEST_LEAD = max(map(len, SOURCE_BEFORE)) + 2
# Below this, somebody is named and nothing says that it is somebody who speaks.
ENOUGH = 2
LONGEST = 120  # characters of a stretch: longer ones are no name


@dataclass(frozen=True, order=True)
class Proposal:
    """Somebody who may be speaking: a stretch of the article, in code points, and a name.

    `kind` is one of "person", "organisation", "group", "unnamed" and "role" ("the president").
    `known` says that the name was somebody's already; a text cannot tell.
    """

    start: int
    end: int
    name: str
    kind: str
    known: bool = False


@dataclass(frozen=True)
class Line:
    """A sentence of an article: where it begins, its paragraph, its words."""

    start: int
    paragraph: int
    text: str


class _Found(NamedTuple):
    """A stretch of a sentence that means somebody, and how much says that it is the speaker."""

    start: int
    end: int
    name: str
    kind: str
    weight: int


def propose(lines: Sequence[Line]) -> list[tuple[Proposal, ...]]:
    """Return for each sentence of an article who may be speaking there, in the order of the text.

    At most four a sentence. A sentence inside of a quotation has whoever is quoted, whose words
    may stand in another sentence.
    """
    words = [words_in(line.text) for line in lines]
    runs = [runs_in(line.text, each) for line, each in zip(lines, words, strict=True)]
    lower = {word.text for each in words for word in each if not word.capital}
    names = Names(names_in(words, runs, lower))
    for of_line, of_runs in zip(words, runs, strict=True):
        names.notice(of_line, of_runs)
    found: list[list[_Found]] = []
    last = ""  # the person who was quoted last
    for line, of_line, of_runs in zip(lines, words, runs, strict=True):
        here = [*_capitalised(line.text, of_line, of_runs, names, lower),
                *_described(line.text, of_line, of_runs)]  # fmt: skip
        here += _pronouns(of_line, last)
        found.append(_best(here))
        said = [each for each in found[-1] if each.kind == PERSON and each.weight >= SPEAKS]
        last = said[-1].name if said else last
    own = [
        [Proposal(line.start + each.start, line.start + each.end, each.name, each.kind)
         for each in here]
        for line, here in zip(lines, found, strict=True)
    ]  # fmt: skip
    quoted = _quoted(lines, found, words)
    both = (_unlike([*here, *more])[:MOST] for here, more in zip(own, quoted, strict=True))
    return [tuple(sorted(each)) for each in both]


# Weights of what says that somebody speaks.
SPEAKS, OWNS, LED_TO, QUOTES, TITLED, NAMED = 8, 5, 6, 6, 2, 1


def _capitalised(
    text: str,
    words: Sequence[Word],
    runs: Sequence[tuple[int, int]],
    names: Names,
    lower: set[str],
) -> Iterator[_Found]:
    """Yield those whose name the sentence has, with their titles."""
    for whole, end in runs:
        begin = without_opening(words, whole, end, lower)
        if begin >= end:
            continue
        run = tuple(word.text for word in words[begin:end])
        if words[end : end + 1] and words[end].low in PEOPLE:
            continue  # "U.S. commanders"
        is_body, bare = names_body(run), bare_name(run)
        low = [word.low for word in words[begin:end]]
        titled = any(word.split("-")[-1] in TITLES for word in low) and len(bare) < len(run)
        # "advisor Army Lt. Gen. H.R. McMaster": one title is enough.
        first = begin if titled else _with_words_before(text, words, begin, is_body=is_body)
        titled |= first < begin and not is_body
        before = words[begin - 1].low if begin else ""
        begin = first
        weight = _weight(text, words, begin, end)
        name = names.full(run)
        if titled or (len(bare) > 1 and not is_body and before not in NO_PERSON_AFTER):
            weight += TITLED
        elif " " in name or is_body:
            weight += NAMED
        is_place = len(run) == 1 and run[0] in names.places
        named = titled or (names.is_person(name) and not is_place)
        kind = PERSON if named or not (is_body or is_place or before == "the") else ORGANISATION
        yield _Found(words[begin].start, words[end - 1].end, with_stops(name), kind, weight)


def _with_words_before(text: str, words: Sequence[Word], begin: int, *, is_body: bool) -> int:
    """Return where somebody's description begins: "ministry spokesman …", "the Pentagon"."""
    before = begin - 1
    if before < 0 or not joined(text, words[before], words[begin]):
        return begin
    if is_body:
        return before if words[before].low == "the" else begin
    if words[before].low not in TITLES or words[before].owns:
        return begin
    begin, before = before, before - 1
    if before >= 0 and words[before].low in BODIES and joined(text, words[before], words[begin]):
        return before
    return begin


def _weight(text: str, words: Sequence[Word], begin: int, end: int) -> int:
    """Say how much there is about a stretch that its words are the speaker's."""
    weight = 0
    after = words[end:]
    if words[end - 1].owns:
        if any(word.low in OPINION for word in after[:3]):
            weight += OWNS
        return weight
    if _speaks(text, words[end - 1], after):
        weight += SPEAKS
    before = text[: words[begin].start]
    if before[-LONGEST_LEAD:].rstrip().lower().endswith(SOURCE_BEFORE):
        weight += LED_TO
    verb = words[begin - 1] if begin else None
    if verb and verb.low in SAYING and text[verb.end : words[begin].start] == " ":
        quoted = any(sign in text[: verb.start] for sign in MARKS)
        weight += SPEAKS if quoted else 0
    if text[words[end - 1].end : words[end - 1].end + 1] == ":":
        weight += SPEAKS
    if _after_quotation(before, begin, words):
        weight += QUOTES
    return weight


def _speaks(text: str, last: Word, after: Sequence[Word]) -> bool:
    """Say whether a verb of saying follows, with small words before it."""
    for word in after[:4]:
        if any(sign in text[last.end : word.start] for sign in ",;:()—"):
            return False
        if word.low in SAYING:
            return True
        if word.low not in BETWEEN:
            return False
        last = word
    return False


def _after_quotation(before: str, begin: int, words: Sequence[Word]) -> bool:
    """Say whether a quotation ends right before, or with one word between, as in any language."""
    before = before[-LONGEST:]
    marks = MARKS + ("“" if "„" in before else "")
    at = max(before.rfind(sign) for sign in marks)
    between = before[at + 1 :].lower().split()
    return at > 0 and len(between) <= 1 and not SMALL.intersection(between)


def _described(
    text: str, words: Sequence[Word], runs: Sequence[tuple[int, int]]
) -> Iterator[_Found]:
    """Yield those who have no name: groups, roles, unnamed sources."""
    for found in described(text, words):
        start, end = words[found.begin].start, words[found.end - 1].end
        kind = GROUP if found.is_group else UNNAMED
        yield _Found(start, end, text[start:end], kind, SPEAKS)
    for at, word in enumerate(words):
        if word.low in PEOPLE:
            yield _group(text, words, runs, at)
        elif word.low in ANONYMOUS and _weight(text, words, at, at + 1) >= LED_TO:
            yield _Found(word.start, word.end, text[word.start : word.end], UNNAMED, LED_TO)
        elif word.low in IMPLICIT:
            yield _Found(word.start, word.end, text[word.start : word.end], UNNAMED, OWNS)
        elif word.low in ROLES and not word.capital:  # "the president"
            begin = at
            while begin and begin > at - 3 and joined(text, words[begin - 1], words[begin]):
                begin -= 1
                if words[begin].low == "the":
                    break
            named = words[at + 1 : at + 2]
            if words[begin].low != "the" or (named and named[0].capital):
                continue
            weight = _weight(text, words, begin, at + 1)
            start = words[begin].start
            yield _Found(start, word.end, text[start : word.end], ROLE, weight)


def _group(text: str, words: Sequence[Word], runs: Sequence[tuple[int, int]], at: int) -> _Found:
    """Return a group with what is said of it: "many key voices in the cabinet"."""
    begin, end = at, at + 1
    while begin and joined(text, words[begin - 1], words[begin]):
        one = words[begin - 1]
        if one.low in COUNTED or (one.capital and one.low not in SMALL and one.low not in SAYING):
            begin -= 1
        elif (
            one.low == "and"
            and begin > 1
            and (words[begin - 2].low in PEOPLE or words[begin - 2].capital)
        ):
            begin -= 2
        elif one.low not in NO_PART and not one.owns and begin == at:
            begin -= 1
        else:
            break
    place = words[end : end + 3]
    if place and place[0].low in ("in", "from", "at") and joined(text, words[at], place[0]):
        more = 2 if len(place) > 2 and place[1].low == "the" else 1
        whole = all(joined(text, one, other) for one, other in pairwise(place[: more + 1]))
        if whole and len(place) > more and place[more].low not in SMALL:
            end = max([end + more + 1, *(to for at_, to in runs if at_ == end + more)])
    others = [word.low in PEOPLE for word in words[end : end + 3]]
    more = others.index(True) + 1 if True in others else 0
    both = words[end - 1 : end + more]
    if more and both[1].low == "and" and all(joined(text, *each) for each in pairwise(both)):
        end += more
    lone = end - begin == 1 and not words[at].capital
    weight = _weight(text, words, begin, end) + (0 if lone else NAMED + NAMED)
    name = text[words[begin].start : words[end - 1].end]
    kind = UNNAMED if words[at].low in FACELESS and not _has_home(words[begin:end]) else GROUP
    return _Found(words[begin].start, words[end - 1].end, name, kind, weight)


def _has_home(words: Sequence[Word]) -> bool:
    """Say whether a group is described by where it belongs: "officials in Moscow"."""
    return any(word.capital for word in words[1:])


def _pronouns(words: Sequence[Word], last: str) -> Iterator[_Found]:
    """Yield "he" where he speaks: whoever was quoted last."""
    for at, word in enumerate(words):
        if (
            last
            and word.low in HE_OR_SHE
            and any(each.low in SAYING for each in words[at + 1 : at + 3])
        ):
            yield _Found(word.start, word.end, last, PERSON, SPEAKS)


def _best(found: Iterable[_Found]) -> list[_Found]:
    """Return the likeliest four of a sentence, in the order of the text."""
    kept: list[_Found] = []
    for each in sorted(found, key=lambda one: (-one.weight, one.start - one.end, one.start)):
        overlaps = any(each.start < one.end and one.start < each.end for one in kept)
        again = any(each.name == one.name and each.weight < one.weight for one in kept)
        if len(kept) == MOST:
            break
        if each.weight >= ENOUGH and each.end - each.start <= LONGEST and not overlaps | again:
            kept.append(each)
    return sorted(kept, key=lambda one: one.start)


def _quoted(
    lines: Sequence[Line], found: Sequence[Sequence[_Found]], words: Sequence[Sequence[Word]]
) -> list[list[Proposal]]:
    """Return for the sentences inside of quotations whoever is quoted there.

    That is whoever the stretch names, else whoever spoke in the paragraph before it; where the
    quotation has "I" before a verb of saying, its words are these.
    """
    rails = quotations([(line.paragraph, line.text) for line in lines])
    more: list[list[Proposal]] = [[] for _ in lines]
    speaker: Proposal | None = None
    begin = 0
    for index, rail in enumerate(rails):
        said = _speaker_in(lines[index], found[index])
        if not rail.inside:
            speaker = said or (speaker if lines[index].text[:1] in OPENING else None)
            continue
        if rail.opens:
            begin = index
        if not rail.closes:
            continue
        own = [_speaker_in(lines[each], found[each]) for each in range(begin, index + 1)]
        speaker = next((each for each in own if each), speaker)
        for each in range(begin, index + 1):
            if speaker and own[each - begin] is None:
                more[each].append(_first_person(lines[each], words[each], speaker) or speaker)
    return more


def _speaker_in(line: Line, found: Sequence[_Found]) -> Proposal | None:
    """Return the person or body that surely speaks in a sentence."""
    sure = [each for each in found if each.weight >= SPEAKS and each.kind in (PERSON, ORGANISATION)]
    if not sure:
        return None
    best = max(sure, key=lambda each: each.weight)
    return Proposal(line.start + best.start, line.start + best.end, best.name, best.kind)


def _first_person(line: Line, words: Sequence[Word], speaker: Proposal) -> Proposal | None:
    """Return the "I" of a quotation that says something."""
    for one, other in pairwise(words):
        if one.text.split("’")[0].split("'")[0] == "I" and other.low in SAYING:
            return replace(speaker, start=line.start + one.start, end=line.start + one.start + 1)
    return None


def _unlike(proposals: Iterable[Proposal]) -> list[Proposal]:
    """Return the proposals, each stretch once."""
    return list({(each.start, each.end): each for each in proposals}.values())
