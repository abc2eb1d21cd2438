"""Sifting: which articles of a file are taken, which are left out and why, what is odd of each.

A download from a news database holds the same article several times, lists of contents and
captions. What is there already is left out and named; what else is left out, somebody has chosen.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from annotator.errors import RefusedError
from annotator.formats.articles.archives.found import FEWEST_WORDS, differs
from annotator.formats.articles.archives.interface import listed
from annotator.formats.articles.article import ArticleDraft
from annotator.phrases import counted
from annotator.text import near
from annotator.text.near import NearTexts
from annotator.work.articles.known_texts import KnownTexts

WORDS, UNDATED, SHORT, LIST, NEAR = "words", "undated", "short", "list", "near"
KINDS: Mapping[str, str] = {
    WORDS: "words differ by more than 15 %",
    UNDATED: "no date",
    SHORT: f"fewer than {FEWEST_WORDS} words",
    LIST: "a list or a correction",
    NEAR: "near copy",
}
# How many of a kind there are: "3 too short, 5 near copies".
COUNTED: Mapping[str, tuple[str, str]] = {
    WORDS: ("with differing words", "with differing words"),
    UNDATED: ("undated", "undated"),
    SHORT: ("too short", "too short"),
    LIST: ("list or correction", "lists or corrections"),
    NEAR: ("near copy", "near copies"),
}
LISTS = listed(
    "contents inhalt inhaltsverzeichnis sommaire índice indice содержание 目录 목차 index"
    " corrections correction korrekturen rectificatif rectificatifs erratum errata correcciones"
    " исправление исправления"
)


def kinds_of(draft: ArticleDraft) -> tuple[str, ...]:
    """Return what is odd of an article of a database, from itself alone."""
    if not draft.database:
        return ()
    odd = {
        WORDS: differs(draft.word_count, draft.declared_words),
        UNDATED: draft.published_on is None,
        SHORT: draft.word_count < FEWEST_WORDS,
        LIST: not draft.word_count
        or (bool(listed(draft.title) & LISTS) and len(draft.title.split()) < 4),
    }
    return tuple(kind for kind, is_odd in odd.items() if is_odd)


@dataclass(frozen=True)
class Choice:
    """Which articles are wanted; an empty choice takes all.

    `kinds` are kinds of `KINDS` that are left out, `publishers` those that are taken.
    """

    least_words: int = 0
    since: date | None = None
    until: date | None = None
    publishers: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()

    def cause(self, draft: ArticleDraft) -> str:
        """Say why an article is left out; "" where it is wanted."""
        if draft.word_count < self.least_words:
            return f"it has {counted(draft.word_count, 'word')}, fewer than {self.least_words:,}"
        if (self.since or self.until) and draft.published_on is None:
            return "it has no date"
        if self.since and draft.published_on and draft.published_on < self.since:
            return f"it is of {draft.published_on}, before {self.since}"
        if self.until and draft.published_on and draft.published_on > self.until:
            return f"it is of {draft.published_on}, after {self.until}"
        if self.publishers and draft.publisher.casefold() not in self.publishers:
            return f"its publisher is “{draft.publisher}”"
        found = next((kind for kind in kinds_of(draft) if kind in self.kinds), "")
        return KINDS.get(found, "")


EVERYTHING = Choice()


def choose_publishers(names: Iterable[str]) -> frozenset[str]:
    """Return names of publishers as they are compared."""
    return frozenset(" ".join(name.split()).casefold() for name in names if name.strip())


@dataclass(frozen=True)
class LeftOut:
    """An article of a file that is not taken, and why."""

    draft: ArticleDraft
    cause: str

    @property
    def said(self) -> str:
        """Name it: "article 14, “Talks fail”: the same text is …"."""
        draft = self.draft
        where = f"article {draft.number}" if draft.number else draft.where or "it"
        return f"{where}, “{draft.title[:80]}”: {self.cause.removeprefix(f'{draft.where}: ')}"


@dataclass(frozen=True)
class Told:
    """What is told of one article of a dry run."""

    file: str
    number: int
    draft: ArticleDraft
    sentences: int
    warnings: tuple[str, ...]
    is_left_out: bool = False


class Sieve:
    """Takes the articles of one batch, or leaves them out.

    `leave` are numbers of articles of the file that is read now.
    """

    def __init__(
        self,
        known_texts: KnownTexts,
        choice: Choice = EVERYTHING,
        near_texts: NearTexts | None = None,
        *,
        new_version: bool = False,
    ) -> None:
        self.known_texts = known_texts
        self.choice = choice
        self.near_texts = near_texts
        self.new_version = new_version

    def take(self, draft: ArticleDraft, leave: Collection[int] = ()) -> ArticleDraft | LeftOut:
        """Take an article that is new and wanted; another one of a database is left out.

        Raises:
            DuplicateError: it is of no database, and not new.

        """
        if draft.number and draft.number in leave:
            return LeftOut(draft, "left out in the preview")
        if cause := self.choice.cause(draft):
            return LeftOut(draft, cause)
        sketch = near.sketch(draft.text) if self.near_texts is not None else None
        if self.near_texts is not None and sketch:
            twin = self.near_texts.twin(sketch)
            if twin and NEAR in self.choice.kinds:
                return LeftOut(draft, f"near copy of “{twin}”")
        try:
            taken = self.known_texts.take(draft, new_version=self.new_version)
        except RefusedError as error:
            if not draft.database:
                raise
            return LeftOut(draft, str(error))
        if self.near_texts is not None and sketch:
            self.near_texts.add(taken.key, sketch)
        return taken


def totals(kinds: Iterable[str], articles: int) -> str:
    """Return how many articles there are and what is odd: "62 articles, 3 too short"."""
    counts = Counter(kinds)
    said = [
        f"{counts[kind]:,} {one if counts[kind] == 1 else many}"
        for kind, (one, many) in COUNTED.items()
        if counts[kind]
    ]
    return ", ".join([counted(articles, "article"), *said])


def none_left(left_out: list[LeftOut]) -> str:
    """Say why no article of a file is taken."""
    first = left_out[0]
    if len(left_out) == 1:
        return f"its only article is left out; {first.said}"
    return f"all of its {len(left_out):,} articles are left out, the first: {first.said}"
