"""`annotator agreement`: the numbers of the page, at the command line."""

import json
import re

from agreement_examples import SMALL, give, label, sentences

from annotator.store.db import write
from annotator.work.agreement.measuring import report_for
from annotator.work.agreement.report_json import as_json


def test_it_prints_the_report(project, command):
    label(project, SMALL)
    result = command("agreement", "-p", project.slug)
    assert result.exit_code == 0, result.stderr
    lines = result.stdout.replace("\u202f", " ").splitlines()
    assert lines[0].startswith("1 article · 7 sentences · 2 annotators · 10 claims · round 1")
    assert [line.split("  ")[0] for line in lines[5:9]] == [
        "Claim presence", "Speaker", "Stance", "Certainty",
    ]  # fmt: skip
    assert lines[5].split() == [
        "Claim", "presence", ".59", "-", "revise", "rules", "83", "%", "6", "12", "2", "1",
    ]  # fmt: skip
    assert (
        "interval from 2,000 resamples of articles with their near-duplicates, seed 7"
        in "\n".join(lines)
    )
    assert "  No interval, because 1 article is too few to resample." in lines
    assert "  Most confused: neutral with unrelated (1 pair)." in lines
    assert "  Values: oppose 2, neutral 3, support 2, unrelated 1." in lines
    assert "  Values: Mattis 3, Trump 3, NARRATOR 2." in lines


def test_a_long_list_of_speakers_is_cut_and_says_so(project, command):
    label(project, "\n".join(f"a: Speaker{i} nc | b: Speaker{i} nc" for i in range(11)))
    text = command("agreement", "-p", project.slug).stdout
    assert "Speaker6 2, and 3 more." in text


def test_what_is_not_defined_has_a_because(project, command):
    label(project, "a: P nc | b: P nc")
    text = command("agreement", "-p", project.slug).stdout
    assert re.search(r"Stance +- +- +not defined", text)
    assert "Not defined, because everyone gave the same value. Raw agreement is 100 %" in text


def test_nothing_labelled_twice_is_no_failure(project, command):
    with write():
        give(sentences(project, 1)[0].article_id, "ann", "ben")
    result = command("agreement", "-p", project.slug)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == (
        "No double-labelled sentence yet; 1 article with two or more annotators."
    )


def test_json_is_the_same_bytes_as_the_download(project, command, browser):
    label(project, SMALL)
    printed = command("agreement", "-p", project.slug, "--json").stdout
    assert printed == as_json(report_for(project))
    assert printed == browser("lea").get(f"/projects/{project.slug}/agreement.json").text
    assert json.loads(printed)["fields"]["stance"]["pairs"][1] == [0, 1, 0, 1]


def test_a_project_that_is_not_there_is_wrong_use(command):
    result = command("agreement", "-p", "nowhere")
    assert result.exit_code == 2
    assert result.stderr.strip() == 'Error: There is no project "nowhere".'


def test_it_needs_a_project_or_a_file(project, command, tmp_path):
    file = tmp_path / "labels.csv"
    file.write_text("item,annotator,value\n1,a,x\n", encoding="utf-8")
    for words in ((), (file, "-p", project.slug), ("-p", project.slug, "--level", "ordinal")):
        result = command("agreement", *words)
        assert result.exit_code == 2
        assert len(result.stderr.strip().splitlines()) == 1
