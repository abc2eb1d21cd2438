"""The gates of a project: what a release must reach to be called gold.

A release without gates, or that fails one, is `exploratory`. What a gate looks at is taken from the
facts of the release, so that whoever reads the release can check every gate again.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from types import MappingProxyType
from typing import Any

from annotator.codebook.scheme import LABELS, Codebook
from annotator.errors import RefusedError
from annotator.phrases import THIN, coefficient, percent

Facts = Mapping[str, Any]

GOLD, EXPLORATORY = "gold", "exploratory"


@dataclass(frozen=True)
class GateResult:
    """One gate: the least value wanted, the value found (None: not defined), and whether it is."""

    gate: str
    wanted: float
    found: float | None
    passed: bool

    def to_json(self) -> dict[str, Any]:
        """Return it as it stands in the facts of a release."""
        return asdict(self)


@dataclass(frozen=True)
class Gate:
    """What a gate is called, and how its value is found; shares are from 0 to 1.

    `of_gold` says that the value is counted from the gold of every sentence.
    """

    label: str
    found: Callable[[Facts], float | None]
    share: bool = False
    of_gold: bool = False
    field: str = ""  # of a claim, whose alpha it looks at

    def called(self, titles: Mapping[str, str]) -> str:
        """Return the gate in the words of a codebook; `titles` has its names of fields."""
        if self.field in titles:
            return self.label.replace(f"the {self.field}", titles[self.field])
        return self.label

    def words(self, value: float) -> str:
        """Return a value of this gate as it is read."""
        return percent(value) if self.share else coefficient(value)

    def limit(self, wanted: float) -> str:
        """Return what this gate wants: as its values are read, but never rounded."""
        if self.share:
            return f"{100 * wanted:.10g}{THIN}%"
        exact = f"{wanted:.10g}".removeprefix("0")
        return exact if len(exact) > len(".67") else coefficient(wanted)


def alpha_of(field: str) -> Callable[[Facts], float | None]:
    """Return what finds the lower bound of the interval of alpha of one field."""

    def low(facts: Facts) -> float | None:
        for each in facts["agreement"]:
            if each["field"] == field and each["measure"].startswith("alpha"):
                return None if each["low"] is None else float(each["low"])
        return None

    return low


def decided(facts: Facts) -> float | None:
    """Return the share of decided sentences among those annotators left to an adjudicator."""
    by_hand = facts["how"].get("adjudicated", 0)
    # A soft label is a decision, though it gives no gold answer: it is no sentence left open.
    still_open = facts["counts"]["open_sentences"] - facts["counts"].get("soft_sentences", 0)
    disputed = by_hand + still_open
    return by_hand / disputed if disputed else 1.0


def adjudicated(facts: Facts) -> float | None:
    """Return the share of the sentences with gold that an adjudicator has decided."""
    gold = facts["counts"]["gold_sentences"]
    by_hand = facts["how"].get("adjudicated", 0) - facts["counts"].get("soft_sentences", 0)
    return by_hand / gold if gold else None


def double_labelled(facts: Facts) -> float | None:
    """Return the share of sentences with two or more answers, of those that agreement looks at.

    Date lines and boilerplate are none of them, and headlines only where the project says so.
    Releases from before these were counted have the share of all sentences.
    """
    of = "eligible_sentences" if "eligible_sentences" in facts["counts"] else "sentences"
    return share_of(facts, "double_labelled", of)


def coverage(facts: Facts) -> float | None:
    """Return the share of sentences that have gold."""
    return share_of(facts, "gold_sentences", "sentences")


def share_of(facts: Facts, name: str, of: str) -> float | None:
    """Return a count as a share of the sentences it is counted among; None where there are none."""
    whole = facts["counts"][of]
    return facts["counts"][name] / whole if whole else None


GATES: Mapping[str, Gate] = {
    **{
        f"{field}_alpha": Gate(f"Alpha of the {field}, lower bound", alpha_of(field), field=field)
        for field in ("status", "speaker", *LABELS)
    },
    "double_labelled": Gate(
        "Sentences compared in agreement with two or more answers", double_labelled, share=True
    ),
    "decided": Gate("Sentences left open that are adjudicated", decided, share=True, of_gold=True),
    "adjudicated": Gate("Gold decided by an adjudicator", adjudicated, share=True, of_gold=True),
    "coverage": Gate("Sentences with gold", coverage, share=True, of_gold=True),
}


def offered(codebook: Codebook) -> dict[str, Gate]:
    """Return the gates that a project with this codebook can set, in its words."""
    titles = codebook.titles
    return {
        name: replace(gate, label=gate.called(titles))
        for name, gate in GATES.items()
        if gate.field not in LABELS or codebook.values_of(gate.field)
        if gate.field not in LABELS or gate.field in codebook.labels
    }


def check(gates: Mapping[str, float], facts: Facts) -> list[GateResult]:
    """Return how a release stands at each of its gates, in the order of `GATES`.

    A value that is not defined passes no gate. `facts` needs `agreement`, `how` and `counts`.
    """
    results = []
    for name, gate in GATES.items():
        if name in gates:
            found, wanted = gate.found(facts), float(gates[name])
            results.append(GateResult(name, wanted, found, found is not None and found >= wanted))
    return results


def looks_at_gold(gates: Mapping[str, float]) -> bool:
    """Say whether one of the gates that are set is counted from gold."""
    return any(GATES[name].of_gold for name in gates)


def status_of(results: Iterable[GateResult]) -> str:
    """Return `gold` where there are gates and all are passed, else `exploratory`."""
    passed = [each.passed for each in results]
    return GOLD if passed and all(passed) else EXPLORATORY


def says(
    gate: str, wanted: float, found: float | None, titles: Mapping[str, str] = MappingProxyType({})
) -> str:
    """Say one gate: "Alpha of the stance, lower bound: .60 (needs .55)"."""
    known = GATES[gate]
    value = "not defined" if found is None else known.words(found)
    if found is not None and found < wanted and value == known.words(wanted):
        value += ", just below"
    return f"{known.called(titles)}: {value} (needs {known.limit(wanted)})"


def read(given: Mapping[str, float | None]) -> dict[str, float]:
    """Return gates as they are stored, or refuse; None and what is missing sets no gate.

    Raises:
        RefusedError: a gate is not known, or its value is not from 0 to 1.

    """
    for name, value in given.items():
        if name not in GATES:
            raise RefusedError(f'There is no gate "{name}"; there are {", ".join(GATES)}.')
        if value is not None and not (math.isfinite(value) and 0 <= value <= 1):
            raise RefusedError(
                f"{GATES[name].label}: enter a number from 0 to 1, for example 0.67; 1 is"
                f" 100{THIN}%."
            )
    return {name: float(value) for name in GATES if (value := given.get(name)) is not None}
