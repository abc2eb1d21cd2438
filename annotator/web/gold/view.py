"""What the gold page shows, made from the methods side by side; nothing is decided here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from annotator import phrases
from annotator.codebook.scheme import Certainty, Codebook, Stance
from annotator.measure.methods import Method
from annotator.measure.patterns import FloatArray
from annotator.web.agreement.view import Known, known_values
from annotator.work.consensus.consensus import STATUS
from annotator.work.consensus.voting import OPEN, SINGLE, UNANIMOUS
from annotator.work.gold.compared import Compared, Standing
from annotator.work.gold.counts import Gold
from annotator.work.gold.doubts import NAMES, UNTOLD
from annotator.work.gold.methods import METHODS, SENTENCE, Held
from annotator.work.gold.summary import ENOUGH

SAID: Mapping[Method, str] = {
    "majority": "More than half of the votes, with a clear margin.",
    "weighted": "Weighted majority: votes weighted by the annotator’s agreement with the others.",
    "dawid-skene": "Estimates a confusion matrix per annotator. For annotators with many answers.",
    "one-coin": "Estimates one accuracy per annotator. Suitable for few answers.",
    "mace": "Estimates how often each annotator answers at random.",
}
TITLES = {
    SENTENCE: ("Whole sentences", "open if any field is open"),
    STATUS: ("Status", "sentences"),
}
MOST_MATRICES = 12
SHADES = (0.05, 0.15, 0.35)  # from which share on an error is shaded, and darker
Titles = Mapping[str, tuple[str, str]]
ALIKE = (0.8, 0.9, 0.97)


@dataclass(frozen=True)
class Part:
    """A stretch of a bar: who decides, how many, and where it lies in percent."""

    kind: str
    count: int
    x: str
    width: str


@dataclass(frozen=True)
class Bar:
    """What one method decides of one field, in numbers and as a bar."""

    method: Method
    name: str
    current: bool
    parts: tuple[Part, ...]
    held: Held | None

    @property
    def said(self) -> str:
        """Return the bar in words."""
        words = {"unanimous": "unanimous", "single": "single", "method": "by the method"}
        parts = (f"{part.count:,} {words.get(part.kind, part.kind)}" for part in self.parts)
        return f"{self.name}: {', '.join(parts)}"


@dataclass(frozen=True)
class Decided:
    """One field, method by method."""

    field: str
    title: str
    unit: str
    total: int
    bars: tuple[Bar, ...]
    held: int  # decisions of people that methods can be held to


@dataclass(frozen=True)
class Pair:
    """The agreement of two methods; `shade` 0 to 3, darker is more alike."""

    share: str
    n: int
    shade: int


@dataclass(frozen=True)
class Triangle:
    """All pairs of methods on one field, as the lower triangle of a table."""

    field: str
    title: str
    n: int
    rows: tuple[tuple[str, tuple[Pair, ...]], ...]


@dataclass(frozen=True)
class Head:
    """One value of a scale, with its shape where the codebook gives it one."""

    label: str
    value: Stance | Certainty | None


@dataclass(frozen=True)
class Share:
    """One cell of an error matrix; `shade` 0 to 3, darker is more of an error."""

    share: str
    shade: int
    same: bool


@dataclass(frozen=True)
class MatrixRow:
    """Where the truth is likely one value: in how many answers, and what was given."""

    head: Head
    n: int
    cells: tuple[Share, ...]


@dataclass(frozen=True)
class Person:
    """One annotator under the chosen method."""

    name: str
    n: int
    shared: int
    accuracy: float | None
    shown: str
    untold: str  # why there is no accuracy, where the answers cannot tell it
    confused: str
    few: bool
    rows: tuple[MatrixRow, ...]


@dataclass(frozen=True)
class People:
    """The annotators on one field; matrices only of some where there are many."""

    field: str
    heads: tuple[Head, ...]
    rows: tuple[Person, ...]
    matrices: tuple[Person, ...]
    advice: str
    doubts: tuple[str, ...]


def titles_of(book: Codebook) -> dict[str, tuple[str, str]]:
    """Return what each field is called under a codebook, and what is counted of it."""
    unit = "majority claims, aligned by speaker"
    return {**TITLES, **{name: (book.title_of(name), unit) for name in book.labels}}


def decided_of(methods: Compared, field: str, titles: Titles) -> Decided:
    """Return how much of a field each method decides."""
    title, unit = titles[field]
    bars = tuple(bar_of(methods, field, method) for method in METHODS)
    total = sum(part.count for part in bars[0].parts)
    return Decided(field, title, unit, total, bars, max(b.held.n if b.held else 0 for b in bars))


def gold_bar(gold: Gold) -> tuple[Part, ...]:
    """Return all sentences as one bar: by whom the gold of each is."""
    total, before, parts = max(gold.sentences, 1), 0, []
    for how, n in gold.by_how.items():
        parts.append(Part(how, n, f"{100 * before / total:.3f}%", f"{100 * n / total:.3f}%"))
        before += n
    return tuple(parts)


def bar_of(methods: Compared, field: str, method: Method) -> Bar:
    counts = methods.counts(field, method)
    total = max(sum(counts.values()), 1)
    kinds = {UNANIMOUS: "unanimous", SINGLE: "single", method: "method", OPEN: "open"}
    parts, before = [], 0
    for name, kind in kinds.items():
        n = counts[name]
        parts.append(Part(kind, n, f"{100 * before / total:.3f}%", f"{100 * n / total:.3f}%"))
        before += n
    chosen = method == methods.way.method
    return Bar(method, NAMES[method], chosen, tuple(parts), methods.held(field, method))


def triangle_of(methods: Compared, field: str, titles: Titles) -> Triangle:
    """Return how alike the methods decide a field."""
    found = methods.fields[field]
    pairs = {(each.a, each.b): each for each in found.equal}
    rows = []
    for number, row in enumerate(METHODS[1:], 1):
        cells = []
        for column in METHODS[:number]:
            pair = pairs[column, row]
            share = pair.share
            shade = 0 if share is None else sum(share >= limit for limit in ALIKE)
            shown = "" if share is None else phrases.percent(share)
            cells.append(Pair(shown, pair.n, shade))
        rows.append((NAMES[row], tuple(cells)))
    return Triangle(field, titles[field][0], found.differing, tuple(rows))


def people_of(methods: Compared, codebook: Codebook, field: str, wanted: str) -> People:
    """Return the annotators of a field under the chosen method; `wanted` alone if it is a name."""
    found = methods.fields[field]
    heads = heads_of(codebook, field, found.values)
    rows = tuple(person_of(each, heads) for each in found.people)
    shown = [row for row in rows if row.accuracy is not None]
    worst = sorted(shown, key=lambda row: row.accuracy or 0.0)[:MOST_MATRICES]
    matrices = [row for row in shown if (row.name == wanted if wanted else row in worst)]
    words = advice(methods.way.method, found.values, rows)
    return People(field, heads, rows, tuple(matrices), words, doubts(methods, titles_of(codebook)))


def person_of(each: Standing, heads: Sequence[Head]) -> Person:
    """Return one annotator in words and numbers."""
    confusion, truth = np.array(each.confusion), np.array(each.truth)
    known = each.accuracy is not None
    return Person(
        name=each.name,
        n=each.n,
        shared=each.shared,
        accuracy=each.accuracy,
        shown="" if each.accuracy is None else phrases.percent(each.accuracy),
        untold=UNTOLD if each.shared and not known else "",
        confused=confused(heads, confusion, truth) if known else "",
        few=0 < each.shared < ENOUGH * len(heads),
        rows=matrix_of(heads, confusion, truth),
    )


def doubts(methods: Compared, titles: Titles) -> tuple[str, ...]:
    """Return what speaks against the chosen method, in whichever field."""
    return tuple(
        f"{titles[name][0]}: {said}"
        for name, field in methods.fields.items()
        for said in field.doubts
    )


def heads_of(codebook: Codebook, field: str, values: Sequence[str]) -> tuple[Head, ...]:
    """Return the values of a scale as they are shown."""
    known: Known = known_values(codebook, field)
    entries = codebook.statuses if field == STATUS else codebook.values_of(field)
    labels = {each.value: each.label for each in entries}
    return tuple(Head(labels.get(value, value), known.get(value)) for value in values)


def matrix_of(
    heads: Sequence[Head], matrix: FloatArray, truth: FloatArray
) -> tuple[MatrixRow, ...]:
    """Return an error matrix in words and shades."""
    return tuple(
        MatrixRow(
            head,
            round(float(truth[true])),
            tuple(
                Share(
                    phrases.percent(float(share)),
                    0 if true == given else sum(share >= limit for limit in SHADES),
                    true == given,
                )
                for given, share in enumerate(matrix[true])
            ),
        )
        for true, head in enumerate(heads)
    )


def confused(heads: Sequence[Head], matrix: FloatArray, truth: FloatArray) -> str:
    """Say which error somebody makes most often, if there is one worth a word."""
    errors = matrix * truth[:, None]
    np.fill_diagonal(errors, 0.0)
    true, given = divmod(int(errors.argmax()), len(heads))
    if errors[true, given] < 1:
        return ""
    share = phrases.percent(float(matrix[true, given]))
    return f"{heads[given].label} for {heads[true].label}: {share}"


def advice(method: Method, values: Sequence[str], rows: Sequence[Person]) -> str:
    """Say which model the number of answers bears."""
    few = [row.name for row in rows if row.few]
    least = ENOUGH * len(values)
    if not few:
        return f"All annotators share at least {least} answers: enough for Dawid–Skene."
    who = ", ".join(few[:5]) + (f" and {len(few) - 5} more" if len(few) > 5 else "")
    end = " Prefer one-coin to Dawid–Skene here." if method == "dawid-skene" else ""
    return (
        f"{who}: fewer than {least} shared answers ({ENOUGH} per value), too few for an"
        f" individual confusion matrix.{end}"
    )
