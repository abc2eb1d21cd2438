"""Says an agreement report in plain words: the same on the page and at the command line."""

from dataclasses import dataclass

from annotator.measure.coefficients.result import Measure
from annotator.measure.coefficients.verdict import FEW_ARTICLES
from annotator.measure.intervals.resampling import Interval, articles_needed
from annotator.phrases import coefficient, percent, plural
from annotator.store.models.answers import FIRST_ROUND, SECOND_ROUND
from annotator.work.agreement.report import (
    ALIGNED_CERTAINTY,
    ALIGNED_STANCE,
    CERTAINTY,
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
)
from annotator.work.agreement.selection import Selection
from annotator.work.labelling.independence import NEWEST

MOST_CONFUSED = 2
QUESTIONS = {
    STATUS: "Claim present?",
    SPEAKER: "Same speaker?",
    STANCE: "Same stance?",
    SCALE: "Same side?",
    CERTAINTY: "Same certainty?",
    RELATED: "Related or not?",
    SPEAKERS: "Same speakers?",
    TYPES: "Same type of speaker?",
    TOP: "Certain or not?",
    ALIGNED_STANCE: "Same stance?",
    ALIGNED_CERTAINTY: "Same certainty?",
}
TOPICS = {
    STATUS: "whether there is a claim",
    SPEAKER: "who speaks",
    ALIGNED_STANCE: "stance",
    ALIGNED_CERTAINTY: "certainty",
}
CONDITIONS = {
    STATUS: "status of the sentence",
    SPEAKER: "primary claim, given a claim",
    SPEAKERS: "all speakers of the sentence, MASI on the set",
    ALIGNED_STANCE: "given the same speaker",
    ALIGNED_CERTAINTY: "given the same stance",
}
FIELD_TITLES = {
    STATUS: "Status",
    SPEAKER: "Speaker",
    STANCE: "Stance",
    CERTAINTY: "Certainty",
}
VERDICTS = {
    "firm": "firm",
    "tentative": "tentative",
    SKEW: "skew",
    "revise": "revise rules",
    None: "not defined",
}
ROUNDS = {
    FIRST_ROUND: "round 1, given independently",
    SECOND_ROUND: "round 2, given later with adjudication or other answers known",
    NEWEST: "newest answers",
}
# How the summary speaks of the fields of each kind, in this order.
SENTENCES = {
    "firm": ("They agree firmly on ", ". "),
    "tentative": ("They agree tentatively on ", ". "),
    "revise": ("They do not yet agree on ", ". "),
    SKEW: ("Alpha says little about ", ": almost every sentence has one value. "),
    None: ("Nothing can be said yet on ", ". "),
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


def condition(field: FieldReport) -> str:
    """Say what is compared, and by which measure."""
    if field.name == SPEAKERS:
        return CONDITIONS[SPEAKERS]
    if field.name in CONDITIONS:
        return f"{CONDITIONS[field.name]}, {field.level}"
    among = f"among {', '.join(field.labels)}" if field.name == SCALE else "given a claim"
    return f"primary claim, {among}, {field.level}"


def reading(field: FieldReport) -> list[str]:
    """Say in a few plain sentences what the figure of one field rests on."""
    if field.alpha.reason:
        return [field.alpha.reason]
    pairs = plural(field.compared, "pair")
    same = f"The same in {field.agreeing:,} of {field.compared:,} {pairs} of answers."
    said = [skew(field) if field.skewed else same]
    if field.reaches_down and field.verdict == "tentative":
        said.append("The interval reaches below .667.")
    if field.verdict != "firm" and field.confused:
        said.append(f"Most confused: {confusions(field)}.")
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
        f" articles, seed {made.seed}"
    )


def rests_on(field: FieldReport) -> str:
    """Say in one sentence what a figure rests on."""
    units = f"{field.units:,} {plural(field.units, field.word)}"
    annotators = f"{field.annotators:,} {plural(field.annotators, 'annotator')}"
    articles = f"{field.articles:,} {plural(field.articles, 'article')}"
    return f"{units}, {annotators}, {articles}."


def planning(field: FieldReport) -> str:
    """Say how many more articles would narrow the interval of a step to plus or minus .05."""
    known = field.interval
    if known is None or known.low is None or known.high is None:
        return "" if known is None else known.reason
    more = articles_needed(known.low, known.high, field.articles)
    if more is None:
        return "Too few articles yet to say how many more are needed."
    if more == 0:
        return "The interval is within ±.05 already."
    articles = plural(more, "article")
    return f"About {more:,} more double-labelled {articles} for an interval of ±.05."


def all_the_way(report: Report) -> str:
    """Say how many pairs agree on every step."""
    share = report.all_the_way
    if share is None:
        return ""
    return (
        f"Raw agreement of the four steps multiplied: {percent(share)} of pairs agree all the way"
        " down."
    )


def merges(report: Report) -> str:
    """Say what merging speakers has changed."""
    now = report.field(SPEAKER).alpha.value
    if report.unmerged is None or now is None:
        return ""
    return (
        f"Speakers as of now; merges changed alpha from {coefficient(report.unmerged)} to"
        f" {coefficient(now)}."
    )


def skew(field: FieldReport) -> str:
    """Warn that one value has nearly all answers, which is no fault of the annotators."""
    shares = field.shares
    most = max(shares, key=lambda value: shares[value])
    label = field.labels[field.values.index(most)]
    share = percent(shares[most])
    if not field.held_down:
        return f"{share} of answers are “{label}”, so few sentences carry the figure."
    raw = percent(field.percent.value or 0.0)
    return (
        f"Alpha is far lower than {raw} because almost every sentence has one value"
        f" ({share} “{label}”): skew, not poor work."
    )


def confusions(field: FieldReport) -> str:
    """Name the values that are taken for one another most often."""
    named = [
        f"{field.labels[i]} with {field.labels[j]} ({n:,} {plural(n, 'pair')})"
        for n, i, j in field.confused[:MOST_CONFUSED]
    ]
    return " and ".join(named)


def summary(report: Report) -> list[Words]:
    """Say the whole report in one plain paragraph."""
    said: list[Words] = []
    for kind, (opening, end) in SENTENCES.items():
        topics = [
            TOPICS[field.name]
            for field in report.steps
            if field.name in TOPICS and field.verdict == kind
        ]
        if topics:
            start = opening if said else opening.replace("They", "Annotators")
            said += [Words(start), *enumeration(topics), Words(end)]
    articles = max(field.articles for field in report.fields)
    if articles < FEW_ARTICLES:
        said.append(
            Words(f"This rests on {articles:,} {plural(articles, 'article')}: too few to be sure.")
        )
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
    counted = report.scope
    numbers = (
        (counted.articles, "article"),
        (counted.sentences, "sentence"),
        (counted.annotators, "annotator"),
        (counted.claims, "claim"),
    )
    parts = [f"{n:,} {plural(n, word)}" for n, word in numbers]
    return " · ".join([*parts, *settings(report.selection), f"codebook {report.codebook}"])


def settings(selection: Selection) -> list[str]:
    """Say which answers count and which parts of an article are left out."""
    out = "date lines and boilerplate left out"
    said = [
        ROUNDS.get(selection.round, f"round {selection.round}"),
        out if selection.headlines else f"headlines, {out}",
    ]
    if selection.origins != ("human",):
        said.append(f"origin {', '.join(selection.origins)}")
    if selection.articles or selection.annotators or selection.version is not None:
        said.append("filtered")
    if selection.since or selection.until:
        first = selection.since.isoformat() if selection.since else "the beginning"
        last = selection.until.isoformat() if selection.until else "today"
        said.append(f"answers from {first} to {last}")
    return said
