"""The difference of two release folders: counted field by field, whatever the order of claims."""

from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from release_facts import facts, figure
from release_folders import answer, claim, folder, row

from annotator.errors import RefusedError
from annotator.formats.release.card.card import card
from annotator.phrases import percent
from annotator.work.releases.difference import difference
from annotator.work.releases.difference_words import settings, summary

NOTHING = {"added": 0, "changed": 0, "removed": 0}


@pytest.fixture
def compared(tmp_path):
    """Return a function: the difference of two lists of gold rows."""

    def compare(before, after, most=None, table="gold"):
        one = folder(tmp_path / "one", **{table: before})
        return difference(one, folder(tmp_path / "other", **{table: after}), most)

    return compare


def counted(found, table="gold"):
    return {
        name: tally for name, tally in found.to_json()["tables"][table]["fields"].items()
        if tally != NOTHING
    }  # fmt: skip


CLAIMS = st.builds(
    claim,
    st.sampled_from(["Trump", "Putin", "NARRATOR", None]),
    st.sampled_from(["support", "oppose", None]),
    st.sampled_from(["certain", "possible"]),
    mention=st.none() | st.sampled_from([{"start": 1, "end": 4, "text": "abc"}]),
    via=st.lists(st.sampled_from("xy"), max_size=1),
)
ROWS = st.dictionaries(st.integers(0, 6), st.lists(CLAIMS, max_size=3)).map(
    lambda made: [row(sentence, *claims) for sentence, claims in sorted(made.items())]
)


@given(ROWS, ROWS)
def test_back_and_forth_are_mirrors_and_nothing_differs_from_itself(before, after):
    with TemporaryDirectory() as place:
        one = folder(Path(place) / "one", gold=before)
        other = folder(Path(place) / "other", gold=after)
        there, back = difference(one, other), difference(other, one)
        same = difference(one, one)
    for name, tally in there.tables["gold"].fields.items():
        mirror = back.tables["gold"].fields[name]
        assert (tally.added, tally.removed) == (mirror.removed, mirror.added)
    rows = there.tables["gold"].rows
    assert len(after) - len(before) == rows.added - rows.removed
    assert rows.removed + rows.changed + there.tables["gold"].same == len(before)
    assert counted(same) == {}
    assert same.changes == []
    assert same.tables["gold"].same == len(before)


def test_labels_are_counted_by_field(compared):
    before = [row(0, claim()), row(1, claim()), row(2), row(4, claim())]
    after = [
        row(0, claim(stance="oppose")),
        row(1, claim(), claim("Putin", certainty="possible")),
        row(3),
        row(4, claim(), how="adjudicated"),
    ]
    found = compared(before, after)
    assert counted(found) == {
        "status": {"added": 1, "changed": 0, "removed": 1},
        "how": {"added": 1, "changed": 1, "removed": 1},
        "split": {"added": 1, "changed": 0, "removed": 1},
        "speaker": {"added": 1, "changed": 0, "removed": 0},
        "stance": {"added": 1, "changed": 1, "removed": 0},
        "certainty": {"added": 1, "changed": 0, "removed": 0},
    }
    table = found.to_json()["tables"]["gold"]
    assert table["rows"] == {"added": 1, "changed": 3, "removed": 1, "same": 0}
    assert table["moves"]["stance"] == [{"before": "support", "after": "oppose", "n": 1}]


def test_the_order_of_claims_is_no_difference(compared):
    one, other = claim(), claim("Putin", "oppose")
    assert counted(compared([row(0, one, other)], [row(0, other, one)])) == {}


def test_a_renamed_speaker_is_a_changed_speaker_and_no_new_claim(compared):
    found = compared([row(0, claim("Army Lt. Gen. McMaster"))], [row(0, claim("H.R. McMaster"))])
    assert counted(found) == {"speaker": {"added": 0, "changed": 1, "removed": 0}}


def test_one_of_two_claims_of_a_speaker_goes_and_the_other_stays(compared):
    found = compared([row(0, claim(), claim(stance="neutral"))], [row(0, claim(stance="neutral"))])
    assert counted(found) == {
        name: {"added": 0, "changed": 0, "removed": 1}
        for name in ("speaker", "stance", "certainty")
    }


def test_the_words_of_a_place_are_no_difference_a_moved_place_is(compared):
    place = {"start": 3, "end": 9}
    before = [row(0, claim(mention={**place, "text": "abcdef"})), row(1, claim(mention=place))]
    after = [row(0, claim(mention=place)), row(1, claim(mention={"start": 4, "end": 9}))]
    assert counted(compared(before, after)) == {"mention": {"added": 0, "changed": 1, "removed": 0}}


def test_answers_are_matched_by_sentence_annotator_and_round(compared):
    before = [answer(0), answer(0, annotator="A2"), answer(1, claim(), note="x")]
    after = [answer(0, unsure=True), answer(0, round=2), answer(1, claim(), note="")]
    found = compared(before, after, table="annotations")
    assert counted(found, "annotations") == {
        "status": {"added": 1, "changed": 0, "removed": 1},
        "unsure": {"added": 1, "changed": 0, "removed": 0},
        "note": {"added": 0, "changed": 0, "removed": 1},
    }


def test_changes_of_gold_are_listed_with_their_reason_up_to_a_number(compared):
    before = [row(n, claim()) for n in range(5)]
    after = [row(n, claim(stance="oppose"), reason=f"ST-{n}") for n in range(5)]
    found = compared(before, after, most=3)
    assert found.to_json()["changes"][1] == {
        "article": "a", "sentence": 1, "field": "stance", "speaker": "Trump",
        "before": "support", "after": "oppose", "reason": "ST-1",
    }  # fmt: skip
    assert (len(found.changes), found.left_off) == (3, 2)


def test_counts_and_agreement_stand_side_by_side(tmp_path):
    new = deepcopy(facts(name="v2", agreement=[figure("stance", None), figure("speaker", 0.9)]))
    new["counts"]["articles"] = 14
    one = folder(tmp_path / "one")
    found = difference(one, folder(tmp_path / "other", known=new)).to_json()
    nowhere = {"value": None, "low": None, "high": None}
    assert found["from"]["name"] == "v1.0"
    assert found["to"]["name"] == "v2"
    assert found["counts"]["articles"] == {"before": 12, "after": 14}
    assert [(each["field"], each["before"], each["after"]) for each in found["agreement"]] == [
        ("stance", {"value": 0.68, "low": 0.604, "high": 0.75}, nowhere),
        ("speaker", None, {"value": 0.9, "low": None, "high": None}),
        ("status", {"value": 0.81, "low": 0.7, "high": 0.89}, None),
    ]  # fmt: skip


def test_settings_that_differ_are_said_and_those_alike_are_not(tmp_path):
    other = deepcopy(facts(with_notes=False, method="mace"))
    other["splits"]["settings"]["shares"] = {"train": 0.6, "dev": 0.2, "test": 0.2}
    found = difference(folder(tmp_path / "a", facts()), folder(tmp_path / "b", other))
    assert found.to_json()["settings"] == {
        "with_notes": {"before": True, "after": False},
        "method": {"before": "majority", "after": "mace"},
        "shares": {
            "before": {"train": 0.8, "dev": 0.1, "test": 0.1},
            "after": {"train": 0.6, "dev": 0.2, "test": 0.2},
        },
    }
    assert settings(found) == (
        "Different settings: with notes yes to no; method majority to MACE;"
        f" shares {percent(0.8)}, {percent(0.1)}, {percent(0.1)}"
        f" to {percent(0.6)}, {percent(0.2)}, {percent(0.2)}."
    )
    assert settings(difference(tmp_path / "a", tmp_path / "a")) == ""


def test_the_summary_says_articles_and_what_changed_most(tmp_path):
    gold = [row(n, claim()) for n in range(3)]
    after = [
        row(0, claim(stance="oppose")), row(1, claim(stance="oppose")),
        row(2, claim(stance="neutral"), claim("Putin")),
    ]  # fmt: skip
    one = folder(tmp_path / "one", gold=gold)
    other = folder(tmp_path / "other", gold=after, articles=[{"key": "b"}])
    assert summary(difference(one, other)) == (
        "+1 article, 3 gold labels changed: speaker 1 added; stance 3 changed (most support to"
        " oppose), 1 added; certainty 1 added."
    )
    assert summary(difference(one, one)) == (
        "No articles added or removed, and no gold labels changed."
    )


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([row(1), row(0)], "gold.jsonl: line 2: it is out of order"),
        ([row(0), row(0)], "gold.jsonl: line 2: it is out of order"),
        ([{"article": "a"}], "line 1: it has no “sentence”"),
        ([{**row(0), "sentence": True}], "line 1: it has no “sentence”"),
        ([{**row(0), "claims": ["x"]}], "line 1: its claims are not a list of objects"),
    ],
)
def test_a_folder_that_is_broken_is_named_with_its_line(compared, rows, said):
    with pytest.raises(RefusedError, match=said):
        compared([], rows)


def test_lines_that_are_the_same_are_counted_beside_rows_that_come_and_go(compared):
    before = [row(0), row(1), row(3), row(4, claim())]
    found = compared(before, [row(0), row(2), row(3), row(4, claim(), reason="why")])
    assert found.to_json()["tables"]["gold"]["rows"] == {
        "added": 1, "changed": 0, "removed": 1, "same": 3,
    }  # fmt: skip


def test_what_is_no_release_is_refused(tmp_path):
    good = folder(tmp_path / "good")
    with pytest.raises(RefusedError, match=r"no README\.md in .*Is this a release folder\?"):
        difference(good, tmp_path)
    bare = folder(tmp_path / "bare")
    (bare / "README.md").write_text("# x\n", encoding="utf-8")
    with pytest.raises(RefusedError, match="no front matter"):
        difference(good, bare)
    (bare / "README.md").write_text(card({**facts(), "x": 1}), encoding="utf-8")
    (bare / "gold.jsonl").unlink()
    with pytest.raises(RefusedError, match=r"no gold\.jsonl"):
        difference(good, bare)
