"""The card's data statement, limits, licences, citation and proof.

The data statement follows E. M. Bender and B. Friedman, "Data Statements for Natural Language
Processing", TACL 6, 2018. It says what the program knows, and says so where it does not.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from annotator.formats.release.card.citation import bibtex
from annotator.formats.release.gates import GOLD
from annotator.formats.release.markdown import bullets, fenced, plain
from annotator.phrases import counted, percent

Facts = Mapping[str, Any]

SKEWED = 0.8
MOST_PUBLISHERS = 10
NOT_RECORDED = "not recorded by the software; ask the authors."


def sections(facts: Facts) -> Iterator[str]:
    """Yield the sections, each with its heading."""
    yield "## Data statement"
    yield bullets(f"**{name}.** {text}" for name, text in statement(facts))
    yield "## Known limits"
    yield bullets(limits(facts))
    yield "## Licences"
    yield bullets(licences(facts))
    yield "## Citation"
    yield fenced(bibtex(facts), "bibtex")
    yield "## How to verify"
    yield from proof(facts)


def statement(facts: Facts) -> Iterator[tuple[str, str]]:
    """Yield the parts of the data statement."""
    counts = facts["counts"]
    yield (
        "Curation rationale",
        f"Articles selected for the question: {plain(facts['target_question'])}",
    )
    languages = ", ".join(map(plain, facts["languages"])) or "not known"
    yield "Language variety", f"Written news language ({languages}), as published."
    yield (
        "Speaker demographic",
        f"{counted(counts['speakers'], 'speaker')} as named in the articles. No personal"
        " attributes were collected.",
    )
    yield (
        "Annotator demographic",
        f"{counted(counts['annotators'], 'annotator')}, under pseudonyms."
        f" Training, pay and demographics are {NOT_RECORDED}",
    )
    yield "Speech situation", f"News articles, {when(facts['published'])}."
    yield "Text characteristics", publishers(facts)
    yield "Recording quality", "Texts are unchanged since import."
    yield (
        "Provenance",
        "`articles.jsonl` has the hash of each article, and its source, date and licence if known.",
    )


def when(published: Mapping[str, Any]) -> str:
    """Return when the articles were published."""
    first, last, n = published["from"], published["to"], published["unknown"]
    if first is None or last is None:
        return "publication dates unknown"
    known = f"published on {first}" if first == last else f"published from {first} to {last}"
    return f"{known}; {counted(n, 'article')} without a known date" if n else known


def publishers(facts: Facts) -> str:
    """Return the publishers with the most articles."""
    known = [
        f"{plain(each['name']) or 'publisher unknown'} {each['articles']:,}"
        for each in facts["publishers"]
    ]
    if len(known) > MOST_PUBLISHERS:
        known[MOST_PUBLISHERS:] = [f"and {len(known) - MOST_PUBLISHERS:,} more publishers"]
    return f"Articles by publisher: {', '.join(known)}." if known else "No articles."


def limits(facts: Facts) -> Iterator[str]:
    """Yield what whoever uses the labels should know, as far as the numbers tell it."""
    counts = facts["counts"]
    if facts["status"] != GOLD:
        yield "This release is exploratory: check the gates above before you use it."
    known = [each for each in facts["agreement"] if each["value"] is not None]
    if known and all(each["low"] is None for each in known):
        yield "No agreement figure has an interval; `agreement.json` gives the reason of each."
    soft = counts.get("soft_sentences", 0)
    for n, words in (
        (counts["unanswered_sentences"], "without an eligible answer"),
        (counts["open_sentences"] - soft, "open: a tie, or not decided yet"),
        (
            soft,
            "decided as a soft label: the answers are kept as a distribution without one gold"
            " answer",
        ),
    ):
        if n:
            share = percent(n / counts["sentences"])
            yield f"{n:,} of {counts['sentences']:,} sentences ({share}) {words}."
    if n := facts["how"].get("single", 0):
        yield f"Gold sentences with a single answer: {n:,}."
    yield from skews(facts)
    for part, each in facts["splits"]["counts"].items():
        if not each["articles"]:
            yield f"The split {plain(part)} is empty: too few independent groups of articles."
    if not facts["with_text"]:
        yield "Article texts are not included; offsets and hashes are."
    if not facts["with_notes"]:
        yield "Annotators' notes are not included."
    yield "Labels describe what a text claims and how, not what is true."


def skews(facts: Facts) -> Iterator[str]:
    """Say where nearly every gold claim has one stance."""
    given: dict[str, int] = {}
    for each in facts["splits"]["counts"].values():
        for value, n in each["stances"].items():
            given[value] = given.get(value, 0) + n
    total = sum(given.values())
    for value, n in sorted(given.items()):
        if n > SKEWED * total:
            yield f"{percent(n / total)} of the gold claims have the stance {plain(value)}."


def licences(facts: Facts) -> Iterator[str]:
    """Yield the terms of the annotations, and apart from them those of the texts."""
    licence = facts["licence"]
    yield f"**Annotations:** {plain(licence['annotations']) or 'not stated; ask the authors'}."
    texts = plain(licence["texts"]) or "not stated; the rights remain with the publishers"
    yield (
        f"**Texts of the articles:** {texts}. The `licence` of a single article takes"
        " precedence for its text."
    )


def proof(facts: Facts) -> Iterator[str]:
    """Yield how to check that nothing was changed."""
    yield (
        "The hashes can be checked without annotator; `annotator verify` also checks"
        " schemas, offsets, counts and splits:"
    )
    texts = "" if facts["with_text"] else " --texts folder/with/the/texts"
    yield fenced(f"sha256sum -c SHA256SUMS\nannotator verify .{texts}", "sh")
    yield (
        f"Written by {plain(facts['software'])} from the database state of"
        f" {plain(facts['as_of'])} (UTC). The root hash of the answer history is"
        f" `{facts['audit_root']}`; in the database of the project, `annotator audit -p"
        f" {facts['project']}` prints the same hash."
    )
