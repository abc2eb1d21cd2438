"""The counts of a project that more than one page, command or card prints: one function each."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, exists, func, select

from annotator.store.models import (
    Answer,
    Article,
    Claim,
    Project,
    Sentence,
    Speaker,
    SpeakerChange,
    Via,
)
from annotator.store.reading import one_moment
from annotator.work.independence import HUMAN
from annotator.work.report import Report
from annotator.work.selecting import Selection
from annotator.work.wording import plural

ORIGINS: Mapping[str, str] = {
    "human": "{} given here",
    "imported": "{} from elsewhere (imported)",
    "model": "{} of models",
}


@dataclass(frozen=True)
class Answers:
    """The complete answers of a project by origin, and those that are not complete."""

    by_origin: Mapping[str, int]
    incomplete: int

    @property
    def complete(self) -> int:
        """Return how many are complete."""
        return sum(self.by_origin.values())

    def not_counted(self, origins: tuple[str, ...] = (HUMAN,)) -> str:
        """Say in one sentence which complete answers figures leave out; nothing where none is."""
        out = {each: n for each, n in self.by_origin.items() if each not in origins and n}
        if not out:
            return ""
        said = [ORIGINS.get(each, "{} of others").format(answers_of(n)) for each, n in out.items()]
        are = "is" if sum(out.values()) == 1 else "are"
        return f"{' and '.join(said)} {are} not counted here."


def answers_of(n: int) -> str:
    """Return a number of answers with its noun."""
    return f"{n:,} {plural(n, 'answer')}"


def answers(project: Project) -> Answers:
    """Count the answers of a project that stand on a sentence and have a status."""
    with one_moment() as now:
        rows = now.execute(
            select(Answer.origin, Answer.complete, func.count(Answer.id))
            .join(Sentence, Sentence.id == Answer.sentence_id)
            .join(Article, Article.id == Sentence.article_id)
            .where(Article.project_id == project.id, Answer.status.is_not(None), Answer.current)
            .group_by(Answer.origin, Answer.complete)
        ).all()
    return Answers(
        {origin: n for origin, complete, n in rows if complete},
        sum(n for _, complete, n in rows if not complete),
    )


def nothing_to_compare(project: Project, report: Report) -> str:
    """Say why a report compares nothing, and which answers it leaves out."""
    selection, n = report.selection, report.shared_articles
    if len(selection.annotators) == 1:
        why = "Agreement compares two annotators or more, and the filter leaves only one."
    elif is_narrowed(selection):
        why = "No sentence has two answers under these filters."
    elif n == 0:
        why = "No double-labelled sentence yet. No article has a second annotator."
    else:
        given = f"{n:,} {plural(n, 'article')} {'has' if n == 1 else 'have'}"
        why = f"No double-labelled sentence yet. {given} two annotators or more."
    return f"{why} {answers(project).not_counted(selection.origins)}".strip()


def is_narrowed(selection: Selection) -> bool:
    """Say whether a selection leaves out answers that usually count."""
    usual = Selection(headlines=selection.headlines, whole_articles=selection.whole_articles)
    return selection != usual


def speakers(project: Project) -> int:
    """Count the speakers of a project as they are known today: names merged away are no more."""
    with one_moment() as now:
        return now.scalars(
            select(func.count(Speaker.id)).where(
                Speaker.project_id == project.id, Speaker.merged_into_id.is_(None)
            )
        ).one()


def taken_back(now: Connection, project: Project) -> frozenset[int]:
    """Return the speakers of splits that were undone and that no label names: they are nobody."""
    fresh = SpeakerChange.other_id
    return frozenset(
        now.scalars(
            select(fresh).where(
                SpeakerChange.project_id == project.id,
                SpeakerChange.kind == "split",
                SpeakerChange.undone_at.is_not(None),
                fresh.is_not(None),
                ~exists().where(Claim.speaker_id == fresh),
                ~exists().where(Via.speaker_id == fresh),
            )
        )
    )
