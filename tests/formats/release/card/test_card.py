"""The card of a release: read by YAML, by the loader's rules, and by people."""

import re
from copy import deepcopy

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from release_facts import facts, figure, part

from annotator.formats.release import yaml_writer as own_yaml
from annotator.formats.release.card.card import CardError, card, facts_of
from annotator.formats.release.card.citation import bibtex, citation
from annotator.formats.release.card.labels import HOW
from annotator.formats.release.columns import tables
from annotator.work.consensus.voting import ORDER

EVIL = 'a: "b" #c\n---\n- {d} \\ |`e`| <f> \u2028\x85\ufeff é 𝛼 ```\n%TAG ! *x &y'
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


def front(text):
    return yaml.safe_load(text.split("---\n")[1])


def body(text):
    return text.split("---\n", 2)[2]


@example({"\U0001fffe": "\U0010ffff"})
@given(st.dictionaries(TEXT, VALUES, max_size=4))
def test_every_value_is_read_back_from_yaml_as_it_was(value):
    assert yaml.safe_load(own_yaml.block(value) or "{}") == value
    assert yaml.safe_load("x:\n  " + own_yaml.quoted(value, "    ")) == {"x": value}


def test_the_front_matter_holds_the_facts_for_yaml_and_for_us():
    text = card(facts())
    assert front(text)["annotator"] == facts()
    assert facts_of(text) == facts()


@given(TEXT, TEXT, TEXT)
def test_any_title_name_and_author_survive(title, name, author):
    said = facts(title=title, name=name, authors=[author], target_question=title)
    text = card(said)
    assert facts_of(text) == said
    assert yaml.safe_load(citation(said))["version"] == name


def test_a_hostile_title_stays_in_its_place():
    said = facts(title=EVIL, publishers=[{"name": EVIL, "articles": 1}])
    said["gates"] = []
    text = card(said)
    assert front(text)["pretty_name"] == f"{EVIL}: v1.0"
    assert facts_of(text) == said
    headings = [line for line in body(text).splitlines() if line.startswith("#")]
    usual = [line for line in body(card(facts())).splitlines() if line.startswith("#")]
    assert headings[1:] == usual[1:]
    assert len(headings) == len(usual)
    assert "<f>" not in re.sub(r"(`{3,})bibtex.*?\1", "", body(text), flags=re.S).replace(
        r"\<f", ""
    )


def test_the_card_names_the_files_of_each_table_and_part():
    assert front(card(facts()))["configs"] == [
        {
            "config_name": "gold",
            "data_files": [
                {"split": "train", "path": "gold/train.jsonl"},
                {"split": "dev", "path": "gold/dev.jsonl"},
                {"split": "test", "path": "gold/test.jsonl"},
            ],
            "default": True,
        },
        {"config_name": "annotations", "data_files": "annotations.jsonl"},
        {"config_name": "sentences", "data_files": "sentences.jsonl"},
        {"config_name": "articles", "data_files": "articles.jsonl"},
    ]


def test_the_card_names_the_folder_of_parquet_where_there_is_one():
    assert "parquet/" not in body(card(facts()))
    [line] = [each for each in body(card(facts(parquet=True))).split("\n") if "`parquet/`" in each]
    for table in tables(with_text=True):
        assert table in line


def test_a_part_or_table_without_rows_is_not_named():
    said = facts()
    said["splits"]["counts"]["dev"] = part(0, 0, 0)
    said["counts"]["answers"] = 0
    text = card(said)
    configs = {each["config_name"]: each["data_files"] for each in front(text)["configs"]}
    assert [each["split"] for each in configs["gold"]] == ["train", "test"]
    assert "annotations" not in configs
    assert "The split dev is empty" in body(text)


def test_the_columns_of_each_table_are_declared_in_order():
    info = {each["config_name"]: each["features"] for each in front(card(facts()))["dataset_info"]}
    for name, columns in tables().items():
        assert [each["name"] for each in info[name]] == [each.name for each in columns]
    votes = next(each for each in info["gold"] if each["name"] == "votes")
    assert [each["name"] for each in votes["struct"][0]["struct"]] == [
        "claims", "no_claim", "not_article_text",
    ]  # fmt: skip


def test_without_text_no_column_of_any_depth_is_called_text():
    text = card(facts(with_text=False))
    assert 'name: "text"' not in text.split("annotator:")[0]
    assert "annotator verify . --texts" in body(text)
    assert "Article texts are not included" in body(text)


@pytest.mark.parametrize(
    ("gates", "said"),
    [
        ([], "The project has no gates"),
        ([("stance_alpha", 0.55, 0.49)], "Gates not passed: 1 of 1."),
        ([("stance_alpha", 0.55, None), ("coverage", 1.0, 0.94)], "Gates not passed: 2 of 2."),
    ],
)
def test_a_release_that_is_not_gold_says_so_and_by_which_gate(gates, said):
    rows = [
        {"gate": gate, "wanted": wanted, "found": found, "passed": False}
        for gate, wanted, found in gates
    ]
    text = body(card(facts(status="exploratory", gates=rows)))
    assert f"**Exploratory.** {said}" in text
    assert text.count("**failed**") == len(gates)
    assert "**Gold.**" not in text
    assert "This release is exploratory" in text


def test_gates_and_agreement_are_said_with_their_numbers():
    text = body(card(facts()))
    assert "passed: Alpha of the stance, lower bound: .60 (needs .55)" in text
    assert r"| stance | alpha\_nominal | .68 | .60 to .75 | 71 | 3 |" in text


def test_how_a_model_was_fitted_is_said():
    fitted = {"margin": 0.3, "smoothing": 0.01, "most_steps": 100, "least_change": 1e-05}
    settings = fitted | {"restarts": 10, "seed": 7}
    text = body(card(facts(method="mace", aggregation=settings)))
    assert (
        "A margin below 0.3 is low. The model was fitted with smoothing 0.01, in at most 100"
        in text
    )
    assert "The most likely of 10 starts with seed 7 was used." in text
    assert "fitted with" not in body(card(facts()))


def test_what_is_not_defined_is_not_a_number():
    text = body(card(facts(agreement=[figure("stance", None)])))
    assert r"| stance | alpha\_nominal | not defined | none | 71 | 3 |" in text
    assert "there are no figures" in body(card(facts(agreement=[])))


def test_figures_without_any_interval_are_a_known_limit_however_many_articles_there_are():
    limit = "No agreement figure has an interval"
    assert limit in body(card(facts(agreement=[figure("status", 0.8), figure("stance", None)])))
    assert limit not in body(card(facts(agreement=[figure("stance", None)])))
    assert limit not in body(card(facts()))


def test_no_number_of_the_text_is_there_without_the_facts():
    zero = deepcopy(facts(as_of=None, published={"from": None, "to": None, "unknown": 0}, name="x"))
    for mapping in (zero["counts"], zero["how"], *zero["splits"]["counts"].values()):
        mapping.update({key: 0 for key, n in mapping.items() if isinstance(n, int)})
    zero["aggregation"] = dict.fromkeys(zero["aggregation"], 0) | {"restarts": None}
    for each in zero["splits"]["counts"].values():
        each["stances"] = {}
    zero |= {"agreement": [], "gates": [], "publishers": [], "codebook_version": 0}
    zero["codebook"] |= {"version": "0", "rules": 0}
    zero["licence"]["annotations"] = ""
    prose = re.sub(
        r"(?s)## Codebook summary.*?(?=\n## )|## Splits.*?(?=\n## )", "", body(card(zero))
    )
    prose = re.sub(r"SHA256SUMS|sha256sum|UTF-16|abab\w+|annotator 0\.1\.0", "", prose)
    assert set(re.findall(r"\d+", prose)) == {"0"}


@pytest.mark.parametrize(
    ("last", "unknown", "said"),
    [
        ("2017-06-30", 0, "published from 2017-05-02 to 2017-06-30."),
        ("2017-05-02", 1, "published on 2017-05-02; 1 article without a known date."),
        (
            "2017-06-30",
            2,
            "published from 2017-05-02 to 2017-06-30; 2 articles without a known date.",
        ),
    ],
)
def test_dates_are_said_only_of_articles_that_have_one(last, unknown, said):
    published = {"from": "2017-05-02", "to": last, "unknown": unknown}
    assert f"News articles, {said}" in body(card(facts(published=published)))


def test_the_command_that_gives_the_root_is_of_the_project_alone():
    assert "`annotator audit -p us-russia` prints the same hash." in body(card(facts()))


def test_in_what_the_parts_are_alike_is_said_where_they_were_made_so():
    said = facts()
    alike = "The splits are stratified by stance as far as whole articles allow."
    said["splits"]["settings"]["stratified"] = "stance"
    assert alike in body(card(said))
    said["splits"]["settings"]["stratified"] = None
    assert "The splits are stratified" not in body(card(said))


def test_a_skewed_stance_and_single_answers_are_known_limits():
    said = facts(how={"single": 3, "unanimous": 1})
    said["splits"]["counts"]["train"] = part(9, 270, 251, support=5000)
    text = body(card(said))
    assert "of the gold claims have the stance support" in text
    assert "Gold sentences with a single answer: 3." in text


@pytest.mark.parametrize(
    ("licence", "name", "spdx"),
    [
        ("CC BY 4.0", "cc-by-4.0", "CC-BY-4.0"),
        ("cc_by-sa 4.0", "cc-by-sa-4.0", "CC-BY-SA-4.0"),
        ("CC0-1.0", "cc0-1.0", "CC0-1.0"),
        ("ODbL-1.0", "odbl", "ODbL-1.0"),
        ("ask: us", "other", None),
        ("", "unknown", None),
    ],
)
def test_a_licence_has_the_name_that_machines_know(licence, name, spdx):
    said = facts(licence={"annotations": licence, "texts": "all rights reserved"})
    assert front(card(said))["license"] == name
    assert yaml.safe_load(citation(said)).get("license") == spdx
    assert "**Texts of the articles:** all rights reserved" in body(card(said))


@pytest.mark.parametrize(
    "text",
    [
        "# no front matter\n",
        "---\na: 1\n---\n",
        '---\nannotator:\n  {\n    "a": }\n  }\n---\n',
        '---\nannotator:\n  {\n    "a": 1\n  }\nb: 1\n---\n',
    ],
)
def test_a_card_that_is_not_ours_is_refused(text):
    with pytest.raises(CardError, match=r"README\.md"):
        facts_of(text)


def test_the_citation_file_has_people_and_groups():
    known = yaml.safe_load(citation(facts()))
    assert known["cff-version"] == "1.2.0"
    assert known["type"] == "dataset"
    assert known["date-released"] == "2026-11-20"
    assert known["authors"] == [
        {"family-names": "Ekman", "given-names": "Ulrika"},
        {"name": "Newsroom Lab"},
    ]
    nobody = yaml.safe_load(citation(facts(authors=[])))
    assert nobody["authors"] == [{"name": "The annotators of US–Russia cooperation"}]


def test_bibtex_escapes_what_tex_would_read():
    entry = bibtex(facts(title="50% of {x} & \\y_$", authors=["O'Neil, A.", "The Lab"]))
    assert r"title = {{50\% of \{x\} \& \textbackslash{}y\_\$}}" in entry
    assert "author = {O'Neil, A. and {The Lab}}" in entry
    assert "year = {2026}" in entry


def test_every_way_of_deciding_has_its_meaning():
    assert {*ORDER, "none"} <= HOW.keys()
    assert all(HOW.values())
