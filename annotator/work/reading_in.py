"""Reading in: one run over many files, prepared on disk, then stored in one transaction.

Nothing is stored before everything has been read, so a run that is cancelled leaves nothing
behind, and the database is locked only while rows go in. Memory grows with the largest article
and the number of keys, not with the run.
"""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from types import TracebackType
from typing import IO, BinaryIO

from annotator.formats import brat, choosing
from annotator.formats.draft import ArticleDraft
from annotator.store.models import Project, User
from annotator.text.outline import Outline
from annotator.work import clustering, storing
from annotator.work.errors import RefusedError
from annotator.work.importing import DuplicateError
from annotator.work.shelf import Shelf
from annotator.work.storing import Prepared

# So many articles go into one statement.
BATCH = 200
# A spool of this size stays in memory; a larger one goes to a temporary file.
IN_MEMORY = 4 * 1024 * 1024

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
    twin: str = ""
    version_of: str = ""


@dataclass(frozen=True)
class Part:
    """The articles of one file on the spool: its report, and text and key of each."""

    report: int
    articles: tuple[tuple[str, str], ...]


class Run:
    """One run of an import: `read` each file, then `store` everything; `with` tidies up.

    `columns` and `form` are those of `formats.choosing`. The project's keys are looked up when the
    run begins and again when it stores.
    """

    def __init__(
        self,
        project: Project,
        user: User | None = None,
        form: str = "auto",
        columns: Mapping[str, str] | None = None,
        *,
        new_version: bool = False,
    ) -> None:
        self.project = project
        self.user = user
        self.form = form
        self.columns = dict(columns or {})
        self.new_version = new_version
        self.shelf = Shelf(project)
        self.reports: list[FileReport] = []
        self.parts: list[Part] = []  # in the order of the spool
        self.stored: list[int] = []
        # Closed when the run ends, which is what `with` is for.
        self.spool: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115

    def __enter__(self) -> "Run":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.spool.close()

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
        try:
            form = choosing.format_of(name, self.form)
            with open_file(form) as stream:
                drafts = choosing.read(stream, name, form, self.columns)
                if labels is not None:
                    drafts = brat.checked(drafts, labels)
                self.keep(name, drafts, stream, step)
        except RefusedError as error:
            self.refuse(name, str(error))

    def refuse(self, name: str, cause: str) -> None:
        """Report a file of which nothing will be stored."""
        self.reports.append(FileReport(name, refusal=cause))

    def take(self, name: str, drafts: Iterator[ArticleDraft]) -> None:
        """Keep the articles of a file that somebody else has read."""
        try:
            self.keep(name, drafts)
        except RefusedError as error:
            self.refuse(name, str(error))

    def keep(
        self,
        name: str,
        drafts: Iterator[ArticleDraft],
        stream: BinaryIO | None = None,
        step: Step = no_step,
    ) -> None:
        """Put the articles of one file on the spool; take them off again if one is refused."""
        counted = 0
        begin, done = self.spool.tell(), 0
        taken: list[ArticleDraft] = []
        try:
            for draft in drafts:
                new = self.shelf.take(draft, new_version=self.new_version)
                self.spool.write(storing.prepare(new).dump())
                # What counts later is small; the text is on the spool.
                taken.append(replace(new, text="", outline=NO_OUTLINE, metadata={}))
                counted += new.sentence_count
                if stream is not None and stream.seekable():
                    done, before = stream.tell(), done
                    step(done - before)
        except BaseException:
            self.spool.seek(begin)
            self.spool.truncate()
            self.shelf.forget(taken)
            raise
        if not taken:
            raise RefusedError("it holds no article")
        identities = tuple((each.sha256, each.key) for each in taken)
        self.parts.append(Part(len(self.reports), identities))
        first, last = taken[0], taken[-1]
        self.reports.append(
            FileReport(name, len(taken), counted, first.key, last.key, version_of=first.version_of)
        )

    def store(self, step: Step = no_step) -> None:
        """Store all files that were not refused; to be committed by itself, as a whole.

        A file that somebody else's import made a duplicate meanwhile is refused now. `step` is told
        how many articles have been stored since it was told last.
        """
        storing.lock(self.project)
        shelf = Shelf(self.project)
        self.spool.seek(0)
        waiting: list[Prepared] = []
        for part in self.parts:
            wanted = self.still_new(part, shelf)
            for _ in part.articles:
                line = self.spool.readline()
                if wanted:
                    waiting.append(Prepared.load(line))
                if len(waiting) == BATCH:
                    self.flush(waiting, step)
                    waiting = []
        self.flush(waiting, step)
        clustering.cluster(self.project)
        self.name_twins()

    def still_new(self, part: Part, shelf: Shelf) -> bool:
        """Say whether a file can be stored; if not, its report says why."""
        try:
            for sha256, key in part.articles:
                shelf.check([sha256], key)
        except DuplicateError as error:
            name = self.reports[part.report].name
            self.reports[part.report] = FileReport(name, refusal=str(error))
            return False
        return True

    def flush(self, waiting: list[Prepared], step: Step) -> None:
        """Store some articles and tell how many."""
        self.stored.extend(storing.store(self.project, self.user, waiting))
        step(len(waiting))

    def name_twins(self) -> None:
        """Say in the reports which articles are near duplicates of which."""
        self.report_twins(self.stored, clustering.twins_of(self.project, self.stored))

    def foresee_twins(self) -> None:
        """Say the same of a run that stores nothing."""
        self.spool.seek(0)
        coming = [(each.key, each.columns["sketch"]) for each in map(Prepared.load, self.spool)]
        twins = clustering.foreseen(self.project, coming)
        self.report_twins(range(len(coming)), twins)

    def report_twins(self, numbers: Iterable[int], twins: Mapping[int, str]) -> None:
        """Put the first twin of each file into its report; `numbers` are those of all articles."""
        left = iter(numbers)
        for part in self.parts:
            report = self.reports[part.report]
            if report.refusal:
                continue
            own = list(islice(left, len(part.articles)))
            found = [twins[number] for number in own if number in twins]
            if found:
                self.reports[part.report] = replace(report, twin=found[0])
