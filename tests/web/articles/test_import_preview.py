"""The first step of an import: everything is read and shown, nothing is stored."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from importlib.util import find_spec

import pytest
from lead_form import OTHER, TALKS, carried, file, preview, send, stored, upload
from slow_cases import slow
from werkzeug.datastructures import MultiDict
from werkzeug.test import encode_multipart

from annotator.paths import SAMPLES
from annotator.web.articles import import_form

PATH = "/projects/us-russia/import"


@pytest.fixture
def lea(browser):
    return browser("lea")


def test_the_form_takes_files_and_a_paste(lea):
    text = lea.get(PATH).text
    assert 'type="file"' in text
    assert "multiple" in text
    assert 'enctype="multipart/form-data"' in text
    assert "at most 20 MB in total" in text


def test_a_file_is_shown_as_it_would_be_stored(lea):
    page = preview(lea, "us-russia", ("talks.txt", TALKS)).text
    assert "Talks resume in Geneva" in page
    assert "Key talks · 3 May 2019" in page
    assert "4 sentences: 1 headline, 1 date line, 2 body" in page
    assert "Diplomats met on Friday." in page
    assert "Nothing has been stored yet." in page
    assert "Add 1 article<" in page
    assert stored() == (0, 0)


def test_a_folder_is_read_with_its_folders_and_without_what_is_hidden(lea):
    files = [
        ("news/b.txt", OTHER),
        ("news/2019/a.txt", TALKS),
        ("news/2019/c.pdf", b"%PDF-1.7"),
    ]
    hidden = [("news/.DS_Store", b"\x00"), ("news/.git/c.txt", b"Nobody chose this.")]
    parts = [file(name, raw) for name, raw in [*files, *hidden]]
    page = send(lea, PATH, upload(folder=parts), 422).text
    assert "2 of 3 files can be added" in page
    assert page.index("a.txt") < page.index("c.pdf") < page.index("b.txt")
    assert "c.pdf</bdi>: it is a PDF file (by its name)" in page
    assert "DS_Store" not in page
    assert "Nobody chose this" not in page


@pytest.mark.parametrize(("rows", "said"), [(2, "Other articles: 1"), (3, "Other articles: 2")])
def test_what_else_a_file_holds_is_named_in_words(lea, rows, said):
    table = "text\n" + "".join(f"Article {number}.\n" for number in range(rows))
    page = preview(lea, "us-russia", ("rows.csv", table.encode())).text
    assert f"<summary>{said}</summary>" in page


def test_several_files_are_read_and_a_bad_one_is_named(lea):
    page = preview(
        lea, "us-russia", ("a.txt", TALKS), ("b.pdf", b"%PDF-1.7"), ("c.txt", OTHER), status=422
    )
    assert "2 of 3 files can be added" in page.text
    assert "b.pdf</bdi>: it is a PDF file (by its name)" in page.text
    assert "Add 2 articles<" in page.text
    assert len(carried(page)) == 2
    assert stored() == (0, 0)


@pytest.mark.parametrize(
    ("name", "raw", "cause"),
    [
        ("a.txt", b"", "the file is empty"),
        ("a.txt", b"one\0two three", "NUL"),
        ("a.txt", "A line of text.".encode("utf-16-le"), "UTF-16 without a byte order mark"),
        ("a.txt", b"%PDF-1.7", "this is a PDF file"),
        ("a.txt", b"PK\x03\x04zip", "this is a ZIP archive"),
        ("a.txt", b"\x7fELF\x02\x01\x01\x00 code", "binary file"),
        ("a.txt", b"--- ...", "no sentence found"),
        ("a.zip", TALKS, "its name says ZIP, but it is none"),
        pytest.param(
            "a.xml",
            b"<p>Talks.</p>",
            "XML",
            marks=pytest.mark.skipif(not find_spec("lxml"), reason="needs the extra archives"),
        ),
        ("k" * 121 + ".txt", TALKS, "121 characters"),
        ("a\u202etxt", TALKS, "right-to-left override"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_cause(lea, name, raw, cause):
    page = preview(lea, "us-russia", (name, raw), status=422)
    assert cause in page.text
    assert "This file will not be stored" in page.text
    assert carried(page) == []
    assert stored() == (0, 0)


@slow
def test_eight_uploads_of_exclamation_marks_leave_the_server_answering(browser, lea):
    """At 200,000 each of these held its thread for a minute and a half."""
    text = (b"x " + b"!" * 200_000 + b" x.\n") * 3

    def post(one):
        boundary, body = encode_multipart(MultiDict(upload(("run.txt", text))))
        kind = f"multipart/form-data; boundary={boundary}"
        headers = {"X-CSRFToken": one.token}
        return Context().run(
            one.client.post, PATH, data=body, content_type=kind, headers=headers, buffered=True
        )

    people = [browser("lea") for _ in range(8)]
    for one in people:
        one.get(PATH)
    with ThreadPoolExecutor(len(people)) as pool:
        waiting = [pool.submit(post, one) for one in people]
        assert lea.get("/healthz").text == "ok\n"
        assert lea.get(PATH).status_code == 200
        replies = [each.result() for each in waiting]
    assert {reply.status_code for reply in replies} == {422}
    assert all("contains a sentence of 200,002 characters" in reply.text for reply in replies)
    assert stored() == (0, 0)


def test_names_lose_their_folders_and_what_nobody_sees(lea):
    page = preview(lea, "us-russia", ("../../etc/a\u202eb.txt", TALKS), status=422).text
    assert "etc" not in page
    assert "a\ufffdb.txt" in page


def test_markup_in_a_text_is_shown_as_text(lea):
    raw = b"<script>alert(1)</script>\n\n<b>He</b> left.\n"
    page = preview(lea, "us-russia", ("<i>a</i>.txt", raw)).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_text_that_is_here_already_is_refused_with_its_key(lea, article):
    raw = (SAMPLES / "000_96e20d9a8f8d9c95.txt").read_bytes()
    page = preview(lea, "us-russia", ("again.txt", raw), status=422).text
    assert "the same text is already in this project as article “000_96e20d9a8f8d9c95”" in page
    page = preview(lea, "us-russia", ("000_96e20d9a8f8d9c95.txt", TALKS), status=422).text
    assert "already an article “000_96e20d9a8f8d9c95” with another text" in page


def test_the_same_text_twice_in_one_batch_is_refused(lea):
    page = preview(lea, "us-russia", ("a.txt", TALKS), ("b.txt", TALKS), status=422).text
    assert "already in this import as “a”" in page


def test_a_paste_is_kept_and_can_have_a_title(lea):
    page = preview(lea, "us-russia", key="004", title="My title", text="One. Two.\r\nThree.")
    assert '<p class="title" dir="auto"><bdi>My title</bdi></p>' in page.text
    assert 'value="004"' in page.text
    assert "One. Two.\r\nThree.</textarea>" in page.text


def test_nothing_is_said_of_a_missing_headline_where_a_title_is_given(lea):
    missing = "No headline found"
    table = b"text,title\nTalks went on.,%s\n"
    assert missing in preview(lea, "us-russia", ("a.csv", table % b"")).text
    assert missing not in preview(lea, "us-russia", ("b.csv", table % b"Talks")).text
    assert missing in preview(lea, "us-russia", key="004", text="Talks went on.").text
    page = preview(lea, "us-russia", key="004", text="Talks went on.", title="Talks")
    assert missing not in page.text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Choose a file or paste a text."),
        ({"text": "   \r\n "}, "Choose a file or paste a text."),
        ({"text": "One. Two."}, "Enter a key for the text"),
        ({"text": "One. Two.", "key": "k" * 121}, "longer than 120"),
        ({"text": "One. Two.", "key": "a", "title": "t" * 501}, "longer than 500"),
        ({"text": "One\0two.", "key": "a"}, "NUL"),
        ({"text": "One.", "key": "a\x07b"}, "control character"),
        ({"text": "One.", "key": "..."}, "no letter"),
    ],
)
def test_a_wrong_form_is_422_and_says_why(lea, fields, said):
    page = preview(lea, "us-russia", status=422, **fields)
    assert said in page.text
    assert stored() == (0, 0)


def test_too_many_files_are_refused(lea, monkeypatch):
    monkeypatch.setattr(import_form, "MOST_FILES", 1)
    page = preview(lea, "us-russia", ("a.txt", TALKS), ("b.txt", OTHER), status=422)
    assert "At most 1 files at once" in page.text


def test_more_than_twenty_megabytes_are_413_with_both_sizes(lea):
    raw = b"a " * (11 * 1024 * 1024)
    page = preview(lea, "us-russia", ("a.txt", raw), status=413)
    assert "This file is too large: 22 MB, at most 20 MB in total." in page.text
    page = preview(lea, "us-russia", ("a.txt", b"b " * (16 * 1024 * 1024)), status=413)
    assert "This file is too large: 32 MB, at most 20 MB in total." in page.text
    assert stored() == (0, 0)


def test_other_forms_stay_small(browser, settings, article):
    path, fields = "/projects/us-russia/assign", {"keys": "x" * (2 * 1024 * 1024)}
    page = send(browser("lea"), path, fields, 413)
    assert "too large" in page.text


def test_annotators_and_adjudicators_are_403_and_strangers_404(browser):
    for name, status in (("ann", 403), ("cleo", 403), ("dan", 404)):
        browser(name).get(PATH, status)
        send(browser(name), PATH, upload(("a.txt", TALKS)), status)
    browser("lea").get("/projects/none/import", 404)


def test_nobody_is_sent_to_sign_in(browser):
    assert browser().get(PATH, 303).location.startswith("/sign-in?next=")
    send(browser(), PATH, upload(("a.txt", TALKS)), 401)


def test_without_the_token_nothing_is_read(lea):
    send(lea, PATH, upload(("a.txt", TALKS)), 400, csrf=False)


def test_a_language_that_no_text_told_is_called_assumed(browser, project):
    short = preview(browser("lea"), "us-russia", ("short.txt", b"Talks fail\n\nHe left.\n"))
    assert "English (assumed)" in short.text
    words = b"Talks fail\n\n" + b"The ministers of both countries left without an agreement. " * 3
    long = preview(browser("lea"), "us-russia", ("long.txt", words))
    assert "English (detected)" in long.text
