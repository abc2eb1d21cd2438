"""Aspects are measured, voted on, decided and released like any label, where they are asked for."""

import csv
import io
import json

import pytest
from agreement_examples import ask_aspects, in_list, label, random_project
from aspect_examples import decide, labelled
from homecoming_examples import released
from installation import EMPTY
from release_examples import content, settle_clocks
from slow_cases import further, server
from sqlalchemy import select
from verify_examples import change, found, mend

from annotator.codebook.scheme import USUAL_LABELS, Codebook
from annotator.formats.labels import gold_csv
from annotator.store.db import db, write_in_steps
from annotator.store.models import Answer, Claim, SentenceConsensus
from annotator.work.accounts import projects
from annotator.work.adjudication import refreshing
from annotator.work.adjudication.deciding import ReasonMissingError
from annotator.work.adjudication.standing import is_clear, is_unanimous
from annotator.work.agreement.measuring import report_for
from annotator.work.agreement.report_json import report_json, rows_of
from annotator.work.gold.methods import METHODS, methods_of
from annotator.work.gold.models import Aggregation
from annotator.work.gold.rows import gold_rows
from annotator.work.release_import.importing import Homecoming

TABLE = """
a: Mattis ocm | b: Mattis ocm | c: Mattis ocm
a: Mattis ocm | b: Mattis ocm | c: Mattis ocr
a: Mattis ocm | b: Mattis oci | c: Mattis ocr
a: Mattis ocm | b: Mattis oc | c: Mattis oc
a: Mattis sci | b: Mattis sci | c: Mattis sc
a: x | b: x | c: x
"""


def first_claims(project):
    return [(row["claims"] or [None])[0] for row in gold_rows(project)]


def test_without_the_question_nothing_is_measured_or_voted_on(project):
    label(project, TABLE)
    assert "aspect" not in report_json(report_for(project))["fields"]
    rows = list(gold_rows(project))
    assert [row["how"] for row in rows] == ["unanimous"] * 6
    assert {*rows[1]["claims"][0]["votes"]} == {"speaker", "stance", "certainty"}
    assert {*rows[1]["soft_label"]["claims"][0]} == {"speaker", "present", "stance", "certainty"}
    assert rows[1]["claims"][0]["aspect"] == "military"  # a detail, which most say


def test_agreement_has_aspects_with_pairs_and_each_annotator(project):
    label(project, TABLE)
    ask_aspects(project)
    report = report_for(project)
    known = report_json(report)
    field = known["fields"]["aspect"]
    assert field["values"] == ["military", "deconfliction", "relations"]
    # Only those who gave one: 3 + 3 + 3 + 2 answers; the lone one is counted as such.
    assert (field["n_units"], field["n_answers"], field["n_single"]) == (4, 11, 1)
    assert field["measures"]["alpha_nominal"]["value"] is not None
    assert known["steps"][-2:] == ["aligned_certainty", "aligned_aspect"]
    assert [pair["n"] for pair in known["people"]["aspect"]["pairs"]] == [4, 3, 3]
    assert len(known["people"]["aspect"]["annotators"]) == 3
    table = list(rows_of(report))
    assert ("confusion", "aspect") in {row[:2] for row in table}


def test_aspects_are_voted_on_and_what_one_alone_gave_is_no_vote(project):
    label(project, TABLE)
    ask_aspects(project)
    rows = list(gold_rows(project))
    assert [row["how"] for row in rows] == [
        "unanimous", "majority", "open", "unanimous", "unanimous", "unanimous",
    ]  # fmt: skip
    said = [(row["claims"] or [{}])[0].get("aspect") for row in rows]
    assert said == ["military", "military", None, None, "deconfliction", None]
    assert rows[1]["claims"][0]["votes"]["aspect"] == {"military": 2, "relations": 1}
    torn = rows[2]["soft_label"]["claims"][0]
    assert torn["aspect"] == {"deconfliction": 1, "military": 1, "relations": 1}


@pytest.mark.parametrize("method", further(METHODS))
@pytest.mark.parametrize("seed", further([1, 2]))
def test_rows_and_the_overview_of_all_methods_decide_aspects_alike(project, method, seed):
    random_project(project, seed, aspects="mir ")
    ask_aspects(project)
    way = Aggregation(method)
    hows = [row["how"] for row in gold_rows(project, way)]
    whole = methods_of(project, way).gold.by_how
    assert {how: hows.count(how) for how in whole if how != "none"} == {
        how: n for how, n in whole.items() if how != "none"
    }


@pytest.mark.database
def test_a_new_version_that_asks_for_aspects_makes_them_disputed_at_once(project):
    label(project, TABLE)
    assert in_list(project, is_clear) == []
    assert len(in_list(project, is_unanimous)) == 6
    ask_aspects(project)
    write_in_steps(refreshing.refresh(project))  # as every page does: nothing is rebuilt
    kinds = select(SentenceConsensus.kinds).order_by(SentenceConsensus.sentence_id)
    assert [kind > 0 for kind in db.session.scalars(kinds)] == [False, True, True, *[False] * 3]
    assert list(refreshing.faults(project)) == []


@pytest.mark.database
@server
def test_aspects_go_the_whole_way_and_come_home(project, article, tmp_path, installation):
    labelled(project, article)
    with pytest.raises(ReasonMissingError, match="two of three"):
        decide(article, 3, "relations")
    decide(article, 3, "relations", "TG-3: contact")
    decide(article, 4, "deconfliction")
    settle_clocks()
    folder = released(project, tmp_path / "first")
    assert found(folder) == []
    rows = [json.loads(line) for line in (folder / "gold.jsonl").read_text().splitlines()]
    second, third, fourth, fifth = (rows[n]["claims"][0] for n in (2, 3, 4, 5))
    assert [each["aspect"] for each in (second, third, fourth, fifth)] == [
        "military", "relations", "deconfliction", None,
    ]  # fmt: skip
    assert second["fields"]["aspect"] == "unanimous"
    assert third["fields"]["aspect"] == "adjudicated"
    assert third["fields"]["stance"] == "unanimous"
    table = list(csv.DictReader(io.StringIO((folder / "gold-claims.csv").read_text())))
    assert table[1]["aspect_votes"] == "military 2 | relations 1"
    assert gold_csv.claims_columns(project.codebook.labels)[-1] == "aspect_margin"
    card = (folder / "README.md").read_text()
    assert "an aspect (which side of the target the claim is about)" in card
    before = content(folder)
    db.session.remove()
    installation.put(EMPTY)
    home = Homecoming(folder, None, None)
    home.check()
    write_in_steps(home.store())
    after = content(released(projects.get("us-russia"), tmp_path / "again"))
    other = {name for name, raw in before.items() if after.get(name) != raw}
    assert other <= {"README.md", "SHA256SUMS", "croissant.json"}


@pytest.mark.database
def test_a_vote_on_an_aspect_that_was_changed_in_a_release_is_found(project, article, tmp_path):
    labelled(project, article)
    folder = released(project, tmp_path / "first")

    def other(row):
        row["claims"][0]["votes"]["aspect"] = {"military": 3}

    change(folder, "gold", lambda row: row["sentence"] == 3, other)
    mend(folder)
    assert any("gold.jsonl" in fault for fault in found(folder))
    stored = select(Claim).join(Answer).where(Claim.aspect.is_not(None))
    assert len(db.session.scalars(stored).all()) == 10


@pytest.mark.database
def test_a_release_of_before_aspects_were_measured_is_verified_as_it_was_made(
    project, article, tmp_path, monkeypatch
):
    labelled(project, article)
    with monkeypatch.context() as before:
        before.setattr(Codebook, "labels", USUAL_LABELS)
        folder = released(project, tmp_path / "first")
    assert "aspect" not in json.loads((folder / "agreement.json").read_text())["fields"]
    assert found(folder) == []
