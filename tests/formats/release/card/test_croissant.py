import json

from release_facts import facts

from annotator.formats.release.card.croissant import croissant
from annotator.formats.release.columns import tables

FILES = [
    ("sentences.jsonl", 20, "2" * 64),
    ("articles.jsonl", 10, "1" * 64),
    ("gold.jsonl", 30, "3" * 64),
    ("CITATION.cff", 5, "4" * 64),
]


def described(**changes):
    return json.loads(croissant(facts(**changes), FILES))


def test_every_file_stands_with_its_size_and_hash():
    assert [
        (each["contentUrl"], each["contentSize"], each["sha256"], each["encodingFormat"])
        for each in described()["distribution"]
    ] == [
        ("CITATION.cff", "5 B", "4" * 64, "application/yaml"),
        ("articles.jsonl", "10 B", "1" * 64, "application/jsonlines"),
        ("gold.jsonl", "30 B", "3" * 64, "application/jsonlines"),
        ("sentences.jsonl", "20 B", "2" * 64, "application/jsonlines"),
    ]


def test_every_table_that_is_there_is_a_record_set_with_all_its_columns():
    sets = {each["name"]: each["field"] for each in described()["recordSet"]}
    assert list(sets) == ["articles", "sentences", "gold"]
    for name, fields in sets.items():
        columns = [each["source"]["extract"]["column"] for each in fields]
        assert columns == [each.name for each in tables()[name]]


def test_without_text_there_is_no_such_field():
    found = described(with_text=False)["recordSet"]
    assert not [each for table in found for each in table["field"] if "/text" in each["name"]]


def test_names_are_unique_and_every_source_is_a_file():
    found = described()
    fields = [each for table in found["recordSet"] for each in table["field"]]
    ids = [each["@id"] for each in (*found["distribution"], *found["recordSet"], *fields)]
    assert len(set(ids)) == len(ids)
    files = {each["@id"] for each in found["distribution"]}
    assert {each["source"]["fileObject"]["@id"] for each in fields} <= files


def test_the_order_of_the_files_changes_no_byte():
    assert croissant(facts(), FILES) == croissant(facts(), reversed(FILES))


def test_licence_and_authors_are_in_words_that_machines_know():
    found = described()
    assert found["license"] == "https://spdx.org/licenses/CC-BY-4.0"
    assert found["creator"] == [
        {
            "@type": "sc:Person", "name": "Ulrika Ekman", "familyName": "Ekman",
            "givenName": "Ulrika",
        },
        {"@type": "sc:Organization", "name": "Newsroom Lab"},
    ]  # fmt: skip
    own = described(licence={"annotations": "own terms", "texts": ""})
    assert own["license"] == "own terms"
    assert "license" not in described(licence={"annotations": "", "texts": ""})
