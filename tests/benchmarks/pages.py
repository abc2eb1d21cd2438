"""What a lead's pages of a large project cost: CPU of one request, with where it is led on to."""

import tempfile
from pathlib import Path

import figures
from figures import FULL, Figure
from stage import Browser, in_turn, made_in, opened

from annotator.work.accounts import accounts

ANSWERS = {"small": 200, "full": 1_000_000}
QUICK = 200  # ms, at a million answers, of what was looked at before
PAGES = {
    "": QUICK, "/articles": QUICK, "/people": QUICK, "/speakers": QUICK, "/pace": QUICK,
    "/flags": QUICK, "/adjudicate": QUICK, "/adjudicate/unanimous": QUICK,
    "/adjudicate/majority": QUICK, "/agreement": QUICK, "/gold": QUICK,
}  # fmt: skip


def measure(size: str, rounds: int) -> list[Figure]:
    """Return the CPU of each page; the budgets hold at full size."""
    answers = ANSWERS[size]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        slug = made_in(folder, answers)
        with opened(folder) as app:
            browser = Browser(app, accounts.get_user("lead"))
            acts = {page: lambda p=page: browser.get(f"/projects/{slug}{p}") for page in PAGES}
            seconds = in_turn(acts, rounds)
    return [
        Figure(
            f"`{page or '/'}` of a project of {answers:,} answers: CPU", "ms",
            [1000 * each for each in seconds[page]],
            budget=budget if size == FULL else None,
        )
        for page, budget in PAGES.items()
    ]  # fmt: skip


if __name__ == "__main__":
    figures.run(__doc__, measure)
