"""The outline of an article: its sentences, what part of the article each is, title and date."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from annotator.phrases import both_numbers, counted
from annotator.text.blocks import CLOSERS, Block, blocks
from annotator.text.datelines import Dateline, read_dateline
from annotator.text.decode import UndecodableText
from annotator.text.furniture import is_furniture, is_label
from annotator.text.sentences import split_block
from annotator.text.splitters import Splitter, splitter_of
from annotator.text.spoilt import spoilt
from annotator.text.vetoes import has_ink

SEGMENTS = ("headline", "dateline", "body", "boilerplate")

TITLE_LENGTH = 120
LONGEST_HEADLINE = 160
# Untrue where somebody has said title or date.
NO_HEADLINE = "No headline found: the title is the beginning of the first sentence."
AMBIGUOUS_DATE = (
    "The date can be read as day/month or as month/day: set the publication date by hand."
)
LONG_SENTENCE = 1000
# A headline stands among the first blocks, after date lines and furniture at most.
HEADLINE_WITHIN = 8
# Headline and subheadline: so many lines of prose may stand above the date line.
ABOVE_THE_STORY = 2
# On top of everything "By Land and Sea, Russia Advances" is a headline, "By Jane Roe" is not.
LONGEST_FIRST_BYLINE = 30


@dataclass(frozen=True)
class SentenceDraft:
    """A sentence as the importer proposes it: text[start:end], its segment and paragraph."""

    position: int
    start: int
    end: int
    segment: str
    paragraph: int
    text: str


@dataclass(frozen=True)
class Outline:
    """What the importer proposes for an article; the lead corrects it."""

    title: str
    published_on: datetime.date | None
    sentences: tuple[SentenceDraft, ...]
    warnings: tuple[str, ...]


class TooManySentences(ValueError):
    """The text has more sentences than were allowed."""


def outline(
    text: str,
    most: int | None = None,
    language: str = "en",
    *,
    titled: bool = False,
    title: str = "",
    cut: Sequence[Block] = (),
) -> Outline:
    """Propose sentences, segments, title and date; refuse a text without letter or digit.

    `language` chooses the splitter; `titled` says that the first block is known to be the headline,
    `title` what the file says that the headline is.
    `cut` are the sentences of a text that came with its own boundaries: none is split further.

    With `most`, finding the sentences ends with TooManySentences as soon as there are more.
    """
    if not has_ink(text):
        raise UndecodableText("no sentence found: the text has no letter and no digit")
    parts = cut or blocks(text)
    # Each block holds a sentence at least.
    if most is not None and len(parts) > most:
        raise TooManySentences
    furniture = [is_furniture(text[part.start : part.end]) for part in parts]
    datelines = _datelines(text, parts, furniture)
    if titled:
        datelines.pop(0, None)
        furniture[0] = False
    segments = _segments(text, parts, datelines, furniture, title)
    if titled and len(parts) > 1:
        segments = ["headline", *("body" if each == "headline" else each for each in segments[1:])]
    splitter = None if cut else splitter_of(language)
    sentences = tuple(_drafts(text, parts, segments, most, splitter))
    day = _published_on(datelines)
    return Outline(
        title=_title(sentences),
        published_on=day,
        sentences=sentences,
        warnings=tuple(_warnings(text, parts, sentences, datelines, day)),
    )


def _datelines(text: str, parts: Sequence[Block], furniture: Sequence[bool]) -> dict[int, Dateline]:
    """Find the date lines and bylines, by the index of their block.

    Further down "By Jane Roe" is more likely a heading, and a bare date belongs to a comment or
    another article: it is a date line, but not the day this article was published.
    """
    found: dict[int, Dateline] = {}
    prose = 0
    for index, part in enumerate(parts):
        line = text[part.start : part.end]
        dateline = read_dateline(line, allow_place=index > 0 and prose <= 1)
        if dateline and index == 0 and not dateline.day and len(line) > LONGEST_FIRST_BYLINE:
            dateline = None
        if dateline and prose <= ABOVE_THE_STORY:
            found[index] = dateline
        elif dateline and dateline.day:
            found[index] = replace(dateline, day=None)
        elif not furniture[index]:
            prose += 1
    return found


def _segments(
    text: str,
    parts: Sequence[Block],
    datelines: dict[int, Dateline],
    furniture: Sequence[bool],
    title: str,
) -> list[str]:
    segments = []
    for index in range(len(parts)):
        if index in datelines:
            segments.append("dateline")
        elif furniture[index]:
            segments.append("boilerplate")
        else:
            segments.append("body")
    prose = [index for index, segment in enumerate(segments) if segment == "body"]
    if len(prose) > 1 and prose[0] < HEADLINE_WITHIN:
        place = prose[0]
        first = parts[place]
        line = text[first.start : first.end]
        is_above = place + 1 in datelines or _is_label(text, parts[place + 1])
        if _looks_like_headline(line, is_above=is_above) or _reads_alike(line, title):
            segments[place] = "headline"
    return segments


def _is_label(text: str, part: Block) -> bool:
    """Say whether a block only names what follows: "ABSTRACT."."""
    return is_label(text[part.start : part.end])


def _reads_alike(line: str, title: str) -> bool:
    """Say whether a line is a title, whatever white space and case each has."""
    return bool(title) and line.casefold().split() == title.casefold().split()


def _looks_like_headline(line: str, *, is_above: bool) -> bool:
    """Say whether a line is short and ends without a stop; a question may be a headline too.

    One that `is_above` a date line, a byline or a label such as "ABSTRACT." may end with a stop.
    """
    last = line.rstrip(CLOSERS)[-1:]
    return len(line) <= LONGEST_HEADLINE and last not in tuple("…:;," if is_above else ".…:;,")


def _drafts(
    text: str,
    parts: Sequence[Block],
    segments: Sequence[str],
    most: int | None,
    splitter: Splitter | None,
) -> Iterator[SentenceDraft]:
    position = 0
    for part, segment in zip(parts, segments, strict=True):
        whole = [(part.start, part.end)]
        for start, end in split_block(text, part, splitter) if splitter else whole:
            yield SentenceDraft(position, start, end, segment, part.paragraph, text[start:end])
            position += 1
            if most is not None and position > most:
                raise TooManySentences


def _title(sentences: Sequence[SentenceDraft]) -> str:
    headline = [sentence.text for sentence in sentences if sentence.segment == "headline"]
    if headline:
        return " ".join(" ".join(headline).split())
    body = [sentence for sentence in sentences if sentence.segment == "body"]
    return " ".join((body or sentences)[0].text.split())[:TITLE_LENGTH].rstrip()


def _published_on(datelines: dict[int, Dateline]) -> datetime.date | None:
    """Prefer the day of publication to the day of an update."""
    dated = [dateline for dateline in datelines.values() if dateline.day]
    first = next((dateline for dateline in dated if not dateline.is_update), None)
    best = first or next(iter(dated), None)
    return best.day if best else None


def _warnings(
    text: str,
    parts: Sequence[Block],
    sentences: Sequence[SentenceDraft],
    datelines: dict[int, Dateline],
    day: datetime.date | None,
) -> Iterator[str]:
    segments = {sentence.segment for sentence in sentences}
    if len(parts) == 1:
        yield (
            "No paragraph breaks found: the text is one block. Paste the article with its line "
            "breaks if it has any; sentence splitting relies on them."
        )
    if "headline" not in segments:
        yield NO_HEADLINE
    if "body" not in segments:
        yield "No article text found: every line looks like a date line or page furniture."
    if day is None and any(dateline.is_ambiguous for dateline in datelines.values()):
        yield AMBIGUOUS_DATE
    long = [sentence for sentence in sentences if len(sentence.text) > LONG_SENTENCE]
    if long:
        yield (
            f"{counted(len(long), 'very long sentence')} (over "
            f"{LONG_SENTENCE:,} characters), the first is number {both_numbers(long[0].position)}: "
            "check whether it should be split."
        )
    yield from spoilt(text)
