"""Agreement measured again from the rows of a release, without any database.

The rows become the very arrays that a report reads from the database (`work.collecting`), in the
same order and in parts, so the figures are the same to the last digit.
"""

from array import array
from collections.abc import Sequence
from typing import Any

import numpy as np

from annotator.codebook.scheme import Codebook, Value
from annotator.formats.labels.rows import counted_rows, newest
from annotator.measure.collected import SENTENCES, Claims, Collected
from annotator.measure.panel import NONE
from annotator.measure.patterns import IntArray
from annotator.work.agreement.accumulator import Accumulator
from annotator.work.agreement.report import Report, Selection
from annotator.work.agreement.scales import Basis

Row = dict[str, Any]
ANSWER, CLAIM = 3, 4
"""How many numbers one of each takes, a claim without its labels."""


class Gathered:
    """The answers of a release that count, gathered row by row as whole numbers.

    Memory grows by some tens of bytes per answer. People and speakers are numbered as they come.
    """

    def __init__(self, codebook: Codebook, selection: Selection) -> None:
        self.codebook = codebook
        self.selection = selection
        self.places = {
            "status": places(codebook.statuses),
            **{name: places(codebook.values_of(name)) for name in codebook.labels},
        }
        self.articles: dict[str, int] = {}
        self.clusters: dict[int, int] = {}  # of the articles
        self.cluster_numbers: dict[str, int] = {}
        self.people: dict[str, int] = {}
        self.speakers: dict[str, int] = {}
        self.types: dict[int, str] = {}
        self.unit_article = array("q")
        self.answers = array("q")  # unit, annotator, status; then the next answer
        self.claims = array("q")  # unit, annotator, order, speaker, labels

    @property
    def counted(self) -> int:
        """Return how many answers were taken in."""
        return len(self.answers) // ANSWER

    def add(self, answers: Sequence[Row], cluster: str = "") -> None:
        """Take in the answers to one sentence; they come by article key and sentence.

        `cluster`: what the article hangs together with, "" for nothing.
        """
        selection = self.selection
        counted = [
            row
            for row in counted_rows(answers, selection.round, selection.origins)
            if row["segment"] in selection.segments
        ]
        if not counted:
            return
        unit = len(self.unit_article)
        key = counted[0]["article"]
        article = self.articles.setdefault(key, len(self.articles))
        numbers = self.cluster_numbers
        self.clusters[article] = numbers.setdefault(cluster or key, len(numbers))
        self.unit_article.append(article)
        for row in counted:
            who = self.people.setdefault(row["annotator"], len(self.people))
            self.answers.extend((unit, who, self.place("status", row["status"])))
            for order, claim in enumerate(row["claims"]):
                self.claims.extend(
                    (
                        unit,
                        who,
                        order,
                        self.speaker(claim),
                        *(self.place(name, claim[name]) for name in self.codebook.labels),
                    )
                )

    def place(self, field: str, value: str | None) -> int:
        """Return the place of a value in the codebook, -1 for none and for one it never had."""
        return NONE if value is None else self.places[field].get(value, NONE)

    def speaker(self, claim: Row) -> int:
        """Return the number of a speaker."""
        number = self.speakers.setdefault(claim["speaker"], len(self.speakers))
        self.types[number] = claim["speaker_type"]
        return number

    @property
    def called(self) -> dict[int, str]:
        """Return the pseudonym of each number."""
        return {number: name for name, number in self.people.items()}

    def collected(self) -> Collected:
        """Return everything as a report reads it."""
        unit, who, status = table(self.answers, ANSWER)
        names = sorted(self.people)
        people = np.array([self.people[name] for name in names], dtype=np.int64)
        rank = np.empty(len(names), dtype=np.int64)
        rank[people] = np.arange(len(names))
        given = np.full((len(self.unit_article), len(names)), NONE, dtype=np.int16)
        given[unit, rank[who]] = status
        asked = self.codebook.labels
        claim_unit, claim_who, order, speaker, *labels = table(self.claims, CLAIM + len(asked))
        return Collected(
            sentences=np.arange(len(self.unit_article)),
            articles=np.array(self.unit_article, dtype=np.int64),
            article_ids=np.arange(len(self.articles)),
            annotators=people,
            status=given,
            claims=Claims(
                claim_unit,
                rank[claim_who],
                order,
                speaker,
                dict(zip(asked, labels, strict=True)),
            ),
            merged={},
        )

    def clear(self) -> None:
        """Forget the answers, to go on with other articles; people and speakers keep numbers."""
        self.articles, self.clusters = {}, {}
        self.unit_article, self.answers, self.claims = array("q"), array("q"), array("q")


class Measuring:
    """Measures the answers of a release while they are read, some articles at a time."""

    def __init__(self, codebook: Codebook, selection: Selection, *, clustered: bool = True) -> None:
        self.clustered = clustered  # releases of before drew each article for itself
        self.gathered = Gathered(codebook, selection)
        self.accumulator = Accumulator(codebook)
        self.article = ""
        self.eligible = self.changed = 0

    def add(self, segment: str, answers: Sequence[Row], cluster: str) -> None:
        """Take in a sentence with the answers to it; they come by article key and sentence.

        `cluster`: what the article hangs together with.
        """
        selection = self.gathered.selection
        if segment in selection.segments:
            self.eligible += 1
            last = {row["annotator"]: row["round"] for row in newest(answers)}
            own = counted_rows(answers, selection.round, selection.origins)
            self.changed += sum(last[row["annotator"]] > row["round"] for row in own)
        if answers and answers[0]["article"] != self.article:
            self.article = answers[0]["article"]
            if len(self.gathered.unit_article) >= SENTENCES:
                self.enter()
        self.gathered.add(answers, cluster if self.clustered else "")

    def enter(self) -> None:
        """Count what was gathered so far, which is whole articles."""
        names = {number: name for name, number in self.gathered.speakers.items()}
        gathered = self.gathered
        basis = Basis(
            gathered.collected(), gathered.codebook, names, gathered.types, gathered.clusters
        )
        self.accumulator.enter(basis)
        self.gathered.clear()

    def report(self, slug: str) -> Report:
        """Measure everything."""
        self.enter()
        return self.accumulator.report(
            slug,
            self.gathered.selection,
            self.gathered.called,
            eligible=self.eligible,
            changed=self.changed,
        )


def places(values: Sequence[Value]) -> dict[str, int]:
    """Return where each value stands in the codebook."""
    return {entry.value: place for place, entry in enumerate(values)}


def table(numbers: "array[int]", width: int) -> IntArray:
    """Return numbers that stand in rows of one width as columns."""
    found: IntArray = np.array(numbers, dtype=np.int64).reshape(-1, width).T
    return found
