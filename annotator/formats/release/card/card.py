"""The dataset card: README.md with YAML front matter for machines and a text for people.

Every number comes from the facts of the release (`work/releases/writing.py` lists their keys);
this module only words them. The same facts give the same bytes.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from annotator.formats.articles import json_records
from annotator.formats.articles.records import RecordError
from annotator.formats.release import yaml_writer
from annotator.formats.release.card import labels, loader, statement
from annotator.formats.release.card.codebook import subjects
from annotator.formats.release.card.licences import hub_name

Facts = Mapping[str, Any]

RULE = "---\n"
FACTS_BEGIN, FACTS_END = "annotator:\n  {\n", "\n  }\n"
SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
)


class CardError(ValueError):
    """The card of a release cannot be read; the message says what is missing."""


def card(facts: Facts) -> str:
    """Return README.md as text."""
    sections = [*labels.sections(facts), *statement.sections(facts)]
    return front_matter(facts) + "\n" + "\n\n".join(sections) + "\n"


def front_matter(facts: Facts) -> str:
    """Return the front matter with its two rules; the facts stand at its end as JSON."""
    own = yaml_writer.quoted(dict(facts), yaml_writer.STEP * 2)
    return (
        RULE
        + yaml_writer.block(dict(header(facts)))
        + f"annotator:\n{yaml_writer.STEP}{own}\n"
        + RULE
    )


def header(facts: Facts) -> Iterator[tuple[str, Any]]:
    """Yield what the pages and the loader of the Hugging Face hub read."""
    yield "pretty_name", f"{facts['title']}: {facts['name']}"
    if facts["languages"]:
        yield "language", list(facts["languages"])
    licence = facts["licence"]["annotations"]
    yield "license", hub_name(licence)
    if hub_name(licence) == "other":
        yield "license_name", licence
    yield "task_categories", ["text-classification"]
    yield "tags", [*subjects(facts), facts["status"]]
    yield "size_categories", [size(facts["counts"]["sentences"])]
    yield "configs", loader.configs(facts)
    yield "dataset_info", loader.dataset_info(facts)


def size(sentences: int) -> str:
    """Return the size class of the hub."""
    return next((name for most, name in SIZES if sentences < most), "n>10M")


def facts_of(text: str) -> dict[str, Any]:
    """Return the facts of a card that this module wrote.

    Raises:
        CardError: the front matter is not there, or its `annotator:` is not what we write.

    """
    if not text.startswith(RULE) or (end := text.find("\n" + RULE, len(RULE))) < 0:
        raise CardError("README.md has no front matter between two lines with three hyphens.")
    head = text[len(RULE) : end + 1]
    start = head.find(FACTS_BEGIN)
    if start < 0 or not head.endswith(FACTS_END):
        raise CardError(
            "The front matter of README.md does not end with `annotator:` in the expected form."
        )
    try:
        found = json_records.parse(head[start + len("annotator:\n") :])
    except RecordError as error:
        raise CardError(f"README.md: in what `annotator:` says, {error}") from error
    return dict(found)
