"""What an audit costs: `python tests/benchmarks/auditing.py [--answers 20000] [--saves 1]`.

Every answer has so many events, as saves write them. The reference is a bare loop over the same
events in their order: rows of the sqlite3 module, one json.dumps and one SHA-256 each. It knows
neither answers nor claims. Each figure comes from a process of its own.
"""

import argparse
import hashlib
import json
import sqlite3
import sys
import tempfile
import time
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

from agreement_project import MOMENT, make
from releasing import in_a_process, opened, peak
from stage import counted_queries, verdict

from annotator.work.labelling import history

MOST_TIMES = 10.0
# For each answer with one event: 1 s for 20,000.
MOST_SECONDS = 1 / 20_000
AT = datetime.fromisoformat(MOMENT).replace(tzinfo=UTC)
BARE = """
SELECT revision, at, user_id, key, content, hash FROM answer_events ORDER BY answer_id, revision
"""
ANSWERS = """
SELECT answers.id, answers.user_id, articles.id, articles.key || '#' || position, status, complete,
  unsure, answers.note, codebook_version_id, answers.origin, round, active_seconds
FROM answers JOIN sentences ON sentences.id = sentence_id JOIN articles ON articles.id = article_id
"""
CLAIMS = """
SELECT answer_id, speaker_id, speakers.name, stance, certainty, claims.note
FROM claims JOIN speakers ON speakers.id = speaker_id ORDER BY answer_id, position
"""


def give_events(path, saves):
    """Give every answer the events of so many saves that all said the same."""
    database = sqlite3.connect(path)
    claims = defaultdict(list)
    for owner, number, speaker, stance, certainty, note in database.execute(CLAIMS):
        claims[owner].append(
            {
                "speaker_id": number, "speaker": speaker, "via": [], "stance": stance,
                "certainty": certainty, "mention": None, "conditional": False, "aspect": None,
                "evidence": [], "note": note,
            }
        )  # fmt: skip

    def events():
        for number, user, article, where, *columns in database.execute(ANSWERS):
            said = dict(zip(history.SAID, columns, strict=True))
            said |= {name: bool(said[name]) for name in ("complete", "unsure")}
            content, head = history.content_json(where, said, claims[number]), history.FIRST
            for revision in range(1, saves + 1):
                key = f"key-{number}-{revision}"
                head = history.chain_hash(head, revision, AT, user, key, content)
                yield number, revision, MOMENT, user, key, content, head, article

    database.executemany(
        "INSERT INTO answer_events (answer_id, revision, at, user_id, key, content, hash,"
        " article_id, kind) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'save')",
        list(events()),
    )
    database.execute("UPDATE answers SET revision = ?", (saves,))
    database.commit()
    database.close()


def bare(path, _folder):
    """Read and hash the events by a loop that does nothing else."""
    begun = time.process_time()
    number = 0
    for row in sqlite3.connect(path).execute(BARE):
        hashlib.sha256(json.dumps(row, ensure_ascii=False).encode()).hexdigest()
        number += 1
    return {"seconds": time.process_time() - begun, "events": number, "peak": peak()}


def audit(path, _folder):
    """Audit the project, as the command does."""
    with opened(path), counted_queries() as asked:
        begun = time.process_time()
        found = history.audit()
        return {
            "seconds": time.process_time() - begun,
            "answers": found.answers,
            "faults": len(found.faults),
            "root": found.root,
            "queries": len(asked),
            "peak": peak(),
        }


PARTS = {"bare": bare, "audit": audit}


def report(path, folder):
    """Measure both and print a line per figure."""
    loop, found = (in_a_process(__file__, part, path, folder) for part in PARTS)
    most = MOST_SECONDS * loop["events"]
    kept = "kept" if found["seconds"] <= most else "MISSED"
    print(f"python {sys.version.split()[0]}, sqlite {sqlite3.sqlite_version}")
    print(f"{found['answers']:,} answers, {loop['events']:,} events, {found['faults']} faults")
    print(f"bare loop  {loop['seconds']:7.2f} s  {loop['peak']:4.0f} MB")
    print(f"audit      {found['seconds']:7.2f} s  {found['peak']:4.0f} MB", end="  ")
    print(f"{found['queries']} queries  (at most {most:g} s: {kept})")
    print(verdict("against the loop", found["seconds"] / loop["seconds"], MOST_TIMES))
    print(f"root hash  {found['root']}")


def main():
    """Run one part, or both on a project made for it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--answers", type=int, default=20_000)
    options.add_argument("--saves", type=int, default=1)
    options.add_argument("--part", choices=PARTS)
    options.add_argument("--database", type=Path)
    options.add_argument("--folder", type=Path)
    chosen = options.parse_args()
    if chosen.part:
        print(json.dumps(PARTS[chosen.part](chosen.database, chosen.folder)))
        return
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "annotator.sqlite3"
        make(path, chosen.answers)
        give_events(path, chosen.saves)
        report(path, Path(name))


if __name__ == "__main__":
    main()
