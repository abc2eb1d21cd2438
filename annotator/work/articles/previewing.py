"""Previewing: files read as they would be stored, for somebody to look at."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from io import BytesIO
from itertools import islice

from annotator.errors import RefusedError
from annotator.formats.articles import brat, choosing, csv_tables, json_records, jsonl
from annotator.formats.articles.archives import web_records
from annotator.formats.articles.article import ArticleDraft, unseen, with_title
from annotator.formats.articles.faults import Faults
from annotator.formats.articles.records import FIELDS, MOST_KEYS, SENTENCES, BrokenTableError
from annotator.store.models import Project
from annotator.text import fingerprint, near
from annotator.work.articles import near_duplicates
from annotator.work.articles.known_texts import KnownTexts
from annotator.work.articles.sifting import LeftOut, Sieve, none_left

LONGEST_NAME = 200
TABLES = ("csv", "tsv")
RECORDS = ("json", "jsonl")
# So many records are looked at for the keys that they have.
LOOKED_AT = 200


def no_share(_share: float) -> None:
    """Go on without telling anybody."""


@dataclass(frozen=True)
class Sent:
    """One file as it was sent, or a text that was typed; `columns` where somebody chose them.

    `dates` is the order of its days, where somebody chose it.

    A file that was refused for good is not sent again; `refusal` says why nothing of it is stored.
    """

    name: str
    raw: bytes
    title: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    labels: bytes | None = None
    refusal: str = ""
    dates: str = ""
    language: str = ""  # of all its articles, where somebody chose it


@dataclass(frozen=True)
class Reading:
    """One file as read: the articles it would become, or why it cannot be stored.

    `headings` are the columns of a table, or the keys of JSON that are not ours alone; `columns`
    those that were chosen or proposed, by field. `dates` is the order of its days,
    chosen or proved; `asks_dates` says that there is one to know.
    """

    sent: Sent
    name: str
    drafts: tuple[ArticleDraft, ...] = ()
    refusal: str = ""
    form: str = ""
    headings: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    dates: str = ""
    asks_dates: bool = False
    # Articles of a download that are not taken, and the digests of all that were read.
    left_out: tuple[LeftOut, ...] = ()
    digests: tuple[str, ...] = ()
    faults: Faults = field(default_factory=Faults)  # of the rows that are left out

    @property
    def is_download(self) -> bool:
        """Say whether it is a download from a news database."""
        return bool(self.drafts) and bool(self.drafts[0].database)

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
    def languages(self) -> Mapping[str, int]:
        """Return how many of its articles are in each language, the most frequent first."""
        return dict(Counter(draft.language for draft in self.drafts).most_common())

    @property
    def proof(self) -> str:
        """Return the digest of its text, or of all its texts, to know them again by."""
        if len(self.digests) == 1:
            return self.digests[0]
        return fingerprint.digest("".join(self.digests))


def read(
    known_texts: KnownTexts,
    sent: Sent,
    *,
    new_version: bool = False,
    skip: bool = False,
    leave: Collection[int] = (),
    step: Callable[[float], None] = no_share,
) -> Reading:
    """Read one file of a batch without storing anything; `known_texts` keeps what the batch has.

    A refusal is part of the result, so that the other files of the batch go on. `leave` are the
    numbers of articles that are left out; with `skip` rows that can be no articles are left out,
    too, and named, as long as the file is read to its end; `step` is told which share of a
    download has been read.
    """
    if sent.refusal:
        return Reading(sent, shown_name(sent.name), refusal=sent.refusal)
    table = NO_TABLE
    form = ""
    taken: list[ArticleDraft] = []
    left_out: list[LeftOut] = []
    digests: list[str] = []
    sieve = Sieve(known_texts, new_version=new_version)
    faults = Faults()
    try:
        form = choosing.format_of(sent.name)
        table = heading_of(sent, form)
        drafts = choosing.read_bytes(
            sent.raw, sent.name, form, sent.columns, sent.dates, sent.language, faults=faults
        )
        if sent.labels is not None:
            drafts = brat.checked(drafts, sent.labels)
        for draft in faults.until_refused(drafts):
            named = with_title(draft, sent.title) if sent.title else draft
            digests.append(draft.sha256)
            with faults.noted():
                new = sieve.take(named, leave)
                if isinstance(new, LeftOut):
                    left_out.append(new)
                else:
                    taken.append(new)
            if draft.of:
                step(draft.number / draft.of)
        if not skip or faults.has_ended or not taken:
            faults.refuse()
        if left_out and not taken:
            raise RefusedError(none_left(left_out))
    except RefusedError as error:
        known_texts.forget(taken)
        if isinstance(error, BrokenTableError):
            table = NO_TABLE  # choosing other columns would not help
        taken, left_out, refusal, faults = [], [], str(error), Faults()
    else:
        refusal = ""
    name = shown_name(sent.name)
    return Reading(
        sent,
        name,
        tuple(taken),
        refusal,
        form,
        **asdict(table),
        left_out=tuple(left_out),
        digests=tuple(digests),
        faults=faults,
    )


def near_copies(project: Project, readings: list[Reading]) -> dict[str, str]:
    """Return for articles of files with several, by key, the other one that each nearly repeats.

    The other one is of the project or of these files.
    """
    several = [each for each in readings if each.is_download or each.article_count > 1]
    drafts = [draft for each in several for draft in each.drafts]
    coming = [(draft.key, near.sketch(draft.text)) for draft in drafts]
    found = near_duplicates.foreseen(project, coming) if coming else {}
    return {drafts[place].key: twin for place, twin in found.items()}


@dataclass(frozen=True)
class Heading:
    """What a table says before any of its rows is read as an article; names as in `Reading`."""

    headings: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    dates: str = ""
    asks_dates: bool = False


NO_TABLE = Heading()


def heading_of(sent: Sent, form: str) -> Heading:
    """Return what there is to choose of the columns of a table, or of the keys of JSON."""
    if form in TABLES:
        return look_at(sent)
    return look_at_keys(sent, form) if form in RECORDS else NO_TABLE


def look_at(sent: Sent) -> Heading:
    """Return the columns of a table, which of them are our fields, and how its days are written."""
    sheet = csv_tables.open_sheet(sent.raw, sent.name)
    columns = {**csv_tables.propose(sheet.columns), **sent.columns}
    days = columns.get("published_on", "")
    return Heading(
        sheet.columns,
        columns,
        sent.dates or csv_tables.order_of(sheet, days),
        csv_tables.has_other_days(sheet, days),
    )


def look_at_keys(sent: Sent, form: str) -> Heading:
    """Return the keys of the first objects of a file, if one of them is no field of ours.

    The fields are read as they are called; where there is no text, those that are usually called
    so are proposed. Broken objects are named by whoever reads the file.
    """
    try:
        rows = (
            (row for _, row in jsonl.lines(BytesIO(sent.raw)))
            if form == "jsonl"
            else json_records.objects(sent.raw)
        )
        first = [row for row in islice(rows, LOOKED_AT) if isinstance(row, dict)]
    except RefusedError:
        return NO_TABLE
    keys = tuple(dict.fromkeys(str(key) for row in first for key in row))
    is_ours = {*keys} <= {*FIELDS} and "text" in keys
    if not keys or is_ours or len(keys) > MOST_KEYS or web_records.knows(first[0]):
        return NO_TABLE
    own = {name: name for name in FIELDS if name in keys}
    if "text" not in own:
        own = csv_tables.propose(keys) | ({"text": SENTENCES} if SENTENCES in keys else {})
    columns = {**own, **sent.columns}
    days = (row.get(columns.get("published_on", "")) for row in first)
    asks = csv_tables.are_other_days(day for day in days if isinstance(day, str))
    return Heading(keys, columns, sent.dates, asks)


def as_read(reading: Reading) -> Iterator[ArticleDraft]:
    """Yield its articles as the file had them, before newer versions got keys of their own."""
    for draft in reading.drafts:
        yield replace(draft, key=draft.version_of or draft.key, version=1, version_of="")


def twins(project: Project, readings: list[Reading]) -> dict[str, tuple[str, float]]:
    """Return for the first article of each file, by key, the one it nearly repeats.

    That is a stored one or one of the files before, with the share of five-word shingles that both
    have; articles without such a twin are left out.
    """
    drafts = [each.draft for each in readings if each.draft and not each.is_download]
    found = near_duplicates.likest(project, [(each.key, near.sketch(each.text)) for each in drafts])
    return {draft.key: twin for draft, twin in zip(drafts, found, strict=True) if twin}


def shown_name(name: str) -> str:
    """Return a file's name as it can be shown: without its folders and with nothing unseen."""
    last = name.replace("\\", "/").rpartition("/")[2].strip()
    return "".join("\ufffd" if unseen(sign) else sign for sign in last)[:LONGEST_NAME]
