"""Whatever shape a download has: each article comes back with its text and its fields."""

import io
import json
from dataclasses import replace
from datetime import date

import pytest
from archive_writers import SHAPES, Written, nexis_docx, plain_docx, plain_odt, plain_rtf, rtf
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slow_cases import slow

from annotator.errors import RefusedError
from annotator.formats.articles import choosing
from annotator.formats.articles.faults import Faults
from annotator.work.articles.storing import read_articles

for library in ("docx", "striprtf", "openpyxl", "lxml"):
    pytest.importorskip(library)

ENGLISH = (
    Written(),
    Written(
        "Markets: prices fall & rise again",
        (
            "“Nobody knows,” the minister said; <b>prices</b> fell by 3.5 % on Monday - again.",
            "MOSCOW: A second look — at 12.03.2018 — shows what the figures of May 3, 2018 were"
            " worth, and the report of 120 pages says how much longer a paragraph can be that no"
            " column holds.",
            "“That is all.”",
        ),
        "Evening Post (London)",
        "John Doe and Mary Major",
        date(2019, 12, 31),
        "Business",
        "A7",
        2,
    ),
)
RUSSIAN = (
    Written(
        "Переговоры продолжатся",
        ("Дипломаты встретились в Женеве в пятницу.", "Стороны встретятся 12 марта 2018 года."),
        "Известия",
        "Иван Петров",
        date(2018, 3, 12),
    ),
    Written("Цены растут", ("Министр не знает, почему.",), "Коммерсантъ", "А. Сидоров", number=2),
)


def texts_for(shape):
    return RUSSIAN if shape.database == "Integrum" else ENGLISH


def check(shape, article, draft):
    """Hold what every reader promises."""
    kept = draft.metadata
    found = {
        "title": draft.title,
        "publisher": draft.publisher,
        "author": draft.author,
        "day": draft.published_on,
        "section": kept.get("section"),
        "page": kept.get("page"),
        "words": draft.declared_words,
        "language": draft.language,
        "database": kept["database"],
    }
    wanted = {
        "title": article.title,
        "publisher": article.publisher,
        "author": article.author,
        "day": article.day,
        "section": article.section,
        "page": article.page,
        "words": article.declared,
        "language": "en",
        "database": shape.database,
    }
    assert {name: value for name, value in found.items() if name not in shape.lacks} == {
        name: value for name, value in wanted.items() if name not in shape.lacks
    }
    assert draft.text == "\n\n".join([article.title, *article.paragraphs])
    headlines = [each.text for each in draft.outline.sentences if each.segment == "headline"]
    assert " ".join(headlines) == article.title


CASES = [
    pytest.param(shape, language, id=f"{name} {language}")
    for name, shape in SHAPES.items()
    for language in shape.languages
]


@pytest.mark.parametrize(("shape", "language"), CASES)
def test_articles_come_back_with_text_and_fields(shape, language):
    articles = texts_for(shape)
    drafts = list(read_articles(shape.name, shape.write(articles, language)))
    assert [draft.number for draft in drafts] == [1, 2]
    for article, draft in zip(articles, drafts, strict=True):
        check(shape, article, draft)
        assert not [said for said in draft.warnings if "declares" in said]
    assert len({draft.key for draft in drafts}) == 2


LISTED = (
    "talks peace “never” Mr. U.S. said 12 3.5% and/or e-mail café naïve — (sic) & <i> A&E"
    " Müller’s O'Neill 2018: war, $5bn #1 50%-60% [no] {x} back\\slash"
)
WORDS = st.sampled_from(LISTED.split())
RUSSIAN_LISTED = "мир война сказал 12 и «никогда» г. ООН — (нет) & цена, 3,5 % Ёлкин"
RUSSIAN_WORDS = st.sampled_from(RUSSIAN_LISTED.split())


def sentences(words):
    made = st.lists(words, min_size=2, max_size=30).map(" ".join)
    return st.lists(made, min_size=1, max_size=3).map(lambda parts: f"The {'. It '.join(parts)}.")


def articles(words):
    titles = st.lists(words, min_size=2, max_size=8).map(lambda own: f"News {' '.join(own)} end")
    names = st.sampled_from(["Jane Roe", "John O’Hara", "Émile Zola"])
    one = st.builds(
        Written,
        title=titles,
        paragraphs=st.lists(sentences(words), min_size=1, max_size=4, unique=True).map(tuple),
        author=names if words is WORDS else st.just("Иван Петров"),
        publisher=st.sampled_from(["The Daily Courier", "Le Monde", "Post & Mail (London)"]),
        day=st.dates(date(1981, 1, 1), date(2026, 12, 31)),
    )
    return st.lists(one, min_size=1, max_size=4).map(
        lambda own: [replace(each, number=place) for place, each in enumerate(own, start=1)]
    )


@slow
@pytest.mark.parametrize(("shape", "language"), CASES)
@given(data=st.data())
@settings(max_examples=40, suppress_health_check=list(HealthCheck), deadline=None)
def test_any_article_comes_back(shape, language, data):
    words = RUSSIAN_WORDS if shape.database == "Integrum" else WORDS
    written = data.draw(articles(words))
    drafts = list(read_articles(shape.name, shape.write(written, language)))
    assert len(drafts) == len(written)
    for article, draft in zip(written, drafts, strict=True):
        check(shape, article, draft)


@pytest.mark.parametrize(
    ("name", "write"), [("a.docx", plain_docx), ("a.odt", plain_odt), ("a.rtf", plain_rtf)]
)
def test_a_document_of_one_article_is_one_article(name, write):
    (draft,) = read_articles(name, write(ENGLISH[0]))
    assert draft.text == "\n\n".join([ENGLISH[0].title, *ENGLISH[0].paragraphs])
    assert (draft.key, draft.title, draft.number) == ("a", ENGLISH[0].title, 0)
    assert draft.author == ("" if name == "a.rtf" else "Jane Roe")
    if name == "a.odt":
        assert draft.published_on == ENGLISH[0].day
        assert "day on which the document was created" in " ".join(draft.warnings)


def test_a_file_is_known_by_what_is_in_it_and_not_by_its_name():
    raw = nexis_docx(ENGLISH)
    assert [each.title for each in read_articles("download", raw)] == [
        each.title for each in read_articles("a.docx", raw)
    ]
    lexis = SHAPES["lexis txt"].write(ENGLISH, "en")
    assert len(list(read_articles("saved.doc", lexis))) == 2
    assert len(list(read_articles("saved.txt", SHAPES["lexis html"].write(ENGLISH, "en")))) == 2
    (whole,) = read_articles("a.txt", lexis, "txt")
    assert whole.number == 0


def test_the_document_number_is_the_key_and_a_second_one_of_it_gets_another():
    twice = [ENGLISH[0], replace(ENGLISH[0], title="Another edition")]
    drafts = list(read_articles("a.html", SHAPES["factiva bare"].write(twice, "en")))
    assert [draft.key for draft in drafts] == [
        "COURIE0020180110ee1a00001",
        "COURIE0020180110ee1a00001-2",
    ]
    (only,) = read_articles("nexis 7.docx", nexis_docx(ENGLISH[:1]))
    assert only.key == "nexis 7-0001"


def test_words_that_differ_from_the_declared_ones_are_told():
    articles = [
        replace(ENGLISH[0], words=ENGLISH[0].declared + 2),
        replace(ENGLISH[1], words=ENGLISH[1].declared * 2),
    ]
    near, far = read_articles("a.docx", nexis_docx(articles))
    assert not [said for said in near.warnings if "declares" in said]
    assert [said for said in far.warnings if "declares" in said] == [
        f"The file declares {articles[1].words} words, {ENGLISH[1].declared} were read (50%"
        " difference): compare the text with the file."
    ]


def test_links_of_a_paragraph_get_back_the_space_at_their_edges():
    import docx
    from docx.oxml import OxmlElement

    document = docx.Document()
    document.add_paragraph("Title of it")
    paragraph = document.add_paragraph("It was in the")

    def link(words):
        made = OxmlElement("w:hyperlink")
        run = OxmlElement("w:r")
        text = OxmlElement("w:t")
        text.text = words
        run.append(text)
        made.append(run)
        paragraph._p.append(made)

    link("Guardian")
    paragraph.add_run("newspaper on Monday.")
    link("T")
    paragraph.add_run("rump’s letter, ")
    link("Brexit")
    paragraph.add_run(", was ")
    paragraph.add_run("un").bold = True
    paragraph.add_run("seen.")
    sink = io.BytesIO()
    document.save(sink)
    (draft,) = read_articles("a.docx", sink.getvalue())
    assert draft.text.split("\n\n")[1] == (
        "It was in the Guardian newspaper on Monday. Trump’s letter, Brexit, was unseen."
    )


def test_an_abstract_above_a_full_text_is_kept_beside_it():
    article = replace(
        ENGLISH[0], paragraphs=("ABSTRACT", "They met.", "FULL TEXT", "They met on Friday.")
    )
    (draft,) = read_articles("a.docx", nexis_docx([article]))
    assert draft.text == "Talks on the treaty resume\n\nThey met on Friday."
    assert draft.metadata["abstract"] == "They met."


def test_line_breaks_inside_a_paragraph_part_it():
    article = replace(ENGLISH[0], paragraphs=("One line.\nAnother line.", "The end."))
    (draft,) = read_articles("a.docx", nexis_docx([article]))
    assert draft.text.split("\n\n")[1:] == ["One line.", "Another line.", "The end."]


def test_an_undated_article_says_so_and_keeps_what_the_file_says():
    page = (
        SHAPES["factiva coded"].write(ENGLISH[:1], "en").replace(b"January 10, 2018", b"03/04/18")
    )
    (draft,) = read_articles("a.html", page)
    assert draft.published_on is None
    assert draft.metadata["date_as_written"] == "03/04/18"
    assert "The date “03/04/18” could not be read." in draft.warnings


def test_documents_that_a_cover_counts_and_nobody_finds_are_told():
    raw = SHAPES["lexis txt"].write(ENGLISH, "en").replace(b"2 of 2", b"4 of 4")
    first, _ = read_articles("a.txt", raw)
    assert "2 of the numbers are missing, the first is 2." in " ".join(first.warnings)


def test_a_table_of_contents_alone_is_refused():
    import docx

    document = docx.Document()
    for number in range(1, 5):
        document.add_paragraph(f"{number}. Talks")
        document.add_paragraph("Client/Matter: -None-")
    sink = io.BytesIO()
    document.save(sink)
    with pytest.raises(RefusedError, match="it is a table of contents without any article"):
        list(read_articles("a.docx", sink.getvalue()))


def test_a_list_of_media_cloud_without_texts_is_refused():
    raw = b"stories_id,publish_date,title,url,language,media_name\n1,2018-01-01,T,http://x,en,P\n"
    with pytest.raises(RefusedError, match="lists articles without their texts"):
        list(read_articles("a.csv", raw))


def test_each_broken_record_of_a_download_is_named_with_its_line():
    [row] = json.loads(SHAPES["news-please list"].write(ENGLISH[:1], "en"))
    rows = [json.dumps(row), "{", json.dumps(row | {"maintext": "", "title": ""}), "7"]
    faults = Faults()
    stream = io.BytesIO("\n".join(rows).encode())
    found = list(choosing.read(stream, "a.jsonl", "jsonl", {}, faults=faults))
    assert len(found) == 1
    assert [str(each).partition(":")[0] for each in faults.named] == ["line 2", "line 3", "line 4"]
    faults = Faults()
    raw = json.dumps([row, 7, row | {"maintext": "", "title": ""}]).encode()
    found = list(choosing.read(io.BytesIO(raw), "a.json", "json", {}, faults=faults))
    assert len(found) == 1
    assert [str(each).partition(":")[0] for each in faults.named] == ["article 2", "article 3"]


def test_columns_that_somebody_chose_go_before_what_is_recognised():
    raw = SHAPES["news-please list"].write(ENGLISH[:1], "en")
    (draft,) = read_articles("a.json", raw, columns={"text": "maintext"})
    assert draft.text == "\n".join(ENGLISH[0].paragraphs)


def test_addresses_of_links_in_rtf_are_no_text():
    raw = rtf(["Title of it", "They met HERE again."]).replace(
        b"HERE",
        b'{\\field{\\*\\fldinst{HYPERLINK "http://example.com"}}{\\fldrslt {\\ul in Geneva}}}',
    )
    (draft,) = read_articles("a.rtf", raw)
    assert draft.text == "Title of it\n\nThey met in Geneva again."


WEB = (
    "<html><head><title>{title}</title><script>1</script></head><body><h1>{title}</h1>"
    "<p class='articleParagraph'>ProQuest has the full text: {text}</p><p>{text} {text}</p>"
    "<a href='#c'>Комментарии</a><a name='c'></a><p>12.03.2018 Иван: спасибо за статью.</p></body>"
)


@pytest.mark.parametrize("title", ["Talks at Factiva", "Переговоры продолжатся"])
def test_a_page_of_the_web_is_no_download(title):
    pytest.importorskip("trafilatura")
    text = "Diplomats met in Geneva on Friday and agreed on nothing at all, they said. " * 4
    (draft,) = read_articles("a.html", WEB.format(title=title, text=text).encode())
    assert draft.database == ""
    assert draft.metadata["extracted_by"].startswith("trafilatura")


def test_days_that_begin_with_a_number_are_no_numbered_titles():
    many = [replace(ENGLISH[0], title=f"Talks {number}", number=number) for number in range(1, 7)]
    for name in ("lexis rtf", "factiva rtf"):
        drafts = list(read_articles("a.rtf", SHAPES[name].write(many, "de")))
        assert [each.title for each in drafts] == [each.title for each in many]
