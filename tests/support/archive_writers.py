"""Downloads as news databases write them, made of any articles: for the tests of their readers.

Each writer takes articles and the language of the interface and returns the bytes of a file. They
imitate the shapes, not the texts, of real downloads.
"""

import csv
import io
import json
import textwrap
import zipfile
from dataclasses import dataclass, field
from datetime import date
from html import escape
from xml.sax.saxutils import escape as xml_escape
from xml.sax.saxutils import quoteattr

MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",  # noqa: E501
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
}
DAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
    "ru": "понедельник вторник среда четверг пятница суббота воскресенье",
}
WORDS = {"en": "words", "de": "Wörter", "fr": "mots", "es": "palabras", "ru": "слов", "zh": "字",
         "ko": "단어"}  # fmt: skip
ENGLISH = {"en": "English", "de": "Englisch", "fr": "Anglais", "es": "Inglés", "ru": "Английский",
           "zh": "英语", "ko": "영어"}  # fmt: skip
FIRST_TEXT = "Diplomats met in Geneva on Friday and agreed on nothing."


@dataclass(frozen=True)
class Written:
    """An article to write, in English."""

    title: str = "Talks on the treaty resume"
    paragraphs: tuple[str, ...] = (FIRST_TEXT, "Both sides will meet again next week, they said.")
    publisher: str = "The Daily Courier"
    author: str = "Jane Roe"
    day: date = date(2018, 1, 10)
    section: str = "Politics"
    page: str = "12"
    number: int = 1
    words: int = field(default=-1)

    @property
    def declared(self):
        return (
            self.words
            if self.words >= 0
            else sum(
                any(map(str.isalnum, word)) for text in self.paragraphs for word in text.split()
            )
        )

    @property
    def accession(self):
        return f"COURIE00{self.day:%Y%m%d}ee1a{self.number:05d}"


def day_of(article, language):
    """Write a day as an interface does, with its weekday where there is one."""
    day = article.day
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    if language == "ko":
        return f"{day.year}년 {day.month}월 {day.day}일"
    month = MONTHS[language].split()[day.month - 1]
    week = DAYS[language].split()[day.weekday()]
    return {
        "en": f"{month} {day.day}, {day.year} {week}",
        "de": f"{day.day}. {month} {day.year} {week}",
        "fr": f"{day.day} {month} {day.year} {week}",
        "es": f"{day.day} de {month} de {day.year} {week}",
        "ru": f"{day.day} {month} {day.year} {week}",
    }[language]


def plain_day(article, language):
    """Write a day as Factiva does."""
    return (
        day_of(article, language).rsplit(" ", 1)[0]
        if language not in "zhko"
        else day_of(article, language)
    )


NEXIS = {
    "en": ("Section", "Length", "Byline", "Language", "Load-Date", "End of Document"),
    "de": ("Rubrik", "Länge", "Autor", "Sprache", "Ladedatum", "Ende des Dokuments"),
    "fr": ("Rubrique", "Longueur", "Auteur", "Langue", "Date-Chargement", "Fin du document"),
    "es": ("Sección", "Longitud", "Autoría", "Idioma", "Fecha-de-carga", "Fin del documento"),
}


def nexis_docx(articles, language="en", *, cover=True):
    """Write a download of Nexis Uni."""
    import docx
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    document = docx.Document()
    section, length, byline, tongue, load, end = NEXIS[language]

    def line(text, mark=""):
        paragraph = document.add_paragraph(text)
        if mark:
            start = OxmlElement("w:bookmarkStart")
            start.set(qn("w:id"), "1")
            start.set(qn("w:name"), mark)
            paragraph._p.append(start)
        return paragraph

    if cover:
        line("Date and Time: Friday, 5. July 2019 09:31:00 CEST")
        line(f"Documents ({len(articles)})")
        for number, each in enumerate(articles, start=1):
            line(f"{number}. {each.title}")
            line("Client/Matter: -None-")
            line("Search Terms: treaty")
    for number, each in enumerate(articles):
        line("", f"Bookmark_{number + 1}")
        line(each.title)
        line(each.publisher)
        line(day_of(each, language) + (" 10:36 EST" if language == "en" else ""))
        line("")
        line(f"Copyright {each.day.year} The Courier Group. All Rights Reserved")
        line(f"{section}:\u00a0{each.section}")
        line(f"{length}:\u00a0{each.declared} {WORDS[language]}")
        line(f"{byline}:\u00a0{each.author}")
        line({"en": "Body", "de": "Haupttext", "fr": "Corps", "es": "Cuerpo"}[language],
             "Body" if not number else f"Body_{number - 1}")  # fmt: skip
        line("")
        for paragraph in each.paragraphs:
            line(paragraph)
            line("")
        line({"en": "Classification"}.get(language, "Klassifizierung"), f"Classification_{number}")
        line(f"{tongue}:\u00a0{ENGLISH[language].upper()}")
        line(f"{load}:\u00a0{day_of(each, language)}")
        line(end)
    sink = io.BytesIO()
    document.save(sink)
    return sink.getvalue()


def nexis_zip(articles, language="en"):
    """Write a download of one DOCX for each article, with something else beside them."""
    files = {
        f"{number:02d}.docx": nexis_docx([each], language, cover=False)
        for number, each in enumerate(articles, start=1)
    }
    return packed({**files, "__MACOSX/._01.docx": b"x", "read me.txt": b"Thank you."})


def packed(files):
    """Return a ZIP archive."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, raw in files.items():
            pack.writestr(name, raw)
    return sink.getvalue()


LEXIS = {
    "en": ("of", "DOCUMENTS", "BYLINE", "SECTION", "LENGTH", "LOAD-DATE", "LANGUAGE"),
    "de": ("von", "DOKUMENTEN", "AUTOR", "RUBRIK", "LÄNGE", "UPDATE", "SPRACHE"),
    "fr": ("sur", "DOCUMENTS", "AUTEUR", "RUBRIQUE", "LONGUEUR", "DATE-CHARGEMENT", "LANGUE"),
    "es": ("de", "DOCUMENTOS", "AUTOR", "SECCION", "LONGITUD", "FECHA-CARGA", "IDIOMA"),
}
RIGHTS = "Copyright 2018 The Courier Group\nAll Rights Reserved"


def lexis_parts(articles, language):
    """Yield the paragraphs of each article: heads, texts and tails."""
    of, documents, byline, section, length, load, tongue = LEXIS[language]
    for number, each in enumerate(articles, start=1):
        heads = [
            f"{number} {of} {len(articles)} {documents}",
            each.publisher,
            day_of(each, language),
            each.title,
            f"{byline}: {each.author}",
            f"{section}: {each.section}",
            f"{length}: {each.declared} {WORDS[language]}",
        ]
        tails = [f"{load}: {day_of(each, language)}", f"{tongue}: {ENGLISH[language].upper()}",
                 "PUBLICATION-TYPE: Newspaper"]  # fmt: skip
        yield heads, each.paragraphs, tails


def lexis_txt(articles, language="en"):
    """Write a text file of LexisNexis, wrapped at 78 columns."""
    lines = ["\ufeff\n\nDownload Request: Selected Items\n\n"]
    for heads, texts, tails in lexis_parts(articles, language):
        lines += [f"{each:^78}\n\n" for each in heads[:3]]
        for each in (*heads[3:], *texts, *tails):
            lines.append(textwrap.fill(each, 78, break_long_words=False, break_on_hyphens=False))
            lines.append("\n\n")
        lines += [f"{each:^78}\n" for each in RIGHTS.split("\n")] + ["\n"]
    return "".join(lines).encode()


def lexis_html(articles, language="en"):
    """Write a page of LexisNexis: classes that mean nothing, labels in bold."""
    out = ["<HTML><HEAD><TITLE>&nbsp;</TITLE></HEAD><BODY>"]
    for number, (heads, texts, tails) in enumerate(lexis_parts(articles, language), start=1):
        out.append(f"<!-- Hide XML section from browser\n<DOC NUMBER={number}>\n<DOCFULL> -->")
        out += [f'<BR><DIV CLASS="c0"><P><SPAN>{escape(each)}</SPAN></P></DIV>'
                for each in heads[:4]]  # fmt: skip
        out += map(lexis_field, heads[4:])
        out.append('<BR><DIV CLASS="c5">')
        out += [f'<P CLASS="c9"><SPAN CLASS="c2">{escape(each)}</SPAN></P>' for each in texts]
        out.append("</DIV>")
        out += map(lexis_field, tails)
        out.append(f"<BR><DIV><P><SPAN>{RIGHTS.replace(chr(10), '<BR>')}</SPAN></P></DIV>")
        out.append("<!-- Hide XML section from browser\n</DOCFULL>\n</DOC> -->")
    return "\n".join([*out, "</BODY></HTML>"]).encode()


def lexis_field(line):
    """Write a field of a page."""
    label, _, value = line.partition(":")
    return (
        f'<BR><DIV CLASS="c5"><P CLASS="c6"><SPAN CLASS="c8">{label}: </SPAN>'
        f'<SPAN CLASS="c2">{escape(value.strip())}</SPAN></P></DIV>'
    )


def rtf(lines):
    """Write an RTF document of these lines, with a link that has an address."""

    def written(line):
        signs = []
        for sign in line:
            if sign in "\\{}":
                signs.append("\\" + sign)
            elif ord(sign) < 128:
                signs.append(sign)
            else:
                wide = sign.encode("utf-16-le")
                signs += [
                    f"\\u{int.from_bytes(wide[at : at + 2], 'little', signed=True)}?"
                    for at in range(0, len(wide), 2)
                ]
        return "".join(signs)

    body = "\\par\n".join(map(written, lines))
    fonts = "{\\fonttbl{\\f0\\fnil\\fcharset0 Arial;}}"
    picture = "{\\pict\\pngblip " + "0a" * 400 + "}"
    return f"{{\\rtf1\\ansi\\ansicpg1252{fonts}{picture}\\f0 {body}\\par\n}}".encode()


def lexis_rtf(articles, language="en"):
    """Write an RTF document of LexisNexis."""
    lines = []
    for heads, texts, tails in lexis_parts(articles, language):
        lines += [*heads, *texts, *tails, *RIGHTS.split("\n"), ""]
    return rtf(lines)


def factiva_bare_lines(each, language):
    """Return the lines above the text of an article without codes."""
    return [
        each.section,
        f"{each.declared} {WORDS[language]}",
        plain_day(each, language),
        "02:15",
        each.publisher,
        "COURIE",
        "Late Edition - Final",
        each.page,
        ENGLISH[language],
        f"(c) {each.day.year} The Courier Group.",
    ]


def factiva_coded_html(articles, language="en"):
    """Write a page of Factiva with codes."""
    out = ["<html><head><title>Factiva</title></head><body>"]
    for each in articles:
        texts = "".join(f'<p class="articleParagraph">{escape(p)}</p>' for p in each.paragraphs[1:])
        lead = f'<p class="articleParagraph">{escape(each.paragraphs[0])}</p>'
        rows = [
            ("SE", escape(each.section)), ("HD", f"<b>{escape(each.title)}</b>"),
            ("BY", escape(each.author)), ("WC", f"{each.declared} {WORDS[language]}"),
            ("PD", plain_day(each, language)), ("SN", escape(each.publisher)), ("SC", "COURIE"),
            ("PG", each.page), ("LA", ENGLISH[language]), ("CY", "(c) 2018 The Courier Group"),
            ("LP", lead), ("TD", texts), ("NS", "gdip : International Relations"),
            ("AN", f"Document {each.accession}"),
        ]  # fmt: skip
        out.append('<div class="article enArticle"><table>')
        out += [f"<tr><td><b>{code}</b>&nbsp;</td><td>{cell}</td></tr>" for code, cell in rows
                if cell]  # fmt: skip
        out.append("</table><br/></div>")
    return "\n".join([*out, "</body></html>"]).encode()


def factiva_bare_html(articles, language="en"):
    """Write a page of Factiva without codes."""
    out = ["<html><head><title>Factiva</title></head><body>"]
    for each in articles:
        out.append('<div class="article enArticle">')
        out.append(f'<div id="hd"><span class="enHeadline">{escape(each.title)}</span></div>')
        out.append(f'<div class="author">{escape(each.author)}</div>')
        out += [f"<div>{escape(line)}</div>" for line in factiva_bare_lines(each, language)]
        out += [f'<p class="articleParagraph enarticleParagraph">{escape(p)}</p>'
                for p in each.paragraphs]  # fmt: skip
        out.append(f"<p>Document {each.accession}</p></div>")
    return "\n".join([*out, "</body></html>"]).encode()


def factiva_rtf(articles, language="en"):
    """Write an RTF document of Factiva."""
    lines = []
    for each in articles:
        section, *rest = factiva_bare_lines(each, language)
        lines += [each.title, "", section, f"By {each.author}", *rest, ""]
        for paragraph in each.paragraphs:
            lines += [paragraph, ""]
        lines += [f"Document {each.accession}", ""]
    return rtf([*lines, "Search Summary", "Text", "treaty"])


def factiva_xml(articles, _language="en"):
    """Write the XML of Factiva's retrieval interface."""
    out = ['<?xml version="1.0" encoding="utf-8"?><PPSResponse>'
           '<ppsArticleResponse xmlns="http://global.factiva.com/pps/2.0">']  # fmt: skip
    for each in articles:

        def part(texts):
            return "".join(f"<paragraph>{xml_escape(text)}</paragraph>" for text in texts)

        out.append(
            f"<article><accessionNo>{each.accession}</accessionNo><baseLanguage>EN</baseLanguage>"
            f"<byline>{xml_escape(each.author)}</byline>"
            f"<headline>{part([each.title])}</headline>"
            f"<leadParagraph>{part(each.paragraphs[:1])}</leadParagraph><pages>{each.page}</pages>"
            f"<publicationDate><date>{each.day}</date></publicationDate>"
            f"<sectionName>{xml_escape(each.section)}</sectionName>"
            f"<sourceName>{xml_escape(each.publisher)}</sourceName>"
            f"<tailParagraphs>{part(each.paragraphs[1:])}</tailParagraphs>"
            f"<wordCount>{each.declared}</wordCount></article>"
        )
    return "".join([*out, "</ppsArticleResponse></PPSResponse>"]).encode()


def europresse_number(each):
    return f"news·{each.day:%Y%m%d}·CO·{each.number:05d}"


def europresse_header(each):
    week = DAYS["fr"].split()[each.day.weekday()]
    month = MONTHS["fr"].split()[each.day.month - 1]
    return f"{each.section}, {week} {each.day.day} {month} {each.day.year}, p. {each.page}"


def europresse_new(articles, _language="fr"):
    """Write a page of Europresse as it is now."""
    out = ['<!DOCTYPE html><html><head><meta charset="utf-8"><title></title></head><body>']
    for each in articles:
        texts = "".join(f"<p>{escape(text)}</p>" for text in each.paragraphs)
        out.append(
            f'<article><header><div><span class="DocPublicationName">{escape(each.publisher)}   '
            f'</span></div><div><span class="DocHeader">{escape(europresse_header(each))}</span>'
            f"</div><div><p>{escape(each.section.upper())}</p></div>"
            f'<div class="titreArticle"><p class="titreArticleVisu">{escape(each.title)}</p></div>'
            f"<div>{escape(each.author)}</div></header><section><div class='DocText'>"
            f"<div class='docOcurrContainer'>{texts}</div></div></section>"
            "<footer><small>© 2018 The Courier Group. Tous droits réservés.</small>"
            f"<p>Numéro de document : {europresse_number(each)}</p></footer></article>"
        )
    return "\n".join([*out, "</body></html>"]).encode()


def europresse_old(articles, _language="fr"):
    """Write a page of Europresse as it was, which says another encoding than its own."""
    out = ['<html><head><META http-equiv="Content-Type" content="text/html; charset=ISO-8859-1">'
           "</head><body>"]  # fmt: skip
    for each in articles:
        texts = "".join(f"{escape(text)}<p></p>" for text in each.paragraphs)
        section, week, page = europresse_header(each).split(", ")
        out.append(
            '<table><tr><td><table id="tbHeaderImages"><tr><td></td></tr></table>'
            f'<span class="DocPublicationName">{escape(each.publisher)}</span><br>'
            f'<span class="DocHeader">{escape(section)}, </span>'
            f'<span class="DocHeader">{week}</span><span class="DocHeader">, {page}</span><br><br>'
            f'<span class="TitreArticleVisu">{escape(each.title)}</span><br><br>'
            f"{escape(each.author)}<br><p></p>{texts}"
            "<b><i>© 2018 The Courier Group. Tous droits réservés.</i></b><p></p>"
            f"Numéro de document : {europresse_number(each)}<br><br><table><tr><td>Certificat"
            "</td></tr></table></td></tr></table>"
        )
    return "\n".join([*out, "</body></html>"]).encode()


def proquest_fields(each):
    day = f"{MONTHS['en'].split()[each.day.month - 1]} {each.day.day}, {each.day.year}"
    return [
        ("Subject", "Treaties; Diplomacy"),
        ("Publication title", f"{each.publisher}; Springfield"),
        ("Pages", each.page),
        ("Publication date", day),
        ("Section", each.section),
        ("Publisher", "The Courier Group"),
        ("Language of publication", "English"),
        ("ProQuest document ID", str(251_000_000 + each.number)),
        ("Document URL", f"https://search.example.com/docview/{each.number}"),
        ("Copyright", "(Copyright (c) 2018 The Courier Group)"),
    ]


def proquest_html(articles, _language="en"):
    """Write a page of ProQuest."""
    out = []
    for each in articles:
        texts = "".join(f"<p>{escape(text)}</p> " for text in each.paragraphs)
        out.append(
            f'<div><a name="DocID_{each.number}"></a><p></p><p style="font-weight:bold;">'
            f"{escape(each.title)}</p><p><strong>Author:  </strong>{escape(each.author)}</p>"
            "<p><strong>Abstract:  </strong></p><p>They met.</p><div><strong>Links: </strong>"
            '<a href="http://example.com">Find it</a></div>'
            f'<p><strong>Full text: </strong><text wordcount="{each.declared}"><title></title>'
            f"{texts}</text></p>"
        )
        out += [f"<p><strong>{label}: </strong>{escape(value)}</p>"
                for label, value in proquest_fields(each)]  # fmt: skip
        out.append("</div>")
    return "\n".join(["<html><body>", *out, "</body></html>"]).encode()


def proquest_txt(articles, _language="en"):
    """Write a text file of ProQuest."""
    rule = "_" * 60
    out = [rule, "", "Report Information from ProQuest", "", rule]
    for number, each in enumerate(articles, start=1):
        out += ["", f"Document {number} of {len(articles)}", "", each.title, ""]
        out += [
            f"Author: {each.author}",
            "",
            "Abstract: They met.",
            "",
            "Links: http://example.com",
        ]
        out += ["", f"Full text: {each.paragraphs[0]}"]
        out += [line for text in each.paragraphs[1:] for line in ("", text)]
        out += [
            line for label, value in proquest_fields(each) for line in ("", f"{label}: {value}")
        ]
        out += ["", f"Word count: {each.declared}", "", rule]
    return "\r\n".join([*out, "", "Contact ProQuest"]).encode()


def integrum_html(articles, _language="ru"):
    """Write a page of Integrum, in Windows-1251."""
    out = ['<html><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1251">'
           "</head><body><h3>Список документов</h3>"]  # fmt: skip
    out += [f'<a href="#d{each.number}">{escape(each.title)}</a><br>' for each in articles]
    for each in articles:
        texts = "".join(f"<p>{escape(text)}</p>" for text in each.paragraphs)
        out.append(
            f'<hr><a name="d{each.number}"></a><b>{escape(each.publisher)}</b>;'
            f" {each.day:%d.%m.%Y}; {each.page}<br><b>{escape(each.title)}</b><br>{texts}"
        )
    return "\n".join([*out, "</body></html>"]).encode("cp1251")


def integrum_xlsx(articles, _language="ru"):
    """Write a spreadsheet of Integrum."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Источник", "Дата", "Страница", "Заголовок", "Автор", "Текст", "Регион"])
    for each in articles:
        sheet.append([each.publisher, f"{each.day:%d.%m.%Y}", each.page, each.title, each.author,
                      "\n".join(each.paragraphs), "Москва"])  # fmt: skip
    sink = io.BytesIO()
    book.save(sink)
    return sink.getvalue()


def news_please(each):
    return {
        "authors": [each.author],
        "date_download": None,
        "date_publish": f"{each.day} 17:03:00",
        "language": "en",
        "source_domain": each.publisher,
        "maintext": "\n".join(each.paragraphs),
        "title": each.title,
        "url": f"https://www.example.com/{each.number}",
    }


def news_please_list(articles, _language="en"):
    return json.dumps([news_please(each) for each in articles]).encode()


def news_please_lines(articles, _language="en"):
    return "".join(json.dumps(news_please(each)) + "\n" for each in articles).encode()


def trafilatura_json(articles, _language="en"):
    rows = [
        {"title": each.title, "author": each.author, "hostname": each.publisher,
         "date": str(each.day), "text": "\n".join(each.paragraphs), "language": "en",
         "fingerprint": "4a5b", "url": "https://www.example.com"}
        for each in articles
    ]  # fmt: skip
    return json.dumps(rows[0] if len(rows) == 1 else rows).encode()


def trafilatura_xml(articles, _language="en"):
    docs = [
        f"<doc title={quoteattr(each.title)} author={quoteattr(each.author)} date='{each.day}'"
        f" hostname={quoteattr(each.publisher)} url='https://www.example.com'><main>"
        + "".join(f"<p>{xml_escape(text)}</p>" for text in each.paragraphs)
        + "</main></doc>"
        for each in articles
    ]
    return (docs[0] if len(docs) == 1 else f"<corpus>{''.join(docs)}</corpus>").encode()


def media_cloud_csv(articles, _language="en"):
    sink = io.StringIO(newline="")
    writer = csv.writer(sink)
    writer.writerow(["stories_id", "publish_date", "title", "url", "language", "media_name",
                     "author", "story_text"])  # fmt: skip
    for each in articles:
        writer.writerow([each.number, f"{each.day} 00:00:00", each.title, "https://example.com",
                         "en", each.publisher, each.author,
                         "\n".join(each.paragraphs)])  # fmt: skip
    return sink.getvalue().encode()


def plain_docx(article):
    """Write a document of one article; its properties say who wrote it."""
    import docx

    document = docx.Document()
    document.core_properties.author = article.author
    document.add_heading(article.title, 1)
    for each in article.paragraphs:
        document.add_paragraph(each)
    sink = io.BytesIO()
    document.save(sink)
    return sink.getvalue()


ODT = (
    "<?xml version='1.0' encoding='UTF-8'?><office:document-{kind}"
    " xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0'"
    " xmlns:text='urn:oasis:names:tc:opendocument:xmlns:text:1.0'"
    " xmlns:meta='urn:oasis:names:tc:opendocument:xmlns:meta:1.0'>{inside}"
    "</office:document-{kind}>"
)


def plain_odt(article):
    """Write an OpenDocument text of one article."""
    texts = f"<text:h>{xml_escape(article.title)}</text:h>" + "".join(
        f"<text:p>{xml_escape(each)}</text:p>" for each in article.paragraphs
    )
    body = f"<office:body><office:text>{texts}</office:text></office:body>"
    said = (
        f"<office:meta><meta:initial-creator>{xml_escape(article.author)}</meta:initial-creator>"
        f"<meta:creation-date>{article.day}T10:00:00</meta:creation-date></office:meta>"
    )
    return packed(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": ODT.format(kind="content", inside=body),
            "meta.xml": ODT.format(kind="meta", inside=said),
        }
    )


def plain_rtf(article):
    """Write an RTF document of one article."""
    return rtf([article.title, "", *article.paragraphs])


@dataclass(frozen=True)
class Shape:
    """How a download is written, its name, and what of an article is in it."""

    write: object
    name: str
    languages: tuple[str, ...] = ("en",)
    database: str = ""
    lacks: tuple[str, ...] = ()


SHAPES = {
    "nexis": Shape(nexis_docx, "a.docx", ("en", "de", "fr", "es"), "Nexis Uni", ("page",)),
    "nexis zip": Shape(nexis_zip, "a.zip", ("en",), "Nexis Uni", ("page",)),
    "lexis txt": Shape(lexis_txt, "a.TXT", ("en", "de", "fr", "es"), "LexisNexis", ("page",)),
    "lexis html": Shape(lexis_html, "a.HTML", ("en", "de", "fr", "es"), "LexisNexis", ("page",)),
    "lexis rtf": Shape(lexis_rtf, "a.rtf", ("en", "de", "fr", "es"), "LexisNexis", ("page",)),
    "factiva coded": Shape(
        factiva_coded_html, "a.html", ("en", "de", "fr", "es", "ru", "zh", "ko"), "Factiva"
    ),
    "factiva bare": Shape(
        factiva_bare_html, "a.html", ("en", "de", "fr", "es", "ru", "zh", "ko"), "Factiva"
    ),
    "factiva rtf": Shape(factiva_rtf, "a.rtf", ("en", "de", "fr", "ru", "zh", "ko"), "Factiva"),
    "factiva xml": Shape(factiva_xml, "a.xml", ("en",), "Factiva"),
    "europresse": Shape(europresse_new, "a.HTML", ("fr",), "Europresse", ("words", "language")),
    "europresse old": Shape(
        europresse_old, "a.htm", ("fr",), "Europresse", ("words", "language")
    ),
    "proquest html": Shape(proquest_html, "a.html", ("en",), "ProQuest"),
    "proquest txt": Shape(proquest_txt, "a.txt", ("en",), "ProQuest"),
    "integrum html": Shape(
        integrum_html, "a.html", ("ru",), "Integrum", ("words", "author", "section", "language")
    ),
    "integrum xlsx": Shape(
        integrum_xlsx, "a.xlsx", ("ru",), "Integrum", ("words", "section", "language")
    ),
    "news-please list": Shape(
        news_please_list, "a.json", ("en",), "news-please", ("words", "section", "page")
    ),
    "news-please lines": Shape(
        news_please_lines, "a.jsonl", ("en",), "news-please", ("words", "section", "page")
    ),
    "trafilatura json": Shape(
        trafilatura_json, "a.json", ("en",), "trafilatura", ("words", "section", "page")
    ),
    "trafilatura xml": Shape(
        trafilatura_xml, "a.xml", ("en",), "trafilatura",
        ("words", "section", "page", "language"),
    ),
    "media cloud": Shape(
        media_cloud_csv, "a.csv", ("en",), "Media Cloud", ("words", "section", "page")
    ),
}  # fmt: skip
