"""The schemas of a release: well-formed, self-contained, and clear about what does not fit."""

import json

import pytest
from jsonschema import Draft202012Validator

from annotator.formats.release import schemas
from annotator.formats.release.schemas import misfits, schema, texts
from annotator.measure.origins import ORIGINS
from annotator.work.consensus.voting import ORDER

SENTENCE = {
    "article": "a", "sentence": 0, "start": 0, "end": 3, "segment": "body", "paragraph": 0,
    "text": "One",
}  # fmt: skip


def references(found):
    if isinstance(found, dict):
        yield from (value for key, value in found.items() if key == "$ref")
        found = list(found.values())
    if isinstance(found, list):
        for each in found:
            yield from references(each)


@pytest.mark.parametrize("name", texts())
def test_a_schema_is_one_of_draft_2020_12_and_stands_alone(name):
    found = json.loads(texts()[name])
    assert found["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert found["title"]
    assert found["description"]
    Draft202012Validator.check_schema(found)
    assert list(references(found)) == []


@pytest.mark.parametrize(
    "name",
    # Croissant is a format of others, which may grow.
    [name for name in texts() if not name.startswith("croissant")],
)
def test_a_schema_allows_no_key_it_does_not_name(name):
    found = json.loads(texts()[name])
    thing = found["items"] if found["type"] == "array" else found
    assert thing["additionalProperties"] is False


def test_a_card_counts_every_way_in_which_gold_is_decided():
    ways = list(schema("card")["properties"]["how"]["properties"])
    assert ways == schema("gold")["properties"]["how"]["enum"]
    assert {*ORDER, "none"} == set(ways)


def test_what_fits_says_nothing():
    assert list(misfits("sentences", SENTENCE)) == []
    without = {key: value for key, value in SENTENCE.items() if key != "text"}
    assert list(misfits("sentences", without)) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"start": "0"}, '“start” is "0"; it should be integer'),
        ({"start": -1}, "“start” is -1; the minimum is 0"),
        ({"start": True}, "“start” is true; it should be integer"),
        ({"start": 0.0}, "“start” is 0.0; it should be integer"),
        ({"segment": "caption"}, '“segment” is "caption"; it should be one of'),
        ({"more": 1}, "it has the unknown key “more”"),
        ({"article": ""}, '“article” is ""; it should not be empty'),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else None,
)
def test_what_does_not_fit_is_named_with_what_would_be_right(change, expected):
    (said,) = misfits("sentences", SENTENCE | change)
    assert said.startswith(expected)


def test_a_missing_key_is_named():
    row = {key: value for key, value in SENTENCE.items() if key != "end"}
    assert list(misfits("sentences", row)) == ["it has no “end”"]


def test_a_place_deep_inside_is_named():
    speaker = {"name": "A", "type": "person", "wording": None, "member_of": None}
    found = [speaker | {"merged_into": None, "aliases": [{"article": "a", "text": 3}]}]
    (said,) = misfits("speakers", found)
    assert said.startswith("“[0].aliases[0].text” is 3; it should be string")


def test_keys_in_another_order_are_named():
    row = {"sentence": 0, "article": "a", **SENTENCE}
    row = {key: row[key] for key in ("sentence", "article", *list(SENTENCE)[2:])}
    (said,) = misfits("sentences", row)
    assert said == "its keys are not in order: “sentence” is in the place of “article”"


def test_every_table_and_document_of_a_release_has_a_schema():
    expected = {"articles", "sentences", "annotations", "gold", "decisions", "speakers", "splits"}
    expected |= {"agreement", "codebook", "croissant"}
    assert expected <= {name.removesuffix(schemas.ENDING) for name in texts()}
    assert schema("gold")["properties"]["split"] == {"enum": ["train", "dev", "test"]}


def test_rows_of_every_origin_fit():
    known = json.loads(texts()["annotations.schema.json"])["properties"]["origin"]["enum"]
    assert known == list(ORIGINS)
