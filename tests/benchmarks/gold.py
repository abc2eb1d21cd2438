"""What the gold page and the gold rows of a project cost, in seconds of the processor."""

import tempfile
from pathlib import Path

import figures
from figures import FULL, Figure
from stage import Browser, in_turn, made_anew, made_in, opened

from annotator.work.accounts import accounts

ANSWERS = {"small": 200, "full": 1_000_000}
PEOPLE = {"small": 5, "full": 20}
METHODS = ("majority", "dawid-skene")


def measure(size: str, rounds: int) -> list[Figure]:
    """Return the page with its answers read anew, the page again, and the rows by two methods."""
    answers, people = ANSWERS[size], PEOPLE[size]
    with tempfile.TemporaryDirectory() as name:
        slug = made_in(Path(name), answers, people)
        with opened(Path(name)) as app:
            lead = Browser(app, accounts.get_user("lead"))
            address = f"/projects/{slug}/gold"
            pages = {
                "first": lambda: lead.get(address),
                "fitted": lambda: lead.get(f"{address}?method=dawid-skene"),
                "all": lambda: lead.get(f"{address}?compare=all"),
            }
            anew = in_turn({each: made_anew(act) for each, act in pages.items()}, rounds)
            again = in_turn({"all": pages["all"]}, rounds)["all"]
            acts = {
                each: lambda m=each: lead.get(f"{address}.jsonl?method={m}") for each in METHODS
            }
            # The rows of a million answers take long enough to be no matter of chance.
            rows = in_turn(acts, 1 if size == FULL else rounds)
    full = True if size == FULL else None
    what = f"of {answers:,} answers by {people}"
    return [
        Figure(f"gold page {what}, at first, by majority: CPU", "s", anew["first"],
               budget=full and 2.0),
        Figure("the same by Dawid–Skene: CPU", "s", anew["fitted"], budget=full and 2.0),
        Figure("the comparison of all five methods, which comes afterwards: CPU", "s", anew["all"],
               why="Reading the answers is a third, five methods on three fields half."),
        Figure("all of it when nothing has changed since: CPU", "s", again, budget=full and 0.2),
        *(Figure(f"gold rows by {each} {what}: CPU", "s", rows[each]) for each in METHODS),
    ]  # fmt: skip


if __name__ == "__main__":
    figures.run(__doc__, measure)
