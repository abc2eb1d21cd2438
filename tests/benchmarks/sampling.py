"""Where the time of a save goes: every millisecond it is noted in whose code the save is.

A sample counts for the innermost function that belongs to one of the parts; what the database does
counts for whoever asked for it. It is time that passes: that of a commit is waiting for the disk.
Samples fall more often where the driver lets other threads run.
"""

import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import figures
from figures import Figure
from sqlalchemy import select
from stage import Browser, installation, new_article, new_project
from working import Worker

from annotator import paths
from annotator.store.db import db
from annotator.store.models import Speaker

TIMES = {"small": 5, "full": 600}
PAUSE = 0.001
OURS, TEMPLATES = str(paths.PACKAGE), str(paths.TEMPLATES)
# In this order: the first that fits. What a frame of the driver does is its caller's, in C.
PARTS = (
    ("templates", (TEMPLATES, "/jinja2/", "/markupsafe/")),
    ("forms and form tokens", ("/wtforms/", "/flask_wtf/")),
    ("cookie and sign-in", ("/itsdangerous/", "/flask_login/", "/work/accounts/")),
    ("statements: SQLAlchemy", ("/sqlalchemy/", "/flask_sqlalchemy/")),
    ("statements: ours, and the driver", (f"{OURS}/store/",)),
    ("the answer, its checks and its history", (f"{OURS}/work/", f"{OURS}/codebook/")),
    ("the view", (f"{OURS}/web/",)),
    ("Flask and HTTP", ("/flask/", "/werkzeug/")),
)
# Where the driver begins, commits and waits for the disk; the functions are SQLAlchemy's and ours.
COMMIT, BEGINS = "begin and commit", {"do_commit", "do_rollback", "begin_writing", "say_begin"}
OTHER = "other"


def part_of(frame: FrameType | None) -> str:
    """Return the part that the innermost known function belongs to."""
    while frame is not None:
        name = frame.f_code.co_filename
        if frame.f_code.co_name in BEGINS:
            return COMMIT
        for part, places in PARTS:
            if any(place in name for place in places):
                return part
        frame = frame.f_back
    return OTHER


@contextmanager
def sampling(thread: int) -> Iterator[Counter[str]]:
    """Count meanwhile in which part a thread is."""
    found: Counter[str] = Counter()
    over = threading.Event()

    def look() -> None:
        while not over.wait(PAUSE):
            found[part_of(sys._current_frames().get(thread))] += 1

    observer = threading.Thread(target=look)
    observer.start()
    try:
        yield found
    finally:
        over.set()
        observer.join()


def measure(size: str, rounds: int) -> list[Figure]:
    """Return the shares of the parts."""
    switching = sys.getswitchinterval()
    sys.setswitchinterval(PAUSE / 10)
    shares: dict[str, list[float]] = {part: [] for part, *_ in (*PARTS, (COMMIT,), (OTHER,))}
    try:
        with installation() as app:
            project, user = new_project()
            browser = Browser(app, user)
            article = new_article(project, user, "short", 40)
            speaker = db.session.scalars(select(Speaker.id)).first()
            assert speaker is not None
            worker = Worker(browser, article, speaker)
            worker.sentence()
            worker.save()
            for _ in range(rounds):
                with sampling(threading.get_ident()) as found:
                    for _ in range(TIMES[size]):
                        worker.save()
                for part, share in shares.items():
                    share.append(100 * found[part] / max(found.total(), 1))
    finally:
        sys.setswitchinterval(switching)
    return [Figure(part, "%", share) for part, share in shares.items()]


if __name__ == "__main__":
    figures.run(__doc__, measure)
