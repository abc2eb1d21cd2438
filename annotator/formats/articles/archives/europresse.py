"""Europresse and Eureka: pages of both shapes, the newer one with articles as elements.

The older one has tables only, and often declares another encoding than its own.
"""

import re
from typing import Any

from annotator.formats.articles.archives import interface
from annotator.formats.articles.archives.containers import lines_of, parse_html, squeezed
from annotator.formats.articles.archives.found import Found

NAME = "Europresse"
NUMBER = re.compile(r"(?:news|web|radio|tv|pub|bio|social)·\d{8}·[\w·-]+", re.IGNORECASE)
PAGE = re.compile(r"\b(?:pp?|s|pg)\.\s*(?P<page>[^,;]{1,20})$", re.IGNORECASE)
RIGHTS = re.compile(r"^\W*(?:©|copyright|\(c\))", re.IGNORECASE)
NUMBERED = re.compile(
    r"^(?:numéro de document|document number|dokumentnummer|número de documento)\b", re.IGNORECASE
)
LONGEST_AUTHOR = 120
BLOCKS = ("div", "td", "tr", "table")


def knows(text: str) -> bool:
    """Say whether a page is a download of Europresse or Eureka."""
    return "DocPublicationName" in text and "DocHeader" in text


def read_page(text: str) -> list[Found]:
    """Return the articles of a page."""
    root = parse_html(text)
    articles = root.findall(".//article")
    if articles:
        return [read_article(each) for each in articles]
    names = root.xpath("//span[contains(@class, 'DocPublicationName')]")
    return [read_old(each) for each in names]


def first(element: Any, name: str) -> Any:
    """Return the first element below another one that has a class, in either spelling."""
    low = "translate(@class, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')"
    found = element.xpath(f".//*[contains(concat(' ', {low}, ' '), ' {name} ')]")
    return found[0] if found else None


def words_of(element: Any) -> str:
    """Return the text of an element on one line."""
    return "" if element is None else squeezed(element.text_content())


def read_article(article: Any) -> Found:
    """Return one article of the newer shape."""
    found = Found(publisher=words_of(first(article, "docpublicationname")))
    put_header(words_of(first(article, "docheader")), found)
    block = first(article, "titrearticle")
    title = first(article, "titrearticlevisu")
    found.title = words_of(title)
    if block is not None:
        for each in block.iter("p"):
            if each is not title:
                found.put("subtitle", each.text_content())
        behind = [words_of(each) for each in block.itersiblings() if words_of(each)]
        found.author = behind[0] if behind else ""
        for each in behind[1:]:
            found.put("header", each)
        for each in block.itersiblings(preceding=True):
            if first(each, "docheader") is None and first(each, "docpublicationname") is None:
                found.put("kicker", words_of(each))
    section = article.find(".//section")
    if section is None:
        section = first(article, "doctext")
    if section is not None:
        parts = section.findall(".//p")
        lines = [line for part in parts for line in lines_of(part.text_content())]
        found.paragraphs = lines or lines_of(section.text_content())
    for each in article.iter("aside"):
        found.put("notes", each.text_content())
    footer = article.find(".//footer")
    if footer is not None:
        put_footer(footer.text_content(), found)
        found.put("copyright", words_of(footer.find(".//small")))
    return found


def put_header(words: str, found: Found) -> None:
    """Keep section, day and page of "Politique, mardi 14 mars 2006, p. 12"."""
    page = PAGE.search(words)
    if page:
        found.page = squeezed(page["page"])
        words = words[: page.start()].rstrip(" ,")
    parts = [squeezed(part) for part in words.split(",")]
    place = next((n for n, part in enumerate(parts) if interface.read_day(part)), None)
    if place is None:
        # "Tuesday, March 14, 2006": the day itself has a comma.
        found.day = words
        return
    found.day = parts[place]
    found.section = ", ".join(filter(None, parts[:place]))
    found.edition = ", ".join(filter(None, parts[place + 1 :]))


def put_footer(words: str, found: Found) -> None:
    """Keep the document number."""
    number = NUMBER.search(words)
    found.number = number.group() if number else found.number


def read_old(name: Any) -> Found:
    """Return one article of the older shape, which begins with the name of its publication."""
    cell = next(name.iterancestors("td"), name.getparent())
    found = Found(publisher=words_of(name))
    put_header(
        squeezed(
            "".join(each.text_content() for each in cell.xpath(".//span[@class='DocHeader']"))
        ),
        found,
    )
    title = first(cell, "titrearticlevisu")
    found.title = words_of(title)
    before, after = old_pieces(cell, title)
    for line in before:
        found.put("subtitle", line)
    if after and after[0][1] and is_author(after[0][0]):
        found.author = after.pop(0)[0]
    for text, _ in after:
        if RIGHTS.match(text):
            found.put("copyright", text)
        elif NUMBERED.match(text):
            put_footer(text, found)
        else:
            found.paragraphs.append(text)
    if not found.number:
        put_footer(cell.text_content(), found)
    return found


def is_author(line: str) -> bool:
    """Say whether a line below a title is rather a name than a text."""
    return len(line) <= LONGEST_AUTHOR and line[-1] not in ".!?…»”"


def old_pieces(cell: Any, title: Any) -> tuple[list[str], list[tuple[str, bool]]]:
    """Return the lines between header and title, and the pieces below it.

    Of each piece it is said whether a break ends it, and not the end of a paragraph.
    """
    before: list[str] = []
    after: list[tuple[str, bool]] = []
    now = ""
    place = "top"
    for child in cell:
        name = (child.get("class") or "").strip()
        if child.tag in BLOCKS:
            if place == "below":
                break
        elif name in ("DocPublicationName", "DocHeader"):
            place, now = "between", ""
        elif child is title:
            place, now = "below", ""
        elif child.tag in ("br", "p") and place != "top":
            if place == "between":
                before.extend(filter(None, [squeezed(now)]))
            elif squeezed(now):
                after.append((now, child.tag == "br"))
            now = child.text_content() if child.tag == "p" else ""
            if squeezed(now):
                after.append((now, False))
                now = ""
        elif place != "top":
            now += child.text_content()
        if place != "top":
            now += child.tail or ""
    if squeezed(now) and place == "below":
        after.append((now, False))
    return before, [(squeezed(text), by_break) for text, by_break in after]
