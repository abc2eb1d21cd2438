"""The columns of the answers: one for each annotator, or for all who say the same."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from annotator.store.models import User
from annotator.work.adjudication import deciding
from annotator.work.adjudication.deciding import Case

# Up to so many answers stand side by side, each for itself.
FEW = 3


@dataclass(frozen=True)
class Column:
    """One annotator: hidden behind a number, unless the lead asks for pseudonyms."""

    name: str
    place: int
    own: bool
    note: str
    unsure: bool


@dataclass(frozen=True)
class Group:
    """The annotators of one column of the table; the first stands for them."""

    columns: tuple[Column, ...]
    total: int

    @property
    def place(self) -> int:
        """Return the place of the annotator whose answer is shown and taken."""
        return self.columns[0].place

    @property
    def places(self) -> tuple[int, ...]:
        """Return the places of all of them."""
        return tuple(each.place for each in self.columns)

    @property
    def name(self) -> str:
        """Return the heading: "Annotator 3", or "26 of 28" where several say the same."""
        if len(self.columns) == 1:
            return self.columns[0].name
        return f"{len(self.columns):,} of {self.total:,}"

    @property
    def members(self) -> str:
        """Return who they are, where there are several."""
        return ", ".join(each.name for each in self.columns) if len(self.columns) > 1 else ""

    @property
    def own(self) -> bool:
        """Say whether the person who looks is one of them."""
        return any(each.own for each in self.columns)

    @property
    def unsure(self) -> int:
        """Return how many of them are unsure."""
        return sum(each.unsure for each in self.columns)


def columns_of(case: Case, user: User, names: Mapping[int, str]) -> Iterator[Column]:
    """Yield the annotators in this sentence's own order, without names unless there are some."""
    own = deciding.own_places(case, user)
    for number, place in enumerate(case.order, start=1):
        reading = case.comparison.readings[place]
        name = names.get(reading.user_id, f"Annotator {number}")
        yield Column(name, place, place in own, reading.note, reading.unsure)


def groups_of(case: Case, columns: tuple[Column, ...]) -> tuple[Group, ...]:
    """Return the columns of the table, of many answers those most people gave first.

    Answers are the same where status, speakers, stances, certainties, conditions and aspects are;
    which words were marked as mention does not part them.
    """
    if len(columns) <= FEW:
        return tuple(Group((each,), len(columns)) for each in columns)
    together: dict[object, list[Column]] = {}
    for each in columns:
        together.setdefault(said(case, each.place), []).append(each)
    found = sorted(together.values(), key=len, reverse=True)  # stable: else in their own order
    return tuple(Group(tuple(each), len(columns)) for each in found)


def said(case: Case, place: int) -> object:
    """Return what somebody says of the sentence, to be compared."""
    claims = [case.comparison.claim(row.row, place) for row in case.consensus.rows]
    return (
        case.comparison.readings[place].status,
        tuple(
            claim and (claim.stance, claim.certainty, claim.conditional, claim.aspect)
            for claim in claims
        ),
    )
