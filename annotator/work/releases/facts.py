"""The facts of a release: one mapping from which its card, its metadata and its record are made."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from annotator import __version__
from annotator.codebook.scheme import Codebook
from annotator.formats.release import gates
from annotator.formats.release.card import codebook as card_codebook
from annotator.store.copying import Progress
from annotator.work.agreement.report import FieldReport, Report
from annotator.work.consensus.voting import ADJUDICATED
from annotator.work.gold.building import NONE, SOFT
from annotator.work.gold.models import Aggregation
from annotator.work.releases.parts import ArticleFacts, Row
from annotator.work.releases.settings import Settings

if TYPE_CHECKING:
    from annotator.store.models import Project

SOFTWARE = f"annotator {__version__}"
NUMPY = np.__version__
WITH_NUMPY = " with numpy "
answer_of = itemgetter("article", "sentence", "annotator")
WARNINGS = "warnings"
WITHDRAWN = "withdrawn"
# After so many rows somebody may hear how far it is.
OFTEN = 100


@dataclass
class Counted:
    """What was counted while the tables were written.

    `as_of` is the latest moment that stands in any file of the release. A sentence is gold when it
    has a gold answer, unanswered when nobody's answer to it counts, and else open; among the open
    ones are those whose adjudicator kept a soft label. All rounds of one person's answer to a
    sentence are one answer, which is complete if the newest is.
    """

    articles: int = 0
    sentences: int = 0
    answers: int = 0
    complete_answers: int = 0
    last: Row | None = None
    annotators: set[str] = field(default_factory=set)
    speakers: int = 0
    decisions: int = 0
    how: Counter[str] = field(default_factory=Counter)
    adjudicated_with_reason: int = 0
    gold_sentences: int = 0
    open_sentences: int = 0
    unanswered_sentences: int = 0
    soft_sentences: int = 0
    as_of: str = ""

    def seen(self, *moments: str) -> None:
        """Take note of moments that stand in a file."""
        self.as_of = max(self.as_of, *moments)

    def answer(self, row: Row) -> None:
        """Count an annotation row; the rounds of one answer come one after the other."""
        if self.last is None or answer_of(self.last) != answer_of(row):
            self.answers += 1
        else:
            self.complete_answers -= self.last["complete"]
        self.complete_answers += row["complete"]
        self.last = row
        self.annotators.add(row["annotator"])
        self.seen(row["created_at"], row["updated_at"])

    def speaker(self, row: Row) -> None:
        """Count a speaker of the register; a name that was merged into another is no more."""
        self.speakers += row["merged_into"] is None

    def decision(self, row: Row) -> None:
        """Count a decision."""
        self.decisions += 1
        self.seen(row["decided_at"])

    def gold(self, row: Row) -> None:
        """Count a gold row."""
        self.how[row["how"]] += 1
        self.adjudicated_with_reason += row["how"] == ADJUDICATED and bool(row["reason"])
        if row["open"] is None:
            self.gold_sentences += 1
        elif row["how"] == NONE:
            self.unanswered_sentences += 1
        else:
            self.open_sentences += 1
            self.soft_sentences += row["open"] == SOFT

    def to_json(self) -> dict[str, int]:
        """Return the counts in the order of the facts."""
        return {
            "articles": self.articles,
            "sentences": self.sentences,
            "answers": self.answers,
            "complete_answers": self.complete_answers,
            "annotators": len(self.annotators),
            "speakers": self.speakers,
            "decisions": self.decisions,
            "adjudicated_with_reason": self.adjudicated_with_reason,
            "gold_sentences": self.gold_sentences,
            "open_sentences": self.open_sentences,
            "unanswered_sentences": self.unanswered_sentences,
            "soft_sentences": self.soft_sentences,
        }


def software_of(way: Aggregation) -> str:
    """Return what makes a release; numpy has the last digits of what is learned, so it is named."""
    return f"{SOFTWARE}{WITH_NUMPY}{NUMPY}" if way.learns else SOFTWARE


def program_of(facts: Mapping[str, Any]) -> str:
    """Return which version of this program made a release."""
    return str(facts.get("software", "")).partition(WITH_NUMPY)[0]


def numpy_of(facts: Mapping[str, Any]) -> str:
    """Return with which numpy a release was made; empty where it does not say so."""
    return str(facts.get("software", "")).partition(WITH_NUMPY)[2]


def facts_of(
    project: "Project",
    settings: Settings,
    counted: Counted,
    splits: Mapping[str, Any],
    report: Report,
    articles: Sequence[ArticleFacts],
    codebook: Codebook,
    codebook_version: int,
    audit_root: str,
    warnings: Sequence[str] = (),
    withdrawn: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the facts of a release, with its gates checked.

    `warnings`: what speaks against the method of gold; `withdrawn`: see `withdrawn.since_the_last`.
    """
    found = looked_at(counted, report)
    facts = {
        "project": project.slug,
        "title": project.name,
        "target_question": project.target_question,
        "name": settings.name,
        "software": software_of(settings.way),
        "codebook_version": codebook_version,
        "as_of": counted.as_of,
        "status": gates.EXPLORATORY,
        "licence": {"annotations": project.annotations_licence, "texts": project.texts_licence},
        "with_text": settings.with_text,
        "with_notes": settings.with_notes,
        "parquet": settings.parquet,
        "csv": True,
        "authors": list(project.authors),
        "counts": found["counts"],
        "how": found["how"],
        "splits": {"settings": splits["settings"], "counts": splits["counts"]},
        "gates": [],
        "agreement": found["agreement"],
        "audit_root": audit_root,
        "method": settings.method,
        "aggregation": settings.way.settings(),
        **({WARNINGS: list(warnings)} if warnings else {}),
        **({WITHDRAWN: dict(withdrawn)} if withdrawn else {}),
        "languages": sorted({each.language for each in articles}),
        "published": published(articles),
        "publishers": publishers(articles),
        "codebook": card_codebook.facts_of(codebook),
    }
    results = gates.check(project.gates, found)
    facts["status"] = gates.status_of(results)
    facts["gates"] = [each.to_json() for each in results]
    return facts


def looked_at(counted: Counted, report: Report) -> dict[str, Any]:
    """Return the facts at which gates look."""
    return {
        "counts": {
            **counted.to_json(),
            "double_labelled": report.scope.double_labelled,
            "eligible_sentences": report.scope.eligible,
            "changed_answers": report.scope.changed,
        },
        "how": {how: counted.how[how] for how in sorted(counted.how)},
        "agreement": list(agreement_of(report)),
    }


def published(articles: Sequence[ArticleFacts]) -> dict[str, str | int | None]:
    """Return the first and the last day of the articles, and of how many none is known."""
    days = [each.published_on for each in articles if each.published_on]
    return {
        "from": min(days, default=None),
        "to": max(days, default=None),
        "unknown": len(articles) - len(days),
    }


def publishers(articles: Sequence[ArticleFacts]) -> list[dict[str, Any]]:
    """Return who published how many articles, the most first."""
    counts = Counter(each.publisher for each in articles)
    return [
        {"name": name, "articles": number}
        for name, number in sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    ]


def agreement_of(report: Report) -> Iterator[dict[str, Any]]:
    """Yield alpha of each field with its interval and what it rests on."""
    for each in (*report.fields, *report.more):
        yield {
            "field": each.name,
            "measure": each.alpha.name,
            "value": each.alpha.value,
            **bounds(each),
            "n_units": each.units,
            "n_annotators": each.annotators,
        }


def bounds(field: FieldReport) -> dict[str, float | None]:
    """Return the interval of alpha, null where there is none."""
    if field.interval is None:
        return {"low": None, "high": None}
    return {"low": field.interval.low, "high": field.interval.high}


class Passing:
    """Says how far a release is: the sentences passed in this table and in those before it."""

    def __init__(self, articles: Iterable[ArticleFacts], passes: int, progress: Progress) -> None:
        self.passes = passes
        self.progress = progress
        self.before: dict[str, int] = {}
        self.length = 0
        for each in articles:
            self.before[each.key] = self.length
            self.length += each.sentences
        self.tables = 0

    def through(self, rows: Iterable[Row], key: str = "article") -> Iterator[Row]:
        """Let the rows of one table through; `key` is where they name their article."""
        begun = self.tables * self.length
        for number, row in enumerate(rows):
            if number % OFTEN == 0:
                self.say(begun + self.before[row[key]] + row.get("sentence", 0))
            yield row
        self.tables += 1
        self.say(self.tables * self.length)

    def end(self) -> None:
        """Say that all is done."""
        self.say(self.passes * self.length)

    def say(self, done: int) -> None:
        """Tell whoever asked."""
        self.progress(done, self.passes * self.length)


def seen(rows: Iterable[Row], count: Callable[[Row], None]) -> Iterator[Row]:
    """Count rows on their way into a file."""
    for row in rows:
        count(row)
        yield row
