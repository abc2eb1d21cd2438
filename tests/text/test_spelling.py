"""Spellings that nobody can tell apart are one name, one value, one number."""

from decimal import Decimal

import pytest

from annotator.text.spelling import folded, near, number, tidy


@pytest.mark.parametrize(
    "text",
    [
        "Jos\u00e9 Doe",
        "Jose\u0301 Doe",
        " Jos\u00e9  Doe ",
        "Jos\u00e9\u00a0Doe",
        "Jo\u200bs\u00e9\ufeff Doe",
    ],
)
def test_accents_spaces_and_signs_without_a_shape_make_no_other_name(text):
    assert tidy(text) == "Jos\u00e9 Doe"
    assert folded(text.upper()) == "jos\u00e9 doe"


def test_case_counts_and_joiners_stay():
    assert tidy("DOE") != tidy("Doe")
    assert tidy("\u0645\u06cc\u200c\u062e") == "\u0645\u06cc\u200c\u062e"
    assert folded("Сергеи\u0306") == folded("сергей")


@pytest.mark.parametrize("text", ["1", "1.0", "01", "1.", "+1", "1e0", "\uff11", "0_1"])
def test_a_number_is_one_however_it_is_written(text):
    assert number(text) == Decimal(1)


@pytest.mark.parametrize("text", ["nan", "inf", "1,0", "0x1", "", "1_", "-", "café", "1 000"])
def test_what_is_no_number_is_none(text):
    assert number(text) is None


def test_long_numbers_differ_by_their_last_digit():
    assert number("9007199254740993") != number("9007199254740992")


def test_near_names_differ_in_case_width_or_number_alone():
    assert near("C11") == near("c11") == near("\uff2311")
    assert near("1") == near("1.0") != near("10")
