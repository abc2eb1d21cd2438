"""What the gold page and the gold rows of a project cost, in seconds of the processor."""

import tempfile
from pathlib import Path

import figures
from figures import FULL, Figure
from stage import Browser, in_turn, made_anew, made_in, opened

from annotator.work.accounts import accounts

ANSWERS = {"small": 200, "full": 1_000_000}
METHODS = ("majority", "dawid-skene")


def measure(size: str, rounds: int) -> list[Figure]:
    """Return the page with all methods fitted anew, the page again, and the rows by two methods."""
    answers = ANSWERS[size]
    with tempfile.TemporaryDirectory() as name:
        slug = made_in(Path(name), answers)
        with opened(Path(name)) as app:
            lead = Browser(app, accounts.get_user("lead"))
            acts = {
                "again": lambda: lead.get(f"/projects/{slug}/gold?method=dawid-skene"),
                **{
                    each: lambda m=each: lead.get(f"/projects/{slug}/gold.jsonl?method={m}")
                    for each in METHODS
                },
            }
            # The rows of a million answers take long enough to be no matter of chance.
            again = acts.pop("again")
            first = in_turn({"page": made_anew(again)}, rounds)["page"]
            page = in_turn({"page": again}, rounds)["page"]
            rows = in_turn(acts, 1 if size == FULL else rounds)
    full = True if size == FULL else None
    what = f"of a project of {answers:,} answers"
    return [
        Figure(f"gold page {what}, at first: CPU", "s", first, budget=full and 2.0,
               why="Reading the answers is a third, five methods on three fields the rest."),
        Figure("the same when nothing has changed since", "s", page, budget=full and 0.2),
        *(Figure(f"gold rows by {each} {what}: CPU", "s", rows[each]) for each in METHODS),
    ]  # fmt: skip


if __name__ == "__main__":
    figures.run(__doc__, measure)
