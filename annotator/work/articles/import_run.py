"""Reading in: one run over many files, prepared on disk, then stored in short steps.

Nothing is stored before everything has been read, and what is stored is seen by nobody before it
is complete, so a run that is cancelled leaves nothing behind, and others can save meanwhile. Memory
grows with the largest article and the number of keys, not with the run.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import BinaryIO

from annotator.errors import RefusedError
from annotator.formats.articles import brat, choosing
from annotator.formats.articles.article import ArticleDraft
from annotator.formats.articles.faults import Faults
from annotator.store.db import R, Steps, db
from annotator.store.models import Project, User
from annotator.text.decode import GUESS
from annotator.text.outline import Outline
from annotator.work import staging
from annotator.work.articles import appearing, near_duplicates, storing
from annotator.work.articles.appearing import Arrival
from annotator.work.articles.known_texts import DuplicateError, KnownTexts
from annotator.work.articles.sifting import (
    EVERYTHING,
    NEAR,
    Choice,
    LeftOut,
    Sieve,
    Told,
    kinds_of,
    none_left,
    totals,
)
from annotator.work.articles.storing import Prepared
from annotator.work.spooling import Spooling

# So many articles, or sentences, go into one step: some tens of milliseconds.
BATCH = 200
SENTENCES = 8_000
# So many near-duplicates of one file are named.
PAIRS = 10

Step = Callable[[int], None]
NO_OUTLINE = Outline("", None, (), ())


def no_step(_many: int) -> None:
    """Go on without telling anybody."""


@dataclass(frozen=True)
class FileReport:
    """What became of one file: its articles and sentences, or why nothing of it was stored."""

    name: str
    articles: int = 0
    sentences: int = 0
    first: str = ""
    last: str = ""
    refusal: str = ""
    twin: str = ""  # what its only article nearly repeats
    twins: str = ""  # which of its articles nearly repeat which, in words
    version_of: str = ""
    # Of a download from a news database: what is odd, in words, and what was left out, and why.
    checks: str = ""
    left_out: tuple[str, ...] = ()
    unread: int = 0  # how many of its rows are left out because they can be no articles
    is_guess: bool = False  # its encoding


@dataclass(frozen=True)
class Part:
    """The articles of one file on the spool: its report, and text and key of each."""

    report: int
    articles: tuple[tuple[str, str], ...]


class Run(Spooling):
    """One run of an import: `read` each file, then `store` everything; `with` tidies up.

    `columns`, `form`, `dates` and `language` are those of `formats.choosing`. With `skip` rows and
    records that can be no articles are left out and named, else their file is refused. The
    project's keys are looked up when the run begins and again when it stores.
    """

    def __init__(
        self,
        project: Project | None,
        user: User | None = None,
        form: str = "auto",
        columns: Mapping[str, str] | None = None,
        *,
        dates: str = "",
        language: str = "",
        new_version: bool = False,
        choice: Choice = EVERYTHING,
        telling: bool = False,
        skip: bool = False,
    ) -> None:
        self._project = project
        self.user = user
        self.form = form
        self.columns = dict(columns or {})
        self.dates = dates
        self.language = language
        self.new_version = new_version
        self.known_texts = KnownTexts(project)
        near_texts = near_duplicates.texts_of(project) if NEAR in choice.kinds else None
        self.sieve = Sieve(self.known_texts, choice, near_texts, new_version=new_version)
        self.telling = telling
        self.skip = skip
        self.told: list[Told] = []
        self.reports: list[FileReport] = []
        self.parts: list[Part] = []  # in the order of the spool
        self.stored: list[int] = []
        self.job: int | None = None  # what it is known by once `import_reports` has kept it
        super().__init__()

    @property
    def project(self) -> Project:
        """Return the project into which articles are stored."""
        if self._project is None:
            raise ValueError("this run stores nothing: it has no project")
        return self._project

    @property
    def unread(self) -> int:
        """Return how many rows are left out because they can be no articles."""
        return sum(report.unread for report in self.reports)

    @property
    def refused(self) -> int:
        """Return how many files were refused."""
        return sum(bool(report.refusal) for report in self.reports)

    def read(
        self,
        name: str,
        open_file: Callable[[str], BinaryIO],
        step: Step = no_step,
        labels: bytes | None = None,
    ) -> None:
        """Read one file to its end; keep all its articles, or none and the cause.

        `open_file` is given the format and may refuse; `step` is told how many bytes of the file
        have been read since it was told last; `labels` are those of a brat file beside it.
        """
        faults = Faults()
        try:
            form = choosing.format_of(name, self.form)
            with open_file(form) as stream:
                drafts = choosing.read(
                    stream,
                    name,
                    form,
                    self.columns,
                    self.dates,
                    self.language,
                    by_content=self.form == "auto",
                    faults=faults,
                )
                if labels is not None:
                    drafts = brat.checked(drafts, labels)
                self.keep(name, drafts, stream, step, faults=faults)
        except RefusedError as error:
            self.refuse(name, str(error))

    def refuse(self, name: str, cause: str) -> None:
        """Report a file of which nothing will be stored."""
        self.reports.append(FileReport(name, refusal=cause))

    def take(
        self,
        name: str,
        drafts: Iterator[ArticleDraft],
        step: Step = no_step,
        left_out: Sequence[LeftOut] = (),
        faults: Faults | None = None,
    ) -> None:
        """Keep the articles of a file that somebody else has read, and has left out some of.

        `faults` are those of its rows that were left out because they can be no articles.
        """
        try:
            self.keep(name, drafts, step=step, left_out=left_out, faults=faults)
        except RefusedError as error:
            self.refuse(name, str(error))

    def keep(
        self,
        name: str,
        drafts: Iterator[ArticleDraft],
        stream: BinaryIO | None = None,
        step: Step = no_step,
        left_out: Sequence[LeftOut] = (),
        faults: Faults | None = None,
    ) -> None:
        """Put the articles of one file on the spool; take them off again if one is refused.

        `faults` are those of its rows, noted while they are read. `left_out` are articles that
        somebody else has left out. Without a stream `step` is told of each article of a database.
        """
        faults = faults or Faults()
        counted = 0
        begin, done = self.spool.tell(), 0
        taken: list[ArticleDraft] = []
        left_out = list(left_out)
        kinds: list[str] = []
        told: list[Told] = []
        try:
            for number, draft in enumerate(faults.until_refused(drafts), start=1):
                with faults.noted():
                    new = self.sieve.take(draft)
                    if self.telling:
                        told.append(tell(name, number, new))
                    if isinstance(new, LeftOut):
                        left_out.append(replace(new, draft=bare(new.draft)))
                    else:
                        self.spool.write(storing.prepare(new).dump())
                        # What counts later is small; the text is on the spool.
                        taken.append(bare(new))
                        counted += new.sentence_count
                        kinds.extend(kinds_of(new))
                if stream is not None and stream.seekable():
                    there = stream.tell()
                    done, before = there * draft.number // draft.of if draft.of else there, done
                    step(done - before)
                elif stream is None and draft.of:
                    step(1)
            if not self.skip or faults.has_ended:
                faults.refuse()
        except BaseException:
            self.spool.seek(begin)
            self.spool.truncate()
            self.known_texts.forget(taken)
            raise
        self.told += told
        if not taken:
            faults.refuse()
            raise RefusedError(none_left(left_out) if left_out else "it contains no article")
        identities = tuple((each.sha256, each.key) for each in taken)
        self.parts.append(Part(len(self.reports), identities))
        first, last = taken[0], taken[-1]
        self.reports.append(
            FileReport(
                name,
                len(taken),
                counted,
                first.key,
                last.key,
                version_of=first.version_of,
                checks=totals(kinds, len(taken)) if kinds else "",
                left_out=(*(each.said for each in left_out), *faults.said),
                unread=len(faults.named) + faults.more,
                is_guess=GUESS in first.warnings,
            )
        )

    def store(
        self,
        end: Callable[[], R],
        step: Step = no_step,
        give: Callable[[int], Steps[None]] | None = None,
    ) -> Steps[R]:
        """Store all files that were not refused, as a whole; return what `end` returns.

        They are stored where nobody sees them and appear at the end, in one step with whatever
        `end` stores. A file that somebody else's import made a duplicate meanwhile is refused
        before. `step` is told how many articles have been stored since it was told last; `give`
        gives them to people before they appear, by the number of the import.
        """
        name = f"articles into {self.project.slug}"
        number: int = yield partial(begin, name, self.project.id)
        return (
            yield from staging.or_take_back(number, self.fill_and_show(number, end, step, give))
        )

    def fill_and_show(
        self,
        number: int,
        end: Callable[[], R],
        step: Step,
        give: Callable[[int], Steps[None]] | None,
    ) -> Steps[R]:
        """Store everything where nobody sees it, then let it appear."""
        numbers: dict[int, list[int]] = yield from self.fill(number, step)
        if give is not None and self.stored:
            yield from give(number)
        ended: list[R] = []

        def end_here() -> int | None:
            ended.append(end())
            return self.job

        while not ended:
            arrival: Arrival = yield from self.compare(number, numbers)
            try:
                yield partial(
                    appearing.open_up,
                    number,
                    self.project,
                    arrival,
                    end_here,
                )
            except appearing.ChangedError:
                continue
            except KeyboardInterrupt:
                if staging.state_of(number) == staging.STORING:
                    raise
        yield from staging.to_the_end(number, appearing.appear)
        return ended[0]

    def fill(self, number: int, step: Step) -> Steps[dict[int, list[int]]]:
        """Store the articles of all files in short steps; return their numbers by report."""
        known_texts = KnownTexts(self.project)
        numbers: dict[int, list[int]] = {}
        waiting: list[tuple[int, Prepared]] = []
        sentences = 0
        self.spool.seek(0)
        for part in self.parts:
            wanted = self.still_new(part, known_texts)
            for _ in part.articles:
                line = self.spool.readline()
                if not wanted:
                    continue
                waiting.append((part.report, Prepared.load(line)))
                sentences += len(waiting[-1][1].spans)
                if len(waiting) == BATCH or sentences > SENTENCES:
                    yield from self.flush(number, waiting, numbers, step)
                    waiting, sentences = [], 0
        yield from self.flush(number, waiting, numbers, step)
        self.stored = [each for own in numbers.values() for each in own]
        return numbers

    def flush(
        self,
        number: int,
        waiting: Sequence[tuple[int, Prepared]],
        numbers: dict[int, list[int]],
        step: Step,
    ) -> Steps[None]:
        """Store some articles and tell how many."""
        if not waiting:
            return
        prepared = [each for _, each in waiting]
        stored: list[int] = yield partial(add_articles, number, self.project, self.user, prepared)
        for (report, _), article in zip(waiting, stored, strict=True):
            numbers.setdefault(report, []).append(article)
        rows = storing.sentence_rows(stored, prepared)
        for first in range(0, len(rows), SENTENCES):
            yield partial(add_sentences, number, rows[first : first + SENTENCES])
        step(len(waiting))

    def compare(self, number: int, numbers: dict[int, list[int]]) -> Steps[Arrival]:
        """Compare what is stored with what the project has by now; return how it would appear.

        Files that have become duplicates go; the clusters of the others are stored.
        """
        db.session.rollback()
        stamp = appearing.stamp_of(self.project.id)
        known_texts = KnownTexts(self.project)
        late = [
            article
            for part in self.parts
            if part.report in numbers and not self.still_new(part, known_texts)
            for article in numbers.pop(part.report)
        ]
        if late:
            yield from appearing.drop(number, late)
        self.stored = [each for own in numbers.values() for each in own]
        own = set(self.stored)
        hidden = staging.hidden_of(number)
        found = near_duplicates.find([*staging.arriving_into(self.project.id), hidden])
        coming = [each for each in found.changed.items() if each[0] in own]
        for first in range(0, len(coming), appearing.ROWS_AT_ONCE):
            piece = coming[first : first + appearing.ROWS_AT_ONCE]
            yield partial(appearing.put_clusters, number, piece)
        self.report_twins(self.stored, found.twins)
        here = [each for each in found.changed.items() if each[0] not in own]
        return Arrival(stamp, here)

    def still_new(self, part: Part, known_texts: KnownTexts) -> bool:
        """Say whether a file can be stored; if not, its report says why."""
        try:
            for sha256, key in part.articles:
                known_texts.check([sha256], key)
        except DuplicateError as error:
            name = self.reports[part.report].name
            self.reports[part.report] = FileReport(name, refusal=str(error))
            return False
        return True

    def foresee_twins(self) -> None:
        """Say the same of a run that stores nothing."""
        self.spool.seek(0)
        coming = [(each.key, each.columns["sketch"]) for each in map(Prepared.load, self.spool)]
        twins = near_duplicates.foreseen(self._project, coming)
        self.report_twins(range(len(coming)), twins)
        by_key = {coming[place][0]: twin for place, twin in twins.items()}
        for place, each in enumerate(self.told):
            twin = by_key.get(each.draft.key, "")
            if twin and not each.is_left_out:
                said = (*each.warnings, f"Near copy of “{twin}”.")
                self.told[place] = replace(each, warnings=said)

    def report_twins(self, numbers: Iterable[int], twins: Mapping[int, str]) -> None:
        """Put the twins of each file into its report; `numbers` are those of all articles."""
        left = iter(numbers)
        for part in self.parts:
            report = self.reports[part.report]
            if report.refusal:
                continue
            own = list(islice(left, len(part.articles)))
            found = {
                key: twins[number]
                for number, (_, key) in zip(own, part.articles, strict=True)
                if number in twins
            }
            if len(own) > 1:
                self.reports[part.report] = replace(report, twins=pairs_words(found))
            elif found:
                self.reports[part.report] = replace(report, twin=next(iter(found.values())))


def pairs_words(twins: Mapping[str, str]) -> str:
    """Say which article nearly repeats which: "“b” of “a”, “c” of “a” and 3 more"."""
    named = [f"“{key}” of “{twin}”" for key, twin in islice(twins.items(), PAIRS)]
    more = f" and {len(twins) - PAIRS:,} more" if len(twins) > PAIRS else ""
    return ", ".join(named) + more


def tell(name: str, number: int, new: ArticleDraft | LeftOut) -> Told:
    """Return what is told of an article."""
    draft, said = (
        (new.draft, (f"Left out: {new.cause}.",)) if isinstance(new, LeftOut) else (new, ())
    )
    counted = bare(replace(draft, words=draft.word_count))
    warnings = (*draft.warnings, *said)
    return Told(name, draft.number or number, counted, draft.sentence_count, warnings, bool(said))


def bare(draft: ArticleDraft) -> ArticleDraft:
    """Return a draft without what takes memory."""
    return replace(draft, text="", outline=NO_OUTLINE, metadata={})


def begin(name: str, project_id: int) -> int:
    """Note that an import of articles begins; return its number."""
    return staging.begin(staging.ARTICLES, name, project_id).id


def add_articles(
    number: int, project: Project, user: User | None, prepared: Sequence[Prepared]
) -> list[int]:
    """Store some articles where nobody sees them; return their numbers."""
    staging.move(number)
    return storing.store_articles(project, user, prepared, staging.hidden_of(number))


def add_sentences(number: int, rows: list[storing.SentenceRow]) -> None:
    """Store some of their sentences."""
    staging.move(number)
    storing.store_sentences(rows)
