"""The codebook as a document: complete, readable, the same every time."""

from dataclasses import replace

import pytest

from annotator.codebook.load import from_json, load_default, to_json
from annotator.codebook.markdown import to_markdown


@pytest.fixture
def codebook():
    return load_default()


@pytest.fixture
def lines(codebook):
    return to_markdown(codebook).splitlines()


def test_the_document_opens_with_title_version_and_question(codebook, lines):
    assert lines[0] == "# Codebook: US–Russia cooperation"
    assert lines[2] == "Version 1.0"
    assert lines[4] == f"**Target question:** {codebook.question}"


def test_every_section_is_a_heading_in_order(codebook, lines):
    headings = [line.removeprefix("## ") for line in lines if line.startswith("## ")]
    assert headings == [*(section.title for section in codebook.sections), "Settings"]


def test_every_rule_stands_in_full_under_its_number(codebook, lines):
    for rule in codebook.rules:
        assert f"- **{rule.id}** {rule.text}" in lines


def test_every_value_is_there_with_its_key_and_examples(codebook, lines):
    groups = (codebook.statuses, codebook.speaker_types, codebook.stances, codebook.certainties)
    for value in (value for group in groups for value in group):
        start = lines.index(f"- **Value:** `{value.value}`")
        entry = lines[start : lines.index("", start)]
        assert f"- **Meaning:** {value.definition}" in entry
        assert f"- **Decision rule:** {value.rule}" in entry
        assert f"- **Example:** {value.positive[0]}" in entry
        assert f"- **Counter-example:** {value.negative[0]}" in entry
        assert f"- **Key:** {value.key}" in entry or not value.key


def test_scales_are_written_in_order(lines):
    assert "- **Stance scale:** `oppose` < `neutral` < `support`" in lines
    assert "- **Certainty scale:** `uncommitted` < `possible` < `likely` < `certain`" in lines


def test_optional_fields_and_measures_are_listed(lines):
    assert "- **Optional fields on:** conditional, mention, via, note" in lines
    assert "- **Optional fields off:** aspect, evidence" in lines
    assert "| certainty | ordinal |" in lines


def test_a_retired_value_is_marked(codebook):
    retired = replace(codebook.certainties[0], retired=True)
    other = replace(codebook, certainties=(retired, *codebook.certainties[1:]))
    assert f"### {retired.label} (retired)" in to_markdown(other).splitlines()


def test_marks_of_markdown_in_texts_are_shown_as_they_are(codebook):
    other = replace(codebook, title="*A* <b>bold</b> [move]")
    first = to_markdown(other).splitlines()[0]
    assert first == r"# Codebook: \*A\* \<b\>bold\</b\> \[move\]"


def test_the_same_codebook_gives_the_same_document(codebook):
    assert to_markdown(from_json(to_json(codebook))) == to_markdown(codebook)
