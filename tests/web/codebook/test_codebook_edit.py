"""The draft of a codebook in the browser: entries, advice, files, two people at once."""

import pytest
from lead_form import file, send

from annotator.codebook.load import default_text, load, load_default
from annotator.store.db import db, write
from annotator.work.accounts import projects
from annotator.work.assignment import qualifying
from annotator.work.codebook import drafts, versions

PATH = "/projects/us-russia/codebook/edit"


@pytest.fixture
def lea(browser):
    return browser("lea")


def neutral(**changes):
    """Return what the form of the stance neutral posts."""
    [value] = [each for each in load_default().stances if each.value == "neutral"]
    return {
        "value": "neutral", "label": value.label, "definition": value.definition,
        "rule": value.rule, "positive": "\n".join(value.positive),
        "negative": "\n".join(value.negative), "rules": ", ".join(value.rules),
        "key": value.key, "colour": value.colour, "shape": value.shape, "on_scale": "y",
        "made_from": token(), **changes,
    }  # fmt: skip


def held():
    db.session.rollback()
    return drafts.draft_of(projects.get("us-russia"))


def certain():
    """Return what the form of the first degree of certainty posts."""
    draft = held()
    document = drafts.document_of(draft) if draft else drafts.document_from(load_default())
    value = document["certainties"][0]
    lists = {name: "\n".join(value[name]) for name in ("positive", "negative", "cues")}
    return {**value, **lists, "rules": ", ".join(value["rules"]), "made_from": token()}


def token():
    """Return what a form that is shown now is made from."""
    db.session.rollback()
    project = projects.get("us-russia")
    return drafts.token_of(project, drafts.draft_of(project))


def stored():
    db.session.rollback()
    draft = drafts.draft_of(projects.get("us-russia"))
    return draft and drafts.checked(drafts.document_of(draft)).codebook


def test_a_draft_begins_as_the_version_in_force_under_the_next_label(lea):
    page = lea.get(PATH).text
    assert "nothing changed yet" in page
    assert "Version 1.1" in page
    assert "No errors" in page
    assert "no value and no section cites this rule" in page
    assert stored() is None


def test_a_saved_entry_is_in_the_draft_and_in_no_version(lea):
    lea.get(f"{PATH}/stances/1")
    lea.post(f"{PATH}/stances/1", neutral(definition="Names it,\n takes no side."), 303)
    assert stored().stance("neutral").definition == "Names it, takes no side."
    assert projects.get("us-russia").codebook == load_default()
    assert "saved" in lea.get(PATH).text
    assert "Names it, takes no side." in lea.get(f"{PATH}/stances/1").text


def test_what_is_wrong_stands_beside_the_form_before_it_is_saved(lea):
    page = lea.post(f"{PATH}/stances/1", neutral(key="S", positive="", act="check"), 200)
    assert "is also the key of" in page.text
    assert "1 error" in page.text
    assert "no example" in lea.post(
        f"{PATH}/stances/1", neutral(positive="", act="check"), 200
    ).text  # fmt: skip
    assert stored() is None


def test_a_save_that_comes_too_late_is_refused_with_both_versions(lea, browser):
    yours = neutral(definition="Yours.")
    lea.post(f"{PATH}/stances/1", neutral(definition="Mine."), 303)
    page = lea.post(f"{PATH}/stances/1", yours, 409).text
    assert "Not saved" in page
    assert "Yours." in page
    assert "Mine." in page
    assert stored().stance("neutral").definition == "Mine."
    lea.post(f"{PATH}/stances/1", neutral(definition="Yours."), 303)
    assert stored().stance("neutral").definition == "Yours."


def test_entries_are_added_moved_and_removed(lea):
    mixed = neutral(value="mixed", label="Mixed", key="W", colour="ink")
    lea.post(f"{PATH}/stances/4", mixed, 303)
    assert [each.value for each in stored().stances][-1] == "mixed"
    lea.post(f"{PATH}/stances/4", mixed | {"act": "up", "made_from": token()}, 303)
    assert [each.value for each in stored().stances][-2] == "mixed"
    lea.post(f"{PATH}/stances/3", mixed | {"act": "remove", "made_from": token()}, 303)
    assert "mixed" not in [each.value for each in stored().stances]
    for path in ("stances/5", "nonsense/0", "stances/-1"):
        lea.get(f"{PATH}/{path}", 404)


def test_settings_are_a_form_too(lea):
    page = lea.get(f"{PATH}/settings").text
    assert "Target question" in page
    said = {
        "version": "2.0", "title": "T", "question": "Why?", "speakers_narrator": "PAPER",
        "speakers_find_key": "+", "speakers_same_key": "R", "unsure_label": "Unsure",
        "unsure_key": "F", "unsure_definition": "Look again.", "fields_aspect": "y",
        "measures_status": "nominal", "measures_speaker": "nominal",
        "measures_stance": "ordinal", "measures_certainty": "ordinal", "made_from": token(),
    }  # fmt: skip
    lea.post(f"{PATH}/settings", said, 303)
    found = stored()
    assert (found.version, found.question, found.fields) == ("2.0", "Why?", ("aspect",))
    assert found.measures["stance"] == "ordinal"


def test_a_file_takes_the_place_of_the_draft(lea):
    text = default_text().replace('version = "1.0"', 'version = "3"')
    send(lea, f"{PATH}/import", {"file": file("mine.toml", text.encode())}, 303)
    assert stored() == load(text)
    assert load(lea.get(f"{PATH}/draft.toml").text) == load(text)


def test_a_file_with_errors_is_kept_on_the_page_with_one_line_for_each(lea):
    broken = default_text().replace('key = "S"', 'key = "O"').replace("bars = 3", "bars = 7")
    page = send(lea, f"{PATH}/import", {"file": file("mine.toml", broken.encode())}, 422).text
    assert "The file was not taken: 2 errors" in page
    assert "<li>certainties.certain: bars must be 0 to 3</li>" in page
    assert page.count("<li>stances.oppose: key &#34;O&#34; is also the key of") == 1
    assert "bars = 7" in page
    assert stored() is None


def test_a_draft_is_discarded_only_as_it_was_seen(lea):
    lea.post(f"{PATH}/stances/1", neutral(definition="Mine."), 303)
    lea.post(f"{PATH}/discard", {"made_from": "1-9-0"}, 303)
    assert stored() is not None
    lea.post(f"{PATH}/discard", {"made_from": token()}, 303)
    assert stored() is None


def test_a_form_of_a_draft_that_was_begun_anew_is_too_late(lea):
    lea.post(f"{PATH}/stances/1", neutral(definition="Mine."), 303)
    seen = neutral(definition="Yours.")
    lea.post(f"{PATH}/discard", {"made_from": token()}, 303)
    lea.post(f"{PATH}/stances/1", neutral(definition="Another."), 303)
    lea.post(f"{PATH}/stances/1", seen, 409)
    said = {"made_from": seen["made_from"], "reason": "r"}
    assert "Review it again" in lea.post("/projects/us-russia/codebook/publish", said, 409).text
    assert stored().stance("neutral").definition == "Another."


def test_a_form_from_before_another_version_is_too_late(lea):
    seen = neutral(definition="Yours.")
    text = default_text().replace('version = "1.0"', 'version = "1.0.1"')
    text = text.replace("Is about it and takes no side.", "Otherwise.")
    with write():
        versions.publish(projects.get("us-russia"), load(text), "meanwhile", None)
    lea.post(f"{PATH}/stances/1", seen, 409)
    assert stored() is None


def test_certainties_are_removed_with_their_measure(lea):
    for _ in load_default().certainties:
        lea.post(f"{PATH}/certainties/0", certain() | {"act": "remove"}, 303)
    assert not stored().has_certainty
    assert "certainty" not in stored().measures


def test_only_leads_have_a_draft(browser):
    for name in ("ann", "cleo"):
        for path in (PATH, f"{PATH}/settings", f"{PATH}/stances/1", f"{PATH}/draft.toml"):
            browser(name).get(path, 403)
        browser(name).post(f"{PATH}/stances/1", neutral(), 403)
    assert stored() is None


def test_a_published_draft_is_a_version_and_no_draft_any_more(lea):
    lea.post(f"{PATH}/stances/1", neutral(definition="Names it."), 303)
    review = "/projects/us-russia/codebook/publish"
    assert "<ins>" in lea.get(review).text
    assert "Not published" in lea.post(review, {"made_from": token(), "reason": " "}, 422).text
    assert "Review it again" in lea.post(review, {"made_from": "1-7-0", "reason": "r"}, 409).text
    lea.post(review, {"made_from": token(), "reason": "neutral was unclear"}, 303)
    page = lea.get("/projects/us-russia/codebook/versions").text
    assert "Version 1.1 is in force." in page
    assert "neutral was unclear" in page
    assert "lea" in page
    assert stored() is None
    lea.get(review, 303)


def test_a_draft_from_before_another_version_is_not_published(lea):
    lea.post(f"{PATH}/stances/1", neutral(definition="Names it."), 303)
    text = default_text().replace('version = "1.0"', 'version = "1.0.1"')
    text = text.replace("Is about it and takes no side.", "Otherwise.")
    with write():
        versions.publish(projects.get("us-russia"), load(text), "meanwhile", None)
    said = {"made_from": token(), "reason": "mine"}
    assert "Not published" in lea.post("/projects/us-russia/codebook/publish", said, 409).text
    assert "Made from an older version" in lea.get(PATH).text


def test_publishing_can_ask_for_the_training_again_where_work_asks_for_it(lea):
    review = "/projects/us-russia/codebook/publish"
    lea.post(f"{PATH}/stances/1", neutral(definition="Names it."), 303)
    assert "pass the training again" not in lea.get(review).text
    with write():
        qualifying.change(projects.get("us-russia"), qualifying.Training(gate=True))
    assert "pass the training again" in lea.get(review).text
    lea.post(review, {"made_from": token(), "reason": "unclear", "train": "y"}, 303)
    db.session.rollback()
    assert qualifying.training_of(projects.get("us-russia")).since == 2
