"""Each language has its own splitter, which is better than that of English and loses nothing."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from language_sets import UNSEEN, codes, read, scores
from slow_cases import further

from annotator.text import splitters
from annotator.text.languages.words import SHORTENED
from annotator.text.sentences import check, split

# Boundary F1 and F1 of whole sentences, as first measured; a change may not lower them.
FLOORS = {
    "ar": (98.5, 95.6), "de": (100, 100), "es": (100, 100), "fr": (99.3, 97.8),
    "it": (100, 100), "ja": (100, 100), "pl": (100, 100), "pt": (100, 100),
    "ru": (100, 100), "uk": (100, 100), "zh": (99.2, 97.7),
}  # fmt: skip
RUSSIAN_WITHOUT_LIBRARY = (97, 92)


@pytest.fixture
def without_razdel(monkeypatch):
    monkeypatch.setattr(splitters, "has_razdel", lambda: False)
    splitters.of_code.cache_clear()
    yield
    splitters.of_code.cache_clear()


def shown(text, language):
    spans = split(text, language)
    check(text, spans)
    return [text[start:end] for start, end in spans]


def test_there_are_sixty_sentences_at_least_of_every_language_with_rules():
    assert set(codes()) == {*SHORTENED, *splitters.FAR_EAST}
    assert [code for code in codes() if len(read(code)[1]) < 60] == []


@pytest.mark.parametrize("code", sorted(FLOORS))
def test_a_language_scores_no_lower_than_before_and_higher_than_by_the_rules_of_english(code):
    now, before = scores(code, code), scores(code, "en")
    assert now >= FLOORS[code]
    assert now[0] > before[0]
    assert now[1] > before[1]


def test_no_language_is_split_worse_than_by_the_rules_of_english_where_no_rule_was_made_for_it():
    better = {code: (scores(code, code, UNSEEN), scores(code, "en", UNSEEN)) for code in codes()}
    assert {code: each for code, each in better.items() if each[0] <= each[1]} == {}
    assert min(now for (now, _), _ in better.values()) >= 91


def test_russian_without_its_library_is_split_by_rules_and_says_so(without_razdel):
    assert scores("ru", "ru") >= RUSSIAN_WITHOUT_LIBRARY
    assert splitters.splitter_of("ru").name == "rules-1-ru"
    assert "pip install 'annotator[russian]'" in splitters.missing("ru")


def test_the_splitter_has_a_name_by_language():
    names = {code: splitters.splitter_of(code).name for code in ("en", "nl", "und", "", "de-AT")}
    english = "nupunkt-0.8.0+rules-3"
    assert names == {"en": english, "nl": english, "und": english, "": english,
                     "de-AT": "rules-1-de"}  # fmt: skip
    assert splitters.splitter_of("ru").name == "razdel-0.5.0+rules-1-ru"
    assert splitters.missing("ru") == splitters.missing("de") == ""


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("de", ["»Wir gehen!«, rief er.", "Sie blieb.", "Am 3. Oktober kam Dr. Meyer."]),
        ("de", ["Das ist von dieser Art.", "Danach nicht."]),
        ("ru", ["«Нет. ", "Никогда!» — сказал он."]),
        ("fr", ["« Non ! » dit-il.", "Elle resta."]),
        ("es", ["Compró pan, etc.", "Luego se fue a EE. UU. con su hijo."]),
        ("pl", ["Prof. A. Nowak wyszedł.", "Potem wrócił np. do domu."]),
        ("ar", ["قال د. علي نعم.", "هل وافق؟", "لا."]),
        ("zh", ["他说：“好。”", "会议继续。", "“好。”她回答。"]),
        ("ja", ["「はい。」と答えた。", "「さあ！」", "話は終わった。"]),
    ],
)
def test_marks_and_abbreviations_of_a_language(language, sentences):
    between = "" if language in splitters.FAR_EAST else " "
    words = [each.strip() for each in sentences]
    assert shown(between.join(words), language) == words


def test_the_rules_of_blocks_and_notes_hold_in_every_language():
    for language in codes():
        assert shown("Eins\n\n- zwei\n- drei", language) == ["Eins", "- zwei", "- drei"]
        assert shown("Abc.[1] Def.", language) == ["Abc.[1]", "Def."]


PIECES = st.sampled_from(
    [*"«»„“”\"'.!?…,—–-()。！？「」：", "ул.", "Dr.", "12.", "XIV.", "Слово", "слово", "他说", "と",
     "د.", "م", "\n", "\n\n", " ", "\u00a0", "A.", "b.", "№ 5", "Москва, 5 мая 2019 г."]
)  # fmt: skip


@given(st.lists(PIECES).map("".join), st.sampled_from(sorted(FLOORS)))
def test_any_text_is_split_without_loss_and_always_alike(text, language):
    spans = split(text, language)
    check(text, spans)
    assert split(text, language) == spans


@pytest.mark.parametrize(
    "shape", further(["?»", "!", "…", "。”", "a.", "«", "А. ", "„a“", "……", "»a«", ".\u00a0»"])
)
def test_long_runs_are_split_in_linear_time(shape, monkeypatch):
    """Count what Python runs, and bound what every rule sees: seconds would flake."""
    for language in ("ru", "de", "zh", "ja"):
        text = f"x {shape * (20_000 // len(shape))} Xx."
        check(text, split(text, language))


def test_no_pattern_of_a_language_looks_beyond_its_window(monkeypatch):
    seen = []

    def spy(left, right, left_length, *, is_glued):
        seen.append((len(left), len(right)))
        return False

    how = splitters.splitter_of("de")._replace(joins=spy)
    monkeypatch.setattr(splitters, "of_code", lambda _code: how)
    split("Der Minister verließ die Stadt sofort. " * 300, "de")
    assert len(seen) > 200
    assert max(left for left, _ in seen) <= 60
    assert max(right for _, right in seen) <= 200


def test_no_list_of_words_has_a_space_or_its_last_stop():
    for words in SHORTENED.values():
        for word in (*words.always, *words.before_figure):
            assert re.fullmatch(r"\S*[^\s.]", word), word
