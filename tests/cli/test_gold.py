"""`annotator gold -p`: the gold of a project as JSONL."""

import csv
import io
import json

import pytest
from agreement_examples import label
from gold_examples import METHODS, store_stances, systematic
from slow_cases import further, slow


@pytest.fixture
def labelled(project):
    label(
        project,
        """
        a: Mattis nc | b: Mattis nc
        a: Mattis nc | b: Mattis oc
        a: x | b: x | c: x | d: z | e: z
        """,
    )


def rows(result):
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_it_writes_one_row_per_sentence(labelled, command):
    found = rows(command("gold", "-p", "us-russia"))
    assert [(row["sentence"], row["how"], row["open"]) for row in found] == [
        (0, "unanimous", None),
        (1, "open", "tie"),
        (2, "open", "tie"),
    ]


def test_the_least_margin_can_be_set(labelled, command):
    found = rows(command("gold", "-p", "us-russia", "--margin", "0.2"))
    assert [row["how"] for row in found] == ["unanimous", "open", "majority"]
    assert found[2]["margin"] == {"status": 0.2}


def test_it_writes_the_same_bytes_into_a_file(labelled, command, tmp_path):
    path = tmp_path / "gold.jsonl"
    assert command("gold", "-p", "us-russia", "-o", path).exit_code == 0
    assert path.read_text(encoding="utf-8") == command("gold", "-p", "us-russia").stdout


def test_csv_has_a_row_per_sentence_or_per_claim_for_other_programs(labelled, command):
    def table(*words):
        result = command("gold", "-p", "us-russia", "--format", "csv", *words)
        assert result.exit_code == 0, result.output
        return result.stdout

    found = list(csv.DictReader(io.StringIO(table(), newline="")))
    assert [(row["sentence"], row["number"], row["how"]) for row in found] == [
        ("0", "1", "unanimous"),
        ("1", "2", "open"),
        ("2", "3", "open"),
    ]
    (claim,) = csv.DictReader(io.StringIO(table("--rows", "claims"), newline=""))
    assert (claim["number"], claim["speaker"], claim["stance"]) == ("1", "Mattis", "neutral")
    assert table("--bom", "--semicolons").startswith("\ufeffproject;article;")


@pytest.mark.parametrize("method", further(METHODS[1:]))
def test_a_model_decides_under_its_own_name_and_shows_its_posterior(project, command, method):
    store_stances(project, systematic(1, 150)[1])
    found = rows(command("gold", "-p", "us-russia", "--method", method))
    hows = {claim["fields"]["stance"]: claim for row in found for claim in row["claims"]}
    assert set(hows) == {"unanimous", method}
    posterior = hows[method]["posterior"]["stance"]
    assert max(posterior, key=posterior.get) == hows[method]["stance"]
    by_votes = rows(command("gold", "-p", "us-russia"))
    assert [row["votes"] for row in by_votes] == [row["votes"] for row in found]


@slow
def test_the_seed_and_the_smoothing_reach_the_model(project, command):
    store_stances(project, systematic(1, 60)[1])

    def printed(*words):
        return command("gold", "-p", "us-russia", *words).stdout

    plain = printed("--method", "dawid-skene")
    assert printed("--method", "dawid-skene", "--smoothing", "5") != plain
    assert printed("--method", "mace", "--seed", "3") == printed("--method", "mace", "--seed", "3")


@pytest.mark.parametrize("words", [("gold", "--seed"), ("release", "--dry-run", "--model-seed")])
def test_a_seed_that_the_page_would_refuse_is_refused_by_command(project, command, words):
    result = command(*words, "2147483648", "-p", "us-russia")
    assert result.exit_code == 2
    assert "2147483648 is not in the range 0<=x<=2147483647." in result.stderr


@slow
def test_people_are_shown_with_what_they_take_for_what(project, command):
    store_stances(project, systematic(1, 400)[1])
    result = command("gold", "-p", "us-russia", "--method", "dawid-skene", "--people")
    assert result.exit_code == 0, result.output
    assert "stance: 400 answered" in result.stdout
    assert "gives neutral" in result.stdout
    found = json.loads(
        command("gold", "-p", "us-russia", "--method", "dawid-skene", "--json").stdout
    )
    stance = found["fields"]["stance"]
    assert list(found) == ["project", "method", "fields", "settings", "sentences"]
    assert list(found["fields"]) == ["status", "stance", "certainty"]
    for name, each in stance["annotators"].items():
        (line,) = [
            line
            for line in result.stdout[result.stdout.index("stance:") :].splitlines()
            if line.startswith(name) and " support " in line
        ][:1]
        cells = line.split()
        assert cells[3:5] == [f"{each['accuracy']:.4f}", "support"]
        assert cells[5:] == [f"{share:.2f}" for share in each["confusion"]["support"].values()]
    # Of a value that nobody gave, nothing is known.
    assert "gives not_article_text" in result.stdout
    lines = [line for line in result.stdout.splitlines() if "gives" not in line]
    assert not any(" not_article_text " in line for line in lines)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("-p", "nowhere"), "nowhere"),
        (("-p", "us-russia", "--margin", "2"), "from 0 to 1"),
        (("-p", "us-russia", "--values", "a,b"), "need a FILE"),
        (("-p", "us-russia", "--repeats", "keep"), "need a FILE"),
        (("-p", "us-russia", "--people", "-o", "gold.jsonl"), "are for the rows"),
        (("-p", "us-russia", "--bom"), "need --format csv"),
    ],
)
def test_wrong_use_is_one_line_and_exit_2(project, command, words, said):
    result = command("gold", *words)
    assert result.exit_code == 2
    assert said in result.stderr
