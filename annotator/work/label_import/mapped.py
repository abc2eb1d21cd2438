"""Marks of other tools to answers: each mark finds its sentence, those of one become one answer."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sqlalchemy import select

from annotator.errors import RefusedError
from annotator.formats.articles.records import RecordError
from annotator.formats.labels.mapping import Group, answer
from annotator.formats.labels.marks import Mark
from annotator.formats.labels.rows import AnswerRow, Remark
from annotator.phrases import both_numbers
from annotator.store.db import db
from annotator.store.models import Article, Sentence
from annotator.text import fingerprint
from annotator.work.label_import.rows import Importer, Text


@dataclass
class Gathered:
    """The groups of one annotator on one sentence."""

    row: AnswerRow
    groups: list[Group] = field(default_factory=list)


def answer_rows(
    importer: Importer, marks: Iterable[Mark | RecordError | Remark]
) -> Iterator[AnswerRow | RecordError | Remark]:
    """Yield an answer for each annotator and sentence, or what cannot be mapped.

    The same label of the same words by the same annotator is one label, and that is said.
    """
    gathered: dict[tuple[str, int, str], Gathered] = {}
    for mark in marks:
        if isinstance(mark, RecordError | Remark):
            yield mark
            continue
        try:
            key, sentence, group = place(importer, mark)
        except RefusedError as error:
            yield RecordError(f"{mark.where}: {error}")
            continue
        row = AnswerRow(mark.where, key, mark.annotator, sentence.position)
        which = (key, sentence.position, mark.annotator)
        groups = gathered.setdefault(which, Gathered(row)).groups
        if group in groups:
            yield Remark(
                f"{mark.where}: {mark.annotator} has this label twice; it is imported once"
            )
        else:
            groups.append(group)
    for each in gathered.values():
        try:
            made = answer(each.row, each.groups)
        except RefusedError as error:
            yield RecordError(f"{each.row.where}: {error}")
            continue
        if made is not None:
            yield made


def place(importer: Importer, mark: Mark) -> tuple[str, Sentence, Group]:
    """Return article, sentence and group of a mark.

    Raises:
        RefusedError: its text is not here, or its words lie in no single sentence.

    """
    key, offset = locate(importer, mark)
    text = importer.text(key)
    if mark.sentence is not None:
        return key, position(text, mark.sentence), Group(mark.meanings)
    if mark.span is None:
        end = offset + len((mark.text or "").rstrip())
        start = offset + len(mark.text or "") - len((mark.text or "").lstrip())
        return key, text.around(start, end), Group(mark.meanings)
    start, end = mark.span[0] + offset, mark.span[1] + offset
    words = text.text[start:end]
    if mark.words is not None and mark.words != words:
        raise RefusedError(f"“{key}” has “{words[:60]}” at {start}, not “{mark.words[:60]}”")
    return key, text.around(start, end), Group(mark.meanings, (start, end, words))


def position(text: Text, number: int) -> Sentence:
    """Return the sentence at a position."""
    if number not in text.sentences:
        raise RefusedError(f"article “{text.article.key}” has no sentence {both_numbers(number)}")
    return text.sentences[number]


def locate(importer: Importer, mark: Mark) -> tuple[str, int]:
    """Return the article's key, and where in it the text of the mark begins.

    The text of a mark is a whole article or one of its sentences, exactly.
    """
    if mark.article:
        text = importer.text(mark.article)
        if mark.text is None or mark.text == text.text:
            return mark.article, 0
        offsets = [each.start for each in text.sentences.values() if each.text == mark.text.strip()]
        return mark.article, one(offsets, mark) - lead(mark)
    words = mark.text or ""
    if words not in importer.located:
        importer.located[words] = search(importer, mark)
    return importer.located[words]


def search(importer: Importer, mark: Mark) -> tuple[str, int]:
    """Return the only article or sentence of the project with the text of a mark."""
    digest = fingerprint.digest(mark.text or "")
    key = db.session.scalar(
        select(Article.key).where(
            Article.project_id == importer.project.id, Article.sha256 == digest
        )
    )
    if key is not None and importer.text(key).text == mark.text:
        return key, 0
    found = db.session.execute(
        select(Article.key, Sentence.start)
        .join(Sentence.article)
        .where(
            Article.project_id == importer.project.id, Sentence.text == (mark.text or "").strip()
        )
        .limit(2)
    ).all()
    one([row.start for row in found], mark)
    return found[0].key, found[0].start - lead(mark)


def lead(mark: Mark) -> int:
    """Return how much white space stands before the text of a mark."""
    return len(mark.text or "") - len((mark.text or "").lstrip())


def one(offsets: list[int], mark: Mark) -> int:
    """Return the only place, or say that there is none or more than one."""
    if len(offsets) == 1:
        return offsets[0]
    said = "in several places" if offsets else "as no article and no sentence"
    raise RefusedError(
        f"its text “{(mark.text or '').strip()[:40]}…” is here {said}; name the field with"
        " the article key in the mapping"
    )
