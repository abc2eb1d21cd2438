"""What a release is made with: its name, what it shows, and how its articles are split."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from annotator.measure.gold import Method
from annotator.measure.splits import ARTICLE, USUAL_SHARES, SplitError, check
from annotator.work.errors import RefusedError
from annotator.work.modelling import Aggregation

NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?")
LARGEST_SEED = 2**31 - 1


@dataclass(frozen=True)
class Settings:
    """What a lead chooses; the same settings on the same labels give the same bytes.

    Without text there is none of the articles' words but the names by which speakers go there;
    without notes those of annotators are empty. `by`, `shares` and `seed` are those of the split;
    `method` makes gold where annotators differ and nobody has decided.
    """

    name: str
    with_text: bool = True
    with_notes: bool = False
    by: str = ARTICLE
    shares: Mapping[str, float] = field(default_factory=lambda: dict(USUAL_SHARES))
    seed: int = 0
    parquet: bool = False
    method: Method = "majority"

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise RefusedError(
                f"“{self.name[:60]}” cannot be the name of a release: use up to 64 letters, digits,"
                " dots, hyphens and underscores, with a letter or digit at both ends, like v1.0."
            )
        if not 0 <= self.seed <= LARGEST_SEED:
            raise RefusedError(f"The seed is a whole number from 0 to {LARGEST_SEED:,}.")
        try:
            check((), self.by, self.shares)
        except SplitError as error:
            raise RefusedError(str(error)) from error

    @property
    def way(self) -> Aggregation:
        """Return what makes gold where annotators differ."""
        return Aggregation(self.method)

    def split(self) -> dict[str, Any]:
        """Return how the articles are split, as it stands in splits.json."""
        return {"by": self.by, "shares": dict(self.shares), "seed": self.seed}

    def to_json(self) -> dict[str, Any]:
        """Return everything but the name, as it is kept with the release."""
        return {
            "with_text": self.with_text,
            "with_notes": self.with_notes,
            **self.split(),
            "parquet": self.parquet,
            "method": self.method,
        }

    @classmethod
    def from_json(cls, name: str, kept: Mapping[str, Any]) -> "Settings":
        """Return what `to_json` kept."""
        return cls(name, **kept)
