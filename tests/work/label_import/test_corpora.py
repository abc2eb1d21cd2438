"""A made corpus by three annotators in every format, with every oddity.

What comes in is what should; each thing that is left out is one line; the agreement of the project
is that of the same labels as a file. `-s -m slow` shows the table.
"""

import csv
import io
import json
import re

import label_corpora
import pytest
from installation import look_away, staged
from slow_cases import slow

from annotator.store.db import write
from annotator.work.accounts import projects
from annotator.work.articles import storing
from annotator.work.labelling.annotation_rows import annotation_rows

DOCUMENTS = 200


@staged
def give_texts():
    made = label_corpora.corpus(DOCUMENTS, fragments=False, words_told=False)
    with write():
        project = projects.get("us-russia")
        for key, text in made.texts.items():
            storing.store_article(project, storing.read_file(f"{key}.txt", text.encode()))


def said(row):
    """Return what an answer says, as a corpus expects it."""
    if row["status"] == "no_claim":
        return ("no_claim",)
    claims = row["claims"]
    if not row["complete"]:
        return ("incomplete",)
    assert len(claims) == 1, row
    return ("claims", claims[0]["speaker"], claims[0]["stance"], claims[0]["certainty"])


def as_file(rows, value):
    """Return answers as ratings; those that say nothing by a measure are left out."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["item", "annotator", "value", "article"])
    for (key, position, annotator), given in rows.items():
        if (one := value(given)) is not None:
            writer.writerow([f"{key}#{position}", annotator, one, key])
    return out.getvalue()


@slow
@pytest.mark.parametrize("form", label_corpora.FORMATS)
def test_a_corpus_comes_in_whole_or_is_named(project, command, tmp_path, form):
    give_texts()
    look_away()
    made, contents, mapping = label_corpora.written(form, DOCUMENTS)
    folder = tmp_path / "labels"
    for name, text in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    source = folder if len(contents) > 1 else folder / next(iter(contents))
    (tmp_path / "mapping.toml").write_text(mapping, encoding="utf-8")
    words = ("labels", "import", source, "-p", project.slug, "--as", "people", "--mapping")
    result = command(*words, tmp_path / "mapping.toml", "--skip")
    lines = sum("left out" in line for line in result.stdout.splitlines())
    lines += sum(map(int, re.findall(r"^and (\d+) more$", result.stdout, re.M)))
    stored = {
        (row["article"], row["sentence"], row["annotator"]): said(row)
        for row in annotation_rows(project)
    }
    wrong = {
        where: (stored.get(where), made.expected.get(where))
        for where in stored.keys() | made.expected.keys()
        if stored.get(where) != made.expected.get(where)
    }
    assert wrong == {}, result.stdout[-3000:]
    assert lines == made.named, result.stdout[-3000:]
    report = json.loads(command("agreement", "-p", project.slug, "--json").stdout)["fields"]
    shown = []
    for name, measure, value, scale in (
        ("status", "alpha_nominal", lambda one: None if one[0] == "incomplete" else one[0], ()),
        (
            "stance_on_scale",
            "alpha_ordinal",
            lambda one: one[2] if one[0] == "claims" else None,
            ("--level", "ordinal", "--values", "oppose,neutral,support"),
        ),
    ):
        path = tmp_path / f"{name}.csv"
        path.write_text(as_file(stored, value), encoding="utf-8")
        alone = json.loads(command("agreement", path, "--json", *scale).stdout)["measures"]
        ours = report[name]["measures"][measure]["value"]
        assert ours == pytest.approx(alone[measure]["value"], abs=1e-9), name
        shown.append(f"{ours:.6f}")
    given = sum(len(each.labels) for each in made.labelled)
    row = (form, len(made.labelled), given, len(stored), made.named, *shown)
    print("|", " | ".join(map(str, row)), "|")
