"""Gold that a model decided is made again from the release alone; whatever was changed is named."""

import json
import re
import shutil

import numpy
import pytest
from agreement_examples import label
from gold_examples import METHODS, crowded_project
from installation import staged
from release_examples import content, release, settle_clocks
from slow_cases import further
from sqlalchemy import select
from verify_examples import (
    change,
    edit_document,
    found,
    lines_of,
    mend,
    replace,
    rows_of,
    write_lines,
    write_rows,
)

from annotator.formats.release.card.card import card, facts_of
from annotator.formats.release.schemas import misfits
from annotator.phrases import both_numbers
from annotator.store.db import db, write
from annotator.store.models import Answer, Article, Claim, Sentence
from annotator.text.fingerprint import digest
from annotator.work.accounts import accounts
from annotator.work.adjudication import deciding
from annotator.work.adjudication.deciding import DecisionDraft, case_of
from annotator.work.consensus.content import Taken
from annotator.work.consensus.decisions import Act
from annotator.work.gold.fitting import summary
from annotator.work.releases.facts import SOFTWARE
from annotator.work.releases.settings import Settings
from annotator.work.verification.first_difference import is_rounded
from annotator.work.verification.verifying import Verification

MODELS = METHODS[1:]
DECIDED, HEADLINES = 3, "headlines"
RELEASES = {}


@staged
def differing(project):
    """Store answers that differ, also outside of the body, some that do not count, a decision."""
    crowded_project(project, 4)
    tie = "a: Mattis oc | b: Mattis sc"
    label(project, "\n".join([tie, tie, "a: Mattis sc"]), segments="headline")
    with write():
        for article in db.session.scalars(select(Article)):
            article.sha256 = digest(article.text)
            article.splitter = "test-1"
            if article.sentence_count < 10:
                article.key = HEADLINES
        for number, kept in enumerate(db.session.scalars(select(Answer).order_by(Answer.id)).all()):
            if number % 17 == 5:
                kept.origin = "imported"
            if number % 23 == 7:
                kept.round = 2
    sentence = db.session.scalar(select(Sentence).where(Sentence.position == DECIDED))
    reading = case_of(sentence).comparison.readings[0]
    taken = tuple(Taken(each, reading.user_id) for each in reading.claims)
    with write():
        deciding.decide(
            db.session.get(Sentence, sentence.id),
            DecisionDraft(reading.status, taken, reason="ST-3: so it is"),
            Act(accounts.get_user("cleo"), 0, "some-key"),
        )
    settle_clocks()


@pytest.fixture
def modelled(request, tmp_path_factory, tmp_path):
    """Return a function that gives a copy of a release by one method; each is written once."""

    def copy(method):
        if method not in RELEASES:
            project = request.getfixturevalue("project")
            if db.session.query(Answer).first() is None:
                differing(project)
            folder = tmp_path_factory.mktemp("release") / "v1"
            release(project, folder, method=method)
            RELEASES[method] = folder
        return shutil.copytree(RELEASES[method], tmp_path / method)

    return copy


def claim_by(method, field="stance"):
    """Return what finds a gold row of which the model decides a field of the first claim."""
    return lambda row: row["claims"] and row["claims"][0]["fields"][field] == method


def where(folder, number):
    row = rows_of(folder, "gold")[number - 1]
    return f"(sentence {both_numbers(row['sentence'])} of {row['article']})"


# What is in order


@pytest.mark.parametrize("method", further(METHODS))
def test_gold_of_every_method_is_made_again_without_a_fault(modelled, method):
    folder = modelled(method)
    verification = Verification(folder)
    assert list(verification.faults()) == []
    assert verification.unchecked == []
    gold = rows_of(folder, "gold")
    assert verification.checked["gold rows, recomputed"] == len(gold)
    # Gold is made from what each annotator said last, of whichever round.
    last = {
        (row["article"], row["sentence"], row["annotator"]): row
        for row in sorted(rows_of(folder, "annotations"), key=lambda row: row["round"])
    }
    counted = [row for row in last.values() if (row["complete"], row["origin"]) == (True, "human")]
    assert len(counted) < len(rows_of(folder, "annotations"))
    if method != "majority":
        said = f"answers used to recompute “{method}”"
        assert verification.checked[said] == len(counted)
        assert any(claim_by(method)(row) for row in gold)
        assert any(row["open"] == "tie" and row["posterior"] for row in gold)
        assert all(row["posterior"] for row in gold if row["article"] == HEADLINES and row["n"] > 1)
        assert any(row["how"] == "adjudicated" and row["posterior"] for row in gold)


@pytest.mark.parametrize("method", further(MODELS))
def test_a_release_of_nothing_is_in_order(project, tmp_path, method):
    release(project, tmp_path / "v0", method=method)
    assert found(tmp_path / "v0") == []


def test_without_text_a_model_is_fitted_again_too(project, tmp_path):
    differing(project)
    release(project, tmp_path / "v1", method="dawid-skene", with_text=False)
    assert found(tmp_path / "v1") == []


# What was changed in gold


@pytest.mark.parametrize("method", further(MODELS))
def test_a_changed_probability_is_named_with_what_it_should_be(modelled, method):
    folder = modelled(method)
    kept = {}

    def edit(row):
        shares = row["claims"][0]["posterior"]["stance"]
        kept["was"] = shares["oppose"]
        shares["oppose"] = kept["is"] = round(shares["oppose"] / 2 + 0.25, 6)

    number = change(folder, "gold", claim_by(method), edit)
    mend(folder)
    assert found(folder)[0] == (
        f"gold.jsonl, line {number}: “claims[0].posterior.stance.oppose” is {kept['is']};"
        f" “{method}” gives {kept['was']} {where(folder, number)}"
    )


@pytest.mark.parametrize("method", further(MODELS))
def test_the_last_digit_of_a_probability_counts(modelled, method):
    folder = modelled(method)

    def edit(row):
        shares = row["posterior"]["status"]
        shares["claims"] = round(shares["claims"] + 1e-6, 6)

    number = change(folder, "gold", lambda row: row["posterior"], edit)
    mend(folder)
    assert found(folder)[0].startswith(f"gold.jsonl, line {number}: “posterior.status.claims” is ")


@pytest.mark.parametrize("method", further(MODELS))
def test_a_changed_margin_is_named(modelled, method):
    folder = modelled(method)
    edit = {"stance": 0.5}
    number = change(
        folder, "gold", claim_by(method), lambda row: row["claims"][0]["margin"].update(edit)
    )
    mend(folder)
    said = f"gold.jsonl, line {number}: “claims[0].margin.stance” is 0.5; “{method}” gives "
    assert found(folder)[0].startswith(said)


@pytest.mark.parametrize("method", further(MODELS))
def test_a_value_that_the_model_did_not_decide_is_named(modelled, method):
    folder = modelled(method)
    kept = {}

    def edit(row):
        kept["was"] = row["claims"][0]["stance"]
        row["claims"][0]["stance"] = "unrelated"

    number = change(
        folder,
        "gold",
        lambda row: claim_by(method)(row) and row["claims"][0]["stance"] != "unrelated",
        edit,
    )
    mend(folder)
    assert found(folder)[0] == (
        f'gold.jsonl, line {number}: “claims[0].stance” is "unrelated"; “{method}” gives'
        f' "{kept["was"]}" {where(folder, number)}'
    )


@pytest.mark.parametrize("method", further(MODELS))
def test_a_tie_that_somebody_closed_is_named(modelled, method):
    folder = modelled(method)
    number = change(
        folder,
        "gold",
        lambda row: row["open"] == "tie" and row["posterior"],
        lambda row: row.update(how=method, status="claims", open=None),
    )
    mend(folder)
    assert found(folder)[0] == (
        f'gold.jsonl, line {number}: “how” is "{method}"; “{method}” gives "open"'
        f" {where(folder, number)}"
    )


@pytest.mark.parametrize("method", further(MODELS))
def test_a_probability_beside_a_decision_is_named(modelled, method):
    folder = modelled(method)
    number = change(
        folder,
        "gold",
        lambda row: row["how"] == "adjudicated",
        lambda row: row["posterior"]["status"].update(claims=0.5),
    )
    mend(folder)
    said = f"gold.jsonl, line {number}: “posterior.status.claims” is 0.5; “{method}” gives "
    assert found(folder)[0].startswith(said)


def test_a_reason_of_a_decision_is_no_matter_of_the_model(modelled):
    folder = modelled("mace")
    number = change(
        folder,
        "gold",
        lambda row: row["how"] == "adjudicated",
        lambda row: row.update(reason="because"),
    )
    mend(folder)
    assert found(folder)[0] == (
        f'gold.jsonl, line {number}: “reason” is "because"; the answers and decisions give'
        f' "ST-3: so it is" {where(folder, number)}'
    )


# What was changed in the answers


@pytest.mark.parametrize("method", further(MODELS))
def test_a_changed_label_is_named_before_what_follows_from_it(modelled, method):
    """One label moves what the model makes of other sentences: the cause comes first."""
    folder = modelled(method)
    shared = {
        (row["article"], row["sentence"], claim["speaker"])
        for row in rows_of(folder, "gold")
        for claim in row["soft_label"]["claims"]
        if claim["present"].get("yes", 0) > 2
    }

    def counts(row):
        if not row["claims"] or (row["origin"], row["round"]) != ("human", 1):
            return False
        claim = row["claims"][0]
        place = row["article"], row["sentence"], claim["speaker"]
        return row["sentence"] > 9 and place in shared and claim["stance"] == "oppose"

    place = change(
        folder, "annotations", counts, lambda row: row["claims"][0].update(stance="support")
    )
    mend(folder)
    changed = rows_of(folder, "annotations")[place - 1]
    verification = Verification(folder)
    said = [str(fault) for fault in verification.faults()]
    assert re.search(r"“[^”]*(votes|soft_label)[^”]*” is .*; the answers and decisions", said[0])
    which = both_numbers(changed["sentence"])
    assert said[0].endswith(f"(sentence {which} of {changed['article']})")
    assert f"“{method}” gives" in said[1]
    assert verification.unchecked == [
        f"whether decisions by “{method}” differ for other reasons: it uses all answers; fix the"
        " rows above first"
    ]


@pytest.mark.parametrize("method", further(MODELS))
def test_a_label_changed_with_its_gold_row_shows_in_what_the_model_learns(
    project, tmp_path, method
):
    """Rows of one sentence are put in from another state of the project: they fit one another."""
    differing(project)
    release(project, tmp_path / "v1", method=method)
    with write():
        claim = db.session.scalars(
            select(Claim).join(Claim.answer).where(Answer.origin == "human", Answer.round == 1)
        ).first()
        claim.stance = "support" if claim.stance != "support" else "oppose"
        sentence = claim.answer.sentence.position
    release(project, tmp_path / "v2", method=method)
    for table in ("annotations", "gold"):
        rows, others = (rows_of(tmp_path / name, table) for name in ("v1", "v2"))
        mixed = [
            other if (row["article"], row["sentence"]) == ("article-1", sentence) else row
            for row, other in zip(rows, others, strict=True)
        ]
        assert mixed != rows
        write_rows(tmp_path / "v1", table, mixed)
    mend(tmp_path / "v1")
    said = found(tmp_path / "v1")
    assert re.match(rf"gold.jsonl, line \d+: “.*(posterior|margin).*“{method}” gives", said[0])


def test_of_many_rows_the_first_are_listed(modelled):
    folder = modelled("dawid-skene")
    edited = rows_of(folder, "gold")
    for row in edited:
        for shares in row["posterior"].values():
            shares["claims"] = 0.123
    write_rows(folder, "gold", edited)
    mend(folder)
    said = [line for line in found(folder) if line.startswith("gold.jsonl")]
    assert len(said) == 21
    assert said[-1].endswith("further faults are not listed")


# What the model makes of the annotators


@pytest.mark.parametrize("method", further(METHODS))
def test_model_json_is_what_gold_prints_and_only_where_a_model_made_gold(project, tmp_path, method):
    differing(project)
    own = {"margin": 0.2, "smoothing": 0.5, "model_seed": 3}
    release(project, tmp_path / "v1", method=method, **own)
    way = Settings("v1", method=method, **own).way
    names = set(content(tmp_path / "v1"))
    about = {"model.json", "schemas/model.schema.json"}
    assert names & about == (set() if method == "majority" else about)
    card = (tmp_path / "v1" / "README.md").read_text(encoding="utf-8")
    croissant = json.loads((tmp_path / "v1" / "croissant.json").read_text(encoding="utf-8"))
    listed = {each["@id"] for each in croissant["distribution"]}
    assert ("model.json" in card, "model.json" in listed) == (method != "majority",) * 2
    if method == "majority":
        return
    raw = (tmp_path / "v1" / "model.json").read_text(encoding="utf-8")
    db.session.rollback()
    assert raw == json.dumps(summary(project, way), ensure_ascii=False, indent=2) + "\n"
    found = json.loads(raw)
    assert list(misfits("model", found)) == []
    annotators = {row["annotator"] for row in rows_of(tmp_path / "v1", "annotations")}
    for field in found["fields"].values():
        assert set(field["annotators"]) <= annotators
        assert any(0 < each["accuracy"] < 1 for each in field["annotators"].values())
    verification = Verification(tmp_path / "v1")
    assert list(verification.faults()) == []
    assert verification.checked["annotators in the model, by field"] == sum(
        len(field["annotators"]) for field in found["fields"].values()
    )


def of_model(folder):
    """Return what is found in model.json; croissant.json has its old hash and is named, too."""
    return [line for line in found(folder) if line.startswith("model.json")]


def first_person(found, field="stance"):
    return next(iter(found["fields"][field]["annotators"].items()))


@pytest.mark.parametrize("method", further(MODELS))
def test_a_changed_accuracy_is_named_with_what_it_should_be(modelled, method):
    folder = modelled(method)
    kept = {}

    def edit(found):
        kept["who"], person = first_person(found)
        kept["was"] = person["accuracy"]
        person["accuracy"] = round(person["accuracy"] - 1e-6, 6)
        kept["is"] = person["accuracy"]

    edit_document(folder, "model", edit)
    mend(folder)
    assert of_model(folder) == [
        f"model.json: “fields.stance.annotators.{kept['who']}.accuracy” is {kept['is']};"
        f" “{method}” gives {kept['was']}"
    ]


@pytest.mark.parametrize("method", further(MODELS))
def test_in_each_field_what_was_changed_is_named(modelled, method):
    folder = modelled(method)

    def edit(document):
        first_person(document, "status")[1]["n"] += 1
        confusion = first_person(document)[1]["confusion"]
        confusion["oppose"]["support"], confusion["oppose"]["oppose"] = 0.125, 0.875
        document["fields"]["certainty"]["doubted"] += 1

    edit_document(folder, "model", edit)
    mend(folder)
    said = of_model(folder)
    assert len(said) == 3
    assert [line.split("“")[1].split("”")[0].split(".")[1] for line in said] == [
        "status", "stance", "certainty",
    ]  # fmt: skip


def test_somebody_who_is_not_there_is_named(modelled):
    folder = modelled("mace")

    def edit(document):
        people = document["fields"]["status"]["annotators"]
        people["A9"] = first_person(document, "status")[1]

    edit_document(folder, "model", edit)
    mend(folder)
    (said,) = of_model(folder)
    assert said.startswith("model.json: “fields.status.annotators.A9” is {")
    assert said.endswith("“mace” gives missing")


def test_other_settings_or_another_method_than_those_of_the_gold_are_named(modelled):
    folder = modelled("one-coin")
    edit_document(folder, "model", lambda found: found["settings"].update(smoothing=1.5))
    mend(folder)
    assert of_model(folder) == ["model.json: “settings.smoothing” is 1.5; “one-coin” gives 0.01"]
    edit_document(folder, "model", lambda found: found.update(method="mace"))
    mend(folder)
    assert found(folder)[0] == 'model.json: “method” is "mace"; “one-coin” gives "one-coin"'


def test_a_share_that_is_none_does_not_fit_the_schema(modelled):
    folder = modelled("dawid-skene")
    edit_document(folder, "model", lambda found: first_person(found)[1].update(accuracy=1.5))
    mend(folder)
    (said,) = found(folder)
    assert re.match(r"model.json: “fields.stance.*accuracy” is 1.5; the maximum is 1", said)


def test_a_model_json_that_was_taken_out_is_missed(modelled):
    folder = modelled("weighted")
    (folder / "model.json").unlink()
    (folder / "schemas" / "model.schema.json").unlink()
    said = f"model.json: it is missing, and {SOFTWARE} writes it for gold by “weighted”"
    mend(folder)
    assert any(line.startswith(said) for line in found(folder))


def test_beside_the_majority_there_is_no_model_json(modelled):
    folder = modelled("majority")
    shutil.copy(modelled("mace") / "model.json", folder)
    mend(folder)
    said = found(folder)
    assert "schemas/model.schema.json: it is missing; every release has this file" in said
    assert "model.json: a release with gold by “majority” does not have this file" in said


def test_one_that_a_label_changed_is_named_after_its_gold(modelled):
    folder = modelled("dawid-skene")
    change(
        folder,
        "annotations",
        lambda row: (
            (row["complete"], row["origin"], row["round"]) == (True, "human", 1)
            and row["sentence"] > 9
            and row["claims"]
            and row["claims"][0]["stance"] == "oppose"
        ),
        lambda row: row["claims"][0].update(stance="unrelated"),
    )
    mend(folder)
    said = found(folder)
    files = [line.split(":")[0].split(",")[0] for line in said]
    assert "model.json" in files
    assert files.index("gold.jsonl") < files.index("model.json")


# The settings on the card


def card_edited(folder, old, new):
    replace(folder, "README.md", old, new)
    mend(folder)


def settings_of(folder):
    """Return the text in which the card has the settings."""
    (text,) = re.findall(r'"aggregation": \{[^}]*\},\s*', "".join(lines_of(folder, "README.md")))
    return text


@pytest.mark.parametrize("method", further(METHODS))
def test_the_card_has_what_made_its_gold(modelled, method):
    text = settings_of(modelled(method)).strip().removesuffix(",")
    settings = json.loads("{" + text + "}")["aggregation"]
    fitted = method in ("dawid-skene", "one-coin", "mace")
    wanted = {"smoothing": 0.01, "most_steps": 100, "least_change": 1e-05} if fitted else {}
    wanted |= {"restarts": 10, "seed": 7} if method == "mace" else {}
    assert {key: value for key, value in settings.items() if value is not None} == {
        "margin": 0.3,
        **wanted,
    }


@pytest.mark.parametrize("method", further(METHODS))
def test_gold_with_settings_of_its_own_is_made_again_with_these(project, tmp_path, method):
    differing(project)
    release(project, tmp_path / "usual", method=method)
    own = {"margin": 0.9, "smoothing": 0.7, "model_seed": 5}
    release(project, tmp_path / "own", method=method, **own)
    assert rows_of(tmp_path / "own", "gold") != rows_of(tmp_path / "usual", "gold")
    verification = Verification(tmp_path / "own")
    assert list(verification.faults()) == []
    assert verification.unchecked == []


def test_another_setting_does_not_make_this_gold(modelled):
    folder = modelled("dawid-skene")
    card_edited(folder, '"smoothing": 0.01', '"smoothing": 0.02')
    assert any("“dawid-skene” gives" in line for line in found(folder))


def test_another_least_margin_does_not_make_this_gold(modelled):
    folder = modelled("majority")
    card_edited(folder, '"margin": 0.3', '"margin": 0.9')
    assert any(re.match("gold.jsonl, line .* decisions give", line) for line in found(folder))


@pytest.mark.parametrize(
    ("name", "value"),
    further([("seed", 7), ("restarts", 10), ("most_steps", 100), ("smoothing", 0.01)]),
)
def test_a_setting_that_the_method_needs_is_named(modelled, name, value):
    folder = modelled("mace")
    card_edited(folder, f'"{name}": {value}', f'"{name}": null')
    assert found(folder)[0] == (
        f"README.md: “aggregation.{name}” is null; the method “mace” has {value}"
    )


def test_a_setting_that_never_ends_is_refused(modelled):
    folder = modelled("mace")
    card_edited(folder, '"restarts": 10', '"restarts": 1000000000')
    assert found(folder) == ["README.md: “aggregation.restarts” is 1000000000; the maximum is 100"]


def test_without_settings_of_this_version_something_was_taken_out(modelled):
    folder = modelled("dawid-skene")
    card_edited(folder, settings_of(folder), "")
    assert found(folder)[0] == (
        f"README.md: it has no “aggregation”, the settings of the method of gold, which {SOFTWARE}"
        " writes; an older release must be written again to be checked"
    )


def older(folder):
    """Make a release look like one from before settings stood on the card."""
    card_edited(folder, settings_of(folder), "")
    facts = facts_of((folder / "README.md").read_text(encoding="utf-8"))
    card_edited(folder, f'"software": "{facts["software"]}"', '"software": "annotator 0.0.9"')


def test_an_older_release_without_settings_says_what_cannot_be_made_again(modelled):
    folder = modelled("dawid-skene")
    older(folder)
    verification = Verification(folder)
    assert list(verification.faults()) == []
    assert "annotators in the model, by field" not in verification.checked
    assert verification.unchecked[0] == (
        "what “dawid-skene” decided in gold: README.md has no “aggregation”, the settings of the"
        " model (annotator 0.0.9 wrote none), so it cannot be recomputed"
    )
    assert "gold rows, recomputed" not in +verification.checked


def test_the_votes_of_an_older_release_are_counted_all_the_same(modelled):
    folder = modelled("dawid-skene")
    older(folder)
    number = change(folder, "gold", lambda row: row["n"] == 3, lambda row: row.update(n=4))
    mend(folder)
    assert found(folder)[0] == (
        f"gold.jsonl, line {number}: “n” is 4; the answers and decisions give 3"
        f" {where(folder, number)}"
    )


def test_an_older_release_by_majority_is_made_again(modelled):
    folder = modelled("majority")
    older(folder)
    verification = Verification(folder)
    assert list(verification.faults()) == []
    assert verification.checked["gold rows, recomputed"] == len(rows_of(folder, "gold"))


def test_a_method_that_nobody_here_knows_is_said(modelled):
    folder = modelled("mace")
    text = "".join(lines_of(folder, "README.md")).replace('"method": "mace"', '"method": "glad"')
    write_lines(folder, "README.md", [text])
    older(folder)
    verification = Verification(folder)
    assert list(verification.faults()) == []
    assert verification.unchecked[0] == ("what “glad” decided in gold: the method is unknown")


# Other machines


@pytest.mark.parametrize("method", further(METHODS))
def test_the_card_names_numpy_where_it_has_the_last_digits(modelled, method):
    folder = modelled(method)
    card = (folder / "README.md").read_text(encoding="utf-8")
    software = SOFTWARE if method == "majority" else f"{SOFTWARE} with numpy {numpy.__version__}"
    assert facts_of(card)["software"] == software
    assert f"Written by {software} from the database state of" in card


def written_with(folder, version):
    """Make a release say that it was made with another numpy; its words are made again."""
    path = folder / "README.md"
    facts = facts_of(path.read_text(encoding="utf-8"))
    facts["software"] = f"{SOFTWARE} with numpy {version}"
    path.write_text(card(facts), encoding="utf-8", newline="")
    mend(folder)


def test_with_another_numpy_the_same_figures_are_in_order(modelled):
    folder = modelled("mace")
    written_with(folder, "1.26.4")
    verification = Verification(folder)
    assert list(verification.faults()) == []
    assert verification.unchecked == []


@pytest.mark.parametrize("file", further(["gold", "model"]))
def test_other_figures_from_another_numpy_come_with_both_versions(modelled, file):
    folder = modelled("mace")
    if file == "gold":
        edit = {"stance": 0.5}
        change(
            folder, "gold", claim_by("mace"), lambda row: row["claims"][0]["margin"].update(edit)
        )
    else:
        edit_document(folder, "model", lambda found: first_person(found)[1].update(accuracy=0.5))
    mend(folder)
    verification = Verification(folder)
    assert any(f"{file}.json" in str(fault) for fault in verification.faults())
    assert verification.unchecked == []
    written_with(folder, "1.26.4")
    verification = Verification(folder)
    assert any(f"{file}.json" in str(fault) for fault in verification.faults())
    assert verification.unchecked == [
        "whether differences in “mace” come from numpy alone: the release was made with"
        f" numpy 1.26.4, this is {numpy.__version__}. Figures may differ by 1e-09 before they are"
        " rounded to 6 decimals; more is a fault"
    ]


@pytest.mark.parametrize(
    ("there", "here", "same"),
    [
        (0.123457, 0.1234565, True),
        (0.123456, 0.1234565, True),  # in the very middle, last digits decide
        (0.123456, 0.12345650009, True),
        (0.123456, 0.123456502, False),
        (0.123457, 0.123456, False),
        (0.1234561, 0.1234561, False),  # nobody rounds like that
        (1, 1.0, True),
    ],
)
def test_only_in_the_middle_of_two_roundings_other_last_digits_count(there, here, same):
    assert is_rounded(there, here, 6) is same
