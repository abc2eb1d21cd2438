"""What an audit costs: every event of a made project, against a bare loop over the same events.

The reference reads the events by the sqlite3 module, and dumps and hashes each. It knows neither
answers nor claims.
"""

import hashlib
import json
import sqlite3
import tempfile
from pathlib import Path

import figures
from figures import FULL, Figure
from sqlalchemy import func, select
from stage import in_turn, made_in, opened

from annotator.store.db import db
from annotator.store.models import Answer
from annotator.work.labelling import history

ANSWERS = {"small": 200, "full": 20_000}
MOST_TIMES = 10.0
MOST_SECONDS = 1.0 / 20_000  # of an answer
BARE = """
SELECT revision, at, user_id, key, content, hash FROM answer_events ORDER BY answer_id, revision
"""


def bare(path: Path) -> None:
    """Read, dump and hash all events."""
    database = sqlite3.connect(path)
    for row in database.execute(BARE):
        hashlib.sha256(json.dumps(row).encode()).hexdigest()
    database.close()


def measure(size: str, rounds: int) -> list[Figure]:
    """Return the CPU of an audit, in all and against the bare loop."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made_in(folder, ANSWERS[size])
        with opened(folder) as app:
            path = app.config["SETTINGS"].data / "annotator.sqlite3"
            answers = db.session.scalar(select(func.count(Answer.id))) or 0
            seconds = in_turn({"audit": history.audit, "bare": lambda: bare(path)}, rounds)
    what = f"an audit of {answers:,} answers: CPU"
    return [
        Figure(
            what, "s", seconds["audit"],
            budget=MOST_SECONDS * answers if size == FULL else None,
        ),
        Figure(what, "s", seconds["audit"], seconds["bare"], "a bare loop", MOST_TIMES),
    ]  # fmt: skip


if __name__ == "__main__":
    figures.run(__doc__, measure)
