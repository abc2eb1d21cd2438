"""Whatever somebody changes in a release is named, even where the hashes were written anew."""

import pytest
from slow_cases import further
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

from annotator.text.fingerprint import digest

# What was changed


def answered(row):
    return row["claims"] and row["complete"]


def text_of_an_article(folder):
    replace(folder, "articles.jsonl", "Moscow said 0 things", "Moscow said 9 things")
    return "articles.jsonl, line 2: “sha256” is"


def text_of_an_article_with_its_hash(folder):
    def edit(row):
        row["text"] = row["text"].replace("Moscow", "Moskau")
        row["sha256"] = digest(row["text"])

    change(folder, "articles", lambda row: row["key"] == "more-0", edit)
    return "sentences.jsonl, line 24: “text” is “Moscow said 0 things.”; the article has “Moskau"


def offset_of_a_sentence(folder):
    number = change(
        folder,
        "sentences",
        lambda row: row["sentence"] == 1,
        lambda row: row.update(start=row["start"] + 1),
    )
    return f"sentences.jsonl, line {number}: “text” is"


def sentence_removed(folder):
    rows = rows_of(folder, "sentences")
    del rows[3]
    write_rows(folder, "sentences", rows)
    which = "sentence 4 (3 in files) of 000_96e20d9a8f8d9c95"
    return f"sentences.jsonl, line 4: {which} is missing before it"


def gold_table_edited(folder):
    replace(folder, "gold-claims.csv", "oppose", "support")
    return "gold-claims.csv, line "


def gold_table_longer(folder):
    with (folder / "gold.csv").open("ab") as file:
        file.write(b"us-russia\n")
    return "gold.csv, line 42: it is of no row of gold.jsonl"


def gold_table_removed(folder):
    (folder / "gold.csv").unlink()
    return "gold.csv: it is missing, while README.md has “csv” true"


def last_sentence_removed(folder):
    for table in ("sentences", "gold"):
        rows = rows_of(folder, table)
        place = max(n for n, row in enumerate(rows) if row["article"] == "more-0")
        del rows[place]
        write_rows(folder, table, rows)
    return "articles.jsonl, line 2: the words “"


def last_article_removed(folder):
    rows = rows_of(folder, "articles")
    write_rows(folder, "articles", rows[:-1])
    number = next(
        n for n, row in enumerate(rows_of(folder, "sentences"), 1) if row["article"] == "more-5"
    )
    return f"sentences.jsonl, line {number}: there is no article “more-5” in articles.jsonl"


def mention_moved(folder):
    def edit(row):
        row["claims"][0]["mention"]["start"] += 1

    number = change(
        folder, "annotations", lambda row: row["claims"] and row["claims"][0]["mention"], edit
    )
    return f"annotations.jsonl, line {number}: “mention” is"


def label_changed(folder):
    change(folder, "annotations", answered, lambda row: row["claims"][0].update(stance="support"))
    return "gold.jsonl, line 3: “claims[0].votes.stance.support” is missing; the answers and"


def label_unknown(folder):
    edit = {"stance": "sideways"}
    number = change(folder, "annotations", answered, lambda row: row["claims"][0].update(edit))
    return f"annotations.jsonl, line {number}: “stance” is “sideways”, which version 1"


def speaker_unknown(folder):
    edit = {"speaker": "Nobody"}
    number = change(folder, "annotations", answered, lambda row: row["claims"][0].update(edit))
    return f"annotations.jsonl, line {number}: “speaker” is “Nobody”, who is not in speakers.json"


def speaker_of_another_type(folder):
    edit_document(folder, "speakers", lambda rows: rows[0].update(type="government"))
    return "“speaker_type” is “"


def speaker_removed(folder):
    edit_document(folder, "speakers", lambda rows: rows.pop(0))
    return "who is not in speakers.json"


def answer_removed(folder):
    write_rows(folder, "annotations", rows_of(folder, "annotations")[1:])
    return "gold.jsonl, line 3: “n” is 2; the answers and decisions give 1"


def answer_called_complete(folder):
    number = change(
        folder,
        "annotations",
        lambda row: not row["complete"],
        lambda row: row.update(complete=True),
    )
    return f"annotations.jsonl, line {number}: “complete” is True"


def row_twice(folder):
    lines = lines_of(folder, "annotations.jsonl")
    write_lines(folder, "annotations.jsonl", [lines[0], *lines])
    return "annotations.jsonl, line 2: article 000_96e20d9a8f8d9c95, sentence 2, annotator"


def rows_in_another_order(folder):
    lines = lines_of(folder, "gold.jsonl")
    write_lines(folder, "gold.jsonl", [lines[1], lines[0], *lines[2:]])
    return "gold.jsonl, line 2: article 000_96e20d9a8f8d9c95, sentence 0 is a duplicate or out"


def line_ends_of_windows(folder):
    lines = lines_of(folder, "decisions.jsonl")
    write_lines(folder, "decisions.jsonl", [line.replace("\n", "\r\n") for line in lines])
    return "decisions.jsonl, line 1: it ends with CR LF"


def line_ends_of_a_document(folder):
    lines = lines_of(folder, "splits.json")
    write_lines(folder, "splits.json", [line.replace("\n", "\r\n") for line in lines])
    return "splits.json, line 1: it is not in the form of a release"


def byte_order_mark(folder):
    (folder / "gold.jsonl").write_bytes(b"\xef\xbb\xbf" + (folder / "gold.jsonl").read_bytes())
    return "gold.jsonl, line 1: it begins with a byte order mark"


def other_blanks(folder):
    replace(folder, "gold.jsonl", '{"project": ', '{"project":')
    return "gold.jsonl, line 1: it is not in the form of a release"


def half_a_line(folder):
    raw = (folder / "annotations.jsonl").read_bytes()
    (folder / "annotations.jsonl").write_bytes(raw[:-40])
    last = len(raw.splitlines())
    return f"annotations.jsonl, line {last}: the last line feed is missing"


def schema_breached(folder):
    number = change(folder, "gold", lambda row: True, lambda row: row.update(n="two"))
    return f'gold.jsonl, line {number}: “n” is "two"; it should be integer'


def key_too_many(folder):
    number = change(folder, "sentences", lambda row: True, lambda row: row.update(mood="glad"))
    return f"sentences.jsonl, line {number}: it has the unknown key “mood”"


def vote_in_gold(folder):
    def edit(row):
        row["votes"]["status"]["claims"] += 1

    number = change(folder, "gold", lambda row: "claims" in row["votes"]["status"], edit)
    return (
        f"gold.jsonl, line {number}: “votes.status.claims” is 3; the answers and decisions give 2"
    )


def gold_answer(folder):
    number = change(
        folder,
        "gold",
        lambda row: row["claims"] and row["how"] == "unanimous",
        lambda row: row["claims"][0].update(stance="oppose"),
    )
    return f'gold.jsonl, line {number}: “claims[0].stance” is "oppose"; the answers'


def gold_removed(folder):
    write_rows(folder, "gold", rows_of(folder, "gold")[:-1])
    last = len(rows_of(folder, "sentences"))
    return f"sentences.jsonl, line {last}: sentence "


def reason_of_a_decision(folder):
    change(folder, "decisions", lambda row: True, lambda row: row.update(reason="because"))
    return 'gold.jsonl, line 3: “reason” is "ST-3: no plans"'


def decision_removed(folder):
    write_rows(folder, "decisions", rows_of(folder, "decisions")[1:])
    return 'gold.jsonl, line 3: “how” is "adjudicated"'


def decision_on_a_later_answer(folder):
    change(folder, "decisions", lambda row: True, lambda row: row["basis"][0].update(revision=9))
    return "decisions.jsonl, line 1: it rests on revision 9 of "


def split_of_gold(folder):
    other = {"train": "test", "dev": "test", "test": "train"}
    number = change(
        folder, "gold", lambda row: True, lambda row: row.update(split=other[row["split"]])
    )
    return f"gold.jsonl, line {number + 1}: “split” is"


def article_in_two_parts(folder):
    def edit(splits):
        splits["parts"]["test"].append(splits["parts"]["train"][0])

    edit_document(folder, "splits", edit)
    return "splits.json: article “"


def article_in_no_part(folder):
    edit_document(folder, "splits", lambda splits: splits["parts"]["train"].pop())
    return "is in no part"


def cluster_in_two_parts(folder):
    def edit(splits):
        part = next(part for part, keys in splits["parts"].items() if "more-5" in keys)
        splits["parts"][part].remove("more-5")
        splits["parts"][{"train": "test"}.get(part, "train")].append("more-5")

    edit_document(folder, "splits", edit)
    return "splits.json: articles “more-4” and “more-5” are near-duplicates, but in"


def cluster_renamed(folder):
    number = change(
        folder,
        "articles",
        lambda row: row["key"] == "more-5",
        lambda row: row.update(cluster="more-5"),
    )
    del number
    return "splits.json: “"


def cluster_of_nothing(folder):
    number = change(
        folder,
        "articles",
        lambda row: row["key"] == "more-5",
        lambda row: row.update(cluster="claims"),
    )
    return f"articles.jsonl, line {number}: “cluster” is “claims”, which is not the smallest key"


def number_on_the_card_that_is_none(folder):
    replace(folder, "README.md", '"margin": 0.3', '"margin": NaN')
    return "README.md: in what `annotator:` says, NaN is not valid JSON"


def seed_of_the_split(folder):
    edit_document(folder, "splits", lambda splits: splits["settings"].update(seed=12))
    return "splits.json: “parts."


def count_of_the_splits(folder):
    def edit(splits):
        splits["counts"]["train"]["gold"] += 1

    edit_document(folder, "splits", edit)
    return "splits.json: “counts.train.gold” is"


def count_of_the_card(folder):
    answers = len(rows_of(folder, "annotations"))
    replace(folder, "README.md", f'"answers": {answers}', f'"answers": {answers + 1}')
    return f"README.md: “counts.answers” is {answers + 1}; the files of the release give {answers}"


def words_of_the_card(folder):
    replace(folder, "README.md", "**Exploratory.**", "**Gold.**")
    return "README.md, line "


def status_of_the_card(folder):
    replace(folder, "README.md", '"status": "exploratory"', '"status": "gold"')
    return 'README.md: “status” is "gold"; the files of the release give "exploratory"'


def facts_that_are_none(folder):
    replace(folder, "README.md", '"with_text": true', '"with_text": "yes"')
    return 'README.md: “with_text” is "yes"; it should be boolean'


def author_of_the_citation(folder):
    replace(folder, "CITATION.cff", "\n", "\nabstract: mine\n")
    return "CITATION.cff, line 2: it differs from what the front matter of README.md gives"


def hash_in_croissant(folder):
    replace(folder, "croissant.json", '"sha256": "', '"sha256": "0')
    return "croissant.json, line "


def row_of_a_part(folder):
    path = next(folder.glob("gold/*.jsonl"))
    name = path.relative_to(folder).as_posix()
    replace(folder, name, '"sentence": 0', '"sentence": 1')
    return f"{name}, line 1: it is not line "


def row_of_a_part_removed(folder):
    path = next(folder.glob("gold/*.jsonl"))
    name = path.relative_to(folder).as_posix()
    lines = lines_of(folder, name)
    write_lines(folder, name, lines[:-1])
    return f"{name}, line {len(lines)}: it is not line "


def part_removed(folder):
    path = next(folder.glob("gold/*.jsonl"))
    path.unlink()
    return f"gold/{path.name}: it is missing; gold has rows of this part"


def front_matter_lost(folder):
    replace(folder, "README.md", "---\n", "")
    return "README.md: has no front matter between two lines with three hyphens."


def figure_of_agreement(folder):
    def edit(report):
        report["fields"]["status"]["measures"]["alpha_nominal"]["value"] = 0.99

    edit_document(folder, "agreement", edit)
    return "agreement.json: “fields.status.measures.alpha_nominal.value” is 0.99; the annotations"


def seed_of_agreement(folder):
    edit_document(folder, "agreement", lambda report: report["settings"].update(seed=8))
    return "agreement.json: “settings.seed” is 8; the annotations give 7"


def codebook_reworded(folder):
    replace(folder, "codebook.md", "\n", "\nNew: ")
    return "codebook.md, line 2: it differs from what the codebook in force in codebook.json gives"


def codebook_version_ahead(folder):
    edit_document(folder, "codebook", lambda codebook: codebook.update(current=2))
    return "codebook.json: “current” is 2; the newest is 1"


def schema_file_changed(folder):
    replace(folder, "schemas/gold.schema.json", '"integer"', '"number"')
    return "schemas/gold.schema.json: it is not the schema that this program writes"


def another_project(folder):
    number = change(folder, "gold", lambda row: True, lambda row: row.update(project="other"))
    return f"gold.jsonl, line {number}: “project” is “other”; the release is of"


def file_removed(folder):
    (folder / "decisions.jsonl").unlink()
    return "decisions.jsonl: "


TAMPERED = [
    text_of_an_article, text_of_an_article_with_its_hash, offset_of_a_sentence, sentence_removed,
    gold_table_edited, gold_table_longer, gold_table_removed,
    last_sentence_removed, last_article_removed, mention_moved, label_changed, label_unknown,
    speaker_unknown, speaker_of_another_type, speaker_removed, answer_removed,
    answer_called_complete, row_twice,
    rows_in_another_order, line_ends_of_windows, line_ends_of_a_document, byte_order_mark,
    other_blanks, half_a_line, schema_breached, key_too_many, vote_in_gold, gold_answer,
    gold_removed, reason_of_a_decision, decision_removed, decision_on_a_later_answer,
    split_of_gold, article_in_two_parts, article_in_no_part, cluster_in_two_parts,
    cluster_renamed, cluster_of_nothing, number_on_the_card_that_is_none,
    seed_of_the_split, count_of_the_splits, count_of_the_card,
    words_of_the_card, status_of_the_card, facts_that_are_none, author_of_the_citation,
    hash_in_croissant, row_of_a_part, row_of_a_part_removed, part_removed,
    front_matter_lost, figure_of_agreement, seed_of_agreement, codebook_reworded,
    codebook_version_ahead, schema_file_changed, another_project, file_removed,
]  # fmt: skip


@pytest.mark.parametrize("tamper", further(TAMPERED), ids=lambda each: each.__name__)
def test_a_change_is_named_though_the_hashes_were_written_anew(made, tamper):
    folder = made()
    expected = tamper(folder)
    mend(folder)
    said = found(folder)
    assert any(line.startswith(expected) or expected in line for line in said), "\n".join(said)
    assert not any("SHA256SUMS says" in line for line in said)


@pytest.mark.parametrize("tamper", further(TAMPERED), ids=lambda each: each.__name__)
def test_a_change_is_named_by_its_hash_alone(made, tamper):
    folder = made()
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    tamper(folder)
    said = found(folder)
    for path, raw in before.items():
        name = path.relative_to(folder).as_posix()
        if not path.exists():
            assert f"{name}: SHA256SUMS lists it, but it is missing" in said
        elif path.read_bytes() != raw:
            assert any(line.startswith(f"{name}: its SHA-256 is ") for line in said), name
