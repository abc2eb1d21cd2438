"""What explains each control of the labelling screen: its meaning, how to decide, its rules.

Whatever a person can focus has an explanation: the fields, the values, the flag and the details of
a claim. What a detail is the program knows; its rules are those of the codebook that name it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from annotator.codebook.keys import ACTS
from annotator.codebook.scheme import Aspect, Certainty, Codebook, Rule, Section, Stance, Status

MOST_RULES = 3
# The details of a claim, what they are, and the section of the codebook that they belong to.
DETAILS = {
    "mention": ("claim", "The words in the text that name the speaker."),
    "via": ("claim", "Who passes the claim on, where it comes through somebody else."),
    "evidence": ("claim", "The words that show the stance and the certainty."),
    "conditional": ("stance", "The claim holds only under a condition."),
    "note": ("claim", "Anything your lead should know: a doubt, a reason, a hard case."),
}


@dataclass(frozen=True)
class Explanation:
    """What one control means; `section` and `anchor` lead to the codebook."""

    control: str
    label: str
    definition: str
    section: Section
    anchor: str
    rules: tuple[Rule, ...] = ()
    decide: str = ""  # the question that decides
    example: str = ""
    shape: str = ""
    colour: str = ""
    bars: int | None = None


def explanations(codebook: Codebook) -> Iterator[Explanation]:
    """Yield what explains each control that is offered: fields, values, flag and details."""
    for name in codebook.required:
        yield of_field(codebook, name)
    kinds: dict[str, tuple[Stance | Certainty | Status | Aspect, ...]] = {
        "stance": codebook.stances,
        "certainty": codebook.certainties,
        "status": codebook.empty_statuses,
        codebook.aspect_section: codebook.aspects if "aspect" in codebook.fields else (),
    }
    for section, values in kinds.items():
        for value in codebook.offered(values):
            yield of_value(codebook, section, value)
    unsure = codebook.unsure
    status = codebook.section("status")
    yield Explanation("unsure", unsure.label, unsure.definition, status, "status-unsure")
    for name, (section, definition) in DETAILS.items():
        if name in codebook.fields:
            where, rules = codebook.section(section), rules_naming(codebook, name)
            anchor = rules[0].id if rules else anchor_of(section)
            yield Explanation(name, ACTS[name].label, definition, where, anchor, rules)


def of_field(codebook: Codebook, name: str) -> Explanation:
    """Return what explains a field as a whole."""
    section = codebook.section(name)
    rules = codebook.rules_for(section)[:MOST_RULES]
    return Explanation(name, section.title, section.definition, section, anchor_of(name), rules)


def of_value(
    codebook: Codebook, section: str, value: Stance | Certainty | Status | Aspect
) -> Explanation:
    """Return what explains a value."""
    drawn: dict[str, Any] = {}
    if isinstance(value, Stance):
        drawn = {"shape": value.shape, "colour": value.colour}
    elif isinstance(value, Certainty):
        drawn = {"bars": value.bars}
    return Explanation(
        value.value,
        value.label,
        value.definition,
        codebook.section(section),
        f"{section}-{value.value}",
        codebook.rules_for(value)[:MOST_RULES],
        decide=value.rule,
        example=value.positive[0] if value.positive else "",
        **drawn,
    )


def rules_naming(codebook: Codebook, detail: str) -> tuple[Rule, ...]:
    """Return the first rules whose text names a detail of a claim by its word."""
    word = re.compile(rf"\b{detail}\b", re.IGNORECASE)
    found = [rule for rule in codebook.rules if word.search(f"{rule.short} {rule.text}")]
    # A note is a common word, and no rule is about it.
    return () if detail == "note" else tuple(found[:MOST_RULES])


def anchor_of(section: str) -> str:
    """Return where the codebook's page has a section; "status" is an id of other pages."""
    return f"section-{section}" if section == "status" else section
