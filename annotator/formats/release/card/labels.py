"""The card's text on the labels: what they are, how they were made, how far people agreed."""

from collections.abc import Iterator, Mapping
from typing import Any

from annotator.formats.release.card.codebook import TITLES, labels_of, title_of, word_of
from annotator.formats.release.card.loader import filled_parts
from annotator.formats.release.gates import GOLD, says
from annotator.formats.release.markdown import bullets, code, fenced, plain, table
from annotator.phrases import (
    ROUNDING,
    changed_later,
    coefficient,
    counted,
    method_name,
    percent,
)

Facts = Mapping[str, Any]

HOW = {
    "unanimous": "All annotators gave the same value.",
    "single": "Only one annotator answered.",
    "majority": "More than half of the votes, with a clear margin.",
    "model": "A statistical model of the annotators.",
    "weighted": "Votes weighted by the agreement of each annotator, with a clear margin.",
    "dawid-skene": f"The {method_name('dawid-skene')} model found one value clearly more likely"
    " than the others.",
    "one-coin": "The one-coin model found one value clearly more likely than the others.",
    "mace": f"The {method_name('mace')} model found one value clearly more likely than the others.",
    "adjudicated": "Decided by an adjudicator.",
    "open": "A tie, or not decided yet; no gold answer.",
    "none": "No eligible answer; no gold answer.",
}
MAJORITY, ADJUDICATED = "majority", "adjudicated"
MODEL = "accuracy and confusion matrix of each annotator, as estimated by the gold method"
SPEAKERS = "the speakers with their aliases; a merged name points to its speaker and is not counted"
CSV = "gold as tables for Excel, R, Stata and SPSS: one row per sentence, one per claim"
PARQUET = "articles, sentences, annotations and gold as Parquet with typed columns"
FIELDS = {"status": "Status", "speaker_type": "Type of speaker"}
# What a label says of a claim, where it is called as usual.
MEANINGS = {
    "stance": "where the speaker stands on the target question",
    "certainty": "how firmly the speaker commits to it",
    "aspect": "which side of the target the claim is about",
}


def sections(facts: Facts) -> Iterator[str]:
    """Yield the sections, each with its heading."""
    yield from introduction(facts)
    yield from gates(facts)
    yield from contents(facts)
    yield from codebook(facts)
    yield from gold(facts)
    yield from agreement(facts)
    yield from splits(facts)


def introduction(facts: Facts) -> Iterator[str]:
    """Yield the title and what the dataset is about."""
    yield f"# {plain(facts['title'])}: {plain(facts['name'])}"
    fields = facts["codebook"]["fields"]
    parts = [said_of(facts, name) for name in labels_of(facts) if fields[name]]
    last = f" and {parts.pop()}."
    yield (
        "News articles labelled sentence by sentence. Each claim has"
        f" {', '.join([said_of(facts, 'speaker'), *parts])}{last}"
    )
    yield f"**Target question:** {plain(facts['target_question'])}"


def said_of(facts: Facts, field: str) -> str:
    """Say what a field of a claim is: by our words only where the codebook has none of its own."""
    word, usual = word_of(facts, field), {"speaker": "who claims something", **MEANINGS}
    if word != field:
        return plain(word)
    return f"{'an' if field == 'aspect' else 'a'} {field} ({usual[field]})"


def gates(facts: Facts) -> Iterator[str]:
    """Yield whether this is gold, and by which gates."""
    yield "## Status and gates"
    titles = facts["codebook"].get(TITLES, {})
    results, failed = facts["gates"], [each for each in facts["gates"] if not each["passed"]]
    if facts["status"] == GOLD:
        yield "**Gold.** This release passed all gates of the project."
    elif not results:
        yield "**Exploratory.** The project has no gates."
    else:
        n = len(failed)
        yield f"**Exploratory.** Gates not passed: {n:,} of {len(results):,}."
    if results:
        yield bullets(
            f"{'passed' if each['passed'] else '**failed**'}: "
            + plain(says(each["gate"], each["wanted"], each["found"], titles))
            for each in results
        )


def contents(facts: Facts) -> Iterator[str]:
    """Yield what is in the folder, in numbers and in files."""
    counts = facts["counts"]
    yield "## Contents"
    rows = [(name.replace("_", " "), f"{n:,}") for name, n in counts.items()]
    yield table(("count", "number"), rows, {1})
    if gone := facts.get("withdrawn"):
        since = plain(gone["since"])
        if gone["articles"]:
            n, named = len(gone["articles"]), ", ".join(map(code, gone["articles"]))
            yield f"**Withdrawn since {since}:** {counted(n, 'article')}: {named}."
        if gone["restored"]:
            yield f"**Restored since {since}:** {', '.join(map(code, gone['restored']))}."
    yield bullets(
        f"{code(name)}: {what}"
        for name, what in {
            "articles.jsonl": "the articles, one per line",
            "sentences.jsonl": "all sentences, as offsets in the articles",
            "annotations.jsonl": "all answers of all annotators, one per line",
            "gold.jsonl": "one row per sentence: gold claims, votes, how it was decided",
            **{
                f"gold/{part}.jsonl": f"the gold rows of the split {part}"
                for part in filled_parts(facts)
            },
            **({"gold.csv, gold-claims.csv": CSV} if facts.get("csv") else {}),
            "decisions.jsonl": "the decisions of adjudicators, with reasons",
            "speakers.json": SPEAKERS,
            "splits.json": "the articles of each split and the settings of the split",
            "agreement.json": "all agreement figures, unrounded",
            **({"model.json": MODEL} if facts["method"] != MAJORITY else {}),
            "codebook.md, codebook.json": "the annotation guidelines",
            **({"parquet/": PARQUET} if facts["parquet"] else {}),
            "schemas/": "a JSON Schema of each file",
            "croissant.json, CITATION.cff": "machine-readable metadata and citation",
            "SHA256SUMS": "hashes of all other files",
        }.items()
    )
    yield (
        "In all files `sentence` counts the sentences of an article from 0. The screens"
        " of the program count from one"
        + (", and so does `number` in CSV." if facts.get("csv") else ".")
    )
    yield (
        "Offsets (`start`, `end`) count Unicode code points from 0; `end` is exclusive."
        " They are not bytes or UTF-16 units."
    )
    if parts := filled_parts(facts):
        yield fenced(
            "from datasets import load_dataset\n\n"
            f'gold = load_dataset("path/of/this/folder", "gold", split="{parts[0]}")',
            "python",
        )


def codebook(facts: Facts) -> Iterator[str]:
    """Yield the values of each field."""
    book = facts["codebook"]
    yield "## Codebook summary"
    yield (
        f"{plain(book['title'])}, version {plain(book['version'])}"
        f" (number {facts['codebook_version']} in this project),"
        f" {counted(book['rules'], 'rule')}. The full codebook is `codebook.md`."
    )
    for field, values in ((name, each) for name, each in book["fields"].items() if each):
        title = FIELDS[field] if field in FIELDS else plain(title_of(facts, field))
        yield f"**{title}**"
        yield table(
            ("value", "meaning"),
            (
                (
                    code(each["value"]) + (" (retired)" if each["retired"] else ""),
                    plain(each["definition"]),
                )
                for each in values
            ),
        )


def gold(facts: Facts) -> Iterator[str]:
    """Yield how the gold came about."""
    yield "## Gold labels"
    yield (
        "Decisions of adjudicators take precedence. Otherwise each field is decided"
        f" separately by this method: {plain(method_name(facts['method']))}. Ties and low"
        " margins are not broken: the sentence stays open with its votes. Gold does not"
        " change answers; all answers are in `annotations.jsonl`."
    )
    if settings := facts.get("aggregation"):
        yield fitting(settings)
    if said := facts.get("warnings"):
        yield "**Warning.** The release uses the method despite these warnings:"
        yield bullets(map(plain, said))
    if facts["method"] != MAJORITY:
        yield "`model.json` has the estimates of this method per annotator and field."
    total = sum(facts["how"].values())
    rows = [
        (plain(how), meaning(how, facts), f"{n:,}", percent(n / total) if total else "")
        for how, n in facts["how"].items()
    ]
    yield table(("how", "meaning", "sentences", "share"), rows, {2, 3})


def meaning(how: str, facts: Facts) -> str:
    """Return what a way of deciding means, and of how many decisions the reason is there."""
    said = HOW.get(how, "")
    if how != ADJUDICATED:
        return said
    n = facts["counts"]["adjudicated_with_reason"]
    return f"{said} {n:,} with a reason."


def fitting(settings: Mapping[str, Any]) -> str:
    """Return the settings of the method in words."""
    said = f"A margin below {settings['margin']:g} is low."
    if None not in (settings["smoothing"], settings["most_steps"], settings["least_change"]):
        said += (
            f" The model was fitted with smoothing {settings['smoothing']:g}, in at most"
            f" {settings['most_steps']:,} steps, until no value changed by more than"
            f" {settings['least_change']:g}."
        )
    if None not in (settings["restarts"], settings["seed"]):
        said += (
            f" The most likely of {counted(settings['restarts'], 'start')} with seed"
            f" {settings['seed']} was used."
        )
    return said


def agreement(facts: Facts) -> Iterator[str]:
    """Yield the figures on agreement with their intervals."""
    yield "## Agreement between annotators"
    if not facts["agreement"]:
        yield "No sentence was answered by two annotators, so there are no figures."
        return
    yield table(
        ("field", "measure", "value", "interval", "units", "annotators"),
        (
            (
                plain(each["field"]),
                plain(each["measure"]),
                figure(each["value"]),
                interval(each["low"], each["high"]),
                f"{each['n_units']:,}",
                f"{each['n_annotators']:,}",
            )
            for each in facts["agreement"]
        ),
        {2, 3, 4, 5},
    )
    yield (
        "Only complete, independent answers of annotators are compared. Intervals are"
        " from resampling whole articles, near-duplicates together; `agreement.json` has the"
        " level, the seed, all other figures, and the reason for figures that are not defined. "
        + ROUNDING
    )
    if said := changed_later(facts["counts"].get("changed_answers", 0)):
        yield f"{said} Gold uses the newest answers. `annotations.jsonl` has both, by `round`."


def figure(value: float | None) -> str:
    """Return a coefficient, or that there is none."""
    return "not defined" if value is None else coefficient(value)


def interval(low: float | None, high: float | None) -> str:
    """Return an interval, or that it is not known."""
    return "none" if low is None or high is None else f"{coefficient(low)} to {coefficient(high)}"


def splits(facts: Facts) -> Iterator[str]:
    """Yield the parts and how they were divided."""
    settings, counts = facts["splits"]["settings"], facts["splits"]["counts"]
    yield "## Splits"
    yield (
        f"Split by {plain(settings['by'])} with seed {settings['seed']}, never by"
        " sentence. Near-duplicates are always in the same split."
    )
    if settings["stratified"]:
        yield (
            f"The splits are stratified by {plain(settings['stratified'])} as far as whole"
            " articles allow."
        )
    stances = sorted({value for each in counts.values() for value in each["stances"]})
    yield table(
        ("split", "requested share", "articles", "sentences", "gold", *map(code, stances)),
        (
            (
                plain(part),
                percent(settings["shares"][part]),
                *(f"{counts[part][name]:,}" for name in ("articles", "sentences", "gold")),
                *(f"{counts[part]['stances'].get(value, 0):,}" for value in stances),
            )
            for part in settings["shares"]
        ),
        range(1, 5 + len(stances)),
    )
