"""Names of people and speakers in labels from elsewhere, as the project spells them.

Spellings that look alike, and of speakers those in another case, are one name: that which the
project knows, else the first in the file. What was read otherwise than it stands there is said.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from unicodedata import category

from sqlalchemy import select

from annotator.formats.labels.rows import AnswerRow, ClaimRow
from annotator.store.db import db
from annotator.store.models import Membership, Project, Speaker
from annotator.text.spelling import folded, near, tidy

MOST_NAMED = 10
UNSEEN = {"Mn", "Zs", "Cf", "Cc"}


class Spellings:
    """The names that one import has met, and what each is read as."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.unnamed = project.codebook.unnamed_type.value
        self.read_as: dict[str, str] = {}
        self.annotators: set[str] = set()

    @cached_property
    def pseudonyms(self) -> set[str]:
        """Return the pseudonyms of the project."""
        query = select(Membership.pseudonym).where(Membership.project_id == self.project.id)
        return set(db.session.scalars(query))

    @cached_property
    def known(self) -> dict[str, str]:
        """Return each speaker with a name by how names are compared; the oldest spelling wins."""
        query = select(Speaker.name).where(
            Speaker.project_id == self.project.id, Speaker.wording.is_(None)
        )
        found: dict[str, str] = {}
        for name in db.session.scalars(query.order_by(Speaker.id)):
            found.setdefault(folded(name), name)
        return found

    @cached_property
    def exact(self) -> set[str]:
        """Return every speaker's name as it is stored, also of sources without a name."""
        query = select(Speaker.name).where(Speaker.project_id == self.project.id)
        return set(db.session.scalars(query))

    def row(self, row: AnswerRow) -> AnswerRow:
        """Return a row with the names of the project."""
        claims = tuple(self.claim(each, row.article) for each in row.claims)
        who = self.annotator(row.annotator)
        same = who == row.annotator and claims == row.claims
        return row if same else replace(row, annotator=who, claims=claims)

    def annotator(self, name: str) -> str:
        """Return whom a pseudonym means; its case counts."""
        meant = name if name in self.pseudonyms else self.noted(name, tidy(name))
        self.annotators.add(meant)
        return meant

    def claim(self, claim: ClaimRow, article: str) -> ClaimRow:
        """Return a claim with the names of the project."""
        speaker = claim.speaker
        if speaker is not None and claim.speaker_type != self.unnamed:
            speaker = self.speaker(speaker, article)
        via = tuple(self.speaker(each, article) for each in claim.via)
        same = speaker == claim.speaker and via == claim.via
        return claim if same else replace(claim, speaker=speaker, via=via)

    def speaker(self, name: str, article: str) -> str:
        """Return which speaker a name means; words of a source without a name stay theirs."""
        if name in self.exact or name.endswith(f" ({article})"):
            return name
        return self.noted(name, self.known.setdefault(folded(name), tidy(name)))

    def noted(self, name: str, meant: str) -> str:
        """Return what a name is read as, and remember it where that is another spelling."""
        if name != meant:
            self.read_as[name] = meant
        return meant

    def remarks(self) -> Iterator[str]:
        """Yield what was read otherwise than it stands in the file, and what may be one person."""
        if self.read_as:
            found = sorted(self.read_as.items())
            pairs = [f"“{visible(name)}” as “{visible(meant)}”" for name, meant in found]
            more = f" and {len(pairs) - MOST_NAMED:,} more" if len(pairs) > MOST_NAMED else ""
            named = ", ".join(pairs[:MOST_NAMED])
            yield f"Spellings of one name are read as one: {named}{more}."
        alike: dict[str, list[str]] = defaultdict(list)
        for name in sorted(self.annotators | self.pseudonyms):
            alike[near(name)].append(f"“{name}”")
        for several in alike.values():
            if len(several) > 1:
                yield f"{' and '.join(several)} are counted as different annotators."


def visible(name: str) -> str:
    """Return a name with the signs by their numbers that nobody could see in it."""
    return "".join(
        f"\\u{ord(sign):04x}" if category(sign) in UNSEEN and sign != " " else sign for sign in name
    )
