"""Saves one answer after the other, as an annotator does whose pages are open.

A process of its own, so that nothing but the locks of the database is between it and a bulk act:
`python saving_beside.py ARTICLE POSITION`, with the settings in the environment. It prints how long
each save took, in seconds, until its standard input ends; a save that is refused ends it.
"""

import sys
import threading
import time
from dataclasses import replace

from labelling_examples import nothing_claimed, sentence_of

from annotator.app import create_app
from annotator.config import Settings
from annotator.store.db import db, write
from annotator.store.models import Article
from annotator.work.accounts import accounts
from annotator.work.labelling import saving
from annotator.work.labelling.saving import Save

PATIENCE = 5.0  # as in use: a save that has to wait for longer is refused. Disks of tests stall.
PAUSE = 0.05


def save(article, position, revision):
    """Save once, and return how many seconds that took."""
    begun = time.monotonic()
    with write():
        sentence = sentence_of(db.session.get(Article, article), position)
        draft = nothing_claimed(note=f"save {revision}")
        by = Save(revision, f"beside-{revision:06}")
        saving.save_answer(sentence, accounts.get_user("ann"), draft, by)
    return time.monotonic() - begun


def main(article, position):
    over = threading.Event()

    def wait_for_end():
        sys.stdin.read()
        over.set()

    threading.Thread(target=wait_for_end, daemon=True).start()
    app = create_app(replace(Settings.from_environ(make=False), busy_seconds=PATIENCE))
    with app.app_context():
        revision = 0
        while not over.wait(PAUSE):
            print(f"{save(article, position, revision):.3f}", flush=True)
            revision += 1
        db.session.remove()
        db.engine.dispose()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
