"""Says in words what one save changed in an answer, from the contents of its events."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotator.codebook.scheme import Codebook
from annotator.phrases import quoted

EMPTY: Mapping[str, Any] = {"status": None, "unsure": False, "note": "", "claims": []}
FIELDS = ("speaker", "stance", "certainty", "aspect")
DETAILS = ("mention", "via", "evidence", "note")


@dataclass(frozen=True)
class Change:
    """One thing that is different, in words, and the field of the form where it shows."""

    words: str
    field: str


@dataclass(frozen=True)
class Dictionary:
    """What values are called: the codebook's labels, and names without the article's key."""

    codebook: Codebook
    article_key: str

    def value(self, field: str, value: str) -> str:
        """Return the label of a value of a claim."""
        return str(getattr(self.codebook, field)(value).label)

    def status(self, value: str) -> str:
        """Return the label of a status as it stands within a sentence."""
        return self.codebook.status(value).word

    def name(self, name: str) -> str:
        """Return a speaker's name; an unnamed source is called by its words."""
        wording = name.removesuffix(f" ({self.article_key})")
        return name if wording == name else quoted(wording)

    def field(self, claim: Mapping[str, Any], field: str) -> str | None:
        """Return what a claim says in one field, None where it is open."""
        value = claim[field]
        if value is None:
            return None
        return self.name(value) if field == "speaker" else self.value(field, value)

    def claim(self, claim: Mapping[str, Any]) -> str:
        """Return a claim in one line."""
        said = [self.field(claim, field) for field in FIELDS]
        return ", ".join(word for word in said if word) or "empty"


def in_words(changes: Sequence[Change]) -> str:
    """Return changes as one phrase."""
    return ", ".join(change.words for change in changes) or "no change"


def changes_between(
    before: str | None, after: str | None, dictionary: Dictionary
) -> tuple[Change, ...]:
    """Return what differs between two contents, in the order of the form."""
    old = json.loads(before) if before else EMPTY
    new = json.loads(after) if after else EMPTY
    return (
        *status_changes(old, new, dictionary),
        *claims_changes(old["claims"], new["claims"], dictionary),
        *other_changes(old, new),
    )


def status_changes(
    old: Mapping[str, Any], new: Mapping[str, Any], dictionary: Dictionary
) -> Iterator[Change]:
    """Yield the change of a status without claims; claims say theirs themselves."""
    status = new["status"]
    if status == old["status"]:
        return
    takes_claims = dictionary.codebook.claims_status.value
    if status not in (None, takes_claims):
        yield Change(dictionary.status(status), f"status-{status}")
    elif status is None and old["status"] != takes_claims:
        yield Change(f"{dictionary.status(old['status'])} removed", f"status-{old['status']}")


def other_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    """Yield what changed in the flag and the note of the sentence."""
    if old["unsure"] != new["unsure"]:
        yield Change("unsure" if new["unsure"] else "no longer unsure", "unsure")
    if old["note"] != new["note"]:
        words = "note on the sentence"
        yield Change(words if new["note"] else f"{words} removed", "sentence-heading")


def claims_changes(
    old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]], dictionary: Dictionary
) -> Iterator[Change]:
    """Yield what changed in the claims: one added, removed, moved, or some of their fields."""
    if len(new) == len(old):
        yield from moved_or_edited(old, new, dictionary)
    elif not old and len(new) == 1:
        empty = dict.fromkeys(new[0])
        yield from claim_changes(0, empty, new[0], dictionary, prefix="")
    elif len(new) == len(old) + 1:
        index = odd_one_out(new, old)
        words = f"claim {index + 1}: {dictionary.claim(new[index])}"
        yield Change(words, f"claim-{index}")
    elif len(new) == len(old) - 1:
        index = odd_one_out(old, new)
        yield Change(f"claim {index + 1} removed", f"claim-{index}")
    else:
        added = len(new) - len(old)
        words = f"{abs(added)} claims {'added' if added > 0 else 'removed'}"
        yield Change(words, "claim-0")


def odd_one_out(more: Sequence[Any], fewer: Sequence[Any]) -> int:
    """Return which one is in the longer list alone; the last where that cannot be told."""
    for index in range(len(fewer)):
        if more[index] != fewer[index]:
            return index
    return len(more) - 1


def moved_or_edited(
    old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]], dictionary: Dictionary
) -> Iterator[Change]:
    """Yield one change for another order of the same claims, else those of each claim."""
    different = [index for index, claim in enumerate(new) if claim != old[index]]
    if len(different) > 1 and all(claim in old for claim in new):
        yield Change("order of the claims", f"claim-{different[0]}")
        return
    for index in different:
        prefix = f"claim {index + 1}: " if len(new) > 1 else ""
        yield from claim_changes(index, old[index], new[index], dictionary, prefix)


def claim_changes(
    index: int,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    dictionary: Dictionary,
    prefix: str,
) -> Iterator[Change]:
    """Yield what changed in one claim."""
    for field in FIELDS:
        if old[field] != new[field]:
            words = dictionary.field(new, field) or "open"
            word = dictionary.codebook.word_of(field)
            yield Change(f"{prefix}{word} {words}", f"claims-{index}-{field}")
    for detail in DETAILS:
        if (old[detail] or None) != (new[detail] or None):
            words = detail if new[detail] else f"{detail} removed"
            yield Change(prefix + words, f"claim-{index}")
    if bool(old["conditional"]) != new["conditional"]:
        words = "conditional" if new["conditional"] else "no longer conditional"
        yield Change(prefix + words, f"claims-{index}-conditional")


def answer_in_words(content: str, dictionary: Dictionary) -> str:
    """Return a whole answer in one line."""
    said = json.loads(content)
    words = [dictionary.claim(claim) for claim in said["claims"]]
    if not words:
        words = [dictionary.status(said["status"]) if said["status"] else "no answer"]
    words += ["unsure"] if said["unsure"] else []
    words += [f"note: {quoted(said['note'])}"] if said["note"] else []
    return "; ".join(words)
