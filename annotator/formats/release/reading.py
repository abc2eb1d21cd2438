"""A release folder read back: its register, its codebook, and its articles one at a time.

The tables stand in one order, by article key, so they are read side by side: what is held in
memory is one article with all that belongs to it, however large the release is.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from annotator.errors import RefusedError
from annotator.formats.articles.records import RecordError
from annotator.formats.labels.rows import AnswerRow
from annotator.formats.release import folder as release_folder
from annotator.formats.release.folder import (
    ANNOTATIONS,
    ARTICLES,
    CODEBOOK,
    DECISIONS,
    SENTENCES,
    SPEAKERS,
    document_name,
    table_name,
)
from annotator.formats.release.records import (
    ArticleRow,
    DecisionRow,
    Row,
    SentenceRow,
    SpeakerRow,
    VersionRow,
    Words,
    answer_of,
    article_row,
    decision_row,
    sentence_row,
    speaker_row,
    version_row,
)
from annotator.text import fingerprint
from annotator.text.decode import UndecodableText

# Given the row of an article, returns its text, or None where nobody has it.
Texts = Callable[[Row], str | None]
Step = Callable[[int], None]


@dataclass(frozen=True)
class Chapter:
    """One article with everything that belongs to it; all its texts are there."""

    article: ArticleRow
    sentences: tuple[SentenceRow, ...]
    answers: tuple[AnswerRow, ...]
    decisions: tuple[DecisionRow, ...]


def no_step(_many: int) -> None:
    """Tell nobody."""


def own_text(row: Row) -> str | None:
    """Return the text that the release itself holds."""
    return row.get("text")


def chapters(folder: Path, texts: Texts = own_text, step: Step = no_step) -> Iterator[Chapter]:
    """Yield the articles of a release with their sentences, answers and decisions, by key.

    `texts` gives the text of each article; `step` is told how many rows have been read since it
    was told last.

    Raises:
        RecordError: a row is broken, in the wrong place or of no article; file and line are named.
        RefusedError: a file is missing, or a text is nowhere.

    """
    sentences, answers, decisions = (
        Table(folder, name, step) for name in (SENTENCES, ANNOTATIONS, DECISIONS)
    )
    last = ""
    for where, row in placed(folder, ARTICLES, step):
        article = read(where, row, article_row)
        if article.key <= last:
            raise RecordError(
                f"{where}: article “{article.key[:60]}” is a duplicate or out of order"
            )
        last = article.key
        article = with_text(article, texts(row))
        words = Words(article.text or "")
        yield Chapter(
            article,
            tuple(read(at, row, sentence_row, words) for at, row in sentences.of(article.key)),
            tuple(read(at, row, answer_of, words) for at, row in answers.of(article.key)),
            tuple(read(at, row, decision_row, words) for at, row in decisions.of(article.key)),
        )
    for table in (sentences, answers, decisions):
        table.refuse_rest()


class Table:
    """The rows of one table with their places, one ahead, so that an article knows its end."""

    def __init__(self, folder: Path, name: str, step: Step) -> None:
        self.rows = placed(folder, name, step)
        self.ahead: tuple[str, Row] | None = None

    def of(self, key: str) -> Iterator[tuple[str, Row]]:
        """Yield the rows of one article; those of articles before it have been read."""
        if self.ahead is None:
            self.ahead = next(self.rows, None)
        while self.ahead is not None and self.ahead[1].get("article") == key:
            yield self.ahead
            self.ahead = next(self.rows, None)

    def refuse_rest(self) -> None:
        """Refuse rows of an article that is not there, or that stand in another order."""
        self.ahead = self.ahead or next(self.rows, None)
        if self.ahead is not None:
            where, row = self.ahead
            raise RecordError(
                f"{where}: its article “{str(row.get('article'))[:60]}” is not in"
                f" {table_name(ARTICLES)}, or the rows are not in the order of that file"
            )


def placed(folder: Path, name: str, step: Step) -> Iterator[tuple[str, Row]]:
    """Yield the rows of a table, each with its place in words."""
    for line, row in release_folder.numbered_rows(folder, name):
        step(1)
        yield f"{table_name(name)}: line {line}", row


def read(where: str, row: Row, reader: Callable[..., Any], *more: Any) -> Any:
    """Return what a reader makes of a row; what is wrong with it names its place."""
    try:
        return reader(row, where, *more)
    except (RefusedError, UndecodableText) as error:
        raise RecordError(f"{where}: {error}") from error


def with_text(article: ArticleRow, found: str | None) -> ArticleRow:
    """Return an article with its text, from the release or from elsewhere, and check it."""
    if found is None:
        raise RecordError(
            f"{article.where}: the release does not contain the text of"
            f" “{article.key[:60]}”, and it"
            " was not found elsewhere; name the folder of the texts with --texts"
        )
    if fingerprint.digest(found) != article.sha256:
        raise RecordError(f"{article.where}: “text” does not match its SHA-256")
    if len(found) != article.characters:
        raise RecordError(
            f"{article.where}: “characters” is {article.characters:,}, the text has {len(found):,}"
        )
    return replace(article, text=found)


# --- the documents


def speaker_rows(folder: Path) -> Iterator[SpeakerRow]:
    """Yield the register of speakers."""
    found = release_folder.document(folder, SPEAKERS)
    name = document_name(SPEAKERS)
    if not isinstance(found, list):
        raise RecordError(f"{name}: it is not a list of speakers")
    for place, row in enumerate(found, start=1):
        where = f"{name}: speaker {place}"
        if not isinstance(row, dict):
            raise RecordError(f"{where}: it is not an object")
        yield read(where, row, speaker_row)


def version_rows(folder: Path) -> Iterator[VersionRow]:
    """Yield the versions of the codebook, which are numbered from 1."""
    found = release_folder.document(folder, CODEBOOK)
    name = document_name(CODEBOOK)
    versions = found.get("versions") if isinstance(found, dict) else None
    if not isinstance(versions, list) or not versions:
        raise RecordError(f"{name}: it has no list of “versions”")
    for place, row in enumerate(versions, start=1):
        where = f"{name}: version {place}"
        if not isinstance(row, dict) or not isinstance(row.get("content"), dict):
            raise RecordError(f"{where}: it is not an object with a “content”")
        made: VersionRow = read(where, row, version_row)
        if made.number != place:
            raise RecordError(f"{where}: “number” is {made.number}, not {place}")
        yield made
