"""Records: articles that come as keys and values, in JSON Lines, in JSON or in a table.

    key           the article's short name, unique in the project; without it the file's name and
                  the number of the record
    text          the article, the only one that must be there; or the list of its sentences, which
                  keep these boundaries (see `cut_text`)
    title         its headline; without it the headline of the text
    url, publisher, author, licence, language (a code such as "en")
    published_on  a day as 2019-05-03, or a moment that begins like that; see `dates` for others

Any other key is kept as metadata of the article, exact, and stands in releases.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from annotator.errors import RefusedError
from annotator.formats.articles import dates
from annotator.formats.articles.article import (
    LONGEST_TITLE,
    ArticleDraft,
    Given,
    make_draft,
    refuse_unseen,
)
from annotator.text.blocks import Block
from annotator.text.decode import UndecodableText, check_text

FIELDS = (
    "key",
    "text",
    "title",
    "url",
    "publisher",
    "author",
    "published_on",
    "language",
    "licence",
)
SENTENCES = "sentences"
MOST_KEYS = 200
LARGEST_METADATA = 100_000
LONGEST_VALUE = 2000
LONGEST_LANGUAGE = 35
# Enough digits that the files of a long list are sorted as they stood in it.
DIGITS = 5
ALONE = 0


class RecordError(RefusedError):
    """One record cannot be an article; the message begins with its place in the file."""


class BrokenTableError(RecordError):
    """The table itself is wrong, whichever columns hold which field."""


class OtherWordsError(RecordError):
    """A file says that other words stand at some place of its text: `spans`, in code points."""

    def __init__(self, said: str, spans: tuple[tuple[int, int], ...]) -> None:
        super().__init__(said)
        self.spans = spans


@dataclass(frozen=True)
class Table:
    """How the records of one file become articles.

    `columns` says for a field of ours which key or column of the file holds it, "" for none; a
    field that is not in it is looked for under its own name. `dates` is the order of its days, see
    `dates.ORDERS`; "" where they have the year first. `language` is that of all articles, whatever
    they say; without it theirs counts, and one that says none is asked. `warnings` are those of the
    file, which each article gets.
    """

    stem: str
    encoding: str = "utf-8"
    columns: Mapping[str, str] = field(default_factory=dict)
    dates: str = ""
    language: str = ""
    warnings: tuple[str, ...] = ()

    def column(self, name: str) -> str:
        """Return the key or column that holds one of our fields."""
        return self.columns.get(name, name)

    def draft(self, record: Mapping[str, Any], number: int, where: str) -> ArticleDraft:
        """Return the article of one record, numbered from 1, or ALONE in its file.

        Raises:
            RecordError: naming the place and the field, and what would be right.

        """
        try:
            return self.read(record, number, where)
        except (RefusedError, UndecodableText) as error:
            raise RecordError(f"{where}: {error}") from error

    def read(self, record: Mapping[str, Any], number: int, where: str) -> ArticleDraft:
        """Return the article of one record; errors do not say where."""
        if len(record) > MOST_KEYS:
            raise RefusedError(f"it has {len(record):,} keys, at most {MOST_KEYS} can be kept")
        column, listed = self.listed(record)
        said = {name: self.value(record, name) for name in FIELDS if name != "text" or not listed}
        cut = cut_text(listed) if listed else NOT_CUT
        text = cut.text if listed else said["text"]
        if not text.strip():
            raise RefusedError(self.no_text(record))
        check_text(text)
        ours = {column, *map(self.column, FIELDS)}
        metadata = {name: value for name, value in record.items() if name not in ours}
        if cut.beside:
            metadata[column] = cut.beside
        check_metadata(metadata)
        given = Given(
            title=short("title", said["title"], LONGEST_TITLE),
            published_on=dates.read_day(said["published_on"], self.dates),
            publisher=short("publisher", said["publisher"]),
            author=short("author", said["author"]),
            url=short("url", said["url"]),
            language=self.language or short("language", said["language"], LONGEST_LANGUAGE),
            licence=short("licence", said["licence"]),
            metadata=metadata,
            warnings=self.warnings,
        )
        own = self.stem if number == ALONE else f"{self.stem}-{number:0{DIGITS}}"
        key = said["key"].strip() or own
        if "/" in key or "\\" in key:
            raise RefusedError(f"its key “{key[:60]}” contains a slash; choose another one")
        return make_draft(key, text, self.encoding, given, where, cut=cut.blocks)

    def listed(self, record: Mapping[str, Any]) -> tuple[str, list[Any]]:
        """Return the key that holds the text, and its sentences where it is a list of them."""
        column = self.column("text")
        if column not in record and "text" not in self.columns:
            column = SENTENCES
        found = record.get(column)
        if isinstance(found, list) and found:
            return column, found
        return self.column("text"), []

    def value(self, record: Mapping[str, Any], name: str) -> str:
        """Return one of our fields as text; a key may be a whole number, authors a list."""
        column = self.column(name)
        value = record.get(column)
        if value is None:
            return ""
        if name == "key" and isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if name == "author" and isinstance(value, list) and all(isinstance(v, str) for v in value):
            return ", ".join(value)
        if not isinstance(value, str):
            raise RefusedError(f"“{column}” is {kind_of(value)}, expected a text")
        return value

    def no_text(self, record: Mapping[str, Any]) -> str:
        """Say that the text is missing, and what is there instead."""
        column = self.column("text")
        if column in record:
            return f"“{column}” is empty"
        names = ", ".join(f"“{name[:30]}”" for name in list(record)[:8])
        return (
            f"there is no “{column}”; it has {names or 'no key at all'}: choose which one"
            " contains the text (by command: --column text=NAME)"
        )


@dataclass(frozen=True)
class Cut:
    """A text that came as a list of sentences, and where they stand in it.

    `beside` is what each object of the list had beside its text, if any had more than a number.
    """

    text: str
    blocks: tuple[Block, ...]
    beside: list[dict[str, Any]]


NOT_CUT = Cut("", (), [])


def cut_text(listed: list[Any]) -> Cut:
    """Join the sentences of a text: strings, objects with a `text`, or lists of these.

    A list within the list is a paragraph. One line break stands between two sentences, a blank line
    between two paragraphs; white space around a sentence is left out.

    Raises:
        RefusedError: one of them is none, or empty; it is named.

    """
    paragraphs = listed if all(isinstance(each, list) for each in listed) else [listed]
    spans: list[Block] = []
    words: list[str] = []
    beside: list[dict[str, Any]] = []
    at = 0
    for number, paragraph in enumerate(paragraphs):
        for place, each in enumerate(paragraph):
            sentence = sentence_of(each, len(words) + 1)
            between = "" if not words else "\n" if place else "\n\n"
            start = at + len(between)
            at = start + len(sentence)
            spans.append(Block(start, at, number))
            words.append(between + sentence)
            beside.append({name: value for name, value in named(each) if name != "text"})
    return Cut("".join(words), tuple(spans), [] if are_numbers(beside) else beside)


def sentence_of(each: Any, number: int) -> str:
    """Return the words of one sentence of a list."""
    found = dict(named(each)).get("text") if isinstance(each, dict) else each
    if not isinstance(found, str):
        raise RefusedError(
            f"sentence {number} of its list is no text; expected texts, objects with a “text”, or"
            " a list of these for each paragraph"
        )
    if not found.strip():
        raise RefusedError(f"sentence {number} of its list is empty; remove it")
    return found.strip()


def named(each: Any) -> Iterable[tuple[str, Any]]:
    """Return what an object has, and nothing of a text."""
    return each.items() if isinstance(each, dict) else ()


def are_numbers(beside: Sequence[Mapping[str, Any]]) -> bool:
    """Say whether nothing but the numbers of the sentences stands beside them, if anything."""
    numbers = [each.get("id") for each in beside]
    only = all(set(each) <= {"id"} for each in beside)
    counted: list[list[Any]] = [list(range(start, start + len(beside))) for start in (0, 1)]
    return only and (not any(beside) or numbers in counted)


def short(name: str, value: str, longest: int = LONGEST_VALUE) -> str:
    """Return one line of text, without white space around it."""
    words = " ".join(value.split())
    check_text(words)
    if len(words) > longest:
        raise RefusedError(
            f"its {name} has {len(words):,} characters, at most {longest:,} are allowed"
        )
    refuse_unseen(words, f"its {name}")
    return words


def check_metadata(metadata: Mapping[str, Any]) -> None:
    """Refuse metadata that no database could give back as they were, or that are an article."""
    try:
        line = json.dumps(metadata, ensure_ascii=False, allow_nan=False)
    except RecursionError as error:
        raise RefusedError("its metadata are nested too deeply") from error
    except ValueError as error:
        raise RefusedError("its metadata contain an invalid number (NaN or Infinity)") from error
    check_text(line)
    if "\\u0000" in line:
        raise RefusedError("its metadata contain a NUL character; remove it")
    if len(line) > LARGEST_METADATA:
        raise RefusedError(
            f"its metadata have {len(line):,} characters, at most {LARGEST_METADATA:,} are"
            " kept; remove what is not needed"
        )


def kind_of(value: object) -> str:
    """Return the name that JSON has for a value, with its article."""
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    return "a list" if isinstance(value, list) else "an object"


def check_columns(columns: Mapping[str, str]) -> None:
    """Refuse a choice of columns for a field that we do not have."""
    for name in columns:
        if name not in FIELDS:
            raise RefusedError(f"there is no field “{name}”; there are {', '.join(FIELDS)}")
