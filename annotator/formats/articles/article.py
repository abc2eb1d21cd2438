"""An article as it was read, before it is stored: what every reader of a format returns."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from annotator.errors import RefusedError
from annotator.text import fingerprint, sentences, splitters
from annotator.text.blocks import Block
from annotator.text.languages import detecting, names
from annotator.text.outline import (
    AMBIGUOUS_DATE,
    NO_HEADLINE,
    Outline,
    TooManySentences,
    outline,
)
from annotator.text.words import count_words

LONGEST_KEY = 120
LONGEST_TITLE = 500
MOST_SENTENCES = 500_000
# Prose that lost its line breaks is far shorter; what is longer is no article that people read.
LONGEST_LINE = 1_000_000
LONGEST_SENTENCE = 20_000
# Persian and Hindi words need these two; every other invisible character only deceives.
JOINERS = "\u200c\u200d"
UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


@dataclass(frozen=True)
class ArticleDraft:
    """One article: its text as decoded, and what the importer proposes for it."""

    key: str
    title: str
    text: str
    sha256: str
    encoding: str
    published_on: date | None
    outline: Outline
    warnings: tuple[str, ...] = ()
    publisher: str = ""
    author: str = ""
    url: str = ""
    language: str = "en"
    is_language_given: bool = False
    licence: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    # Where in its file it stands: "line 14", "row 3"; empty where the file is the article.
    where: str = ""
    # A newer version has a key of its own, made of the first one's: "004@2".
    version: int = 1
    version_of: str = ""
    # Of a download from a news database: its name, and the number of the article in the file, of
    # so many.
    database: str = ""
    number: int = 0
    of: int = 0
    # The words that were read without the headline, and those that the file declares.
    words: int | None = None
    declared_words: int | None = None
    is_cut: bool = False  # it came with boundaries of its own

    @property
    def language_source(self) -> str:
        """Say where the language comes from: "given", "detected", "assumed" or "" (unknown)."""
        if self.is_language_given:
            return "given"
        if detecting.told(self.text):
            return "detected"
        return "" if self.language == names.UNKNOWN else "assumed"

    @property
    def splitter(self) -> str:
        """Return the name and version of what splits it into sentences."""
        return splitters.GIVEN if self.is_cut else splitters.splitter_of(self.language).name

    @property
    def sentence_count(self) -> int:
        """Return how many sentences were found."""
        return len(self.outline.sentences)

    @property
    def word_count(self) -> int:
        """Return how many words the text has without its headline."""
        if self.words is not None:
            return self.words
        return count_words(
            each.text for each in self.outline.sentences if each.segment != "headline"
        )


@dataclass(frozen=True)
class Given:
    """What a file says about its article beside the text; what it says wins over what is found."""

    title: str = ""
    published_on: date | None = None
    publisher: str = ""
    author: str = ""
    url: str = ""
    language: str = ""  # without it the text is asked
    licence: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


NOTHING_GIVEN = Given()


def make_draft(
    key: str,
    text: str,
    encoding: str,
    given: Given = NOTHING_GIVEN,
    where: str = "",
    *,
    titled: bool = False,
    cut: Sequence[Block] = (),
) -> ArticleDraft:
    """Find the sentences of a decoded text and propose title and date where none is given.

    `titled` says that the first paragraph of the text is its headline, `cut` where its sentences
    are, if it came with boundaries of its own.
    """
    refuse_long_lines(text)
    try:
        language = names.code_of(given.language) or detecting.language_of(text)
        found = outline(text, MOST_SENTENCES, language, titled=titled, title=given.title, cut=cut)
    except TooManySentences as error:
        raise RefusedError(
            f"it has more than {MOST_SENTENCES:,} sentences, the maximum of an article;"
            " split it into parts"
        ) from error
    refuse_long_sentences(text, found)
    sentences.check(text, [(each.start, each.end) for each in found.sentences])
    return ArticleDraft(
        key=clean_key(key),
        title=given.title or found.title[:LONGEST_TITLE],
        text=text,
        sha256=fingerprint.digest(text),
        encoding=encoding,
        published_on=given.published_on or found.published_on,
        outline=found,
        warnings=(
            *given.warnings,
            *still_true(found.warnings, given),
            *of_language(text, language, is_given=bool(given.language), is_cut=bool(cut)),
        ),
        publisher=given.publisher,
        author=given.author,
        url=given.url,
        language=language,
        is_language_given=bool(given.language),
        licence=given.licence,
        metadata=given.metadata,
        where=where,
        is_cut=bool(cut),
    )


def in_language(draft: ArticleDraft, language: str) -> ArticleDraft:
    """Return a draft split as one in this language, whatever its file said."""
    if language == draft.language or draft.is_cut:
        return replace(draft, language=language, is_language_given=True)
    titled = bool(draft.database) and draft.outline.sentences[0].segment == "headline"
    found = outline(draft.text, MOST_SENTENCES, language, titled=titled)
    return replace(draft, language=language, is_language_given=True, outline=found)


def of_language(text: str, language: str, *, is_given: bool, is_cut: bool = False) -> Iterator[str]:
    """Yield what is to be said of an article's language and of what splits it."""
    if is_given and detecting.disagrees(text, language):
        yield (
            f"The language is given as {names.name_of(language)}, but the text is in another"
            " script: choose the language and preview again."
        )
    if not is_cut and splitters.missing(language):
        yield splitters.missing(language)


def still_true(warnings: tuple[str, ...], given: Given) -> tuple[str, ...]:
    """Return what is to be said of a text whose title or date may be given."""
    known = {NO_HEADLINE: given.title, AMBIGUOUS_DATE: given.published_on}
    return tuple(said for said in warnings if not known.get(said))


def refuse_long_lines(text: str) -> None:
    """Refuse a line longer than any paragraph, before anything is split, naming it."""
    for number, line in enumerate(text.splitlines(), start=1):
        if len(line) > LONGEST_LINE:
            raise RefusedError(
                f"line {number} has {len(line):,} characters, at most {LONGEST_LINE:,} are"
                " allowed; add line breaks between paragraphs"
            )


def refuse_long_sentences(text: str, found: Outline) -> None:
    """Refuse a sentence that nobody could read on a screen, naming its line."""
    for each in found.sentences:
        if each.end - each.start > LONGEST_SENTENCE:
            line = len((text[: each.start] + "x").splitlines())
            raise RefusedError(
                f"line {line} contains a sentence of {each.end - each.start:,} characters,"
                f" at most {LONGEST_SENTENCE:,} are allowed; is this prose?"
            )


def with_title(draft: ArticleDraft, title: str) -> ArticleDraft:
    """Return the draft under a title that somebody typed; an empty one changes nothing."""
    words = " ".join(title.split())
    if len(words) > LONGEST_TITLE:
        raise RefusedError(f"the title is longer than {LONGEST_TITLE} characters")
    refuse_unseen(words, "the title")
    if not words:
        return draft
    return replace(draft, title=words, warnings=still_true(draft.warnings, Given(title=words)))


def clean_key(name: str) -> str:
    """Return a name as a key: the last part of a path, without white space around it."""
    key = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2].strip())
    refuse_unseen(key, "its name", "rename it and try again")
    if not any(sign.isalnum() for sign in key):
        raise RefusedError("its name has no letter or digit to use as a key")
    if len(key) > LONGEST_KEY:
        raise RefusedError(
            f"its name has {len(key)} characters, a key has at most {LONGEST_KEY}; rename it"
        )
    return key


def unseen(sign: str) -> bool:
    """Say whether a character is one that nobody sees."""
    return sign not in JOINERS and unicodedata.category(sign) in UNSEEN


def refuse_unseen(words: str, what: str, advice: str = "remove it") -> None:
    """Refuse words with a character that nobody sees, naming it and its place.

    Raises:
        RefusedError: "its title contains an invisible character at position 5: soft hyphen
            (U+00AD); remove it".

    """
    for place, sign in enumerate(words, start=1):
        if unseen(sign):
            other = "unpaired surrogate" if "\ud800" <= sign <= "\udfff" else "control character"
            name = unicodedata.name(sign, other).lower()
            raise RefusedError(
                f"{what} contains an invisible character at position {place}:"
                f" {name} (U+{ord(sign):04X}); {advice}"
            )
