"""What a reader does first: load a release with pandas, and with `datasets`, offline.

Neither library is needed by the program; where one is not installed its test is skipped. A process
of its own loads, so that nothing of a person's cache or settings is read or written.
"""

import importlib.util
import json
import os
import subprocess
import sys
from collections import Counter

import pytest
from verify_examples import rows_of

DATASETS = """
import json, sys
from datasets import get_dataset_config_names, load_dataset
folder = sys.argv[1]
found = {}
for name in get_dataset_config_names(folder):
    loaded = load_dataset(folder, name)
    found[name] = {
        "rows": {split: part.num_rows for split, part in loaded.items()},
        "first": {split: part[0] for split, part in loaded.items()},
    }
print(json.dumps(found, default=str))
"""
PANDAS = """
import json, sys
from pandas import read_json
found = {}
for table in ("articles", "sentences", "annotations", "gold", "decisions"):
    frame = read_json(f"{sys.argv[1]}/{table}.jsonl", lines=True, dtype=False)
    found[table] = {"rows": len(frame), "columns": list(frame.columns)}
print(json.dumps(found))
"""


def needs(library):
    there = importlib.util.find_spec(library) is not None
    return pytest.mark.skipif(not there, reason=f"{library} is not installed")


def load(program, folder, home):
    """Run a program on a release without any network, with a home of its own."""
    offline = {"HF_HOME": str(home), "HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program, str(folder)],
        env={**os.environ, **offline, "HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


@needs("datasets")
@pytest.mark.parametrize("kind", ["with everything", "without text"])
def test_datasets_loads_every_table_and_every_part(made, tmp_path, kind):
    folder = made(kind)
    found = load(DATASETS, folder, tmp_path / "home")
    assert set(found) == {"gold", "annotations", "sentences", "articles"}
    gold = rows_of(folder, "gold")
    assert found["gold"]["rows"] == Counter(row["split"] for row in gold)
    for name in ("annotations", "sentences", "articles"):
        rows = rows_of(folder, name)
        assert sum(found[name]["rows"].values()) == len(rows)
        (first,) = found[name]["first"].values()
        assert set(first) == set(rows[0])
    for split, first in found["gold"]["first"].items():
        row = next(row for row in gold if row["split"] == split)
        assert (first["article"], first["sentence"]) == (row["article"], row["sentence"])
        assert [claim["stance"] for claim in first["claims"]] == [
            claim["stance"] for claim in row["claims"]
        ]


@needs("pandas")
def test_pandas_loads_every_table(made, tmp_path):
    folder = made()
    found = load(PANDAS, folder, tmp_path / "home")
    for table, seen in found.items():
        rows = rows_of(folder, table)
        assert seen == {"rows": len(rows), "columns": list(rows[0])}
