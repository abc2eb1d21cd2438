"""Says an agreement report in plain words: the same on the page and at the command line."""

from dataclasses import dataclass

from annotator.codebook.scheme import Codebook
from annotator.measure.coefficients.result import Measure
from annotator.measure.coefficients.verdict import FEW_ARTICLES
from annotator.measure.intervals.resampling import Interval, articles_needed
from annotator.measure.origins import COUNTED
from annotator.measure.rounds import FIRST_ROUND, NEWEST, SECOND_ROUND
from annotator.phrases import coefficient, counted, percent, spelled
from annotator.work.agreement.report import (
    ALIGNED,
    RELATED,
    SCALE,
    SKEW,
    SPEAKER,
    SPEAKERS,
    STANCE,
    STATUS,
    TOP,
    TYPES,
    FieldReport,
    Report,
    Selection,
)

MOST_CONFUSED = 2
QUESTIONS = {
    STATUS: "Claim presence",
    SPEAKER: "Speaker",
    SPEAKERS: "Set of speakers",
    TYPES: "Speaker type",
}
# Steps that are about a field of a claim, and are called as the codebook calls it.
OF_FIELDS = {
    SPEAKER: "speaker",
    **{name: label for label, aligned in ALIGNED.items() for name in (label, aligned)},
}
TOPICS = {
    STATUS: "claim presence",
    SPEAKER: "speaker",
    **{aligned: label for label, aligned in ALIGNED.items()},
}
CONDITIONS = {
    STATUS: "status of the sentence",
    SPEAKER: "primary claim, given a claim",
    SPEAKERS: "all speakers of the sentence, MASI on the set",
}
VERDICTS = {
    "firm": "firm",
    "tentative": "tentative",
    SKEW: "skew",
    "revise": "revise rules",
    None: "not defined",
}
ROUNDS = {
    FIRST_ROUND: "round 1, independent answers",
    SECOND_ROUND: "round 2, later answers",
    NEWEST: "newest answers",
}
# How the summary speaks of the fields of each kind, in this order.
SENTENCES = {
    "firm": ("Agreement is firm for ", ". "),
    "tentative": ("Agreement is tentative for ", ". "),
    "revise": ("Agreement is too low for ", ". "),
    SKEW: ("Alpha is not informative for ", ": almost every sentence has one value. "),
    None: ("Alpha is not defined for ", ". "),
}


@dataclass(frozen=True)
class Words:
    """A piece of a sentence, and whether it is what the sentence is about."""

    text: str
    strong: bool = False


def figure(measure: Measure) -> str:
    """Return alpha as it is quoted, or that it is not defined."""
    return "not defined" if measure.value is None else coefficient(measure.value)


def verdict(field: FieldReport) -> str:
    """Return the verdict in words."""
    return VERDICTS[field.verdict]


def question(name: str, book: Codebook) -> str:
    """Return what a step is about, in the words of the codebook."""
    stance = book.title_of(STANCE)
    if name == SCALE:
        return f"{stance} direction"
    if name == RELATED:
        return "Related or not" if stance == STANCE.capitalize() else f"{stance}: on scale or not"
    if name == TOP:
        label = book.certainties[-1].label
        return f"{label[:1].upper()}{label[1:]} or not"
    return book.title_of(OF_FIELDS[name]) if name in OF_FIELDS else QUESTIONS[name]


def condition(field: FieldReport, book: Codebook) -> str:
    """Say what is compared, and by which measure."""
    if field.name == SPEAKERS:
        return CONDITIONS[SPEAKERS]
    if field.name in CONDITIONS:
        return f"{CONDITIONS[field.name]}, {field.level}"
    if field.name in ALIGNED.values():
        asked = [name for name in (SPEAKER, *ALIGNED) if name == SPEAKER or book.values_of(name)]
        before = asked[: asked.index(OF_FIELDS[field.name])]
        given = before if before == [SPEAKER] else before[1:]
        return f"given the same {' and '.join(map(book.word_of, given))}, {field.level}"
    among = f"among {', '.join(field.labels)}" if field.name == SCALE else "given a claim"
    return f"primary claim, {among}, {field.level}"


def reading(field: FieldReport) -> list[str]:
    """Say in a few plain sentences what the figure of one field rests on."""
    if field.alpha.reason:
        return [field.alpha.reason]
    same = f"Agreeing pairs of answers: {field.agreeing:,} of {field.compared:,}."
    said = [skew(field) if field.skewed else same]
    if field.reaches_down and field.verdict == "tentative":
        said.append("The interval reaches below .667.")
    if field.verdict != "firm" and field.confused:
        said.append(f"Most confused: {confusions(field)}.")
    if field.drawn == "cluster":
        said.append(
            f"{counted(field.articles, 'article')}, of which some are near-duplicates: the interval"
            f" resamples {counted(field.clusters, 'cluster')}."
        )
    return said


def interval(known: Interval | None) -> str:
    """Return an interval as it is quoted, or nothing."""
    if known is None or known.low is None or known.high is None:
        return ""
    return f"{coefficient(known.low)} to {coefficient(known.high)}"


def method(report: Report) -> str:
    """Say how the intervals were made."""
    made = report.settings
    return (
        f"Krippendorff's alpha, {made.level:.0%} interval from {made.replicates:,} resamples of"
        f" articles with their near-duplicates, seed {made.seed}"
    )


def rests_on(field: FieldReport) -> str:
    """Say in one sentence what a figure rests on."""
    annotators = counted(field.annotators, "annotator")
    return f"{counted(field.units, field.word)}, {annotators}, {articles_of(field)}."


def articles_of(field: FieldReport) -> str:
    """Return how many articles a figure rests on, and in how many clusters where some are alike."""
    clusters = f" in {counted(field.clusters, 'cluster')}" if field.drawn == "cluster" else ""
    return f"{counted(field.articles, 'article')}{clusters}"


def planning(field: FieldReport) -> str:
    """Say how many more articles would narrow the interval of a step to plus or minus .05."""
    known = field.interval
    if known is None or known.low is None or known.high is None:
        return "" if known is None else known.reason
    more = articles_needed(known.low, known.high, field.clusters)
    if more is None:
        return "Too few articles to estimate how many more are needed."
    if more == 0:
        return "The interval is already within ±.05."
    articles = counted(more, "more double-labelled article")
    return f"About {articles} for an interval of ±.05."


def all_the_way(report: Report) -> str:
    """Say how many pairs agree on every step."""
    share = report.all_the_way
    if share is None:
        return ""
    steps = spelled(len(report.steps))
    return (
        f"Cumulative agreement over the {steps} steps (product of raw agreement): {percent(share)}."
    )


def merges(report: Report) -> str:
    """Say what merging speakers has changed."""
    now = report.field(SPEAKER).alpha.value
    if report.unmerged is None or now is None:
        return ""
    return (
        f"Current speakers are used; merges changed alpha from {coefficient(report.unmerged)} to"
        f" {coefficient(now)}."
    )


def skew(field: FieldReport) -> str:
    """Warn that one value has nearly all answers, which is no fault of the annotators."""
    shares = field.shares
    most = max(shares, key=lambda value: shares[value])
    label = field.labels[field.values.index(most)]
    share = percent(shares[most])
    if not field.held_down:
        return f"{share} of answers are “{label}”, so the figure depends on few sentences."
    raw = percent(field.percent.value or 0.0)
    return (
        f"Alpha is far below the raw agreement ({raw}) because almost every sentence has"
        f" one value ({share} “{label}”). This is skew, not low quality."
    )


def confusions(field: FieldReport) -> str:
    """Name the values that are taken for one another most often."""
    named = [
        f"{field.labels[i]} with {field.labels[j]} ({counted(n, 'pair')})"
        for n, i, j in field.confused[:MOST_CONFUSED]
    ]
    return " and ".join(named)


def summary(report: Report, book: Codebook) -> list[Words]:
    """Say the whole report in one plain paragraph."""
    said: list[Words] = []
    for kind, (opening, end) in SENTENCES.items():
        topics = [
            book.word_of(OF_FIELDS[field.name]) if field.name in OF_FIELDS else TOPICS[field.name]
            for field in report.steps
            if field.name in TOPICS and field.verdict == kind
        ]
        if topics:
            said += [Words(opening), *enumeration(topics), Words(end)]
    most = max(report.fields, key=lambda field: field.clusters)
    if most.clusters < FEW_ARTICLES:
        said.append(Words(f"Based on {articles_of(most)}: too few for reliable figures."))
    return said


def enumeration(topics: list[str]) -> list[Words]:
    """Join topics with commas and a last "and"."""
    said = []
    for index, topic in enumerate(topics):
        if index:
            said.append(Words(" and " if index == len(topics) - 1 else ", "))
        said.append(Words(topic, strong=True))
    return said


def scope(report: Report) -> str:
    """Return the one line of what the report looks at and what it leaves out."""
    within = report.scope
    numbers = (
        (within.articles, "article"),
        (within.sentences, "sentence"),
        (within.annotators, "annotator"),
        (within.claims, "claim"),
    )
    parts = [counted(n, word) for n, word in numbers]
    return " · ".join([*parts, *settings(report.selection), f"codebook {report.codebook}"])


def settings(selection: Selection) -> list[str]:
    """Say which answers count and which parts of an article are left out."""
    out = "date lines and boilerplate excluded"
    said = [
        ROUNDS.get(selection.round, f"round {selection.round}"),
        out if selection.headlines else f"headlines, {out}",
    ]
    if set(selection.origins) != set(COUNTED):
        said.append(f"origin {', '.join(selection.origins)}")
    if selection.articles or selection.annotators or selection.version is not None:
        said.append("filtered")
    if selection.since or selection.until:
        first = selection.since.isoformat() if selection.since else "the start"
        last = selection.until.isoformat() if selection.until else "today"
        said.append(f"answers from {first} to {last}")
    return said
