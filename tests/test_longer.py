"""The list of the tests that the README's command leaves to `.ci/run` is in order."""

import re
from pathlib import Path

from cpu_seconds import LIMIT, longer, note_longer

ROOT = Path(__file__).parents[1]


def test_every_longer_test_is_there():
    gone = []
    for name in longer():
        path, _, function = name.partition("::")
        file = ROOT / path
        if not file.is_file() or not re.search(
            rf"^def {function}\(", file.read_text("utf-8"), re.M
        ):
            gone.append(name)
    assert sorted(gone) == []


def test_a_test_is_longer_by_the_mean_of_its_cases(tmp_path, monkeypatch):
    monkeypatch.setattr("cpu_seconds.NOTED", tmp_path / "longer.txt")
    dear, cheap = 2 * LIMIT, LIMIT / 2
    note_longer(
        {
            "t.py::a[1]": dear,
            "t.py::a[2]": cheap,
            "t.py::b[1]": dear,
            "t.py::b[2]": 0,
            "u.py::c": cheap,
        }
    )
    assert longer() == {"t.py::a"}
    assert (tmp_path / "longer.txt").read_text("utf-8") == "t.py::a\n"
