"""What databases write in the language of their interface: days, languages, counts."""

from datetime import date

import pytest

from annotator.formats.articles.archives import interface
from annotator.text.words import count_words

DAY = date(2018, 3, 9)
SAID = [
    "March 9, 2018 Friday 10:36 EST",
    "March 9, 2018, Friday, Late Edition - Final",
    "Friday, March 9th, 2018",
    "Mar. 9, 2018",
    "9 March 2018",
    "9. März 2018 Freitag",
    "Freitag 9. Mrz 2018".replace("Mrz", "Mär"),
    "9. Maerz 2018".replace("Maerz", "Marz"),
    "vendredi 9 mars 2018, p. 12",
    "9 de marzo de 2018 viernes",
    "9 marzo 2018",
    "9 de março de 2018",
    "9 maart 2018",
    "9 marca 2018",
    "9 марта 2018 г.",
    "9 березня 2018",
    "09.03.2018",
    "2018-03-09T11:02:00Z",
    "2018年3月9日 星期五",
    "2018년 3월 9일 금요일",
    "20180309",
    "13/03/2018",
]


@pytest.mark.parametrize("words", SAID)
def test_a_day_is_read_in_the_language_of_the_interface(words):
    wanted = date(2018, 3, 13) if words.startswith("13") else DAY
    assert interface.read_day(words) == wanted


@pytest.mark.parametrize(
    "words", ["", "03/04/2018", "31 February 2018", "January 2018", "9 Foo 2018", "9 jui 2018"]
)
def test_what_is_no_day_or_two_is_none(words):
    assert interface.read_day(words) is None


def test_months_are_those_of_the_unicode_locale_data():
    babel = pytest.importorskip("babel")
    codes = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "ru", "uk")
    for code in codes:
        locale = babel.Locale(code)
        for form in ("format", "stand-alone"):
            for number, name in locale.months[form]["wide"].items():
                said = interface.read_day(f"9 {name} 2018")
                assert said == date(2018, number, 9), (code, name)


def test_languages_are_those_of_the_unicode_locale_data():
    babel = pytest.importorskip("babel")
    known = [names.split()[0] for names in interface.LANGUAGES]
    assert len(known) == len(set(known)) == 24
    for code in ("en", "de", "fr", "es", "ru", "zh", "ko"):
        names = babel.Locale(code).languages
        for language in ("en", "de", "fr", "es", "ru", "it"):
            assert interface.read_language(names[language]) == language, (code, names[language])


@pytest.mark.parametrize(
    ("words", "code"),
    [("ENGLISH; ENGLISHS", "en"), ("EN", "en"), ("pt-BR", "pt"), ("Klingon", ""), ("", "")],
)
def test_a_language_is_read_by_its_name_or_code(words, code):
    assert interface.read_language(words) == code


@pytest.mark.parametrize(
    ("words", "number"),
    [("937 words", 937), ("2,968 words", 2968), ("1.234 Wörter", 1234), ("877 字", 877),
     ("1 234 слов", 1234), ("17366 mots", 17366)],
)  # fmt: skip
def test_a_declared_count_is_read(words, number):
    assert interface.declared_words(words) == number
    assert interface.is_count(words)


def test_words_are_counted_as_databases_count_them():
    assert count_words(["Mr. O'Neill said: — “No, 3.5 %.”"]) == 5
    assert count_words(["美国总统说 GDP 增长。", ""]) == 8
