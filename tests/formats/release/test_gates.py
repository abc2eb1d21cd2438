import pytest
from release_facts import facts, figure

from annotator.errors import RefusedError
from annotator.formats.release.gates import GATES, GateResult, check, read, says, status_of


def found(gate, **changes):
    [result] = check({gate: 0.5}, facts(**changes))
    return result.found


def test_alpha_counts_by_the_lower_bound_of_its_interval():
    assert check({"stance_alpha": 0.6}, facts()) == [GateResult("stance_alpha", 0.6, 0.604, True)]
    assert check({"stance_alpha": 0.61}, facts()) == [
        GateResult("stance_alpha", 0.61, 0.604, False)
    ]


@pytest.mark.parametrize("figures", [[], [figure("stance", 0.9)]])
def test_a_figure_without_interval_passes_no_gate_not_even_zero(figures):
    [result] = check({"stance_alpha": 0.0}, facts(agreement=figures))
    assert (result.found, result.passed) == (None, False)


def test_other_measures_of_the_field_do_not_count():
    both = [figure("stance", 0.9, 0.9, 0.9, "percent"), figure("stance", 0.3, 0.2, 0.4)]
    assert found("stance_alpha", agreement=both) == 0.2


def test_shares_are_counted_from_the_facts():
    assert found("coverage") == 318 / 340
    assert found("double_labelled") == 297 / 340
    assert found("adjudicated") == 23 / 318
    assert found("decided") == 23 / 38


def test_each_share_has_its_numerator_among_its_denominator():
    of_body = {**facts()["counts"], "eligible_sentences": 297}
    assert found("double_labelled", counts=of_body) == 1.0
    soft = {**facts()["counts"], "open_sentences": 5, "soft_sentences": 5, "gold_sentences": 18}
    how = {"adjudicated": 23}
    assert found("decided", counts=soft, how=how) == 1.0
    assert found("adjudicated", counts=soft, how=how) == 1.0


def test_without_sentences_or_gold_a_share_is_not_defined():
    counts = dict.fromkeys(facts()["counts"], 0)
    assert found("coverage", counts=counts) is None
    assert found("adjudicated", counts=counts) is None


def test_where_nothing_is_disputed_all_of_it_is_decided():
    counts = {**facts()["counts"], "open_sentences": 0}
    assert found("decided", counts=counts, how={"unanimous": 318}) == 1.0


def test_gold_needs_a_gate_and_all_of_them():
    assert status_of([]) == "exploratory"
    assert status_of(check({"stance_alpha": 0.6, "coverage": 0.9}, facts())) == "gold"
    assert status_of(check({"stance_alpha": 0.6, "coverage": 0.95}, facts())) == "exploratory"


def test_only_gates_that_are_set_are_checked_in_a_fixed_order():
    assert [each.gate for each in check({"coverage": 0, "status_alpha": 0}, facts())] == [
        "status_alpha", "coverage",
    ]  # fmt: skip
    assert check({}, facts()) == []


def test_a_gate_is_said_with_what_it_found_and_needs():
    assert says("stance_alpha", 0.55, 0.604) == (
        "Alpha of the stance, lower bound: .60 (needs .55)"
    )
    assert says("coverage", 1.0, None) == "Sentences with gold: not defined (needs 100\u202f%)"
    assert says("stance_alpha", 0.55, 0.5499) == (
        "Alpha of the stance, lower bound: .55, just below (needs .55)"
    )


def test_what_a_gate_wants_is_never_rounded():
    assert says("stance_alpha", 0.667, 0.6694).endswith(".67 (needs .667)")
    assert says("coverage", 0.995, 0.99).endswith("99\u202f% (needs 99.5\u202f%)")


def test_gates_are_stored_as_numbers_and_what_is_empty_sets_none():
    assert read({"coverage": 1, "stance_alpha": None}) == {"coverage": 1.0}
    assert list(read(dict.fromkeys(reversed(GATES), 0.5))) == list(GATES)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"truth": 0.5}, 'no gate "truth"'),
        ({"coverage": 80}, "from 0 to 1"),
        ({"coverage": -0.1}, "from 0 to 1"),
        ({"coverage": float("nan")}, "from 0 to 1"),
    ],
)
def test_a_gate_that_is_none_is_refused(given, said):
    with pytest.raises(RefusedError, match=said):
        read(given)
