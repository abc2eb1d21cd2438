"""Storing articles: many rows at once, prepared outside the transaction."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import Table, insert, or_, select

from annotator.errors import RefusedError
from annotator.formats.articles import choosing
from annotator.formats.articles.article import ArticleDraft
from annotator.store import bulk
from annotator.store.clock import now
from annotator.store.db import among, db
from annotator.store.models import Article, Project, Sentence, User
from annotator.text import fingerprint, near
from annotator.work.articles import near_duplicates
from annotator.work.articles.known_texts import DuplicateError
from annotator.work.labelling import proposals

ARTICLES = cast(Table, Article.__table__)
COPIED = (
    "key",
    "version",
    "title",
    "text",
    "sha256",
    "encoding",
    "publisher",
    "author",
    "url",
    "language",
    "licence",
)
SPAN = ("position", "start", "end", "segment", "paragraph")
Span = tuple[int, int, int, str, int]
# Number of the article, span, words, proposals.
SentenceRow = tuple[int, int, int, int, str, int, str, str]


@dataclass(frozen=True)
class Prepared:
    """An article ready to be stored: its columns, the spans of its sentences, its first version.

    `proposals` has the column of that name for each sentence.
    """

    columns: dict[str, Any]
    spans: list[Span]
    proposals: list[str]
    version_of: str = ""

    @property
    def key(self) -> str:
        """Return the article's key."""
        return str(self.columns["key"])

    def dump(self) -> bytes:
        """Return it as one line."""
        columns = dict(self.columns)
        if columns["sketch"] is not None:
            columns["sketch"] = columns["sketch"].hex()
        if columns["published_on"] is not None:
            columns["published_on"] = columns["published_on"].isoformat()
        return json.dumps([columns, self.spans, self.proposals, self.version_of]).encode() + b"\n"

    @classmethod
    def load(cls, line: bytes) -> "Prepared":
        """Return what `dump` wrote."""
        columns, spans, proposed, version_of = json.loads(line)
        if columns["sketch"] is not None:
            columns["sketch"] = bytes.fromhex(columns["sketch"])
        if columns["published_on"] is not None:
            columns["published_on"] = date.fromisoformat(columns["published_on"])
        return cls(columns, spans, proposed, version_of)


def prepare(draft: ArticleDraft) -> Prepared:
    """Do all that takes time and needs no database."""
    extra: dict[str, Any] = {}
    if draft.warnings:
        extra["warnings"] = list(draft.warnings)
    if draft.metadata:
        extra["metadata"] = dict(draft.metadata)
    columns = {name: getattr(draft, name) for name in COPIED}
    columns |= {
        "published_on": draft.published_on,
        "splitter": draft.splitter,
        "sentence_count": draft.sentence_count,
        "extra": extra,
        "sketch": near.sketch(draft.text),
    }
    spans = [
        (each.position, each.start, each.end, each.segment, each.paragraph)
        for each in draft.outline.sentences
    ]
    found = proposals.columns(
        [
            (each.start, each.paragraph, draft.text[each.start : each.end])
            for each in draft.outline.sentences
        ]
    )
    return Prepared(columns, spans, found, draft.version_of)


def lock(project: Project) -> None:
    """Let no other import into this project store anything before this transaction ends.

    On SQLite the write transaction does that already.
    """
    db.session.execute(
        select(Project.id).where(Project.id == project.id).with_for_update(key_share=True)
    )


def store(
    project: Project,
    user: User | None,
    prepared: Sequence[Prepared],
) -> list[int]:
    """Store articles with their sentences; return their numbers in the same order.

    The caller has made sure, under `lock`, that neither keys nor texts are there already.
    """
    numbers = store_articles(project, user, prepared, project.id)
    store_sentences(sentence_rows(numbers, prepared))
    return numbers


def store_articles(
    project: Project, user: User | None, prepared: Sequence[Prepared], into: int
) -> list[int]:
    """Store articles of a project, without sentences, into that one or a hidden one."""
    shared = {
        "project_id": into,
        "user_id": user.id if user else None,
        "imported_at": now(),
    }
    firsts = first_versions(project, [each.version_of for each in prepared if each.version_of])
    numbers = db.session.scalars(
        insert(ARTICLES).returning(ARTICLES.c.id, sort_by_parameter_order=True),
        [
            {**each.columns, **shared, "version_of_id": firsts.get(each.version_of)}
            for each in prepared
        ],
    )
    return list(numbers)


def sentence_rows(numbers: Sequence[int], prepared: Sequence[Prepared]) -> list[SentenceRow]:
    """Return the sentences of articles as they are stored."""
    return [
        (
            number,
            position,
            start,
            end,
            segment,
            paragraph,
            each.columns["text"][start:end],
            found,
        )
        for number, each in zip(numbers, prepared, strict=True)
        for (position, start, end, segment, paragraph), found in zip(
            each.spans, each.proposals, strict=True
        )
    ]


def store_sentences(rows: list[SentenceRow]) -> None:
    """Store sentences."""
    bulk.insert_rows(Sentence, ("article_id", *SPAN, "text", "proposals"), rows, origin="splitter")


def first_versions(project: Project, keys: Iterable[str]) -> dict[str, int]:
    """Return the number of the article that each key names."""
    wanted = list(keys)
    if not wanted:
        return {}
    found = db.session.execute(
        select(Article.key, Article.id).where(
            Article.project_id == project.id, among(Article.key, wanted)
        )
    )
    return {row.key: row.id for row in found}


def read_articles(
    name: str, raw: bytes, form: str = "auto", columns: Mapping[str, str] | None = None
) -> Iterator[ArticleDraft]:
    """Yield the articles of one file; `form` says how to read it, whatever its name says."""
    chosen = choosing.format_of(name, form)
    yield from choosing.read_bytes(raw, name, chosen, columns or {}, by_content=form == "auto")


def read_file(name: str, raw: bytes, form: str = "auto") -> ArticleDraft:
    """Read a file that is one article."""
    drafts = list(read_articles(name, raw, form))
    if len(drafts) != 1:
        raise RefusedError(f"it contains {len(drafts):,} articles, expected one")
    return drafts[0]


def check_new(project: Project, draft: ArticleDraft) -> None:
    """Refuse a text that the project has, and a key that it has for another text."""
    twins = fingerprint.twins(draft.text)
    found = db.session.execute(
        select(Article.key, Article.sha256).where(
            Article.project_id == project.id,
            or_(Article.sha256.in_(twins), Article.key == draft.key),
        )
    ).all()
    for key, sha256 in found:
        if sha256 in twins:
            raise DuplicateError(f"the same text is already in this project as article “{key}”")
    if found:
        raise DuplicateError(
            f"there is already an article “{draft.key}” with another text; if this is a"
            " different article, give it another key (rename the file)"
        )


def store_article(project: Project, draft: ArticleDraft, user: User | None = None) -> Article:
    """Store an article and all its sentences; to be committed by itself.

    Raises:
        DuplicateError: the project has this text already, or another text under this key.

    """
    lock(project)
    check_new(project, draft)
    (number,) = store(project, user, [prepare(draft)])
    near_duplicates.cluster(project)
    return db.session.get_one(Article, number)
