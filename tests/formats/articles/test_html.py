"""Web pages: the article in them, or a clear refusal; nothing in them runs, is fetched or grows."""

import importlib
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slow_cases import slow

from annotator.errors import RefusedError
from annotator.formats.articles import html
from annotator.text import sentences
from annotator.work.articles.storing import read_file

WORDS = [
    "Diplomats of both countries met in Geneva on Friday to resume the talks on Syria.",
    "Mr. Orlov said that nobody had expected so much of a single meeting between ministers.",
    "The next round is planned for June, officials said, although no day has been agreed upon.",
]
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>Talks resume in Geneva | The Herald</title>
<meta property="og:title" content="Talks resume in Geneva">
<meta property="og:site_name" content="The Herald">
<meta property="article:published_time" content="2019-05-03T10:00:00Z">
<meta name="author" content="Jane Roe"><script>alert("no")</script></head>
<body><nav><a href="/">Home</a> <a href="/world">World</a></nav>
<article><h1>Talks resume in Geneva</h1>{body}</article>
<footer>All rights reserved</footer><script>document.write("no")</script></body></html>"""


@pytest.fixture
def _extra():
    pytest.importorskip("trafilatura")


def page(words=WORDS, **replaced):
    text = PAGE.replace("{body}", "".join(f"<p>{each}</p>" for each in words))
    for old, new in replaced.items():
        text = text.replace(old, new)
    return text


@pytest.mark.usefixtures("_extra")
def test_an_article_is_found_with_title_date_author_and_publisher():
    draft = read_file("talks.html", page().encode())
    assert draft.text == "\n\n".join(["Talks resume in Geneva", *WORDS])
    assert [each.segment for each in draft.outline.sentences][:2] == ["headline", "body"]
    assert (draft.key, draft.title, draft.published_on.isoformat()) == (
        "talks",
        "Talks resume in Geneva",
        "2019-05-03",
    )
    assert (draft.author, draft.publisher) == ("Jane Roe", "The Herald")
    assert draft.metadata["extracted_by"].startswith("trafilatura-")
    assert "Extracted from a web page" in draft.warnings[0]
    assert "alert" not in draft.text


@pytest.mark.usefixtures("_extra")
@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        (page(["„Das ist gut für alle“, sagte Müller am späten Freitag in Genf." * 3]), "utf-8"),
        (
            page(["Das ist gut für alle, sagte Müller am späten Freitag in Genf. " * 3]).replace(
                "utf-8", "iso-8859-1"
            ),
            "cp1252",
        ),
        (
            page(["Министры двух стран встретились в Женеве в пятницу. " * 4]).replace(
                "utf-8", "windows-1251"
            ),
            "cp1251",
        ),
    ],
)
def test_a_page_is_decoded_as_it_declares(raw, encoding):
    draft = read_file("a.html", raw.encode(encoding))
    assert draft.encoding == encoding
    assert any(word in draft.text for word in ("Müller", "Женеве"))


@pytest.mark.usefixtures("_extra")
@pytest.mark.parametrize(
    ("raw", "cause"),
    [
        (page(["Müller sagte nichts. "]).encode("cp1252"), "but its bytes are not valid in it"),
        (page().replace("utf-8", "no-such-thing").encode(), "unknown encoding"),
        (page().replace("utf-8", "rot13").encode(), "unknown encoding"),
        (page().replace("utf-8", "utf-16").encode(), "unknown encoding"),
        (b"<html><body></body></html>", "no article was found"),
        (b"", "empty"),
        (b"<p>one\0two</p>", "NUL"),
        (b"%PDF-1.7", "PDF"),
        (b"<p>" + b"x" * html.LARGEST_PAGE, "larger than 5 MB"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_cause(raw, cause):
    with pytest.raises(RefusedError, match=cause):
        read_file("a.html", raw)


@pytest.mark.usefixtures("_extra")
def test_entities_do_not_grow_and_nothing_is_opened():
    bomb = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    head = f'<!DOCTYPE html [<!ENTITY l0 "lol"><!ENTITY f SYSTEM "file:///etc/passwd">{bomb}]>'
    begun = time.monotonic()
    try:
        text = read_file("a.html", (head + page([*WORDS, "And &l11; and &f;."])).encode()).text
    except RefusedError:
        text = ""
    assert time.monotonic() - begun < 20
    assert len(text) < 10_000
    assert "root:" not in text


@pytest.mark.usefixtures("_extra")
def test_a_page_nested_without_end_is_read_or_refused():
    raw = (b"<div>" * 100_000) + page().encode()
    begun = time.monotonic()
    try:
        read_file("a.html", raw)
    except RefusedError as error:
        assert str(error)  # noqa: PT017
    assert time.monotonic() - begun < 20


@slow
@pytest.mark.usefixtures("_extra")
@given(
    st.lists(
        st.text(st.characters(exclude_categories=("Cs",)), min_size=30, max_size=120),
        min_size=3,
        max_size=6,
    )
)
def test_whatever_is_found_its_sentences_hold_every_character(words):
    from html import escape

    try:
        draft = read_file("a.html", page([escape(each) for each in words]).encode())
    except RefusedError as error:
        assert str(error)  # noqa: PT017
        return
    sentences.check(draft.text, [(each.start, each.end) for each in draft.outline.sentences])


def test_without_the_extra_it_says_which_command_installs_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "trafilatura", None)

    def absent(name):
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    monkeypatch.setattr(importlib, "import_module", absent)
    with pytest.raises(html.MissingExtraError, match=r"pip install 'annotator\[extract\]'"):
        read_file("a.html", page().encode())


@pytest.mark.usefixtures("_extra")
@pytest.mark.parametrize(
    "author", ["A. Writer", "John F. Kennedy Jr.", "M. R. Roe; J. Doe", "Zoë Ö. Müller", "Jane Roe"]
)
def test_the_initials_of_an_author_keep_their_stops(author):
    raw = page(**{'content="Jane Roe"': f'content="{author}"'}).encode()
    assert read_file("talks.html", raw).author == author


@pytest.mark.usefixtures("_extra")
def test_what_nobody_sees_in_a_title_does_not_keep_a_page_out():
    raw = page(**{"Talks resume in Geneva": "Talks re&shy;sume in\u200b Geneva\ufeff"}).encode()
    assert read_file("talks.html", raw).title == "Talks resume in Geneva"


ENTRIES = [
    f"{time}: The envoy {said} in a long statement to reporters that went on for several minutes."
    for time, said in (("10:00", "arrived"), ("11:00", "denied it"), ("12:00", "left the hall"))
]


def test_a_live_blog_of_which_entries_are_missing_is_warned_about():
    entries = "".join(f"<article><h2>Update</h2><p>{each}</p></article>" for each in ENTRIES)
    teaser = "<article><p>Read more</p></article>"
    [said] = html.of_entries(f"<main>{entries}{teaser}</main>", ENTRIES[0])
    assert said.startswith("The page has 3 entries, as a live blog has; 2 of them are not in this")
    assert html.of_entries(f"<main>{entries}{teaser}</main>", "\n".join(ENTRIES)) == ()
    assert html.of_entries("<p>" + "<article" * 9 + "<" * 9, "Talks ended.") == ()


def test_a_notice_that_asks_for_consent_is_warned_about():
    wall = (
        "Before you continue: we and our partners use cookies to show advertising that fits. Accept"
        " all, or read our privacy policy and change your preferences."
    )
    [said] = html.of_no_article("<main></main>", wall)
    assert said.startswith("This reads like a notice that asks for consent")
    # An article may well be about cookies.
    assert html.of_no_article("", "\n".join([*WORDS * 5, wall])) == ()


def test_a_list_of_articles_is_warned_about():
    listed = "".join(f'<li><a class="t" href="/{n}">Talks {n}</a></li>' for n in range(30))
    [said] = html.of_no_article(f"<main><ul>{listed}</ul></main>", "Latest news on the talks.")
    assert said.startswith("The page has 30 links and only 5 words of text")
    assert html.of_no_article(f"<main><ul>{listed}</ul></main>", "\n".join(WORDS * 2)) == ()
