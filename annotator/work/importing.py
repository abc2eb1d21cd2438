"""Importing: from the bytes of a file to an article with its sentences, all or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from sqlalchemy import Table, insert, or_, select
from sqlalchemy.exc import IntegrityError

from annotator.formats import txt
from annotator.formats.draft import ArticleDraft, unseen, with_title
from annotator.store.db import db
from annotator.store.models import Article, Project, Sentence, User
from annotator.text.sentences import SPLITTER
from annotator.work.errors import RefusedError

MEGABYTE = 1024 * 1024
LARGEST_FILE = 20 * MEGABYTE
LONGEST_NAME = 200

# What people try to import and we do not read; the content of other files decides by itself.
OTHER_FORMATS: Mapping[str, str] = {
    **dict.fromkeys(("pdf",), "a PDF file"),
    **dict.fromkeys(("doc", "docx", "odt", "rtf", "pages", "epub"), "a word processor's file"),
    **dict.fromkeys(("xls", "xlsx", "ods", "csv", "tsv"), "a table"),
    **dict.fromkeys(("json", "jsonl", "ndjson", "yaml", "yml"), "a file of records"),
    **dict.fromkeys(("htm", "html", "xhtml", "xml", "mhtml"), "a web page or XML"),
    **dict.fromkeys(("zip", "gz", "bz2", "xz", "7z", "rar", "tar", "tgz"), "an archive"),
    **dict.fromkeys(("png", "jpg", "jpeg", "gif", "webp", "svg", "tif", "bmp"), "a picture"),
    **dict.fromkeys(("mp3", "mp4", "wav", "ogg", "mov", "avi", "mkv", "webm"), "sound or video"),
    **dict.fromkeys(("exe", "dll", "so", "bin", "db", "sqlite", "sqlite3", "pkl"), "a binary file"),
    **dict.fromkeys(("ppt", "pptx", "odp", "key"), "slides"),
}


@dataclass(frozen=True)
class Reading:
    """One file as read: the article it would become, or why it cannot be one."""

    name: str
    raw: bytes
    title: str = ""
    draft: ArticleDraft | None = None
    refusal: str = ""


class DuplicateError(RefusedError):
    """The project already has this text, or another text under this key."""


def read_file(name: str, raw: bytes, form: str = "auto") -> ArticleDraft:
    """Read one file; `form` is "txt" to read it as plain text whatever its name says."""
    check_size(len(raw))
    extension = txt.EXTENSION.search(name.strip())
    kind = OTHER_FORMATS.get(extension.group()[1:].lower()) if extension else None
    if kind and form == "auto":
        raise RefusedError(
            f"its name says that it is {kind}; only plain text can be imported: save the article"
            " as a .txt file in UTF-8, or paste it"
        )
    return txt.read(raw, name)


def read(project: Project, name: str, raw: bytes, seen: dict[str, str], title: str = "") -> Reading:
    """Read one file of a batch without storing anything; `seen` keeps what the batch has.

    A refusal is part of the result, so that the other files of the batch go on.
    """
    shown = shown_name(name)
    try:
        draft = with_title(read_file(name, raw), title)
        check_new(project, draft)
        check_among(seen, draft)
    except RefusedError as error:
        return Reading(shown, raw, title, None, str(error))
    return Reading(shown, raw, title, draft)


def shown_name(name: str) -> str:
    """Return a file's name as it can be shown: without its folders and with nothing unseen."""
    last = name.replace("\\", "/").rpartition("/")[2].strip()
    return "".join("\ufffd" if unseen(sign) else sign for sign in last)[:LONGEST_NAME]


def check_size(size: int) -> None:
    """Refuse what is too large for one article."""
    if size > LARGEST_FILE:
        raise RefusedError(
            f"it is too large: {size / MEGABYTE:,.1f} MB, at most {LARGEST_FILE // MEGABYTE} MB"
        )


def check_new(project: Project, draft: ArticleDraft) -> None:
    """Refuse a text that the project has, and a key that it has for another text."""
    found = db.session.execute(
        select(Article.key, Article.sha256).where(
            Article.project_id == project.id,
            or_(Article.sha256 == draft.sha256, Article.key == draft.key),
        )
    ).all()
    for key, sha256 in found:
        if sha256 == draft.sha256:
            raise DuplicateError(f"the same text is already here as article “{key}”")
    if found:
        raise DuplicateError(
            f"there is already an article “{draft.key}” with another text; give this one another"
            " key (rename the file) if it is another article"
        )


def check_among(seen: dict[str, str], draft: ArticleDraft) -> None:
    """Refuse a draft that repeats one of the same batch; `seen` keeps what has passed."""
    twin = seen.get(draft.sha256)
    if twin is not None:
        raise DuplicateError(f"the same text is already in this batch as “{twin}”")
    if draft.key in seen.values():
        raise DuplicateError(
            f"another file of this batch has the key “{draft.key}” too; rename one of them"
        )
    seen[draft.sha256] = draft.key


def store_article(project: Project, draft: ArticleDraft, user: User | None = None) -> Article:
    """Store an article and all its sentences; to be committed by itself.

    Raises:
        DuplicateError: the project has this text already, or another text under this key.

    """
    check_new(project, draft)
    article = Article(
        project_id=project.id,
        user_id=user.id if user else None,
        splitter=SPLITTER,
        sentence_count=draft.sentence_count,
        extra={"warnings": list(draft.warnings)} if draft.warnings else {},
        **{name: getattr(draft, name) for name in COPIED},
    )
    try:
        with db.session.begin_nested():
            db.session.add(article)
    except IntegrityError:
        # Somebody stored it between the look and the insert: say which.
        check_new(project, draft)
        raise
    db.session.execute(
        insert(cast(Table, Sentence.__table__)),
        [
            {
                "article_id": article.id,
                "position": each.position,
                "start": each.start,
                "end": each.end,
                "segment": each.segment,
                "paragraph": each.paragraph,
                "text": each.text,
            }
            for each in draft.outline.sentences
        ],
    )
    return article


COPIED = (
    "key",
    "title",
    "text",
    "sha256",
    "encoding",
    "published_on",
    "publisher",
    "author",
    "url",
    "language",
    "licence",
)
