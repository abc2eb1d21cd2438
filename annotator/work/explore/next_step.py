"""What a lead has to do next in a project: one thing at every stage, from empty to released."""

from dataclasses import dataclass

from sqlalchemy import func, select

from annotator.phrases import counted
from annotator.store.db import db
from annotator.store.models import Membership, Project, Release
from annotator.work.adjudication import queue
from annotator.work.assignment.progress import Figures

IMPORT, INVITE, ASSIGN, WAIT = "import", "invite", "assign", "wait"
ADJUDICATE, RELEASE = "adjudicate", "release"
MOST = 10_001


@dataclass(frozen=True)
class NextStep:
    """What to do, why, and how many sentences wait for a decision and are decided by now."""

    kind: str
    words: str
    left: int = 0
    decided: int = 0

    @property
    def left_words(self) -> str:
        """Return how many sentences wait for a decision."""
        return up_to_most(self.left)

    @property
    def decided_words(self) -> str:
        """Return how many sentences are decided."""
        return up_to_most(self.decided)


def next_step(project: Project, figures: Figures, short: int) -> NextStep:
    """Return the next step of a project, for who has refreshed what is known of its sentences.

    `short` is how many articles have fewer annotators than the overlap.
    """
    if not figures.articles:
        return NextStep(IMPORT, "No articles yet.")
    left, decided = counts_of(project)
    if short and not annotators_of(project):
        words = "Nobody can label yet: no member of the project is an annotator."
        return NextStep(INVITE, words, left, decided)
    if short:
        verb = "has" if short == 1 else "have"
        words = f"{counted(short, 'article')} {verb} fewer annotators than the overlap."
        return NextStep(ASSIGN, words, left, decided)
    waiting = "1 sentence waits" if left == 1 else f"{up_to_most(left)} sentences wait"
    waiting += " for a decision"
    if figures.submitted < figures.given:
        done = f"{figures.submitted:,} of {figures.given:,} answers are submitted"
        also = f"; {waiting} already." if left else "."
        kind = ADJUDICATE if left else WAIT
        return NextStep(kind, f"Labelling is under way: {done}{also}", left, decided)
    if left:
        return NextStep(
            ADJUDICATE,
            f"All answers are submitted. {waiting[0].upper()}{waiting[1:]}.",
            left,
            decided,
        )
    words = "All answers are submitted and no sentence waits for a decision: gold is ready."
    if name := newest_release(project):
        words += f" The newest release is {name}."
    return NextStep(RELEASE, words, left, decided)


def counts_of(project: Project) -> tuple[int, int]:
    """Return how many sentences wait for a decision, and how many are decided, each up to MOST."""
    return queue.count_left(project, MOST), queue.count_decided(project, MOST)


def up_to_most(number: int) -> str:
    """Return a count in words that ends at MOST."""
    return f"over {MOST - 1:,}" if number >= MOST else f"{number:,}"


def annotators_of(project: Project) -> int:
    """Return how many members are annotators."""
    query = select(func.count(Membership.id)).where(
        Membership.project_id == project.id, Membership.annotator.is_(True)
    )
    return db.session.scalar(query) or 0


def newest_release(project: Project) -> str:
    """Return the name of the newest release, "" where there is none."""
    query = select(Release.name).where(Release.project_id == project.id)
    return db.session.scalar(query.order_by(Release.id.desc()).limit(1)) or ""
