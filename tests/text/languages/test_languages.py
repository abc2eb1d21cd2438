"""The language of a text is told from its letters and words; codes have names and directions."""

import subprocess
import sys

import pytest
from language_sets import codes, read
from places import ROOT

from annotator.text.languages import detecting, names


@pytest.mark.parametrize("code", codes())
def test_an_article_is_told_by_its_first_paragraphs(code):
    assert detecting.language_of(read(code)[0][:600]) == code


def test_english_is_told_and_short_text_counts_as_english():
    assert detecting.language_of(
        "The minister left the town at once, and nobody knew why. " * 4
    ) == ("en")
    assert detecting.language_of("Nein.") == "en"
    assert detecting.language_of("") == "en"


def test_other_scripts_are_told_from_a_few_words():
    assert detecting.language_of("Он ушёл домой вечером, а она осталась.") == "ru"
    assert detecting.language_of("他说会议明天继续举行。") == "zh"
    assert detecting.language_of("שלום עולם, זה סוף הסיפור הארוך") == "he"
    assert detecting.language_of("ꙮꙮꙮ" * 10) == "und"


def test_nothing_is_loaded_before_a_text_is_asked():
    code = (
        "import sys, annotator.formats.articles.article, annotator.text.splitters as s;"
        "assert 'py3langid' not in sys.modules and 'razdel' not in sys.modules;"
        "s.splitter_of('ru'); assert 'razdel' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_a_language_in_another_script_is_noticed():
    russian, english = read("ru")[0], "The minister left the town at once. " * 10
    assert detecting.disagrees(russian, "en")
    assert detecting.disagrees(english, "ru")
    assert not detecting.disagrees(russian, "ru")
    assert not detecting.disagrees(russian, "sr")  # written in either
    assert not detecting.disagrees("Короткий текст.", "en")


@pytest.mark.parametrize(
    ("given", "base", "name", "tag", "direction"),
    [
        ("en", "en", "English", "en", "ltr"),
        ("de_AT", "de", "German", "de-AT", "ltr"),
        ("German", "de", "German", "de", "ltr"),
        ("ger", "de", "German", "de", "ltr"),
        ("ar", "ar", "Arabic", "ar", "rtl"),
        ("he-IL", "he", "Hebrew", "he-IL", "rtl"),
        ("az-Arab", "az", "Azerbaijani", "az-Arab", "rtl"),
        ("ur-Latn", "ur", "Urdu", "ur-Latn", "ltr"),
        ("xx", "xx", "xx", "xx", "ltr"),
        ("und", "und", "unknown language", "", "auto"),
        ("", "", "unknown language", "", "auto"),
        ('x" onload', 'x" onload', 'x" onload', "", "auto"),
    ],
)
def test_a_code_has_a_name_a_tag_and_a_direction(given, base, name, tag, direction):
    assert names.base_of(given) == base
    assert names.name_of(given) == name
    assert names.tag_of(given) == tag
    assert names.direction_of(given) == direction
