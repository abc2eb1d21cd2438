"""The card's text on the labels: what they are, how they were made, how far people agreed."""

from collections.abc import Iterator, Mapping
from typing import Any

from annotator.formats.release.card.loader import filled_parts
from annotator.formats.release.gates import GOLD, says
from annotator.formats.release.markdown import bullets, code, fenced, plain, table
from annotator.phrases import ROUNDING, changed_later, coefficient, method_name, percent, plural

Facts = Mapping[str, Any]

HOW = {
    "unanimous": "All annotators said the same.",
    "single": "One annotator alone answered.",
    "majority": "More than half said so, by a clear margin.",
    "model": "A statistical model weighed the annotators.",
    "weighted": "The votes, each weighed by how well its annotator agrees, had a clear margin.",
    "dawid-skene": f"The {method_name('dawid-skene')} model found one value clearly likelier than"
    " the others.",
    "one-coin": "The one-coin model found one value clearly likelier than the others.",
    "mace": f"The {method_name('mace')} model found one value clearly likelier than the others.",
    "adjudicated": "An adjudicator decided.",
    "open": "A tie, or not yet decided: there is no gold answer.",
    "none": "No complete answer that counts: there is no gold answer.",
}
MAJORITY, ADJUDICATED = "majority", "adjudicated"
MODEL = "accuracy and confusions of each annotator, as the method of gold sees them"
SPEAKERS = (
    "the register of speakers with their aliases; a name that was merged into another is there"
    " and points to it, and is not counted"
)
PARQUET = "articles, sentences, annotations and gold again, as typed columns"
FIELDS = {"status": "Status", "speaker_type": "Type of speaker", "stance": "Stance"}
FIELDS |= {"certainty": "Certainty"}


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
    yield (
        "News articles labelled sentence by sentence: who claims something (the speaker), where"
        " that speaker stands on the target question (the stance), and how firmly the speaker"
        " commits (the certainty)."
    )
    yield f"**Target question:** {plain(facts['target_question'])}"


def gates(facts: Facts) -> Iterator[str]:
    """Yield whether this is gold, and by which gates."""
    yield "## Is this gold?"
    results, failed = facts["gates"], [each for each in facts["gates"] if not each["passed"]]
    if facts["status"] == GOLD:
        yield "**Gold.** This release passed every gate its project has set."
    elif not results:
        yield "**Exploratory.** The project has set no gate that a release must pass."
    else:
        n = len(failed)
        yield f"**Exploratory.** {n:,} of {len(results):,} gates {'fails' if n == 1 else 'fail'}."
    if results:
        yield bullets(
            f"{'passed' if each['passed'] else '**failed**'}: "
            + plain(says(each["gate"], each["wanted"], each["found"]))
            for each in results
        )


def contents(facts: Facts) -> Iterator[str]:
    """Yield what is in the folder, in numbers and in files."""
    counts = facts["counts"]
    yield "## What is in it"
    rows = [(name.replace("_", " "), f"{n:,}") for name, n in counts.items()]
    yield table(("what", "number"), rows, {1})
    yield bullets(
        f"{code(name)}: {what}"
        for name, what in {
            "articles.jsonl": "the articles, one a line",
            "sentences.jsonl": "all sentences, as places in the articles",
            "annotations.jsonl": "every answer of every annotator, one a line",
            "gold.jsonl": "one row per sentence: the gold claims, the votes, how it was decided",
            **{
                f"gold/{part}.jsonl": f"the rows of the part {part}" for part in filled_parts(facts)
            },
            "decisions.jsonl": "what adjudicators decided, and why",
            "speakers.json": SPEAKERS,
            "splits.json": "the articles of each part and how they were divided",
            "agreement.json": "all figures on agreement, exactly",
            **({"model.json": MODEL} if facts["method"] != MAJORITY else {}),
            "codebook.md, codebook.json": "the rules the annotators followed",
            **({"parquet/": PARQUET} if facts["parquet"] else {}),
            "schemas/": "a JSON Schema of each file",
            "croissant.json, CITATION.cff": "for machines",
            "SHA256SUMS": "the hash of every other file",
        }.items()
    )
    yield (
        "In every file `sentence` counts the sentences of an article from 0. The screens of the"
        " program count from one: the number there is one higher."
    )
    yield (
        "Places in texts (`start`, `end`) count Unicode code points from 0, and `end` is the one"
        " after the last. Bytes and the UTF-16 units of JavaScript count otherwise."
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
    yield "## Codebook in short"
    yield (
        f"{plain(book['title'])}, version {plain(book['version'])}"
        f" (number {facts['codebook_version']} in this project), {book['rules']:,}"
        f" {plural(book['rules'], 'rule')}; all of it is in `codebook.md`."
    )
    for field, values in book["fields"].items():
        yield f"**{FIELDS.get(field, plain(field))}**"
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
    yield "## How gold was made"
    yield (
        "A decision of an adjudicator stands above everything. Where there is none, each field is"
        f" decided on its own by this method: {plain(method_name(facts['method']))}. A tie or a low"
        " margin is never broken: such a sentence stays open and keeps its votes. Gold never"
        " changes an answer; all answers are in `annotations.jsonl`."
    )
    if settings := facts.get("aggregation"):
        yield fitting(settings)
    if said := facts.get("warnings"):
        yield "**Warning.** This speaks against the method, and the release was made all the same:"
        yield bullets(map(plain, said))
    if facts["method"] != MAJORITY:
        yield "What this method makes of each annotator, by field, is in `model.json`."
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
            f" {settings['most_steps']:,} steps, until nothing moved by more than"
            f" {settings['least_change']:g}."
        )
    if None not in (settings["restarts"], settings["seed"]):
        said += (
            f" The likeliest of {settings['restarts']:,}"
            f" {plural(settings['restarts'], 'start')} with seed {settings['seed']} was taken."
        )
    return said


def agreement(facts: Facts) -> Iterator[str]:
    """Yield the figures on agreement with their intervals."""
    yield "## Agreement between annotators"
    if not facts["agreement"]:
        yield "No sentence was answered by two annotators, so there is nothing to compare."
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
        "Only complete answers that people gave independently of one another are compared."
        " Intervals come from resampling whole articles; `agreement.json` has the level, the seed"
        " and every other figure, and the reason where one is not defined. " + ROUNDING
    )
    if said := changed_later(facts["counts"].get("changed_answers", 0)):
        yield f"{said} Gold uses the newest answers. In `annotations.jsonl` both stand, by `round`."


def figure(value: float | None) -> str:
    """Return a coefficient, or that there is none."""
    return "not defined" if value is None else coefficient(value)


def interval(low: float | None, high: float | None) -> str:
    """Return an interval, or that it is not known."""
    return "none" if low is None or high is None else f"{coefficient(low)} to {coefficient(high)}"


def splits(facts: Facts) -> Iterator[str]:
    """Yield the parts and how they were divided."""
    settings, counts = facts["splits"]["settings"], facts["splits"]["counts"]
    yield "## Parts"
    yield (
        f"Divided by {plain(settings['by'])} with seed {settings['seed']}, never by sentence:"
        " copies of one text are always in one part."
    )
    if settings["stratified"]:
        yield (
            f"The parts are alike in {plain(settings['stratified'])} as far as whole articles"
            " allow."
        )
    stances = sorted({value for each in counts.values() for value in each["stances"]})
    yield table(
        ("part", "share asked for", "articles", "sentences", "gold", *map(code, stances)),
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
