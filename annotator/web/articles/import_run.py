"""Storing what was previewed: at once, or as a job that says how far it is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from annotator.phrases import counted
from annotator.store.db import R, Steps, db, write_in_steps
from annotator.store.models import Project, User
from annotator.web.articles.import_form import Carried
from annotator.web.jobs import Beat
from annotator.web.request_log import record
from annotator.work.articles import appearing, import_reports, previewing
from annotator.work.articles.import_run import Run, no_step
from annotator.work.articles.known_texts import KnownTexts
from annotator.work.assignment import assigning

CHANGED = "the text differs from the preview; choose the file again"


@dataclass(frozen=True)
class Order:
    """What a lead asked for: the files, and to whom their articles go, so many each.

    With `skip` rows that can be no articles are left out.
    """

    carried: Sequence[Carried]
    new_version: bool
    pseudonyms: Sequence[str]
    overlap: int
    skip: bool = False

    @property
    def size(self) -> int:
        """Return how many bytes there are to read."""
        return sum(len(each.sent.raw) for each in self.carried if not each.refusal)

    @property
    def articles(self) -> int:
        """Return how many articles the files have, where all of them are downloads; else 0."""
        good = [each for each in self.carried if not each.refusal]
        return sum(each.articles for each in good) if all(each.articles for each in good) else 0

    @property
    def total(self) -> int:
        """Return how much there is to do: articles of downloads, else bytes."""
        return self.articles or self.size


def read_all(run: Run, order: Order, beat: Beat | None = None) -> None:
    """Read what the preview read; a text that is not the same any more is refused.

    What the preview refused is refused again, without reading it, so that every file is reported.
    """
    known_texts, done = KnownTexts(run.project), 0.0
    for each in order.carried:
        if each.refusal:
            run.refuse(previewing.shown_name(each.sent.name), each.refusal)
            continue
        size = each.articles if order.articles else len(each.sent.raw)
        share = Share(beat, done, size / 2)
        reading = previewing.read(
            known_texts,
            each.sent,
            new_version=order.new_version,
            skip=order.skip,
            leave=each.leave,
            step=share,
        )
        if reading.refusal:
            run.refuse(reading.name, reading.refusal)
        elif reading.proof != each.sha256:
            run.refuse(reading.name, CHANGED)
        else:
            step = Share(beat, done + size / 2, size / 2 / max(1, len(reading.drafts)))
            drafts = iter(previewing.as_read(reading))
            run.take(
                reading.name,
                drafts,
                step=step.add,
                left_out=reading.left_out,
                faults=reading.faults,
            )
        done += size
        if beat:
            beat(int(done))


class Share:
    """Tells a job how far it is within one file."""

    def __init__(self, beat: Beat | None, done: float, size: float) -> None:
        self.beat = beat
        self.done = done
        self.size = size
        self.many = 0

    def __call__(self, share: float) -> None:
        """Say which share of the file has been read."""
        if self.beat:
            self.beat(int(self.done + share * self.size))

    def add(self, many: int) -> None:
        """Say that so many more articles of the file are ready."""
        self.many += many
        self(self.many)


def store(
    run: Run, order: Order, end: Callable[[str], R], step: Callable[[int], None] = no_step
) -> Steps[R]:
    """Store what was read and give it out, as a whole; `end` stores in words what was done."""
    given = 0

    def give(number: int) -> Steps[None]:
        nonlocal given
        people = assigning.available(run.project, order.pseudonyms)
        given = yield from appearing.give(number, run.project, people, order.overlap)

    return (
        yield from run.store(
            lambda: end(words(run, given)), step, give if order.pseudonyms else None
        )
    )


def words(run: Run, given: int) -> str:
    """Say what was stored and given."""
    articles = sum(report.articles for report in run.reports)
    found = sum(report.sentences for report in run.reports)
    said = [f"{counted(articles, 'article')} added, {counted(found, 'sentence')}"]
    if given:
        said.append(f"{counted(given, 'assignment')} made")
    if run.unread:
        said.append(f"{counted(run.unread, 'row')} left out")
    if run.refused:
        said.append(f"{run.refused:,} of {counted(len(run.reports), 'file')} refused")
    return "; ".join(said) + "."


def carry_out(number: int, project_id: int, user_id: int, order: Order, beat: Beat) -> None:
    """Read, then store; the step in which it appears also says that it is over."""
    project = db.session.get_one(Project, project_id)
    user = db.session.get_one(User, user_id)
    with Run(project, user, new_version=order.new_version, skip=order.skip) as run:
        read_all(run, order, beat)

        def end(said: str) -> str:
            import_reports.finish(number, run, user, said)
            return said

        said = write_in_steps(store(run, order, end, lambda _many: beat(order.total)))
    by = f"user {user.id}"
    record("import %d into %r: %s", number, project.slug, said, by=by)
