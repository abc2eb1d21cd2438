"""What a release costs, and its annotation rows against a bare loop over the same answers.

Each figure comes from a process of its own, so that its peak of memory is its own. Seconds are of
the processor. The loop: rows of the sqlite3 module, one json.dumps for each answer with its claims,
into a file.
"""

import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from itertools import chain, groupby
from operator import itemgetter
from pathlib import Path

import figures
from figures import AT_LEAST, FULL, Figure
from stage import made_in, opened, peak

from annotator.formats.articles import jsonl
from annotator.work.accounts import projects
from annotator.work.labelling.annotation_rows import annotation_rows
from annotator.work.releases import writing
from annotator.work.releases.settings import Settings
from annotator.work.verification import verifying

ANSWERS = {"small": 200, "full": 1_000_000}
LEAST_SPEED = 0.3
MOST_MEMORY = 150
MOST_SECONDS, MOST_VERIFYING = 60, 90  # at full size
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


def bare(folder, _slug):
    """Write the answers by a loop that does nothing else."""
    begun = time.process_time()
    connection = sqlite3.connect(folder / "annotator.sqlite3")
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


def export(folder, slug):
    """Write the annotation rows alone, as `labels export` does."""
    with opened(folder):
        project = projects.get(slug)
        begun = time.process_time()
        with (folder / "export.jsonl").open("w", encoding="utf-8") as file:
            file.writelines(jsonl.write(annotation_rows(project)))
        return {"seconds": time.process_time() - begun, "peak": peak()}


def release(folder, slug):
    """Write a whole release."""
    with opened(folder):
        project = projects.get(slug)
        idle, begun = peak(), time.process_time()
        written = writing.write(project, Settings("v1"), folder / "v1", writing.no_progress)
        seconds = time.process_time() - begun
    return {"seconds": seconds, "peak": peak(), "idle": idle, "bytes": written.bytes}


def verified(folder, _slug):
    """Verify that release, as anybody would without the database."""
    begun = time.process_time()
    faults = sum(1 for _ in verifying.verify(folder / "v1"))
    assert faults == 0, f"{faults} faults"
    return {"seconds": time.process_time() - begun, "peak": peak()}


PARTS = {"bare": bare, "export": export, "release": release, "verify": verified}


def in_a_process(part, folder, slug):
    """Return the figures of one part from a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, "--part", part, folder, slug],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def measure(size, rounds, answers=None):
    """Return what each part takes; a release and its verification are taken once."""
    many = answers or ANSWERS[size]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        slug = made_in(folder, many)
        pairs = [
            (in_a_process("bare", folder, slug), in_a_process("export", folder, slug))
            for _ in range(rounds)
        ]
        whole = in_a_process("release", folder, slug)
        proof = in_a_process("verify", folder, slug)
    loops, rows = zip(*pairs, strict=True)
    what, full = f"of {many:,} answers", many == ANSWERS[FULL]
    return [
        Figure(f"annotation rows {what}, per second of CPU", "/s",
               [loop["answers"] / each["seconds"] for loop, each in pairs],
               [loop["answers"] / loop["seconds"] for loop in loops],
               "a bare loop", LEAST_SPEED, AT_LEAST),
        Figure("their memory, the whole process", "MB", [each["peak"] for each in rows],
               budget=MOST_MEMORY),
        Figure(f"release {what}: CPU", "s", [whole["seconds"]],
               budget=MOST_SECONDS if full else None),
        Figure("its memory, the whole process", "MB", [whole["peak"]], budget=MOST_MEMORY),
        Figure("its size", "MB", [whole["bytes"] / 1e6]),
        Figure(f"`verify` {what}: CPU", "s", [proof["seconds"]],
               budget=MOST_VERIFYING if full else None),
        Figure("its memory, the whole process", "MB", [proof["peak"]], budget=MOST_MEMORY),
    ]  # fmt: skip


if __name__ == "__main__":
    if sys.argv[1:2] == ["--part"]:
        _, _, part, folder, slug = sys.argv
        print(json.dumps(PARTS[part](Path(folder), slug)))
    else:
        figures.run(__doc__, measure, answers=int)
