"""The articles of a project as labels from elsewhere find them and are checked against them."""

from bisect import bisect_left
from collections import Counter, OrderedDict
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import NamedTuple

from sqlalchemy import select

from annotator.errors import RefusedError
from annotator.formats.labels.claims import Group, Part
from annotator.formats.labels.documents import Document
from annotator.formats.labels.rows import AnswerRow, Span
from annotator.phrases import both_numbers
from annotator.store.db import db
from annotator.store.models import Answer, Article, Decision, Sentence
from annotator.text import fingerprint
from annotator.work.label_import.checking import place_in

# So many articles are kept with their sentences while rows are checked: most files go by article.
ARTICLES_KEPT = 64


class Place(NamedTuple):
    """A sentence as labels find it: rows, because a session looks through its objects at a step."""

    id: int
    position: int
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Text:
    """An article with what its rows are checked against."""

    id: int
    key: str
    text: str
    sentences: dict[int, Place]
    # Who has answered what here: sentence, annotator, round.
    answered: frozenset[tuple[int, int, int]] = frozenset()
    decided: frozenset[int] = frozenset()

    def sentence(self, row: AnswerRow) -> Place:
        """Return the sentence a row means.

        Raises:
            RefusedError: there is none, or it has other boundaries or words here.

        """
        if row.sentence is None:
            return self.around(row.start or 0, row.end or 0)
        found = self.sentences.get(row.sentence)
        if found is None:
            raise RefusedError(
                f"article “{row.article}” has no sentence {both_numbers(row.sentence)}"
            )
        if row.start is not None and (row.start, row.end) != (found.start, found.end):
            raise RefusedError(
                f"{place_in(row)} is {found.start}-{found.end} here,"
                f" not {row.start}-{row.end}: its boundaries differ"
            )
        if row.text is not None and row.text != found.text:
            raise RefusedError(f"{place_in(row)} has another text here")
        return found

    def around(self, start: int, end: int) -> Place:
        """Return the sentence that holds a span."""
        for each in self.sentences.values():
            if each.start <= start and end <= each.end:
                return each
        raise RefusedError(f"{start}-{end} is not within one sentence of “{self.key}”")


def find(project_id: int, key: str) -> Text | None:
    """Read an article, its sentences, and who has answered them."""
    row = db.session.execute(
        select(Article.id, Article.text).where(Article.project_id == project_id, Article.key == key)
    ).first()
    if row is None:
        return None
    columns = (Sentence.id, Sentence.position, Sentence.start, Sentence.end, Sentence.text)
    sentences = db.session.execute(
        select(*columns).where(Sentence.article_id == row.id).order_by(Sentence.position)
    )
    answered = db.session.execute(
        select(Answer.sentence_id, Answer.user_id, Answer.round)
        .join(Answer.sentence)
        .where(Sentence.article_id == row.id)
    )
    decided = db.session.scalars(
        select(Decision.sentence_id).join(Decision.sentence).where(Sentence.article_id == row.id)
    )
    return Text(
        row.id,
        key,
        row.text,
        {each.position: Place(*each) for each in sentences},
        frozenset((sentence or 0, user, round_) for sentence, user, round_ in answered),
        frozenset(decided),
    )


@dataclass(frozen=True)
class Located:
    """Where a document lies: its article, where its text begins there, and its sentences."""

    key: str
    text: str
    offset: int
    sentences: list[Place]

    def around(self, group: Group, over: str) -> list[tuple[Place, Group]]:
        """Return the sentences of a claim, each with what of it is said there.

        Raises:
            RefusedError: its words lie in no sentence here, or in several and nothing says which.

        """
        if not group.anchor:
            return [(self.only(), group)]
        shares = Counter[int]()
        for start, end in group.anchor:
            at = bisect_left(self.sentences, start + 1, key=lambda each: each.end)
            while at < len(self.sentences) and self.sentences[at].start < end:
                each = self.sentences[at]
                shares[at] += min(end, each.end) - max(start, each.start)
                at += 1
        if not shares:
            raise RefusedError(f"{group.anchor[0][0]}-{group.anchor[-1][1]} is in no sentence here")
        if len(shares) == 1 or over == "larger":
            [(most, _)] = shares.most_common(1)
            return [(self.sentences[most], group)]
        if over == "each":
            found = [self.sentences[at] for at in sorted(shares)]
            return [(each, within(group, each)) for each in found]
        raise RefusedError(
            f"its words lie in {len(shares)} sentences; over_sentences = “larger” or “each” in the"
            " mapping says where they go"
        )

    def only(self) -> Place:
        """Return the only sentence of a document that is one."""
        if len(self.sentences) == 1:
            return self.sentences[0]
        raise RefusedError(
            f"it labels a text of {len(self.sentences)} sentences as a whole; only a sentence can"
            " have an answer"
        )


def within(group: Group, sentence: Place) -> Group:
    """Return a claim with what of its words lies in one of its sentences.

    Raises:
        RefusedError: a name would be cut.

    """
    parts = []
    for part in group.parts:
        own = tuple((start, end) for start, end, _ in part.spans)
        if own != group.anchor:
            parts.append(part)
            continue
        if {"speaker", "mention", "via"} & part.meaning.keys():
            raise RefusedError("its words name somebody and lie in several sentences")
        cut = tuple(piece for span in part.spans if (piece := clipped(span, sentence)))
        parts.append(Part(part.where, part.meaning, cut))
    return replace(group, parts=tuple(parts))


def clipped(span: Span, sentence: Place) -> Span | None:
    """Return the part of a span that lies in a sentence."""
    start, end = max(span[0], sentence.start), min(span[1], sentence.end)
    return (start, end, span[2][start - span[0] : end - span[0]]) if start < end else None


class Texts:
    """The articles of a project as labels look for them: by key, by file, or by their words."""

    def __init__(self, project_id: int) -> None:
        self.project_id = project_id
        self.kept: OrderedDict[str, Text | None] = OrderedDict()
        self.located: dict[str, tuple[str, int]] = {}

    def get(self, key: str) -> Text:
        """Return an article of the project with its sentences."""
        if key not in self.kept:
            self.kept[key] = find(self.project_id, key)
            if len(self.kept) > ARTICLES_KEPT:
                self.kept.popitem(last=False)
        self.kept.move_to_end(key)
        found = self.kept[key]
        if found is None:
            raise RefusedError(f"there is no article “{key[:60]}” here; import it first")
        return found

    def forget(self) -> None:
        """Keep no article any more."""
        self.kept.clear()

    def place(self, document: Document) -> Located:
        """Return where a document lies here.

        Raises:
            RefusedError: its article, sentence or text is not here.

        """
        key, start, end = self.locate(document)
        text = self.get(key)
        if document.sentence is not None:
            sentence = text.sentences.get(document.sentence)
            if sentence is None:
                said = both_numbers(document.sentence)
                raise RefusedError(f"article “{key}” has no sentence {said}")
            return Located(key, text.text, sentence.start, [sentence])
        found = sorted(text.sentences.values(), key=lambda each: each.start)
        inside = [each for each in found if start <= each.start and each.end <= end]
        return Located(key, text.text, start, inside)

    def locate(self, document: Document) -> tuple[str, int, int]:
        """Return the article's key, and from where to where in it the document's text is.

        The text of a document is a whole article or one of its sentences, exactly.
        """
        words = document.text
        if document.article:
            key, text = self.article(document.article)
            if words is None or words == text.text:
                return key, 0, len(text.text)
            offsets = [each.start for each in text.sentences.values() if each.text == words.strip()]
            start = one(offsets, words) - lead(words)
            return key, start, start + len(words)
        if words is None:
            raise RefusedError("it names no article and has no text")
        if words not in self.located:
            self.located[words] = self.search(words)
        key, start = self.located[words]
        return key, start, start + len(words)

    def article(self, name: str) -> tuple[str, Text]:
        """Return an article by its key, or by the name of its file."""
        stem = PurePosixPath(name).stem
        try:
            text = self.get(name)
        except RefusedError:
            if stem in {"", name}:
                raise
        else:
            return text.key, text
        try:
            return stem, self.get(stem)
        except RefusedError as error:
            raise RefusedError(
                f"there is no article “{name[:60]}” here; import it first"
            ) from error

    def search(self, words: str) -> tuple[str, int]:
        """Return the only article or sentence of the project with a text."""
        key = db.session.scalar(
            select(Article.key).where(
                Article.project_id == self.project_id, Article.sha256 == fingerprint.digest(words)
            )
        )
        if key is not None and self.get(key).text == words:
            return key, 0
        found = db.session.execute(
            select(Article.key, Sentence.start)
            .join(Sentence.article)
            .where(Article.project_id == self.project_id, Sentence.text == words.strip())
            .limit(2)
        ).all()
        one([row.start for row in found], words)
        return found[0].key, found[0].start - lead(words)


def lead(words: str) -> int:
    """Return how much white space stands before a text."""
    return len(words) - len(words.lstrip())


def one(offsets: list[int], words: str) -> int:
    """Return the only place, or say that there is none or more than one."""
    if len(offsets) == 1:
        return offsets[0]
    said = "in several places" if offsets else "as no article and no sentence"
    raise RefusedError(
        f"its text “{words.strip()[:40]}…” is here {said}; name the field with"
        " the article key in the mapping"
    )
