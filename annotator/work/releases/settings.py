"""What a release is made with: its name, what it shows, and how its articles are split."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from annotator.errors import RefusedError
from annotator.measure.methods import MOST_SMOOTHING, Method
from annotator.measure.rounds import FIRST_ROUND
from annotator.measure.splits import ARTICLE, USUAL_SHARES, SplitError, check
from annotator.work.consensus.voting import LEAST_MARGIN
from annotator.work.gold.models import STANDARD, Aggregation

NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?")
LARGEST_SEED = 2**31 - 1
WRITTEN_TO = "written_to"
Row = dict[str, Any]


@dataclass(frozen=True)
class Settings:
    """What a lead chooses; the same settings on the same labels give the same bytes.

    Without text there is none of the articles' words but the names by which speakers go there;
    without notes those of annotators are empty. `by`, `shares` and `seed` are those of the split;
    `method` makes gold where annotators differ and nobody has decided; `margin` is the least lead
    that decides, `smoothing` and `model_seed` are those of its model. `despite_warning`: the
    lead has read what speaks against the method, and wants its gold all the same.
    """

    name: str
    with_text: bool = True
    with_notes: bool = False
    by: str = ARTICLE
    shares: Mapping[str, float] = field(default_factory=lambda: dict(USUAL_SHARES))
    seed: int = 0
    parquet: bool = False
    method: Method = "majority"
    margin: float = LEAST_MARGIN
    smoothing: float = STANDARD.smoothing
    model_seed: int = STANDARD.seed
    despite_warning: bool = False

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise RefusedError(
                f"“{self.name[:60]}” is not a valid release name: use up to 64 letters, digits,"
                " dots, hyphens and underscores, with a letter or digit at both ends, for"
                " example v1.0."
            )
        if not 0 <= self.seed <= LARGEST_SEED:
            raise RefusedError(f"The seed must be a whole number from 0 to {LARGEST_SEED:,}.")
        if not 0 <= self.margin <= 1:
            raise RefusedError("The minimum margin must be a number from 0 to 1.")
        if not 0 <= self.smoothing <= MOST_SMOOTHING:
            raise RefusedError(f"The smoothing must be a number from 0 to {MOST_SMOOTHING:,g}.")
        if self.model_seed < 0:
            raise RefusedError("The seed of the model must be a whole number of 0 or more.")
        try:
            check((), self.by, self.shares)
        except SplitError as error:
            raise RefusedError(str(error)) from error

    @property
    def way(self) -> Aggregation:
        """Return what makes gold where annotators differ."""
        model = replace(STANDARD, smoothing=self.smoothing, seed=self.model_seed)
        return Aggregation(self.method, model, self.margin)

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
            "margin": self.margin,
            "smoothing": self.smoothing,
            "model_seed": self.model_seed,
            **({"despite_warning": True} if self.despite_warning else {}),
        }

    @classmethod
    def from_json(cls, name: str, kept: Mapping[str, Any]) -> "Settings":
        """Return what `to_json` kept; what an older version did not keep yet is as usual.

        Where the folder was written is kept beside them and is no setting: it changes nothing.
        """
        return cls(name, **{key: value for key, value in kept.items() if key != WRITTEN_TO})


def redacted(rows: Iterable[Row], *, text: bool, notes: bool) -> Iterator[Row]:
    """Take from annotation, gold and decision rows the words of the text and the notes.

    Without its note, an answer that was nothing but one says nothing: its row is left out.
    """
    for row in rows:
        if not notes and not without_notes(row):
            continue
        if not text:
            row.pop("text", None)
            for claim in row["claims"]:
                for span in (claim["mention"], *claim.get("evidence", ())):
                    if span is not None:
                        del span["text"]
        yield row


def without_notes(row: Row) -> bool:
    """Empty the notes of a row; say whether it still says something."""
    for claim in row["claims"]:
        if "note" in claim:
            claim["note"] = ""
    if "note" not in row:
        return True
    row["note"] = ""
    # A later round that says nothing takes back what an earlier one said.
    return row["status"] is not None or bool(row["unsure"]) or row["round"] > FIRST_ROUND
