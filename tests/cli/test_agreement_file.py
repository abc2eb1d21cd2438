"""`annotator agreement FILE.csv`: every measure on anybody's labels, without a database."""

import csv
import io
import json
from contextvars import Context

import pytest
from click.testing import CliRunner
from measure_examples import KRIPPENDORFF, ratings_from
from slow_cases import further, slow

from annotator.cli import cli
from annotator.work.ratings import intervals

KEYS = [
    "n_items", "n_annotators", "n_labels", "level", "values", "measures", "cohen_kappa_pairs",
    "per_value", "annotators", "settings", "warnings",
]  # fmt: skip
MEASURES = [
    "percent_items", "percent_pairs", "percent_alpha", "alpha_nominal", "alpha_ordinal",
    "alpha_interval", "alpha_ratio", "scott_pi", "cohen_kappa", "fleiss_kappa",
    "fleiss_kappa_gwet", "conger_kappa", "light_kappa", "gwet_ac1", "brennan_prediger",
    "gwet_ac2_linear", "gwet_ac2_quadratic", "gwet_ac2_ordinal",
]  # fmt: skip


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Return a function that runs the command on a text, far from any database."""
    monkeypatch.setenv("ANNOTATOR_DATABASE_URL", "sqlite:////nowhere/at/all.sqlite3")

    def run_on(text, *words):
        path = tmp_path / "labels.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return Context().run(CliRunner().invoke, cli, ["agreement", str(path), *words])

    return run_on


def table(ratings, header=("item", "annotator", "value")):
    out = io.StringIO()
    csv.writer(out).writerows([header, *ratings])
    return out.getvalue()


def figures(result):
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_it_has_the_documented_keys(run):
    found = figures(run(table(ratings_from(KRIPPENDORFF)), "--json"))
    assert list(found) == KEYS
    assert list(found["measures"]) == MEASURES
    assert list(found["measures"]["gwet_ac1"]) == [
        "value", "low", "high", "se", "n", "reason", "analytic",
    ]  # fmt: skip
    assert list(found["measures"]["gwet_ac1"]["analytic"]) == ["se", "low", "high", "df"]
    assert list(found["cohen_kappa_pairs"][0]) == [
        "a", "b", "n", "value", "se", "linear", "quadratic", "maximum", "z", "p",
    ]  # fmt: skip
    assert found["annotators"]["0"].keys() == {"n", "rest_agreement", "alpha_without"}
    assert found["per_value"]["1"].keys() == {"count", "alpha", "fleiss_kappa"}


def test_published_figures_come_out(run):
    # Krippendorff 2011, section C and D; percentages and AC1 as in Gwet 2014 on the same data.
    published = {
        "alpha_nominal": 0.743, "alpha_ordinal": 0.815, "alpha_interval": 0.849,
        "alpha_ratio": 0.797, "percent_items": 0.818, "percent_alpha": 0.800,
        "percent_pairs": 0.782, "gwet_ac1": 0.775,
    }  # fmt: skip
    found = figures(run(table(ratings_from(KRIPPENDORFF)), "--json"))["measures"]
    assert {name: found[name]["value"] for name in published} == pytest.approx(published, abs=6e-4)


def test_errors_and_intervals_come_with_the_figures(run):
    # Gwet 2014 on the same data: the errors of AC1 and of the generalised kappa, items drawn.
    measures = figures(run(table(ratings_from(KRIPPENDORFF)), "--json"))["measures"]
    assert measures["gwet_ac1"]["se"] == pytest.approx(0.143, abs=6e-4)
    for each in measures.values():
        if each["value"] is not None:
            assert each["low"] <= each["value"] <= each["high"] + 1e-9
            assert each["se"] > 0
    alone = measures["alpha_nominal"]
    assert 0.3 < alone["low"] < alone["high"] <= 1


def test_where_pairs_are_too_many_to_resample_congers_kappa_is_still(run, monkeypatch):
    monkeypatch.setattr(intervals, "MOST_CELLS", 400)
    found = figures(run(table(ratings_from(KRIPPENDORFF)), "--json"))["measures"]
    assert found["light_kappa"]["low"] is None
    kappa = found["conger_kappa"]
    assert kappa["low"] < kappa["value"] < kappa["high"]


def test_articles_are_drawn_where_there_are_articles(run):
    rows = [
        (f"{a}-{i}", who, str((a + (who == "b" and a % 3 == 0)) % 2), f"article {a}")
        for a in range(12) for i in range(8) for who in "ab"
    ]  # fmt: skip
    heads = ("item", "annotator", "value")
    by_article = figures(run(table(rows, (*heads, "article")), "--json"))
    by_item = figures(run(table([row[:3] for row in rows], heads), "--json"))
    assert by_article["settings"]["resampled"] == "articles"
    assert "12" not in by_article["settings"]["note"]
    for name in ("alpha_nominal", "gwet_ac1", "cohen_kappa", "percent_pairs"):
        near, far = by_item["measures"][name], by_article["measures"][name]
        assert near["value"] == far["value"]
        assert far["high"] - far["low"] > 1.5 * (near["high"] - near["low"])
        assert far["se"] > 1.5 * near["se"]


def test_the_seed_decides_the_interval_and_nothing_else(run):
    rows = table(ratings_from(KRIPPENDORFF))
    first, again = run(rows, "--json"), run(rows, "--json", "--seed", "7")
    other = figures(run(rows, "--json", "--seed", "8"))
    assert first.stdout == again.stdout
    alpha = figures(first)["measures"]["alpha_nominal"]
    assert other["measures"]["alpha_nominal"]["value"] == alpha["value"]
    assert other["measures"]["alpha_nominal"]["low"] != alpha["low"]


def test_too_few_items_have_no_interval_and_say_so(run):
    found = figures(
        run(table([(1, "a", "x"), (1, "b", "y"), (2, "a", "x"), (2, "b", "x")]), "--json")
    )
    assert found["measures"]["alpha_nominal"]["low"] is None
    assert "2 items are too few" in found["settings"]["note"]


def test_kept_repeats_count_as_labels(run):
    text = "item,annotator,value\n1,a,x\n1,a,y\n1,b,x\n2,a,y\n2,b,y\n"
    found = figures(run(text, "--json", "--repeats", "keep"))
    # Item 1 has x, y, x: 1 of 3 pairs agree; a and b met three times and agreed twice.
    assert found["measures"]["percent_items"]["value"] == pytest.approx((1 / 3 + 1) / 2)
    assert found["annotators"]["a"] == {
        "n": 3, "rest_agreement": pytest.approx(2 / 3), "alpha_without": None,
    }  # fmt: skip
    assert found["cohen_kappa_pairs"][0]["n"] == 3
    assert found["settings"]["repeats"] == "keep"


def test_two_annotators_have_kappa_and_pi(run):
    # Cohen's kappa and Scott's pi by hand: 4 of 5 agree; p_e = .48 both ways.
    rows = [(i, who, v) for i, pair in enumerate(["xx", "xx", "yy", "yx", "xx"])
            for who, v in zip("ab", pair, strict=True)]  # fmt: skip
    found = figures(run(table(rows), "--json"))
    p_e = 0.6 * 0.8 + 0.4 * 0.2
    assert found["measures"]["cohen_kappa"]["value"] == pytest.approx((0.8 - p_e) / (1 - p_e))
    pi_e = 0.7**2 + 0.3**2
    assert found["measures"]["scott_pi"]["value"] == pytest.approx((0.8 - pi_e) / (1 - pi_e))
    (pair,) = found["cohen_kappa_pairs"]
    assert (pair["a"], pair["b"], pair["n"], pair["linear"]) == ("a", "b", 5, None)
    assert found["annotators"]["a"] == {"n": 5, "rest_agreement": 0.8, "alpha_without": None}


def test_what_is_not_defined_says_why(run):
    rows = [(1, "a", "x"), (1, "b", "y"), (1, "c", "x"), (2, "a", "x")]
    measures = figures(run(table(rows), "--json"))["measures"]
    undefined = {name: each["reason"] for name, each in measures.items() if each["value"] is None}
    assert set(undefined) == {
        "alpha_ordinal", "alpha_interval", "alpha_ratio", "scott_pi", "cohen_kappa",
        "fleiss_kappa", "gwet_ac2_linear", "gwet_ac2_quadratic", "gwet_ac2_ordinal",
        "light_kappa",
    }  # fmt: skip
    assert "no order" in undefined["alpha_ordinal"]
    assert "not all values are numbers" in undefined["alpha_interval"]
    assert "there are 3" in undefined["cohen_kappa"]
    assert "1 to 3" in undefined["fleiss_kappa"]
    assert all(each["reason"] is None for each in measures.values() if each["value"] is not None)


def test_words_in_a_declared_order_have_an_interval_alpha_as_their_places_have(run):
    words, places = ("low", "middle", "high"), ("0", "1", "2")
    given = [(1, "a", 0), (1, "b", 2), (2, "a", 1), (2, "b", 1), (3, "a", 2), (3, "b", 1)]
    named = table([(item, who, words[place]) for item, who, place in given])
    found = figures(run(named, "--values", ",".join(words), "--json"))["measures"]
    numbered = table([(item, who, places[place]) for item, who, place in given])
    expected = figures(run(numbered, "--json"))["measures"]
    assert found["alpha_interval"] == expected["alpha_interval"]
    assert found["alpha_interval"]["value"] is not None
    assert "not all values are numbers" in found["alpha_ratio"]["reason"]
    assert "--values" in figures(run(named, "--json"))["measures"]["alpha_interval"]["reason"]


def test_two_annotators_without_a_shared_item(run):
    found = figures(run(table([(1, "a", "x"), (2, "b", "y")]), "--json"))
    assert "no unit has an answer from both" in found["measures"]["cohen_kappa"]["reason"]
    assert found["cohen_kappa_pairs"] == []


def test_a_declared_scale_keeps_its_order_and_gives_the_values_one(run):
    rows = [(1, "a", "low"), (1, "b", "high"), (2, "a", "high"), (2, "b", "high")]
    found = figures(run(table(rows), "--values", "low,middle,high", "--json"))
    assert found["values"] == ["low", "middle", "high"]
    assert found["per_value"]["middle"] == {"count": 0, "alpha": None, "fleiss_kappa": None}
    assert found["measures"]["alpha_ordinal"]["value"] is not None
    assert found["measures"]["alpha_ratio"]["value"] is None


def test_numbers_are_ordered_by_size(run):
    rows = [(1, "a", "10"), (1, "b", "9"), (2, "a", "2"), (2, "b", "2")]
    assert figures(run(table(rows), "--json"))["values"] == ["2", "9", "10"]


def test_ratios_need_numbers_of_zero_and_more(run):
    rows = [(1, "a", "-1"), (1, "b", "2")]
    measures = figures(run(table(rows), "--json"))["measures"]
    assert "below 0" in measures["alpha_ratio"]["reason"]
    assert measures["alpha_interval"]["value"] == 0.0


@pytest.mark.parametrize("level", further(["ordinal", "nominal", "interval", "ratio"]))
def test_the_level_is_that_of_the_annotators(run, level):
    found = figures(run(table(ratings_from(KRIPPENDORFF)), "--level", level, "--json"))
    less = table([rating for rating in ratings_from(KRIPPENDORFF) if rating[1] != 3])
    without = figures(run(less, "--json"))["measures"][f"alpha_{level}"]["value"]
    assert found["level"] == level
    assert found["annotators"]["3"]["alpha_without"] == pytest.approx(without)


def test_it_prints_a_table_for_people(run):
    lines = run(table(ratings_from(KRIPPENDORFF))).stdout.splitlines()
    assert lines[0] == "12 items · 4 annotators · 41 labels"
    assert lines[1] == "Values: 1 9, 2 13, 3 11, 4 5, 5 3."
    assert any(line.split()[:2] == ["alpha_nominal", "0.7434"] for line in lines)


@slow
def test_order_of_rows_and_columns_is_free(run):
    ratings = ratings_from(KRIPPENDORFF)
    there = table([(v, i, a) for i, a, v in reversed(ratings)], ("Value", "item", " annotator"))
    assert figures(run(there, "--json")) == figures(run(table(ratings), "--json"))


def test_a_mark_quotes_and_blank_lines_are_fine(run):
    text = '\ufeffitem,annotator,value,note\r\n"1, a",x,yes,\r\n\r\n"1, a",y,yes,"two\nlines"\r\n'
    assert figures(run(text, "--json"))["n_items"] == 1


@pytest.mark.parametrize("cell", ['"{}"', '" {}\n"', " {}\u00a0"], ids=["quoted", "long", "spaced"])
def test_however_cells_are_written_the_figures_are_the_same(run, cell):
    ratings = [(i, a, v, f"article {int(i) % 3}") for i, a, v in ratings_from(KRIPPENDORFF)]
    plain = table(ratings, ("item", "annotator", "value", "article"))
    rows = [",".join(cell.format(each) for each in row) for row in ratings]
    other = "\r\n\r\n".join(["item,annotator,value,article", *rows])
    assert figures(run(other, "--json")) == figures(run(plain, "--json"))


def test_repeats_count_in_the_order_of_the_rows(run):
    rows = "1,a,x\n1,b,x\n2,b,x\n1,a,y\n2,a,x\n1,a,x\n"
    found = figures(run(f"item,annotator,value\n{rows}", "--repeats", "keep", "--json"))
    assert (found["n_items"], found["n_annotators"], found["n_labels"]) == (2, 2, 6)
    assert found["annotators"]["a"]["n"] == 4


def test_articles_in_which_nothing_was_labelled_twice_change_no_interval(run):
    heads = ("item", "annotator", "value", "article")
    rows = [
        (f"{a}-{i}", who, str((a + i + (who == "b" and a % 3 == 0)) % 2), f"article {a}")
        for a in range(12)
        for i in range(3)
        for who in "ab"
    ]
    more = [(f"more-{n}", "a", str(n % 2), f"article of one {n}") for n in range(30)]
    alone, beside = (
        figures(run(table(each, heads), "--json"))["measures"]["alpha_nominal"]
        for each in (rows, rows + more)
    )
    assert (alone["low"], alone["high"]) == (beside["low"], beside["high"])
    assert alone["low"] is not None


def test_articles_are_counted(run):
    text = "item,annotator,value,article\n1,a,x,A\n1,b,x,A\n2,a,y,B\n"
    assert figures(run(text, "--json"))["settings"]["n_articles"] == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("item,annotator,value\n1,a,x\n2,a,x\n1,a,y\n", "lines 2 and 4: a has two values for 1"),
        ("item,annotator,value\n1,a,x\n1,b\n", "line 3: 2 cells instead of 3"),
        ("item,annotator,value\n1,a,\n", "line 2: no value"),
        ('item,annotator,value\n"1\n2",a,x\n,b,x\n', "line 4: no item"),
        ("item,rater,value\n1,a,x\n", "line 1: one column must be called “annotator”"),
        ("item,annotator,value,value\n1,a,x,y\n", "line 1: one column must be called “value”"),
        ("item,annotator,value\n", "it contains no labels"),
        ("", "the file is empty"),
        ('item,annotator,value\n1,a,"x\n', "line 2"),
        (b"item,annotator,value\n1,a,\x00\x01\x02\x03", "labels.csv: "),
        ("item,annotator,value,article\n1,a,x,A\n1,b,x,B\n", "lines 2 and 3: 1 is in two"),
    ],
)
def test_bad_rows_are_named_in_one_line(run, text, words):
    result = run(text)
    assert result.exit_code == 2
    assert words in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert result.stdout == ""


def test_a_value_that_was_not_declared_is_named(run):
    result = run("item,annotator,value\n1,a,x\n1,b,z\n", "--values", "x,y")
    assert result.exit_code == 2
    assert "line 3: “z” is not one of x, y" in result.stderr


def test_many_bad_rows_are_counted(run):
    result = run("item,annotator,value\n" + "1,a\n" * 109)
    assert "line 101: 2 cells instead of 3; and 9 more" in result.stderr


PLAIN_TABLE = "item,annotator,value\n1,a,x\n1,b,x\n2,a,y\n2,b,x\n"


@pytest.mark.parametrize(
    "text",
    [
        "sep=;\n" + PLAIN_TABLE.replace(",", ";"),
        PLAIN_TABLE.replace("2,a", ",,\n2,a"),
        PLAIN_TABLE.replace("2,a", '" ",,\n2,a'),
        "".join(f"{n},{line}\n" for n, line in enumerate(PLAIN_TABLE.splitlines())).replace(
            "0,", ",", 1
        ),
        PLAIN_TABLE.replace("\n", "\r"),
        PLAIN_TABLE.replace(",", "\t").replace("\n", "\r\n"),
    ],
    ids=["sep=", "empty row", "row of spaces", "index column", "Mac line ends", "tabs"],
)
def test_what_spreadsheets_and_statistics_programs_write_is_the_same_table(run, text):
    found, plain = (json.loads(run(each, "--json").stdout) for each in (text, PLAIN_TABLE))
    assert found == plain


def test_a_guessed_encoding_is_said(run):
    result = run("item,annotator,value\n1,José,x\n1,b,x\n".encode("cp1252"))
    assert (
        "Warning: It is not UTF-8; it was read as Windows-1252, which is a guess." in result.stdout
    )


@pytest.mark.parametrize("values", ["x,,y", "x,y,x", ""])
def test_a_scale_has_each_value_once(run, values):
    assert run("item,annotator,value\n1,a,x\n", "--values", values).exit_code == 2


def test_a_file_that_is_not_there_is_wrong_use(tmp_path):
    result = CliRunner().invoke(cli, ["agreement", str(tmp_path / "none.csv")])
    assert result.exit_code == 2


def test_a_value_with_a_comma_is_declared_in_quotation_marks(run):
    ratings = [
        ("1", "A", "no, never"),
        ("1", "B", "no, never"),
        ("2", "A", "yes"),
        ("2", "B", "yes"),
    ]
    found = figures(run(table(ratings), "--values", '"no, never",perhaps,yes', "--json"))
    assert found["values"] == ["no, never", "perhaps", "yes"]
    assert found["per_value"]["no, never"]["count"] == 2


# Spellings

HEAD = "item,annotator,value\n"


@pytest.mark.parametrize("other", ["1.0", "01", "\uff11", "1.00"])
def test_one_number_in_two_spellings_is_one_value_and_that_is_said(run, other):
    raw = HEAD + f"u1,a,1\nu1,b,{other}\nu2,a,2\nu2,b,2\n"
    found = figures(run(raw, "--json"))
    assert found["values"] == ["1", "2"]
    assert found["measures"]["alpha_nominal"]["value"] == 1
    assert found["warnings"] == [f"Spellings of one number are read as one: “{other}” as 1."]
    assert f"Warning: {found['warnings'][0]}" in run(raw).stdout


def test_ten_is_ten_with_an_underscore(run):
    found = figures(run(HEAD + "u1,a,10\nu1,b,1_0\nu2,a,2\nu2,b,2\n", "--json"))
    assert found["values"] == ["2", "10"]


def test_a_declared_number_is_found_in_any_spelling_and_declared_once(run):
    found = figures(run(HEAD + "u1,a,1.0\nu1,b,1\n", "--values", "0,1.0", "--json"))
    assert found["values"] == ["0", "1.0"]
    assert run(HEAD + "u1,a,1\nu1,b,1\n", "--values", "1,1.0").exit_code == 2


def test_composed_and_separate_accents_are_one_value_and_one_annotator(run):
    raw = HEAD + "u1,a,caf\u00e9\nu1,b,cafe\u0301\nu2,a,x\nu2,b,\u00a0x \n"
    found = figures(run(raw, "--json"))
    assert found["values"] == ["caf\u00e9", "x"]
    assert found["warnings"] == []
    doubled = run(HEAD + "u1,a,x\nu2,Jos\u00e9,y\nu2,Jose\u0301,y\n")
    assert doubled.exit_code == 2
    assert "lines 3 and 4: José has two values for u2" in doubled.stderr


def test_names_that_may_be_one_and_values_that_may_be_none_are_said(run):
    raw = HEAD + "u1,C11,yes\nu1,c11,Yes\nu2,C11,nan\nu2,c11,yes\n"
    found = figures(run(raw, "--json"))
    assert found["warnings"] == [
        "“C11” and “c11” are counted as different annotators.",
        "“Yes” and “yes” are counted as different values.",
        "“nan” is counted as a value, once; leave out the rows that have no value.",
    ]


@pytest.mark.parametrize("sign", [";", "\t", "|"])
def test_other_signs_than_commas_may_stand_between_the_cells(run, sign):
    rows = [("u1", "a", "x"), ("u1", "b", "x"), ("u2", "a", "y"), ("u2", "b", "y")]
    raw = "\n".join(sign.join(row) for row in [("item", "annotator", "value"), *rows])
    assert figures(run(raw, "--json"))["measures"]["alpha_nominal"]["value"] == 1


def test_a_first_line_that_nothing_cuts_names_the_signs(run):
    result = run("item annotator value\nu1 a x\n")
    assert result.exit_code == 2
    assert "separated by commas, semicolons, tabs or |" in result.stderr


WEIGHTED = [
    "percent_items", "alpha_weighted", "scott_pi", "cohen_kappa", "fleiss_kappa_gwet",
    "conger_kappa", "light_kappa", "gwet_ac2", "brennan_prediger",
]  # fmt: skip


def test_measures_with_weights_are_added_where_they_are_asked_for(run):
    text = table(ratings_from(KRIPPENDORFF))
    found = figures(run(text, "--json", "--weights", "linear, radical"))
    assert found["settings"]["weights"] == ["linear", "radical"]
    for kind in ("linear", "radical"):
        assert {f"{name}_{kind}" for name in WEIGHTED} <= set(found["measures"])
    # Gwet's "4 raters, 12 subjects" as his irrCAC prints it.
    ac = found["measures"]["gwet_ac2_radical"]
    assert (ac["value"], ac["analytic"]["se"]) == pytest.approx((0.81981, 0.12836), abs=5.1e-6)
    assert ac["analytic"]["df"] == 11
    assert ac["low"] < ac["value"] < ac["high"]
    everything = figures(run(text, "--json", "--weights", "all"))["measures"]
    assert len(everything) == len(MEASURES) - 3 + 7 * len(WEIGHTED)


def test_unknown_weights_and_weights_without_an_order_are_named(run):
    refused = run(table(ratings_from(KRIPPENDORFF)), "--weights", "linear,cubic")
    assert refused.exit_code == 2
    assert "'cubic' is none of linear, quadratic" in refused.stderr
    rows = [(1, "a", "x"), (1, "b", "y"), (2, "a", "x"), (2, "b", "x")]
    found = figures(run(table(rows), "--json", "--weights", "linear"))
    for name in WEIGHTED:
        assert "no order" in found["measures"][f"{name}_linear"]["reason"]


def test_items_are_listed_with_their_agreement(run):
    rows = [
        (1, "a", "x"),
        (1, "b", "y"),
        (1, "c", "x"),
        (2, "a", "y"),
        (3, "a", "y"),
        (3, "b", "y"),
    ]
    found = figures(run(table(rows), "--json", "--items"))
    assert found["items"] == {
        "1": {"n": 3, "agreement": pytest.approx(1 / 3), "counts": {"x": 2, "y": 1}},
        "2": {"n": 1, "agreement": None, "counts": {"y": 1}},
        "3": {"n": 2, "agreement": 1.0, "counts": {"y": 2}},
    }
    lines = run(table(rows), "--items").stdout.splitlines()
    assert [line.split()[0] for line in lines[-3:]] == ["1", "3", "2"]
    assert "items" not in figures(run(table(rows), "--json"))


@slow
def test_kappa_of_a_value_is_that_of_the_value_against_the_rest(run):
    rows = ratings_from(KRIPPENDORFF)
    found = figures(run(table(rows), "--json"))
    for value in "123":
        parted = [(item, who, "1" if given == value else "0") for item, who, given in rows]
        alone = figures(run(table(parted), "--json"))["measures"]["fleiss_kappa_gwet"]["value"]
        assert found["per_value"][value]["fleiss_kappa"] == pytest.approx(alone)
