"""Previewing: files read as they would be stored, for somebody to look at."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from annotator.errors import RefusedError
from annotator.formats.articles import brat, choosing, csv_tables
from annotator.formats.articles.article import ArticleDraft, unseen, with_title
from annotator.store.models import Project
from annotator.text import fingerprint, near
from annotator.work.articles import near_duplicates
from annotator.work.articles.known_texts import KnownTexts

LONGEST_NAME = 200
TABLES = ("csv", "tsv")


@dataclass(frozen=True)
class Sent:
    """One file as it was sent, or a text that was typed; `columns` where somebody chose them.

    A file that was refused for good is not sent again; `refusal` says why nothing of it is stored.
    """

    name: str
    raw: bytes
    title: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    labels: bytes | None = None
    refusal: str = ""


@dataclass(frozen=True)
class Reading:
    """One file as read: the articles it would become, or why it cannot be stored.

    `headings` are the columns of a table, `columns` those that were chosen or proposed, by field.
    """

    sent: Sent
    name: str
    drafts: tuple[ArticleDraft, ...] = ()
    refusal: str = ""
    form: str = ""
    headings: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def draft(self) -> ArticleDraft | None:
        """Return the first article."""
        return self.drafts[0] if self.drafts else None

    @property
    def article_count(self) -> int:
        """Return how many articles it holds."""
        return len(self.drafts)

    @property
    def sentence_count(self) -> int:
        """Return how many sentences there are in all its articles."""
        return sum(draft.sentence_count for draft in self.drafts)

    @property
    def proof(self) -> str:
        """Return the digest of its text, or of all its texts, to know them again by."""
        if len(self.drafts) == 1:
            return self.drafts[0].sha256
        return fingerprint.digest("".join(draft.sha256 for draft in self.drafts))


def read(known_texts: KnownTexts, sent: Sent, *, new_version: bool = False) -> Reading:
    """Read one file of a batch without storing anything; `known_texts` keeps what the batch has.

    A refusal is part of the result, so that the other files of the batch go on.
    """
    if sent.refusal:
        return Reading(sent, shown_name(sent.name), refusal=sent.refusal)
    form, columns = "", dict(sent.columns)
    headings: tuple[str, ...] = ()
    taken: list[ArticleDraft] = []
    try:
        form = choosing.format_of(sent.name)
        if form in TABLES:
            headings = csv_tables.open_sheet(sent.raw, sent.name).columns
            columns = {**csv_tables.propose(headings), **columns}
        drafts = choosing.read_bytes(sent.raw, sent.name, form, sent.columns)
        if sent.labels is not None:
            drafts = brat.checked(drafts, sent.labels)
        for draft in drafts:
            named = with_title(draft, sent.title) if sent.title else draft
            taken.append(known_texts.take(named, new_version=new_version))
    except RefusedError as error:
        known_texts.forget(taken)
        if isinstance(error, csv_tables.BrokenTableError):
            headings = ()  # choosing other columns would not help
        name = shown_name(sent.name)
        return Reading(sent, name, (), str(error), form, headings, columns)
    return Reading(sent, shown_name(sent.name), tuple(taken), "", form, headings, columns)


def as_read(reading: Reading) -> Iterator[ArticleDraft]:
    """Yield its articles as the file had them, before newer versions got keys of their own."""
    for draft in reading.drafts:
        yield replace(draft, key=draft.version_of or draft.key, version=1, version_of="")


def twins(project: Project, readings: list[Reading]) -> dict[str, tuple[str, float]]:
    """Return for the first article of each file, by key, the stored one it nearly repeats.

    With the share of five-word shingles that both have; articles without such a twin are left out.
    """
    drafts = [reading.draft for reading in readings if reading.draft]
    found = near_duplicates.likest(project, [near.sketch(draft.text) for draft in drafts])
    return {draft.key: twin for draft, twin in zip(drafts, found, strict=True) if twin}


def shown_name(name: str) -> str:
    """Return a file's name as it can be shown: without its folders and with nothing unseen."""
    last = name.replace("\\", "/").rpartition("/")[2].strip()
    return "".join("\ufffd" if unseen(sign) else sign for sign in last)[:LONGEST_NAME]
