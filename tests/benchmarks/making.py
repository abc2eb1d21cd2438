"""How fast a made project is stored: `annotator demo --articles N`."""

import figures
from figures import AT_LEAST, Figure
from sqlalchemy import func, select
from stage import cpu, installation, make, peak

from annotator.store.db import db
from annotator.store.models import Answer

ANSWERS = {"small": 300, "full": 200_000}


def measure(size: str, rounds: int) -> list[Figure]:
    """Return answers per second of the processor, and the memory that takes."""
    speeds, idle = [], 0.0
    with installation():
        make(1_000)
        idle = peak()
    for _ in range(rounds):
        with installation():
            seconds = cpu(lambda: make(ANSWERS[size]))
            stored = db.session.scalar(select(func.count(Answer.id))) or 0
        speeds.append(stored / seconds)
    what = f"making a project of {ANSWERS[size]:,} answers"
    return [
        Figure(f"{what}: answers a second", "/s", speeds, budget=10_000, bound=AT_LEAST),
        Figure(f"{what}: memory above an idle process", "MB", [peak() - idle]),
    ]


if __name__ == "__main__":
    figures.run(__doc__, measure)
