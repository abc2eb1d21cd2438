"""What a codebook may be, and had better not be: advice, never a refusal."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from annotator.codebook.scheme import Aspect, Codebook, Status, Value


class Advice(NamedTuple):
    """Where, as messages about files name an entry, and what would be better there."""

    where: str
    what: str


def values_by_list(codebook: Codebook) -> Mapping[str, tuple[Value, ...]]:
    """Return every list of values by its name in a file."""
    return {
        "statuses": codebook.statuses,
        "speaker_types": codebook.speaker_types,
        "stances": codebook.stances,
        "certainties": codebook.certainties,
        "aspects": codebook.aspects,
    }


def advice_on(codebook: Codebook) -> Iterator[Advice]:
    """Yield what had better be otherwise in a codebook that can be used."""
    yield from _without_examples(codebook)
    yield from _uncited_rules(codebook)
    yield from _repeated_labels(codebook)


def _without_examples(codebook: Codebook) -> Iterator[Advice]:
    for place, values in values_by_list(codebook).items():
        for value in codebook.offered(values):
            # What is set by adding a claim needs no example, nor does a field that is off.
            if (isinstance(value, Status) and value.takes_claims) or (
                isinstance(value, Aspect) and "aspect" not in codebook.fields
            ):
                continue
            held = {"example": value.positive, "counter-example": value.negative}
            missing = [f"no {word}" for word, texts in held.items() if not texts]
            if missing:
                yield Advice(f"{place}.{value.value}", " and ".join(missing))


def _uncited_rules(codebook: Codebook) -> Iterator[Advice]:
    cited = {id for section in codebook.sections for id in section.rules}
    for values in values_by_list(codebook).values():
        cited |= {id for value in values for id in value.rules}
    for rule in codebook.rules:
        if rule.id not in cited:
            yield Advice(f"rules.{rule.id}", "no value and no section cites this rule")


def _repeated_labels(codebook: Codebook) -> Iterator[Advice]:
    for place, values in values_by_list(codebook).items():
        offered = codebook.offered(values)
        counts = Counter(value.label.casefold() for value in offered)
        for value in offered:
            if counts[value.label.casefold()] > 1:
                yield Advice(f"{place}.{value.value}", f"another value is called “{value.label}”")


def keys_per_claim(codebook: Codebook) -> int:
    """Return how many keys the shortest complete claim takes: one for each field it must have."""
    aspects = "aspect" in codebook.fields and bool(codebook.offered(codebook.aspects))
    return 2 + bool(codebook.offered(codebook.certainties)) + aspects
