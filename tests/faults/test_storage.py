"""What a disk, a lock and a clock can do to saves on SQLite."""

import re
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from threading import Thread

import crowd
import small_disk
from small_disk import fill, on_small_disk, seen_by
from stage import DATABASE, Browser
from storms import PEOPLE, Storm, hold, judge, look_anew, most, need, part_of, size, told

from annotator.store.db import db
from annotator.store.models import User
from annotator.work.accounts import accounts

DAYS = 86_400


def test_a_full_disk_refuses_saves_by_name_and_they_go_on_when_there_is_space(row):
    line = row("disk full", size(1, 5))
    need(small_disk.missing())
    saves = size(80, 600)
    with crowd.place(PEOPLE, most(saves)) as here:
        before = on_small_disk(here.folder)
        with crowd.serving(here, before=before) as server, Storm(here, server.port) as storm:
            disk = seen_by(server.process.pid, here.folder)

            def make_full(_number):
                filler = fill(disk)
                time.sleep(1.5)
                filler.unlink()

            found = storm.rage(saves, line.rounds, make_full)
            kept = here.folder / "kept.sqlite3"
            enter = ["nsenter", "--target", str(server.process.pid), "--mount", "--"]
            program = [sys.executable, "-m", "annotator", "backup", str(kept)]
            subprocess.run([*enter, *program], env=server.environ, check=True, capture_output=True)
            shutil.copy(seen_by(server.process.pid, kept), kept)
        look_anew()
        for each in here.folder.glob(f"{DATABASE}*"):
            each.unlink()
        kept.rename(here.folder / DATABASE)
        line.told = told(found)
        hold(judge(line, found["keys"]))
    assert found["faults"].get("507")
    assert "its disk is full" in found["told"]["507"]
    assert set(found["faults"]) <= {"507", "503"}


def test_a_read_only_folder_is_named_with_its_path_and_serves_again_when_it_is_not(row):
    line = row("read-only", 1)
    need(small_disk.missing())
    saves = size(30, 200)
    with crowd.place(PEOPLE, most(2 * saves)) as here:
        with crowd.serving(here) as server, Storm(here, server.port) as storm:
            keys = storm.rage(saves, 0, None)["keys"]
        environ = server.environ
        said = {}
        for words in (("run", "--port", str(server.port)), ("doctor",)):
            command = [*on_small_disk(here.folder, how="ro"), sys.executable, "-m", "annotator"]
            done = subprocess.run(
                [*command, *words], env=environ, capture_output=True, text=True, check=False
            )
            said[words[0]] = (done.returncode, done.stderr.strip().splitlines()[-1])
        with crowd.serving(here):
            pass
        line.told = said["run"][1].replace(str(here.folder), "FOLDER")
        hold(judge(line, keys))
    assert {name: code for name, (code, _) in said.items()} == {"run": 2, "doctor": 1}
    for _, words in said.values():
        assert "read-only" in words
        assert str(here.folder) in words


def reading(here, server, until_over):
    """Return how long each look at a label page takes, and what status it has."""
    user = accounts.get_user(here.who["people"][0][0])
    cookie = Browser(here.app, db.session.get_one(User, user.id)).cookie()
    path = f"/label/{here.who['people'][0][2][0]}/1"
    db.session.rollback()
    found = []

    def look():
        while not until_over():
            begun = time.monotonic()
            connection = HTTPConnection("127.0.0.1", server.port, timeout=60)
            connection.request("GET", path, headers={"Cookie": cookie})
            status = connection.getresponse().status
            connection.close()
            found.append((time.monotonic() - begun, status))
            time.sleep(0.1)

    thread = Thread(target=look)
    thread.start()
    return thread, found


def test_while_another_program_holds_the_lock_pages_are_read_and_saves_wait(row):
    seconds = size(8, 30)
    line = row(f"lock held for {seconds} s", 1)
    saves = size(60, 400)
    # More people than threads that may wait for a write.
    people = 12
    with (
        crowd.place(people, most(saves, people)) as here,
        crowd.serving(here) as server,
        Storm(here, server.port, people) as storm,
    ):
        held = []

        def hold_lock(_number):
            over = []
            with closing(sqlite3.connect(here.folder / DATABASE, timeout=30)) as other:
                other.isolation_level = None
                thread, seen = reading(here, server, lambda: bool(over))
                other.execute("BEGIN IMMEDIATE")
                time.sleep(seconds)
                other.execute("ROLLBACK")
            over.append(True)
            thread.join()
            held.extend(seen)

        found = storm.rage(saves, 1, hold_lock)
        line.told = told(found)
        slowest = max(took for took, _ in held)
        line.notes.append(f"{len(held)} pages read meanwhile, the slowest in {slowest:.1f} s")
        hold(judge(line, found["keys"]))
    assert {status for _, status in held} == {200}
    assert len(held) >= seconds / 4
    assert set(found["faults"]) == {"503"}
    assert "Your answer was not saved. Try again." in found["told"]["503"]


def test_a_clock_that_goes_back_ends_no_session_and_loses_no_later_save(row, tmp_path):
    line = row("clock back by two days, and forward again", 2)
    saves = size(60, 600)
    offset = tmp_path / "offset"
    offset.write_text("0", encoding="ascii")
    with crowd.place(PEOPLE, most(saves)) as here, ExitStack() as stack:
        server = stack.enter_context(crowd.serving(here, clock=offset))
        storm = stack.enter_context(Storm(here, server.port))

        def set_clock(number):
            offset.write_text(str((-2 * DAYS, 0)[number]), encoding="ascii")

        found = storm.rage(saves, 2, set_clock)
        line.told = told(found)
        hold(judge(line, found["keys"]))
    assert found["faults"] == {}


def test_four_servers_at_once_on_one_file(row):
    line = row("four servers on one SQLite file", 4)
    saves, each = size(20, 400), 2
    with crowd.place(4 * each, most(4 * saves, each)) as here, ExitStack() as stack:
        words = ("--second-server",)
        servers = [stack.enter_context(crowd.serving(here, words=words)) for _ in range(4)]
        storms = [
            stack.enter_context(
                Storm(part_of(here, number * each, (number + 1) * each), server.port, each)
            )
            for number, server in enumerate(servers)
        ]
        for storm in storms:
            storm.begin(saves)
        keys = [key for storm in storms for key in storm.acknowledged()]
        line.told = " · ".join(sorted({told(storm.found) for storm in storms}))
        line.notes.append(doctor_of(servers[0]))
        hold(judge(line, keys))
    assert len(keys) >= 4 * saves


def doctor_of(server):
    """Return what `annotator doctor` says of several servers on the file."""
    done = subprocess.run(
        [sys.executable, "-m", "annotator", "doctor"],
        env=server.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    [found] = re.findall(r"Warning: (4 servers .*)", done.stderr)
    return found.partition(":")[0]
