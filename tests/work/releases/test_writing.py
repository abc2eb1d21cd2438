"""Releasing: a folder that is whole or not there, exact, and the same bytes for the same labels."""

import json
import subprocess
import sys
from datetime import date
from hashlib import sha256

import pytest
from agreement_examples import label, random_project
from labelling_examples import claim, claims, nothing_claimed, save, stored
from release_examples import (
    content,
    copied,
    in_another,
    labelled,
    merge,
    release,
    settle_clocks,
)
from slow_cases import further, server, slow

from annotator.codebook.load import to_json
from annotator.errors import MissingExtraError, RefusedError
from annotator.formats.articles import jsonl
from annotator.formats.release import folder as release_folder
from annotator.formats.release.card.card import facts_of as facts_in
from annotator.formats.release.columns import tables
from annotator.store.db import db, write
from annotator.store.models import Answer, Article, Project, Release
from annotator.work.accounts import projects
from annotator.work.agreement import measuring
from annotator.work.agreement.report_json import as_json
from annotator.work.gold.models import Aggregation
from annotator.work.gold.rows import gold_rows
from annotator.work.labelling import annotation_rows, history
from annotator.work.labelling.drafts import AnswerDraft
from annotator.work.releases import kept as long_releases
from annotator.work.releases import writing
from annotator.work.releases.settings import Settings

FILES = {
    "articles.jsonl", "sentences.jsonl", "annotations.jsonl", "gold.jsonl", "decisions.jsonl",
    "speakers.json", "splits.json", "agreement.json", "codebook.json", "codebook.md", "SHA256SUMS",
    "README.md", "croissant.json", "CITATION.cff", "gold/train.jsonl", "gold/dev.jsonl",
    "gold/test.jsonl", "gold.csv", "gold-claims.csv", "schemas/gold.schema.json",
}  # fmt: skip


@pytest.fixture
def filled(project, article):
    labelled(project, article)
    db.session.rollback()
    return db.session.get(Project, project.id)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "out" / "v1"


def table(folder, name):
    return list(release_folder.rows(folder, name))


def test_the_folder_has_every_file_and_each_stands_in_the_sums(filled, folder):
    written = release(filled, folder)
    found = content(folder)
    assert set(found) >= FILES
    sums = release_folder.sums(folder)
    assert sums == written.hashes
    assert sums == {
        name: sha256(raw).hexdigest() for name, raw in found.items() if name != "SHA256SUMS"
    }
    assert written.sha256 == sha256(found["SHA256SUMS"]).hexdigest()
    assert written.bytes == sum(map(len, found.values()))


def test_settings_come_back_as_they_were_kept_and_older_ones_have_what_was_usual():
    own = Settings("v1", method="mace", margin=0.2, smoothing=0.5, model_seed=3)
    assert Settings.from_json("v1", json.loads(json.dumps(own.to_json()))) == own
    older = {"with_text": False, "with_notes": True, "by": "date", "seed": 1, "method": "mace"}
    assert Settings.from_json("v1", older).way == Aggregation("mace")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"margin": -0.1}, "minimum margin"),
        ({"margin": float("nan")}, "minimum margin"),
        ({"smoothing": 1000.1}, "smoothing"),
        ({"smoothing": float("nan")}, "smoothing"),
        ({"model_seed": -1}, "seed of the model"),
    ],
)
def test_settings_that_no_card_may_have_are_refused(settings, said):
    with pytest.raises(RefusedError, match=said):
        Settings("v1", **settings)


@pytest.mark.parametrize(
    "chosen",
    further([{"method": "dawid-skene"}, {}, {"with_text": False, "with_notes": True}]),
)
def test_every_row_and_document_fits_its_schema_and_its_columns(filled, tmp_path, chosen):
    from annotator.formats.release.schemas import misfits

    random_project(filled, 3)
    folder = tmp_path / "v1"
    release(filled, folder, **chosen)
    columns = tables(with_text=chosen.get("with_text", True))
    for name in release_folder.TABLES:
        for row in table(folder, name):
            assert list(misfits(name, row)) == []
            if name in columns:
                assert [*row] == [each.name for each in columns[name]]
    for name in release_folder.DOCUMENTS:
        assert list(misfits(name, release_folder.document(folder, name))) == []


def test_the_card_holds_the_facts_and_croissant_the_hashes(filled, folder):
    written = release(filled, folder)
    assert facts_in((folder / "README.md").read_text(encoding="utf-8")) == written.facts
    described = json.loads((folder / "croissant.json").read_text(encoding="utf-8"))
    hashes = {each["@id"]: each["sha256"] for each in described["distribution"]}
    late = {"README.md", "croissant.json"}
    assert hashes == {name: known for name, known in written.hashes.items() if name not in late}


def test_the_rows_of_each_part_are_those_of_gold(filled, folder):
    release(filled, folder)
    lines = (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines()
    for part in ("train", "dev", "test"):
        own = (folder / "gold" / f"{part}.jsonl").read_text(encoding="utf-8").splitlines()
        assert own == [line for line in lines if json.loads(line)["split"] == part]
        assert own


def test_a_part_without_rows_has_no_file(project, folder):
    random_project(project, 1)
    with write():
        for each in db.session.query(Article).filter(Article.key.like("article-%")):
            each.cluster_id = db.session.query(Article.id).order_by(Article.id).first()[0]
    release(project, folder)
    assert [path.name for path in (folder / "gold").iterdir()] == ["train.jsonl"]


def test_a_release_is_gold_only_when_every_gate_is_passed(filled, tmp_path):
    found = []
    for number, least in enumerate(({}, {"coverage": 0.0}, {"coverage": 1.0})):
        with write():
            db.session.get(Project, filled.id).gates = least
        facts = release(filled, tmp_path / str(number)).facts
        found.append((facts["status"], [each["passed"] for each in facts["gates"]]))
    assert found == [("exploratory", []), ("gold", [True]), ("exploratory", [False])]


def test_parquet_has_the_rows_of_the_tables(filled, folder):
    parquet = pytest.importorskip("pyarrow.parquet")
    written = release(filled, folder, parquet=True)
    for name in ("articles", "sentences", "annotations", "gold"):
        rows = parquet.read_table(folder / "parquet" / f"{name}.parquet").num_rows
        assert rows == len(table(folder, name))
        assert f"parquet/{name}.parquet" in written.hashes


def test_a_missing_library_is_said_before_anything_is_written(filled, folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match="pip install"):
        release(filled, folder, parquet=True)
    assert list(folder.parent.iterdir()) == []


def test_an_answer_that_is_nothing_but_a_note_leaves_with_it(filled, tmp_path, article):
    save(article, AnswerDraft(note="only a note"), position=12)
    without, having = tmp_path / "a", tmp_path / "b"
    facts = release(filled, without).facts
    release(filled, having, with_notes=True)
    assert len(table(having, "annotations")) == len(table(without, "annotations")) + 1
    assert facts["counts"]["answers"] == len(table(without, "annotations"))


def test_versions_of_one_article_stay_together(filled, folder):
    with write():
        stored = {each.key: each for each in db.session.query(Article)}
        stored["more-1"].version, stored["more-1"].version_of_id = 2, stored["more-0"].id
    release(filled, folder)
    clusters = {row["key"]: row["cluster"] for row in table(folder, "articles")}
    assert clusters["more-1"] == clusters["more-0"] == "more-0"


def test_sha256sum_itself_finds_nothing_wrong(filled, folder):
    release(filled, folder)
    done = subprocess.run(
        ["sha256sum", "--strict", "--quiet", "-c", "SHA256SUMS"], cwd=folder, check=False
    )
    assert done.returncode == 0


def test_the_same_labels_give_the_same_bytes(filled, tmp_path):
    release(filled, tmp_path / "a")
    release(filled, tmp_path / "b")
    assert content(tmp_path / "a") == content(tmp_path / "b")


# The tables of the small project of release_examples. Python 3.11 to 3.13, SQLite and PostgreSQL
# write these bytes. Whoever changes them on purpose (a key, the splitter, the seed articles) puts
# the new hash here and says in the changelog what is different.
KNOWN = "8f14ada03a2c0755298c51d99e94e1c067b37cb1e3dcd18012de46ae5e9ce0ce"


def test_the_bytes_are_those_that_every_python_and_database_writes(filled, folder):
    hashes = release(filled, folder, with_notes=True).hashes
    wanted = [f"{name}.jsonl" for name in release_folder.TABLES] + ["speakers.json", "splits.json"]
    found = "".join(f"{hashes[name]}  {name}\n" for name in wanted)
    assert sha256(found.encode()).hexdigest() == KNOWN, found


@slow
@server
@pytest.mark.parametrize("method", ["majority", "dawid-skene", "mace"])
def test_a_copy_in_another_database_gives_the_same_bytes(filled, settings, tmp_path, method):
    """On PostgreSQL this compares the two databases, on SQLite two orders of the rows."""
    random_project(filled, 3)
    settle_clocks()
    merge(filled, "James Mattis", "Donald Trump")
    release(filled, tmp_path / "a", with_notes=True, method=method)
    other = copied(settings, tmp_path / "copy")

    def there():
        release(projects.get("us-russia"), tmp_path / "b", with_notes=True, method=method)

    in_another(other, there)
    assert content(tmp_path / "a") == content(tmp_path / "b")


def test_no_file_has_a_carriage_return_or_a_byte_order_mark(filled, folder):
    release(filled, folder)
    for name, raw in content(folder).items():
        assert b"\r" not in raw, name
        assert not raw.startswith(b"\xef\xbb\xbf"), name
        assert raw.endswith(b"\n"), name


def test_annotations_are_the_rows_of_the_export(filled, folder):
    release(filled, folder, with_notes=True)
    wanted = "".join(jsonl.write(annotation_rows.annotation_rows(filled)))
    assert (folder / "annotations.jsonl").read_text(encoding="utf-8") == wanted


def test_agreement_is_the_report_of_the_command(filled, folder):
    release(filled, folder)
    wanted = as_json(measuring.report_for(filled))
    assert (folder / "agreement.json").read_text(encoding="utf-8") == wanted


def test_articles_hold_the_text_their_offsets_point_into(filled, folder):
    release(filled, folder)
    articles = {row["key"]: row for row in table(folder, "articles")}
    assert list(articles) == sorted(articles)
    assert [*next(iter(articles.values()))] == [
        "key", "title", "publisher", "author", "url", "published_on", "language", "licence",
        "sha256", "characters", "splitter", "splitter_version", "version", "cluster", "metadata",
        "text",
    ]  # fmt: skip
    for row in articles.values():
        assert sha256(row["text"].encode()).hexdigest() == row["sha256"]
        assert len(row["text"]) == row["characters"]
    for row in table(folder, "sentences"):
        text = articles[row["article"]]["text"]
        assert text[row["start"] : row["end"]] == row["text"]
    assert articles["more-5"]["metadata"] == {"wire": "AP", "n": 5}
    assert articles["more-5"]["cluster"] == articles["more-4"]["cluster"] == "more-4"
    assert articles["more-3"]["cluster"] == "more-3"
    assert articles["more-3"]["splitter"] == "nupunkt"


def test_every_sentence_is_in_the_sentences_and_in_gold_in_one_order(filled, folder):
    release(filled, folder)
    places = [(row["article"], row["sentence"]) for row in table(folder, "sentences")]
    assert places == sorted(places)
    assert [(row["article"], row["sentence"]) for row in table(folder, "gold")] == places


def test_gold_has_the_rows_of_the_command_and_says_why_the_others_have_none(filled, folder):
    release(filled, folder)
    found = table(folder, "gold")
    parts = {row.pop("split") for row in found}
    assert parts == {"train", "dev", "test"}
    assert [row for row in found if row["how"] != "none"] == list(gold_rows(filled))
    causes = {row["sentence"]: row["open"] for row in found if row["article"].startswith("000")}
    assert (causes[2], causes[3], causes[4], causes[5]) == (None, "tie", None, None)
    assert (causes[6], causes[8]) == ("incomplete", "unanswered")
    empty = next(row for row in found if row["how"] == "none")
    assert (empty["n"], empty["status"], empty["claims"], empty["margin"]) == (
        0, None, [], {"status": 0.0},
    )  # fmt: skip


def test_an_answer_that_does_not_count_is_no_answer_that_is_missing(filled, folder, article):
    save(article, nothing_claimed(), position=9)
    with write():
        db.session.get(Answer, stored(article, position=9).id).origin = "imported"
    release(filled, folder)
    row = next(r for r in table(folder, "gold") if r["article"] == article.key and r["open"]
               and r["sentence"] == 9)  # fmt: skip
    assert (row["how"], row["open"]) == ("none", "not_counted")


def test_the_split_is_the_last_key_and_keeps_articles_and_copies_whole(filled, folder):
    release(filled, folder)
    line = (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines()[0]
    assert [*json.loads(line)][-1] == "split"
    splits = release_folder.document(folder, "splits")
    assert [*splits] == ["settings", "parts", "clusters", "counts", "leaks"]
    assert splits["leaks"] == []
    place = {key: part for part, keys in splits["parts"].items() for key in keys}
    assert set(place) == {row["key"] for row in table(folder, "articles")}
    assert place["more-4"] == place["more-5"] == splits["clusters"]["more-4"]
    assert all(row["split"] == place[row["article"]] for row in table(folder, "gold"))
    counts = splits["counts"]
    assert sum(each["articles"] for each in counts.values()) == 7
    gold = [row for row in table(folder, "gold") if row["open"] is None]
    assert sum(each["gold"] for each in counts.values()) == len(gold)
    assert [*counts["train"]["stances"]] == [
        stance.value for stance in filled.codebook.stances
    ]  # fmt: skip


@slow
def test_another_seed_may_split_otherwise_and_is_written_down(project, tmp_path):
    random_project(project, 1)
    found = []
    for seed in range(4):
        release(project, tmp_path / str(seed), seed=seed)
        splits = release_folder.document(tmp_path / str(seed), "splits")
        assert splits["settings"]["seed"] == seed
        found.append(json.dumps(splits["parts"]))
    assert len(set(found)) > 1


def test_articles_can_be_split_by_day(filled, folder, article):
    with write():
        db.session.get(Article, article.id).published_on = None
    with pytest.raises(RefusedError, match="without date"):
        release(filled, folder, by="date")
    assert not folder.exists()
    with write():
        db.session.get(Article, article.id).published_on = date(2026, 12, 24)
    release(filled, folder, by="date")
    splits = release_folder.document(folder, "splits")
    assert (splits["settings"]["by"], splits["settings"]["stratified"]) == ("date", None)
    assert article.key in splits["parts"]["test"]
    days = {row["key"]: row["published_on"] for row in table(folder, "articles")}
    ends = [[days[key] for key in splits["parts"][part]] for part in ("train", "dev", "test")]
    assert max(ends[0]) < min(ends[1]) <= max(ends[1]) < min(ends[2])


def test_decisions_say_all_that_was_decided_and_on_what(filled, folder, article):
    release(filled, folder, with_notes=True)
    (row,) = table(folder, "decisions")
    assert [*row] == [
        "article", "sentence", "state", "revision", "how", "status", "claims", "fields", "soft",
        "reason", "rule", "adjudicator", "decided_at", "codebook_version", "basis", "readers",
    ]  # fmt: skip
    assert (row["article"], row["sentence"], row["state"], row["how"]) == (
        article.key, 2, "decided", "adjudicated",
    )  # fmt: skip
    assert (row["reason"], row["rule"], row["soft"]) == ("ST-3: no plans", "ST-3", None)
    (claim_row,) = row["claims"]
    assert (claim_row["speaker"], claim_row["stance"], claim_row["note"]) == (
        "James Mattis", "neutral", "said so",
    )  # fmt: skip
    assert claim_row["source"] in {each["annotator"] for each in row["basis"]}
    assert [each["revision"] for each in row["basis"]] == [1, 1]
    assert row["adjudicator"].startswith("A")
    assert sorted(row["readers"]) == [each["annotator"] for each in row["basis"]]


def test_a_merged_speaker_is_one_in_the_labels_and_says_so_in_the_register(filled, folder):
    merge(filled, "James Mattis", "Donald Trump")
    release(filled, folder)
    speakers = release_folder.document(folder, "speakers")
    assert [each["name"] for each in speakers] == sorted(each["name"] for each in speakers)
    known = {each["name"]: each for each in speakers}
    assert [*known["James Mattis"]] == [
        "name", "type", "wording", "member_of", "merged_into", "aliases",
    ]  # fmt: skip
    assert known["James Mattis"]["merged_into"] == "Donald Trump"
    for name in ("annotations", "gold", "decisions"):
        assert "James Mattis" not in {
            each["speaker"] for row in table(folder, name) for each in row["claims"]
        }


def test_the_codebook_comes_with_all_its_versions_and_as_a_text(filled, folder):
    release(filled, folder)
    document = release_folder.document(folder, "codebook")
    (version,) = document["versions"]
    assert [*version] == ["number", "content", "note", "created_at", "by"]
    assert (version["number"], document["current"]) == (1, 1)
    assert version["content"] == json.loads(to_json(filled.codebook))
    assert (folder / "codebook.md").read_text(encoding="utf-8").startswith("# Codebook: ")


def test_without_text_no_words_of_the_articles_are_in_any_row(filled, folder):
    release(filled, folder, with_text=False)
    for name in release_folder.TABLES:
        for row in table(folder, name):
            assert "text" not in row
            for each in row.get("claims", ()):
                for span in (each["mention"], *each.get("evidence", ())):
                    assert span is None or set(span) == {"start", "end"}
    assert any(each["mention"] for row in table(folder, "annotations") for each in row["claims"])


def test_notes_are_empty_unless_they_were_asked_for(filled, tmp_path):
    release(filled, tmp_path / "a")
    release(filled, tmp_path / "b", with_notes=True)

    def notes(folder):
        for name in ("annotations", "decisions"):
            for row in table(folder, name):
                yield row.get("note", "")
                yield from (each["note"] for each in row["claims"])

    assert set(notes(tmp_path / "a")) == {""}
    assert set(notes(tmp_path / "b")) == {"", "a note", "said so"}
    assert "ST-3: no plans" in (tmp_path / "a" / "decisions.jsonl").read_text(encoding="utf-8")


def test_names_of_accounts_are_in_no_file(filled, folder):
    release(filled, folder, with_notes=True)
    for name in ("annotations.jsonl", "decisions.jsonl", "gold.jsonl", "codebook.json"):
        for row in json.dumps((folder / name).read_text(encoding="utf-8")).split('"'):
            assert row.strip("\\") not in {"ann", "ben", "cleo", "lea"}, name


def test_the_facts_count_what_is_in_the_files(filled, folder):
    facts = release(filled, folder).facts
    gold = table(folder, "gold")
    counts = facts["counts"]
    assert counts == {
        "articles": 7,
        "sentences": len(gold),
        "answers": len(table(folder, "annotations")),
        "complete_answers": sum(row["complete"] for row in table(folder, "annotations")),
        "annotators": 2,
        "speakers": sum(
            row["merged_into"] is None for row in release_folder.document(folder, "speakers")
        ),
        "decisions": 1,
        "adjudicated_with_reason": sum(bool(row["reason"]) for row in gold),
        "gold_sentences": sum(row["open"] is None for row in gold),
        "open_sentences": sum(row["how"] == "open" for row in gold),
        "unanswered_sentences": sum(row["how"] == "none" for row in gold),
        "soft_sentences": 0,
        "double_labelled": sum(row["n"] >= 2 for row in gold),
        "eligible_sentences": sum(row["segment"] == "body" for row in gold),
        "changed_answers": 0,
    }
    assert sum(facts["how"].values()) == len(gold)
    moments = [row["updated_at"] for row in table(folder, "annotations")]
    assert facts["as_of"] == max(moments)


def test_the_root_in_the_facts_is_that_of_the_audit(filled, folder):
    facts = release(filled, folder).facts
    found = history.audit(filled)
    assert facts["audit_root"] == found.root
    assert found.answers == 9
    assert found.faults == ()


def test_everything_is_of_one_moment(filled, folder, article, monkeypatch):
    before = release(filled, folder).hashes
    plain = writing.Writer.write_articles

    def meanwhile(self):
        plain(self)
        save(article, claims(claim(stance="support")), position=10)

    monkeypatch.setattr(writing.Writer, "write_articles", meanwhile)
    assert release(filled, folder.with_name("v2")).hashes == before


def test_a_folder_with_something_in_it_is_left_alone(filled, folder):
    folder.mkdir(parents=True)
    (folder / "mine.txt").write_text("mine")
    with pytest.raises(RefusedError, match="not empty"):
        release(filled, folder)
    assert content(folder.parent) == {"v1/mine.txt": b"mine"}


def test_an_empty_folder_is_filled(filled, folder):
    folder.mkdir(parents=True)
    release(filled, folder)
    assert (folder / "SHA256SUMS").exists()


def test_a_release_that_breaks_half_way_leaves_nothing(filled, folder, monkeypatch):
    def broken(*_):
        raise OSError("no space left")

    monkeypatch.setattr(writing, "report_for", broken)
    with pytest.raises(OSError, match="no space"):
        release(filled, folder)
    assert list(folder.parent.iterdir()) == []


def test_a_folder_whose_record_fails_is_taken_away_again(filled, folder):
    def fail():
        with writing.drafting(folder) as draft:
            writing.fill(draft, filled, Settings("v1"))
            draft.move()
            assert folder.exists()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert list(folder.parent.iterdir()) == []


@pytest.mark.parametrize("chosen", further([{}, {"with_text": False}, {"method": "mace"}]))
def test_verify_finds_nothing_in_what_was_just_written(filled, tmp_path, chosen):
    from annotator.work.verification.verifying import verify

    release(filled, tmp_path / "v1", **chosen)
    assert list(verify(tmp_path / "v1")) == []


def test_a_name_is_used_once(filled, folder):
    written = release(filled, folder)
    with write():
        long_releases.record(filled, None, written)
    with pytest.raises(RefusedError, match="immutable"):
        long_releases.refuse_taken(filled, "v1")
    with pytest.raises(RefusedError, match="immutable"), write():
        long_releases.record(filled, None, written)
    (kept,) = db.session.query(Release)
    assert (kept.name, kept.hashes, kept.sha256) == ("v1", written.hashes, written.sha256)
    assert kept.audit_root == written.facts["audit_root"]
    assert kept.counts["answers"] == 9


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a b", "-x", "x-", "ä", "x" * 65, ".v1"])
def test_a_name_that_is_no_folder_is_refused(name):
    with pytest.raises(RefusedError, match="valid release name"):
        Settings(name)


def test_a_project_without_anything_can_be_released(project, folder):
    release(project, folder)
    assert (folder / "gold.jsonl").read_bytes() == b""
    assert table(folder, "annotations") == []
    assert release_folder.document(folder, "splits")["parts"] == {
        "train": [], "dev": [], "test": [],
    }  # fmt: skip


@pytest.mark.parametrize("parquet", [False, True])
def test_progress_reaches_its_end_and_never_goes_back(filled, folder, parquet):
    if parquet:
        pytest.importorskip("pyarrow")
    heard, settings = [], Settings("v1", parquet=parquet)
    writing.write(filled, settings, folder, lambda *far: heard.append(far))
    done = [each[0] for each in heard]
    assert done == sorted(done)
    sentences = len(table(folder, "sentences"))
    total = writing.passes(settings) * sentences
    assert heard[-1] == (total, total)


def test_gold_by_a_model_is_that_of_the_command_and_says_so(project, folder):
    settled = "a: x | b: x | c: x | d: z\na: z | b: z | c: z | d: x\n" * 8
    label(project, settled + "a: x | b: x | c: z | d: z\n")
    facts = release(project, folder, method="dawid-skene").facts
    found = [row for row in table(folder, "gold") if row.pop("split") and row["how"] != "none"]
    assert found == list(gold_rows(project, Aggregation("dawid-skene")))
    assert facts["method"] == "dawid-skene"
    assert facts["how"]["dawid-skene"] == sum(row["how"] == "dawid-skene" for row in found)
    assert found[-1]["how"] == "dawid-skene"
    assert found != list(gold_rows(project))


@slow
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_the_size_of_a_batch_changes_nothing(filled, tmp_path, monkeypatch, size):
    release(filled, tmp_path / "a")
    monkeypatch.setattr("annotator.store.batches.BATCH", size)
    release(filled, tmp_path / "b")
    assert content(tmp_path / "a") == content(tmp_path / "b")
