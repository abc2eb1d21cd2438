"""The rules of sentence splitting, each by example, and what must hold for any text."""

import json
import os
import re
import runpy
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from places import DATA, ROOT
from slow_cases import further, slow

from annotator.text import library, sentences, splitters
from annotator.text.library import Library
from annotator.text.sentences import BadSpans, check, split

SHARED = ROOT.parent / "shared" / "segmentation"


def shown(text):
    spans = split(text)
    check(text, spans)
    return [text[start:end] for start, end in spans]


def holds(*sentences):
    """Check that the sentences, joined by spaces, are split into just these again."""
    assert shown(" ".join(sentences)) == list(sentences)


def test_the_splitter_names_its_library_and_rules():
    assert splitters.ENGLISH.name == "nupunkt-0.8.0+rules-3"


# The rules


def test_a_sentence_never_crosses_a_block():
    assert shown("Trump meets Putin\n\nJuly 24, 2018\n\nThe talks began.") == [
        "Trump meets Putin",
        "July 24, 2018",
        "The talks began.",
    ]


def test_a_hard_wrap_ends_no_sentence():
    text = "The minister said on Monday that Russia and the U.S.\nMarines would talk."
    assert shown(text) == [text]


def test_closers_stay_with_the_sentence_they_close():
    holds("He said “Stop.”", "Then (he left.)", "She said “I heard ‘No.’”", "‘Yes.’", "So.")


def test_an_opening_mark_begins_the_next_sentence():
    holds("He left.", "“We stay,” she said.", "(It was late.)", '"Go on," he said.')


def test_a_quotation_of_several_sentences_is_split_inside():
    holds("“You have Russia there.", "Russia’s on the side of Assad,” Trump said.", "“And so on.”")


def test_no_split_before_comma_colon_semicolon_or_dash():
    holds("“Why not?”, he said.", "“Go!” — that was all.", "The U.S.; the E.U.: both.", "So.")


def test_no_split_at_colon_or_semicolon():
    holds("He had one wish: Peace was it; War was not.", "So.")


def test_no_split_before_lower_case_after_a_quotation():
    holds("“Why?” she asked.", "“Go!” he said.", "So.")


def test_a_dateline_stays_with_its_sentence():
    holds("WASHINGTON (AP) — The U.S. said so.", "It did.")
    holds("MOSCOW, Jan. 5 (Reuters) - He left.", "She stayed.")


@pytest.mark.parametrize(
    "title",
    ["Mr", "Mrs", "Dr", "Gen", "Lt", "Lt. Gen", "Sen", "Rep", "Gov", "Vice-Adm", "St", "Ft"],
)
def test_a_title_never_ends_a_sentence(title):
    holds(f"Yesterday {title}. Smith left.", f"{title}. The was a friend of his.")


def test_initials_never_end_a_sentence():
    holds("James N. Mattis met H.R. McMaster and J. Smith.", "So.")


def test_a_dotted_acronym_ends_a_sentence_only_before_a_frequent_starter():
    holds(
        "He sent U.S. Marines to the U.S.", "The rest stayed in D.C.", "But D.C. Mayor Bowser left."
    )


def test_company_and_state_abbreviations_end_one_only_before_a_frequent_starter():
    holds("Apple Inc. Chairman Bob left Acme Inc.", "The firm of King Jr. Foundation stayed.")


def test_the_time_of_day_goes_on_before_digit_zone_weekday_or_month():
    holds("At 5 p.m. Tuesday he left.", "At 5 p.m. EDT he ate.", "At 10 a.m. March 3 he slept.")


def test_the_time_of_day_may_end_a_sentence():
    holds("He left at 5 p.m.", "Then he slept.")


def test_numeric_abbreviations_hold_on_to_their_figure():
    holds("On Jan. 5 he read No. 7, p. 12, vol. II, Figs. 3 and Nos. 4 to 6.", "So.")


@pytest.mark.parametrize(
    "sentence",
    [
        "Ret. Gen. Smith left.",
        "The Dept. of State and the Univ. of Moscow met approx. five times.",
        "It was est. 1900, tel. 5, and est. in Moscow.",
        "There were 5 in. of snow at 5 am. on Monday.",
        "Cong. members of the Assn. of Voters met at 5th Ave. and Main St. in May.",
        "The envoys of Acme Ltd. and Bros. Corp. met on Sat. 5 and in Dec. 2018.",
    ],
)
def test_what_is_cut_short_goes_on(sentence):
    holds(sentence, "So.")


def test_introducing_abbreviations_never_end_a_sentence():
    holds("He met allies, e.g. The Hague, i.e. This town, in Ali vs. The State.", "So.")


def test_a_list_marker_stays_with_its_sentence():
    holds("1. The first point.", "2. The second.", "a. The third.", "iv. The last.")


def test_a_reporting_clause_belongs_to_its_question():
    holds("“Why did he go?” Trump asked.", "“Go!” said Mattis.", "“Stop!” Mr. Trump told CNN.")


def test_what_only_looks_like_a_reporting_clause_is_a_sentence():
    holds("“Why?”", "The man left.", "“Stop!”", "He told us nothing.")


def test_a_name_with_a_mark_goes_on_unless_a_starter_follows():
    holds("Yahoo! News said so.", "I use Yahoo!", "The site is slow.")


def test_a_missing_space_still_ends_a_sentence():
    assert shown("It ended there.The next began.Nobody left!So.") == [
        "It ended there.",
        "The next began.",
        "Nobody left!",
        "So.",
    ]


@pytest.mark.parametrize(
    "sentences",
    [
        ["中国外交部周二表示支持。", "美国没有回应！", "2018年再谈？", "是的。"],
        ["“我们同意。”他说。", "“很好。”", "“好！”她答道。"],
        ["日本は「賛成だ。」と述べた。", "次はない。"],
        ["He said 你好。", "Fine."],
    ],
)
def test_stops_of_chinese_and_japanese_end_sentences_without_a_space(sentences):
    assert shown("".join(sentences)) == sentences


def test_stops_of_arabic_and_hindi_end_sentences():
    holds("هل يوافقون؟", "نعم، قال.", "لا.")
    holds("यह अच्छा है।", "वह सहमत है।")


@pytest.mark.parametrize(
    "name",
    ["Node.Js", "Yahoo.Com", "system.Windows.Forms", "foo@bar.Info", "site.example/end.The"],
)
def test_addresses_and_dotted_names_are_no_missing_spaces(name):
    holds(f"He wrote {name} down twice.", "So.")


@pytest.mark.parametrize(
    "words",
    [
        "came from John Kerry",
        "was said by Senator Schumer",
        "went to the West",
        "hit a large bank",
        "was denied in all reports",
        "hit the town that was bombed",
        "asked what they had found",
        "raised the tax",
        "spoke about the memo",
        "made the right call",
        "was the longest month",
        "went to Dubrovnik",
        "was no",
        "told it to me",
        "let him in",
        "felt ill",
    ],
)
@pytest.mark.parametrize("after", ["Lavrov turned it down.", "“We are ready,” Peskov said."])
def test_an_ordinary_word_or_name_ends_its_sentence(words, after):
    holds(f"The envoy {words}.", after)


def test_an_ordinary_word_in_small_letters_is_no_state_and_no_month():
    holds("The wash was done in the mass.", "Moscow sat.", "Putin saw art.", "Lavrov left.")
    holds("He lives in Springfield, Mass. Moscow Street 5.", "He met Ill. Governor Rauner.")


@pytest.mark.parametrize("stop", ["!", "?", "?!", "."])
@pytest.mark.parametrize("mark", ['""', "''", "“”", "«»"])
def test_a_closing_mark_stays_with_its_quotation_whatever_follows(stop, mark):
    begin, end = mark
    quoted = f"{begin}Why now{stop}{end}"
    holds("It failed.", f"{quoted}, he said.", f"({quoted}), he wrote.", f"{quoted}; so.", "So.")
    holds(f"{quoted}: his words.", f"{quoted} — that was all.", f"{quoted}-style talk.", "So.")


@pytest.mark.parametrize("dash", ["–", "-", "--", "—"])
@pytest.mark.parametrize(
    "quoted", ["“We are ready!”", '"We are ready."', "«Мы готовы!»", "« Sommes-nous prêts ? »"]
)
def test_a_dash_after_a_quotation_ties_it_to_its_speaker(dash, quoted):
    holds(f"{quoted} {dash} Putin said.", f"{quoted} {dash} сказал Путин.", "He left.")


def test_a_dash_before_small_letters_ends_no_dialogue():
    holds("– Мы готовы! – сказал Путин.", "Он ушёл.")
    holds("Es geht los! – rief er.", "Er ging.")


@pytest.mark.parametrize(
    "opening",
    [
        "MOSCOW, August 5. /TASS/.",
        "MOSCOW. July 16 (Interfax) -",
        "KYIV. Aug 5 (Interfax-Ukraine) –",
        "ST. PETERSBURG, Russia, August 5, 2018. /TASS Correspondent/.",
        "МОСКВА, 5 августа. /ТАСС/.",
        "МОСКВА, 5 авг — РИА Новости.",
        "МОСКВА. 16 июля. INTERFAX.RU -",
        "PARIS, 16 juillet. /AFP/.",
    ],
)
def test_an_agency_line_stays_with_the_first_sentence(opening):
    holds(f"{opening} Russia said no.", "It gave no reason.")


def test_what_only_looks_like_an_agency_line_is_split():
    holds("MOSCOW.", "That was his answer.", "It gave no reason.")
    holds("NATO.", "Twenty years on.", "So.")


@pytest.mark.parametrize(
    "glued", ["“over.”", "«over!»", '"over."', "over (so they said).", "over in 2017.", '"over".']
)
def test_closers_stay_where_the_space_after_them_is_missing(glued):
    assert shown(f"They called it {glued}The envoy left.") == [
        f"They called it {glued}",
        "The envoy left.",
    ]


@pytest.mark.parametrize("quotation", ["“Why now?” she asked.", '"Why now?" she asked.'])
def test_an_opening_mark_begins_the_next_sentence_without_a_space_too(quotation):
    assert shown(f"He left.{quotation}") == ["He left.", quotation]


def test_any_language_may_miss_a_space():
    assert shown("Это закончилось.Она ушла.") == ["Это закончилось.", "Она ушла."]


def test_the_time_of_day_ends_a_sentence_before_any_other_word():
    holds("The call began at 9 p.m.", "Lawmakers met.", "At 10.30 A.M.", "Putin spoke.")


def test_the_time_of_day_goes_on_before_a_named_time_and_after_an_article():
    holds("It began at 9 p.m. Moscow time.", "At 9 p.m. Eastern Standard Time he ate.", "So.")
    holds("The 9 p.m. Newsnight was late.", "So.")


def test_a_number_in_a_line_stays_with_its_point():
    holds("The demands are: 1. Leave Crimea.", "2. Free the sailors.", "3. Pay.")
    holds("They are: (a) Leave; and so on.", "There are two: a. Go.", "b. Stay.")


def test_the_number_of_a_note_stays_with_its_sentence():
    holds("He said so.[1]", "She left.¹²", "“It is over.”[2][3]", "So.")


@pytest.mark.parametrize(
    "sentence",
    [
        "He joined the K.G.B. in 1975.",
        "It came from the G.R.U. through a hacker.",
        "They wrote to the D.O.J. and the F.B.I. as agreed.",
        "The P.L.O. is ready.",
        "H.J.Res. 124 passed.",
        "Acme Inc. is here.",
        "Yahoo! in those days was large.",
    ],
)
def test_an_abbreviation_goes_on_before_small_letters_and_numbers(sentence):
    holds(sentence, "So.")


def test_words_quoted_within_a_sentence_do_not_end_it():
    holds('They were chanting "Russia! Russia!" as a band played.', "So.")
    holds("“Why now?", "Why here?” he asked.", "He asked: “Why now?", "Why here?”")


def test_a_german_quotation_ends_at_its_own_mark():
    holds("„Wir sind bereit!“", "Sie gingen.", "„Ja.“ – sagte er.", "So.")


def test_an_ellipsis_ends_a_sentence_unless_lower_case_follows():
    holds("They fight them … in Syria.", "And then…", "He left . . . for good.", "So.")


def test_what_has_no_letter_or_digit_joins_its_neighbour():
    assert shown("He left. … !! *** Next.\n\n***\n\nEnd.") == [
        "He left. … !! ***",
        "Next.",
        "***",
        "End.",
    ]


# Hostile input

HOSTILE = {
    "empty": "",
    "blank": " \n\t\r\n\u00a0",
    "nul": "A cat.\0 The dog. \0\0",
    "right-to-left": "\u200fשלום עולם. \u202bזה סוף.\u202c العالم؟ نعم.",
    "zwj emoji": "👩‍👩‍👧‍👦 He left. 🏳️‍🌈! The end 🙂.",
    "crlf": "One.\r\nTwo three.\r\n\r\nFour.",
    "lone cr": "One.\rTwo.\r\rThree.",
    "zero-width": "One.\u200bTwo.\u200d Three.\u2060",
    "bom": "\ufeffOne. Two.\ufeff",
    "unpaired surrogate": "One.\ud800 Two.\udfff",
    "c0 and separators": "One.\x1cTwo.\x1dThree.\x1eFour.\x1fFive.\u2028Six.\u2029Seven.\x85Eight.",
    "dots": "." * 2000,
    "dots between": "One" + "." * 2000 + " Two.",
    "repeated": "The same again. " * 500,
    "unbalanced": "“‘(One. “Two.” Three.’ ”) “Four. ))) ”” End.",
    "tabs and bullets": "\t• One.\n\t• Two.\n-\n*\n\t1.\n 2) Three",
    "one bullet": "•",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_split_without_loss_and_always_alike(text):
    spans = split(text)
    check(text, spans)
    assert split(text) == spans


MEGABYTE = 1_000_000
LONG_LINES = {
    "prose": "On Jan. 5 Mr. Smith of the U.S. Army left. He slept. " * (MEGABYTE // 53),
    "no punctuation": "word " * (MEGABYTE // 5),
    "one word": "a" * MEGABYTE,
    "one word and a stop": "a" * MEGABYTE + "! Next.",
    "white space": "a." + " " * MEGABYTE + "B.",
    "missing spaces": "end.The" * (MEGABYTE // 7),
    "one word and closers": "a" * MEGABYTE + ".)”",
}


@slow
@pytest.mark.parametrize("text", further(LONG_LINES.values()), ids=LONG_LINES.keys())
def test_a_line_of_a_megabyte_is_split_without_loss(text):
    check(text, split(text))


STOPS = [".", "!", "?", "…"]
SIGNS = [*filter(str.isprintable, map(chr, range(33, 127))), *"”’»“«„—–·。！？؟¿\u200b"]


@pytest.mark.parametrize("stop", further(STOPS))
def test_the_library_never_reads_a_longer_run_of_signs_than_a_word(stop, monkeypatch):
    """At each stop it reads on to the next white space: unbounded, that is quadratic."""
    read = []

    class Spy:
        def span_tokenize(self, text):
            read.append(max(map(len, text.split())))
            return [(0, len(text))]

    monkeypatch.setattr(library, "loaded", lambda: Library(Spy(), frozenset(), frozenset()))
    for sign in SIGNS:
        for shape in (stop + sign, sign + stop, stop + stop + sign, stop + sign + sign):
            split(f"a {shape * 1000} b")
    assert len(read) == 4 * len(SIGNS)
    assert max(read) <= library.LONGEST_STRETCH


@slow
def test_a_million_signs_take_seconds():
    """Hours before: the library alone is quadratic in `!`, and so was the reading of places."""
    code = """
from annotator.formats.articles.json_records import parse
from annotator.formats.articles.records import RecordError
from annotator.text.datelines import read_dateline
from annotator.text.sentences import check, split
for run in ("!", '?"', "!?)", ".;"):
    text = "x " + run * (1_000_000 // len(run)) + " x."
    check(text, split(text))
for number in range(1000):
    read_dateline("A" * 120 + "! 5 May 2018", allow_place=True)
try:
    parse("{" + "".join(f'"{number}": 1, ' for number in range(400_000)) + '"z": 1, "z": 1}')
except RecordError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        cwd=ROOT,
        timeout=120,
        capture_output=True,
        text=True,
    )
    assert "duplicate key “z”" in done.stdout


def test_twice_the_text_is_twice_the_work():
    """Count what Python runs rather than seconds: a count cannot flake."""

    def work(text):
        count = 0

        def tick(frame, event, argument):
            nonlocal count
            count += 1

        sys.setprofile(tick)
        try:
            split(text)
        finally:
            sys.setprofile(None)
        return count

    unit = "“Why?” On Jan. 5 Mr. Smith of the U.S. Army left.Then he slept. "
    split(unit)
    assert work(unit * 400) <= 2.3 * work(unit * 200)


def test_the_text_next_to_a_cut_is_looked_at_in_bounds(monkeypatch):
    """A rule that sees a whole line is quadratic, whatever the number of its calls."""
    seen = []

    def spy(left, right, left_length, *, is_glued):
        seen.append((len(left), len(right)))
        return True

    monkeypatch.setattr(splitters, "ENGLISH", splitters.ENGLISH._replace(joins=spy))
    split("The minister left the town at once. " * 200)
    assert max(left for left, _ in seen) <= 60
    assert max(right for _, right in seen) <= 200


# What must hold for any text

MARKS = "“”„’'\".!?…,—–-()[]•5é \t\n\0\u2028"
WORDS = ["U.S.", "Mr.", "word", "The", "p.m.", "said", "end.The", "1.", "\r\n", "\n\n", "  "]
WORDS += ["[1]", "МОСКВА", "5 мая", "/ТАСС/", "9 p.m.", "art", "No."]
PIECES = st.sampled_from([*MARKS, *WORDS])


@given(st.one_of(st.text(), st.lists(PIECES).map("".join), st.lists(PIECES).map(" ".join)))
def test_any_text_is_split_in_order_without_loss_and_always_alike(text):
    spans = split(text)
    check(text, spans)
    assert all(text[start:end] == text[start:end].strip() for start, end in spans)
    assert split(text) == spans


@given(st.one_of(st.lists(PIECES).map("".join), st.lists(PIECES).map(" ".join)))
def test_where_the_library_is_not_asked_it_would_not_have_cut(text):
    spans = split(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sentences, "STOP", re.compile(""))  # now it is always asked
        assert split(text) == spans


STOPS_CLOSED = [".", ".”", '."', ".’", ".)", ".”)", "!", "?", "!”", '?"', "?)", "?!", "…"]
# Fixed phrases with a number before them, so the library's model says.
AFTER_NUMBERS = ["Acrylic", "Bake", "Bake-off", "Bake,", "Amendment/modification", "Bakes"]
# Ordinary, cut short, the first of a phrase the library knows, a title, an initial, a number.
ENDS = ["left", "Left", "He", "inc", "Jan", "gen", "gov", "no", "J", "5", "II", "é", "a-b", "x,y"]
STOPPED = st.sampled_from([*ENDS, *(f"{word}{stop}" for word in ENDS for stop in STOPS_CLOSED)])
STOPPED |= st.sampled_from(["...", ". . .", "“Go", "“Go.", "(go?", '"', "(so)", "U.S.", "1.", "*"])
STOPPED |= st.sampled_from(["12", "12.", "2018.", "2018.”", "12?", "3,000.", "v2.", *AFTER_NUMBERS])
STOPPED |= st.sampled_from(["x" * 38 + ".", "x" * 39 + ".", "x" * 40 + ".", "!", "?", "”", "--"])


@given(st.lists(STOPPED, min_size=3).map(" ".join))
def test_what_is_cut_without_asking_the_library_it_would_have_cut_too(text):
    found = library.cuts(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(library, "PLAIN_STOP", re.compile("(?!)"))  # now it is asked about every stop
        assert library.cuts(text) == found


def test_the_library_is_not_asked_about_stops_of_ordinary_words(monkeypatch):
    asked, real = [], library.loaded()

    class Spy:
        def span_tokenize(self, text):
            asked.append(text)
            return [(0, len(text))]

    monkeypatch.setattr(library, "loaded", lambda: real._replace(tokenizer=Spy()))
    split("The envoy left in 2018. Nobody stayed. “So it ends.”")
    assert asked == []
    split("The envoy left. Nobody stayed in the U.S. then.")
    assert asked == ["The envoy left, Nobody stayed in the U.S. then."]


@given(st.lists(PIECES).map(" ".join))
def test_windows_line_breaks_change_nothing(text):
    plain = re.sub("\r\n", "\n", text)
    words = [re.sub("\r\n", "\n", sentence) for sentence in shown(plain.replace("\n", "\r\n"))]
    assert words == shown(plain)


@pytest.mark.parametrize(
    ("spans", "words"),
    [
        ([(0, 4)], "after 4 is in no sentence"),
        ([(1, 9)], "between 0 and 1"),
        ([(0, 4), (3, 9)], "3-9 is empty, out of range or out of order"),
        ([(5, 9), (0, 4)], "between 0 and 5"),
        ([(0, 4), (5, 10)], "out of range"),
        ([(0, 4), (4, 4), (5, 9)], "empty"),
        ([(-2, 9)], "out of range"),
    ],
)
def test_check_refuses_spans_that_lose_or_repeat_a_character(spans, words):
    with pytest.raises(BadSpans, match=words):
        check("One. Two.", spans)


def test_importing_the_splitter_does_not_load_the_library():
    code = "import sys, annotator.text.sentences; assert 'nupunkt' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


# The development documents lie beside a checkout of the whole project; a package has none.


@pytest.mark.skipif(not SHARED.exists(), reason="no development documents beside this checkout")
def test_no_source_scores_lower_than_before():
    floor = json.loads((DATA / "segmentation_scores.json").read_text(encoding="utf-8"))
    scores = score()
    assert scores.keys() == floor.keys()
    for source, was in floor.items():
        now = scores[source]
        assert now["bad"] == 0, source
        for measure in ("f1", "exact"):
            assert now[measure] >= was[measure], (source, measure)


def score():
    """Run the scorer's own functions on our sentences, one row per source."""
    scorer = runpy.run_path(os.fspath(SHARED / "score.py"))
    tallies = {}
    for gold in scorer["read_jsonl"](SHARED / "dev.jsonl"):
        tally = scorer["score_doc"](gold, split(gold["text"]), None)
        for source in (gold["source"], "all"):
            tallies.setdefault(source, scorer["Tally"]()).add(tally)
    return {
        source: {
            "f1": round(200 * one.tp / (2 * one.tp + one.fp + one.fn), 2),
            "exact": round(200 * one.exact / (one.pred + one.gold), 2),
            "bad": one.problem_docs,
        }
        for source, one in sorted(tallies.items())
    }
