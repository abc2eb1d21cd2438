"""An article as a reader of a database found it, and the draft that it becomes.

The text is the title, an empty line, and the paragraphs with an empty line between them. Nothing
else of what the database wrote around it is text.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from annotator.errors import RefusedError
from annotator.formats.articles.archives import interface
from annotator.formats.articles.archives.containers import squeezed
from annotator.formats.articles.article import (
    LONGEST_KEY,
    LONGEST_TITLE,
    ArticleDraft,
    Given,
    make_draft,
    unseen,
)
from annotator.formats.articles.records import LONGEST_VALUE, RecordError, check_metadata, short
from annotator.text.decode import UndecodableText, check_text
from annotator.text.words import count_words

# From this share on the words that were read are not those that were counted.
MOST_DIFFERENCE = 0.15
FEWEST_WORDS = 30
DIGITS = 4
UNSAFE = re.compile(r"[\\/\x00-\x1f]+")
BY = re.compile(r"^\s*(?:by|von|par|por|от)[\s:]+", re.IGNORECASE)
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
LONGEST_LIST = 4000


@dataclass
class Found:
    """One article of a download; `day` and `language` as the file writes them.

    `number` is the document number of the database, `more` whatever else it says, by our names or
    by its own.
    """

    title: str = ""
    paragraphs: list[str] = field(default_factory=list)
    publisher: str = ""
    author: str = ""
    day: str = ""
    language: str = ""
    section: str = ""
    page: str = ""
    edition: str = ""
    url: str = ""
    number: str = ""
    words: int | None = None
    more: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def put(self, name: str, value: str) -> None:
        """Keep something of the file under its name; what was there before stays in front."""
        value = squeezed(visible(value))[:LONGEST_LIST]
        name = squeezed(name).strip(" :").casefold()[:100]
        if name and value:
            before = self.more.get(name)
            self.more[name] = f"{before}; {value}" if before and before != value else value

    @property
    def is_empty(self) -> bool:
        """Say whether there is neither a title nor a text."""
        return not has_ink(self.title) and not any(map(has_ink, self.paragraphs))

    def metadata(self, database: str, day: date | None) -> dict[str, Any]:
        """Return what is kept beside the fields of an article."""
        named: Mapping[str, Any] = {
            "database": database,
            "section": self.section,
            "page": self.page,
            "edition": self.edition,
            "document_number": self.number,
            "declared_words": self.words,
            "date_as_written": "" if day else self.day,
            "language_as_written": "" if interface.read_language(self.language) else self.language,
        }
        own = {name: value for name, value in named.items() if value not in ("", None)}
        more = {name: value for name, value in self.more.items() if name not in TAKEN}
        return {**own, **more}


# What no metadata may be called: written as JSON Lines they would be read as a field.
TAKEN = interface.listed(
    "key text title url publisher author published_on language licence database section page"
    " edition document_number declared_words date_as_written language_as_written"
)


class Keys:
    """Gives each article of one file a key of its own."""

    def __init__(self, stem: str) -> None:
        self.stem = stem
        self.given: set[str] = set()

    def of(self, document_number: str, number: int) -> str:
        """Return the document number, or the file and the number of the article in it."""
        bare = "".join(sign for sign in document_number if not unseen(sign))
        key = UNSAFE.sub("-", bare.strip())
        if not any(map(str.isalnum, key)) or len(key) > LONGEST_KEY - 6:
            key = f"{self.stem}-{number:0{DIGITS}}"
        elif key.casefold() in self.given:
            key = f"{key}-{number}"
        self.given.add(key.casefold())
        return key


def draft(
    found: Found,
    database: str,
    number: int,
    keys: Keys,
    encoding: str = "utf-8",
    where: str = "",
) -> ArticleDraft:
    """Return the draft of an article, numbered from 1 in its file; `where` is its place there.

    Raises:
        RecordError: naming the article and the field.

    """
    where = where or f"article {number}"
    try:
        return make(found, database, number, keys, encoding, where)
    except (RefusedError, UndecodableText) as error:
        raise RecordError(f"{where}: {error}") from error


def make(
    found: Found, database: str, number: int, keys: Keys, encoding: str, where: str
) -> ArticleDraft:
    """Return the draft of an article; errors do not say where."""
    title = line_of(found.title)
    paragraphs = [part for each in found.paragraphs if has_ink(part := line_of(each))]
    if paragraphs and paragraphs[0] == title:
        paragraphs = paragraphs[1:]
    text = "\n\n".join(filter(None, [title, *paragraphs]))
    if not has_ink(text):
        raise RefusedError("it has neither a title nor a text")
    check_text(text)
    day = interface.read_day(found.day)
    words = count_words(paragraphs)
    metadata = found.metadata(database, day)
    check_metadata(metadata)
    given = Given(
        title=short("title", visible(title)[:LONGEST_TITLE]),
        published_on=day,
        publisher=cut("publisher", found.publisher),
        author=cut("author", BY.sub("", found.author)),
        url=cut("url", found.url),
        metadata=metadata,
        warnings=(*found.warnings, *warnings(found, words, day)),
    )
    code = interface.read_language(found.language)
    if code:
        given = replace(given, language=code)
    made = make_draft(
        keys.of(found.number, number), text, encoding, given, where, titled=bool(title)
    )
    return replace(made, number=number, words=words, declared_words=found.words, database=database)


def warnings(found: Found, words: int, day: date | None) -> list[str]:
    """Return what is to be said of an article, from its file alone."""
    said = []
    if differs(words, found.words):
        said.append(
            f"The file declares {found.words or 0:,} words, {words:,} were read"
            f" ({abs(words - (found.words or 0)) / (found.words or 1):.0%} difference): compare"
            " the text with the file."
        )
    if day is None:
        said.append(
            f"The date “{found.day[:60]}” could not be read." if found.day else "No date was found."
        )
    if not words:
        said.append("No text was found beside the title.")
    elif words < FEWEST_WORDS:
        said.append(f"It has only {words} word{'s' * (words > 1)}: is it an article?")
    return said


def differs(words: int, declared: int | None) -> bool:
    """Say whether words that were read differ by more than 15 % from those that were declared."""
    return bool(declared) and abs(words - (declared or 0)) > MOST_DIFFERENCE * (declared or 0)


def line_of(words: str) -> str:
    """Return a paragraph on one line, without control characters."""
    return squeezed(CONTROL.sub(" ", words))


def has_ink(words: str) -> bool:
    """Say whether there is a letter or digit."""
    return any(map(str.isalnum, words))


def visible(words: str) -> str:
    """Return words without what nobody sees."""
    return "".join(sign for sign in words if sign.isspace() or not unseen(sign))


def cut(name: str, value: str) -> str:
    """Return a field on one line, cut at the longest that is stored."""
    return short(name, squeezed(visible(value))[:LONGEST_VALUE])


def paragraphs_of(lines: Sequence[str]) -> list[str]:
    """Return hard-wrapped lines as paragraphs: those between empty lines are joined."""
    made: list[list[str]] = [[]]
    for line in lines:
        if line.strip():
            made[-1].append(line.strip())
        elif made[-1]:
            made.append([])
    return [" ".join(each) for each in made if each]
