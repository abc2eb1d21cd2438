"""What a release costs: `python tests/benchmarks/releasing.py [--answers 1000000]`.

Each figure comes from a process of its own, so that its peak of memory is its own. Seconds are of
the processor. The reference is a bare loop over the same answers: rows of the sqlite3 module, one
json.dumps for each answer with its claims, into a file.
"""

import argparse
import json
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from itertools import chain, groupby
from operator import itemgetter
from pathlib import Path

from agreement_project import make

from annotator.app import create_app
from annotator.config import Settings as Installation
from annotator.formats.articles import jsonl
from annotator.store.db import db
from annotator.work.accounts import projects
from annotator.work.labelling.annotation_rows import annotation_rows
from annotator.work.releases import writing
from annotator.work.releases.settings import Settings
from annotator.work.verification import verifying

LEAST_SPEED = 0.3
MOST_MEMORY = 150
BARE = """
SELECT answers.id, articles.key, sentences.position, start, "end", sentences.text, segment,
  pseudonym, status, complete, unsure, answers.note, codebook_version_id, answers.origin, round,
  revision, active_seconds, answers.created_at, answers.updated_at, speakers.name, speakers.type,
  stance, certainty, mention_start, mention_end, conditional, aspect, evidence, claims.note
FROM answers JOIN sentences ON sentences.id = sentence_id
JOIN articles ON articles.id = article_id
JOIN memberships ON memberships.user_id = answers.user_id
LEFT JOIN claims ON claims.answer_id = answers.id
LEFT JOIN speakers ON speakers.id = speaker_id
ORDER BY articles.key, sentences.position, pseudonym, claims.position
"""
OF_ANSWER = 19


def peak():
    """Return the largest memory of this process in MB, without that of whoever started it."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024


def bare(path, folder):
    """Write the answers by a loop that does nothing else."""
    begun = time.process_time()
    connection = sqlite3.connect(path)
    cursor = connection.execute(BARE)
    columns = [each[0] for each in cursor.description]
    first, rest = columns[1:OF_ANSWER], columns[OF_ANSWER:]
    with (folder / "bare.jsonl").open("w", encoding="utf-8") as file:
        number = 0
        for _, rows in groupby(cursor, key=itemgetter(0)):
            row = next(rows)
            answer = dict(zip(first, row[1:OF_ANSWER], strict=True))
            answer["claims"] = [
                dict(zip(rest, each[OF_ANSWER:], strict=True))
                for each in chain([row], rows)
                if each[OF_ANSWER] is not None
            ]
            file.write(json.dumps(answer, ensure_ascii=False) + "\n")
            number += 1
    return {"seconds": time.process_time() - begun, "answers": number, "peak": peak()}


def export(path, folder):
    """Write the annotation rows alone, as `labels export` does."""
    with opened(path) as project:
        idle, begun = peak(), time.process_time()
        with (folder / "export.jsonl").open("w", encoding="utf-8") as file:
            file.writelines(jsonl.write(annotation_rows(project)))
        return {"seconds": time.process_time() - begun, "peak": peak(), "idle": idle}


def release(path, folder):
    """Write a whole release; what agreement takes, which comes first, is counted apart."""
    found = {}
    plain = writing.report_for

    def measured(project):
        before = time.process_time()
        report = plain(project)
        found.update(agreement=time.process_time() - before, peak_of_agreement=peak())
        return report

    writing.report_for = measured
    with opened(path) as project:
        idle, begun = peak(), time.process_time()
        written = writing.write(project, Settings("v1"), folder / "v1", progress())
        found.update(seconds=time.process_time() - begun, peak=peak(), idle=idle)
    return found | {"bytes": written.bytes, "counts": written.facts["counts"]}


def verified(_path, folder):
    """Verify that release, as anybody would without the database."""
    begun = time.process_time()
    faults = sum(1 for _ in verifying.verify(folder / "v1"))
    return {"seconds": time.process_time() - begun, "peak": peak(), "faults": faults}


def progress():
    """Return what shows on a terminal how far the release is."""
    if not sys.stderr.isatty():
        return writing.no_progress
    return lambda done, total: print(f"\r{done / total:.0%}", end="", file=sys.stderr)


class opened:
    """The project of a database that is there, in an application of this process."""

    def __init__(self, path):
        url = f"sqlite:///{path}"
        settings = Installation(data=path.parent, database_url=url, secret_key="0" * 48)
        self.context = create_app(settings).app_context()

    def __enter__(self):
        self.context.push()
        return projects.get("big")

    def __exit__(self, *_error):
        db.session.remove()
        db.engine.dispose()
        self.context.pop()


PARTS = {"bare": bare, "export": export, "release": release, "verify": verified}


def in_a_process(part, path, folder):
    """Return the figures of one part from a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, "--part", part, "--database", path, "--folder", folder],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def report(path, folder):
    """Measure everything and print a line per figure."""
    loop, rows, whole, proof = (in_a_process(part, path, folder) for part in PARTS)
    speed = loop["seconds"] / rows["seconds"]
    kept = "kept" if speed >= LEAST_SPEED else "MISSED"
    small = "kept" if whole["peak"] <= MOST_MEMORY else "MISSED"
    print(f"python {sys.version.split()[0]}, sqlite {sqlite3.sqlite_version}")
    print(f"{loop['answers']:,} answers, {whole['counts']['articles']:,} articles")
    print(f"bare loop                  {loop['seconds']:6.1f} s  {loop['peak']:4.0f} MB")
    print(f"annotation rows            {rows['seconds']:6.1f} s  {rows['peak']:4.0f} MB")
    print(f"  against the loop         {speed:6.2f} x  (at least {LEAST_SPEED} x: {kept})")
    print(f"  idle                              {rows['idle']:4.0f} MB")
    print(
        f"release                    {whole['seconds']:6.1f} s"
        f"  {whole['peak']:4.0f} MB  (at most {MOST_MEMORY} MB: {small})"
    )
    print(
        f"  agreement in it          {whole['agreement']:6.1f} s"
        f"  {whole['peak_of_agreement']:4.0f} MB"
    )
    print(f"verify                     {proof['seconds']:6.1f} s  {proof['peak']:4.0f} MB")
    print(f"the folder                 {whole['bytes'] / 1e6:,.0f} MB")


def main():
    """Run one part, or all of them on a project made for it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--answers", type=int, default=1_000_000)
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
        report(path, Path(name))


if __name__ == "__main__":
    main()
