"""What the gold page and the gold rows of a project cost, in seconds of the processor."""

import tempfile
from pathlib import Path

import figures
from figures import FULL, Figure
from stage import Browser, in_turn, made_in, opened

from annotator.work.accounts import accounts

ANSWERS = {"small": 10_000, "full": 1_000_000}
METHODS = ("majority", "dawid-skene")


def measure(size: str, rounds: int) -> list[Figure]:
    """Return the page with all methods fitted anew, and the rows by two of them."""
    answers = ANSWERS[size]
    with tempfile.TemporaryDirectory() as name:
        slug = made_in(Path(name), answers)
        with opened(Path(name)) as app:
            lead = Browser(app, accounts.get_user("lead"))
            acts = {
                "page": lambda: lead.get(f"/projects/{slug}/gold?method=dawid-skene"),
                **{
                    each: lambda m=each: lead.get(f"/projects/{slug}/gold.jsonl?method={m}")
                    for each in METHODS
                },
            }
            # The rows of a million answers take long enough to be no matter of chance.
            page = in_turn({"page": acts.pop("page")}, rounds)["page"]
            rows = in_turn(acts, 1 if size == FULL else rounds)
    what = f"of a project of {answers:,} answers"
    return [
        Figure(f"gold page {what}: CPU", "s", page, budget=2.0 if size == FULL else None),
        *(Figure(f"gold rows by {each} {what}: CPU", "s", rows[each]) for each in METHODS),
    ]


if __name__ == "__main__":
    figures.run(__doc__, measure)
