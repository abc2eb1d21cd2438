"""What a killed process left of a folder goes with the next one; what is being written stays."""

import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from annotator.errors import RefusedError
from annotator.formats.release import draft as folder_draft
from annotator.formats.release.draft import drafting

HOLDING = """
import sys
from pathlib import Path
from annotator.formats.release.draft import drafting
with drafting(Path(sys.argv[1])) as draft:
    draft.write("gold.jsonl", ["half"])
    if sys.argv[2:]:
        draft.move()
    print(draft.folder.name, flush=True)
    sys.stdin.readline()
    if not draft.moved:
        draft.move()
"""


@contextmanager
def another(place, *words):
    """Draft a folder in a process of its own; it goes on when a line comes, and may be killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDING, place, *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process, process.stdout.readline().strip()
    finally:
        process.kill()
        process.communicate()


def killed(place):
    """Leave what a process leaves that is killed in the middle; return the name of its draft."""
    with another(place) as (process, name):
        process.send_signal(signal.SIGKILL)
        process.wait()
    return name


def names(folder):
    return {path.name for path in folder.iterdir()}


def put(place, text="whole"):
    with drafting(place) as draft:
        draft.write("gold.jsonl", [text])
        draft.move()


def test_what_a_killed_process_left_goes_with_the_next_draft_of_its_place(tmp_path):
    left = killed(tmp_path / "v1")
    assert re.fullmatch(r"\.v1\.[0-9a-f]{8}\.draft", left)
    assert names(tmp_path) == {left}
    again = killed(tmp_path / "v1")
    assert again != left
    assert names(tmp_path) == {again}
    put(tmp_path / "v1")
    assert names(tmp_path) == {"v1"}
    assert (tmp_path / "v1" / "gold.jsonl").read_text() == "whole"


def test_two_that_write_into_one_place_never_remove_one_another(tmp_path):
    place = tmp_path / "v1"
    with another(place) as (process, name):
        with drafting(place) as draft:
            draft.write("gold.jsonl", ["mine"])
            assert names(tmp_path) == {name, draft.folder.name}
            with drafting(place) as third:
                assert names(tmp_path) == {name, draft.folder.name, third.folder.name}
        assert names(tmp_path) == {name}
        process.stdin.write("\n")
        process.stdin.flush()
        assert process.wait(30) == 0
    assert names(tmp_path) == {"v1"}
    assert (place / "gold.jsonl").read_text() == "half"


def test_a_draft_of_another_place_stays_even_when_its_process_has_ended(tmp_path):
    left = killed(tmp_path / "v1.0")
    foreign = {".v1.notes", ".v1.0123abcd", ".v1.0123abcd.draft.old", ".v1.0123ABCD.draft"}
    for name in foreign:
        (tmp_path / name).mkdir()
    (tmp_path / ".v1.0123abcd.draft").write_text("a file")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / ".v1.89abcdef.draft").symlink_to(tmp_path / "elsewhere")
    before = names(tmp_path)
    put(tmp_path / "v1")
    assert names(tmp_path) == {*before, "v1"}
    assert left in before


def test_a_folder_in_its_place_is_no_draft_even_before_its_process_ends(tmp_path):
    place = tmp_path / "v1"
    with another(place, "moved"):
        with pytest.raises(RefusedError, match="already exists"), drafting(place):
            pass
        assert names(tmp_path) == {"v1"}


def test_a_draft_that_moves_while_somebody_looks_at_it_stays(tmp_path, monkeypatch):
    """Its process puts it into its place, and ends, after it was found and before it is locked."""
    found = tmp_path / ".v1.0123abcd.draft"
    found.mkdir()
    (found / "gold.jsonl").write_text("whole")
    plain = os.open

    def moving(path, *words):
        lock = plain(path, *words)
        if Path(path) == found and found.exists():
            found.rename(tmp_path / "v1")
        return lock

    monkeypatch.setattr(folder_draft.os, "open", moving)
    folder_draft.sweep(tmp_path / "v1")
    assert (tmp_path / "v1" / "gold.jsonl").read_text() == "whole"


def test_where_a_disk_knows_no_locks_a_folder_is_written_and_nothing_is_removed(
    tmp_path, monkeypatch
):
    left = killed(tmp_path / "v1")

    def unknown(*_):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(folder_draft.fcntl, "flock", unknown)
    with drafting(tmp_path / "v1") as draft:
        assert not draft.folder.name.endswith(".draft")
        draft.write("gold.jsonl", ["whole"])
        draft.move()
    assert names(tmp_path) == {left, "v1"}


def test_after_an_error_nothing_stays_and_no_lock_is_held(tmp_path):
    before = set(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").exists() else set()
    with pytest.raises(ZeroDivisionError), drafting(tmp_path / "v1") as draft:
        draft.write("gold.jsonl", [str(1 // 0)])
    assert names(tmp_path) == set()
    if before:
        assert set(os.listdir("/proc/self/fd")) == before
