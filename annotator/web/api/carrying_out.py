"""Imports of scripts carried out: at once, or as jobs that say how far they are."""

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from annotator.formats.articles.faults import BETWEEN
from annotator.formats.articles.records import RecordError
from annotator.formats.labels import rows as annotation_rows
from annotator.formats.labels.rows import AnswerRow
from annotator.phrases import counted
from annotator.store.db import db, write, write_in_steps
from annotator.store.models import Job, Project, User
from annotator.web.jobs import Beat
from annotator.web.problems import Field, InvalidError, about
from annotator.web.request_log import record
from annotator.work import jobs
from annotator.work.accounts import activity
from annotator.work.articles import import_reports
from annotator.work.articles.import_run import Run
from annotator.work.imported_labels.kinds import Said
from annotator.work.label_import.checking import not_given_here
from annotator.work.label_import.rows import Importer, Plan

ARTICLE = re.compile(r"article (\d+): ?(.*)", re.S)
LINE = re.compile(r"(line \d+): ?(.*)", re.S)
# The reports of so many imports of labels of a project can be read again.
KEPT = 20


@dataclass(frozen=True)
class ArticleFile:
    """A file of articles as it was sent; `field` is where it stood in the request."""

    name: str
    raw: bytes
    field: str


@dataclass(frozen=True)
class Articles:
    """Files of articles to import; `by` is what the note of it says of who asked."""

    files: Sequence[ArticleFile]
    new_version: bool
    by: str

    @property
    def size(self) -> int:
        """Return how many bytes there are to read."""
        return sum(len(each.raw) for each in self.files)

    def read(self, run: Run, beat: Beat | None = None) -> None:
        """Read everything; nothing is stored.

        Raises:
            InvalidError: some of it cannot be stored, with each cause.

        """
        done = 0
        for each in self.files:
            run.read(each.name, lambda _form, raw=each.raw: io.BytesIO(raw))  # type: ignore[misc]
            done += len(each.raw)
            if beat:
                beat(done)
        self.refuse(run)

    def refuse(self, run: Run) -> None:
        """Refuse everything where some of it cannot be stored, also for others' imports meanwhile.

        Raises:
            InvalidError: it cannot, with each cause.

        """
        if run.refused:
            refused = zip(self.files, run.reports, strict=True)
            raise InvalidError([
                self.fault(one, why)
                for one, report in refused
                if report.refusal
                for why in report.refusal.split(BETWEEN)
            ])  # fmt: skip

    def fault(self, file: ArticleFile, why: str) -> Field:
        """Return where an article stood in the request, and what is wrong with it."""
        found = ARTICLE.fullmatch(why)
        if file.field == "articles":
            place = f"articles[{int(found[1]) - 1}]" if found else file.field
            return place, found[2] if found else why
        return file.field, f"{file.name[:60]}: {why}"

    def said(self, run: Run) -> str:
        """Say what was stored."""
        articles = sum(report.articles for report in run.reports)
        found = sum(report.sentences for report in run.reports)
        return f"{counted(articles, 'article')} added, {counted(found, 'sentence')}{self.by}."

    def store(self, project: Project, user: User) -> Job:
        """Store everything at once; return the job, which is over."""
        with Run(project, user, new_version=self.new_version) as run:
            self.read(run)

            def end() -> Job:
                self.refuse(run)
                return import_reports.record(run, user, self.said(run))

            return write_in_steps(run.store(end), wait=None)

    def go_on(self, number: int, project: Project, user: User, beat: Beat) -> str:
        """Store everything as a job; return what was stored, in words."""
        with Run(project, user, new_version=self.new_version) as run:
            self.read(run, beat)

            def end() -> str:
                self.refuse(run)
                said = self.said(run)
                import_reports.finish(number, run, user, said)
                return said

            return write_in_steps(run.store(end, lambda _many: beat(self.size)))


@dataclass(frozen=True)
class Labels:
    """Annotation rows to import, and what somebody says they are; else each row says it itself.

    `by` is what the note of it says of who asked.
    """

    raw: bytes
    by: str
    what: Said

    @property
    def size(self) -> int:
        """Return how many bytes there are to read."""
        return len(self.raw)

    def plan(self, importer: Importer) -> Plan:
        """Check every row; nothing is stored.

        Raises:
            InvalidError: some do not fit, each with its line.

        """
        with about("body"):
            found = importer.plan(self.rows(importer))
        if found.problems:
            raise InvalidError([fault_of(each) for each in found.problems])
        return found

    def rows(self, importer: Importer) -> Iterator[AnswerRow | RecordError]:
        """Yield the rows; one that is nobody's, or says that a person gave it here, is a fault.

        Whoever says what they are may bring in people who are new here, as the command does.
        """
        rows = annotation_rows.read(io.BytesIO(self.raw))
        if self.what.kind is not None:
            yield from rows
            return
        for row in not_given_here(rows):
            if isinstance(row, AnswerRow) and row.annotator not in importer.users:
                yield RecordError(
                    f"{row.where}: “{row.annotator[:60]}” is nobody in this project; add the person"
                    " first, or say with the parameter “as” what the answers are"
                )
            else:
                yield row

    def check(self, project: Project) -> dict[str, Any]:
        """Return what would be stored."""
        with self.importer(project) as importer:
            return counts_of(self.plan(importer))

    def importer(self, project: Project) -> Importer:
        """Return what imports them.

        Raises:
            InvalidError: a model cannot be called so.

        """
        with about("model"):
            return Importer(project, self.what)

    def store(self, project: Project, user: User) -> Job:
        """Store everything at once; return the job, which is over."""
        with self.importer(project) as importer:
            found = self.plan(importer)
            with about("body"):
                write_in_steps(importer.store(), wait=None)
        with write():
            self.note(project, user, found)
            made = jobs.add(
                jobs.LABELS,
                project,
                user,
                jobs.DONE,
                said=self.said(found),
                details=counts_of(found),
            )
            jobs.forget_old(jobs.LABELS, project.id, KEPT)
        return made

    def go_on(self, number: int, project: Project, user: User, beat: Beat) -> str:
        """Store everything as a job; return what was stored, in words.

        The answers appear at once; that the job is over is stored just afterwards.
        """
        stored = 0

        def told(many: int) -> None:
            nonlocal stored
            stored += many
            beat(stored, found.answers)

        with self.importer(project) as importer:
            found = self.plan(importer)
            beat(0, found.answers)
            write_in_steps(importer.store(told))
        with write(wait=60):
            self.note(project, user, found)
            jobs.finish(number, self.said(found), **counts_of(found))
            jobs.forget_old(jobs.LABELS, project.id, KEPT)
        return self.said(found)

    def said(self, found: Plan) -> str:
        """Say what was stored."""
        kind = f" as {self.what.kind.name}" if self.what.kind else ""
        return f"{counted(found.answers, 'answer')} imported{kind}{self.by}"

    def note(self, project: Project, user: User, found: Plan) -> None:
        """Note it among the acts of the project."""
        activity.note(project, user, activity.LABELS, self.said(found))


def fault_of(problem: str) -> Field:
    """Return the line of a problem, and what is wrong there."""
    found = LINE.fullmatch(problem)
    return (found[1], found[2]) if found else ("body", problem)


def counts_of(found: Plan) -> dict[str, Any]:
    """Return what a file of labels holds."""
    return {
        "answers": found.answers,
        "spans": found.spans,
        "annotators": sorted(found.annotators),
        "remarks": list(found.remarks),
    }


def go_on(number: int, project_id: int, user_id: int, order: Articles | Labels, beat: Beat) -> None:
    """Carry out an import as a job, in a thread of its own."""
    project = db.session.get_one(Project, project_id)
    user = db.session.get_one(User, user_id)
    said = order.go_on(number, project, user, beat)
    by = f"user {user.id}"
    record("import %d into %r: %s", number, project.slug, said, by=by)
