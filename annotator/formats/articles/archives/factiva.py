"""Factiva: HTML with the codes of its fields, HTML and RTF without them, and XML.

Without codes the lines above a text have an order and a shape each: section, words, day, time,
source, code of the source, edition, page, language, copyright.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from annotator.errors import RefusedError
from annotator.formats.articles.archives import interface
from annotator.formats.articles.archives.containers import (
    lines_of,
    parse_html,
    squeezed,
)
from annotator.formats.articles.archives.found import Found, has_ink, paragraphs_of

NAME = "Factiva"
NAMESPACE = b"global.factiva.com"
CODE = re.compile(r"[A-Z]{2,3}")
ACCESSION = re.compile(r"^(?:[^\W\d_]{2,14}\s)?(?P<number>[A-Z][A-Z0-9]{2,11}\d{8}[a-z0-9]{6,12})$")
NUMBERED = re.compile(r">[^\W\d_]{2,14}\s[A-Z][A-Z0-9]{2,11}\d{8}[a-z0-9]{6,12}<")
TIME = re.compile(r"\d{1,2}:\d{2}(?:\s?[ap]\.?m\.?)?(?:\s?[A-Z]{2,4})?", re.IGNORECASE)
SOURCE_CODE = re.compile(r"[A-Z][A-Z0-9]{1,11}")
PAGE = re.compile(r"(?:p(?:age|g|\.)?\s?)?[A-Z]{0,3}-?\d{1,4}[A-Z]?", re.IGNORECASE)
RIGHTS = re.compile(r"^\W*(?:©|\(c\)|copyright|\(copyright)", re.IGNORECASE)
# Codes of what stands above and in a text, and where it goes; all others are kept by their code.
CODES = {
    "HD": "title",
    "HL": "title",
    "BY": "author",
    "WC": "words",
    "PD": "day",
    "SN": "publisher",
    "LA": "language",
    "SE": "section",
    "PG": "page",
    "ED": "edition",
    "AN": "number",
}
NAMES = {
    "CY": "copyright",
    "SC": "source_code",
    "ET": "time",
    "NS": "subjects",
    "RE": "regions",
    "CO": "companies",
    "IN": "industries",
    "CR": "credit",
    "PUB": "publishing_house",
    "CLM": "column",
    "VOL": "volume",
    "ART": "art",
    "RF": "reference",
}
TEXT_CODES = ("LP", "TD")


def knows_page(text: str) -> bool:
    """Say whether a page is a download of Factiva."""
    if "articleParagraph" not in text and "<b>HD</b>" not in text:
        return False
    return "Factiva" in text or NUMBERED.search(text) is not None


def knows_lines(lines: Sequence[str]) -> bool:
    """Say whether lines are such a download: each article ends with its document number."""
    return any(len(line) < 60 and ACCESSION.match(squeezed(line)) and " " in line for line in lines)


def read_page(text: str) -> list[Found]:
    """Return the articles of a page of either form."""
    root = parse_html(text)
    articles = root.xpath("//div[contains(concat(' ', normalize-space(@class), ' '), ' article ')]")
    return [read_article(each) for each in articles]


def read_article(article: Any) -> Found:
    """Return one article of a page."""
    rows = list(coded(article))
    if rows:
        return read_coded(rows)
    lines: list[tuple[Any, str]] = []
    texts: list[str] = []
    for each in article.iter("div", "p", "span"):
        if each.tag == "p" and "articleParagraph" in (each.get("class") or ""):
            texts.extend(lines_of(each.text_content()))
        elif each.tag != "span" and not any(child.tag in ("div", "p") for child in each):
            lines.extend((each, line) for line in lines_of(each.text_content()))
    title = article.xpath(".//*[@id='hd'] | .//*[contains(@class, 'Headline')]")
    author = article.xpath(".//*[contains(concat(' ', @class, ' '), ' author ')]")
    head = squeezed(title[0].text_content()) if title else ""
    by = squeezed(author[0].text_content()) if author else ""
    numbers = [match for _, line in lines if (match := ACCESSION.match(squeezed(line)))]
    bare = [line for _, line in lines if line not in (head, by) and not ACCESSION.match(line)]
    found = read_bare([head, *bare]) if head else read_bare(bare)
    found.number = numbers[-1]["number"] if numbers else ""
    found.author = by or found.author
    if texts:
        found.paragraphs = [text for text in texts if not is_number(text, found)]
    return found


def is_number(line: str, found: Found) -> bool:
    """Keep the document number that ends an article; say whether a line is that."""
    match = ACCESSION.match(squeezed(line))
    if match is None:
        return False
    found.number = match["number"]
    return True


def coded(article: Any) -> Iterator[tuple[str, Any]]:
    """Yield code and cell of each row of an article that has codes."""
    for row in article.iter("tr"):
        cells = row.findall("td")
        if len(cells) == 2:
            code = squeezed(cells[0].text_content())
            if CODE.fullmatch(code):
                yield code, cells[1]


def read_coded(rows: Sequence[tuple[str, Any]]) -> Found:
    """Return one article by its codes."""
    found = Found()
    for code, cell in rows:
        if code in TEXT_CODES:
            parts = cell.findall(".//p")
            for part in parts or [cell]:
                found.paragraphs.extend(lines_of(part.text_content()))
        else:
            put(code, squeezed(cell.text_content()), found)
    return found


def put(code: str, words: str, found: Found) -> None:
    """Keep a field by its code."""
    name = CODES.get(code, "")
    if name == "words":
        found.words = interface.declared_words(words)
    elif name == "number":
        match = ACCESSION.match(words)
        found.number = match["number"] if match else words.rpartition(" ")[2]
    elif name and not getattr(found, name):
        setattr(found, name, words)
    else:
        found.put(NAMES.get(code, code), words)


def read_lines(lines: Sequence[str]) -> list[Found]:
    """Return the articles of an RTF document: each ends with its document number.

    Raises:
        RefusedError: it holds a list of headlines and no article.

    """
    found: list[Found] = []
    part: list[str] = []
    for line in map(squeezed, lines):
        match = ACCESSION.match(line)
        if match and (" " in line):
            article = read_part(part)
            article.number = match["number"]
            found.append(article)
            part = []
        elif has_ink(line):
            part.append(line)
    if not found:
        raise RefusedError("no article was found in it")
    return found


def read_part(lines: Sequence[str]) -> Found:
    """Return one article of a document, with codes or without."""
    pairs = [(code, rest) for code, bar, rest in (line.partition("|") for line in lines) if bar]
    codes = [code.strip() for code, _ in pairs]
    if "HD" not in codes:
        return read_bare(lines)
    found, now = Found(), ""
    for line in lines:
        code, bar, rest = line.partition("|")
        if bar and CODE.fullmatch(code.strip()):
            now = code.strip()
        else:
            rest = line
        words = squeezed(rest.strip("| "))
        if now in TEXT_CODES:
            found.paragraphs.append(words)
        elif words:
            put(now, words, found)
    return found


def read_bare(lines: Sequence[str]) -> Found:
    """Return one article whose fields are known by their order and shape."""
    found = Found(title=lines[0] if lines else "")
    count = next((place for place, line in enumerate(lines) if interface.is_count(line)), None)
    if count is None:
        count = next(
            (
                place
                for place in range(1, len(lines) - 1)
                if interface.is_day_line(lines[place + 1])
                and interface.is_count_anywhere(lines[place])
            ),
            None,
        )
    day = next(
        (place for place in range(count or 1, len(lines)) if interface.is_day_line(lines[place])),
        None,
    )
    if day is None:
        found.paragraphs = list(lines[1:])
        return found
    top = count if count is not None else day
    above = list(lines[1:top])
    if count is not None:
        found.words = interface.declared_words(lines[count])
    if above:
        found.author = above[-1] if len(above) > 1 or not is_section(above[-1]) else ""
        found.section = above[0] if len(above) > 1 or is_section(above[0]) else ""
        found.author = "" if found.author == found.section else found.author
    found.day = lines[day]
    place = day + 1
    if place < len(lines) and TIME.fullmatch(lines[place]):
        found.put("time", lines[place])
        place += 1
    if place < len(lines):
        found.publisher = lines[place]
        place += 1
    found.paragraphs = list(lines[read_rest(lines, place, found) :])
    return found


def is_section(line: str) -> bool:
    """Say whether a line above the count of words is rather a section than a name."""
    return (
        not re.match(r"(?:by|von|par|por|di|от)\s", line, re.IGNORECASE) and len(line.split()) < 3
    )


def read_rest(lines: Sequence[str], place: int, found: Found) -> int:
    """Read what stands between source and text; return where the text begins."""
    while place < len(lines):
        line = lines[place]
        if RIGHTS.match(line):
            found.put("copyright", line)
            return place + 1
        if interface.read_language(line) and len(line.split()) < 3:
            found.language = line
        elif SOURCE_CODE.fullmatch(line) and "source_code" not in found.more:
            found.put("source_code", line)
        elif PAGE.fullmatch(line):
            found.page = line
        elif len(line) < 80 and not found.edition and not found.language:
            found.edition = line
        else:
            return place
        place += 1
    return place


def read_xml(root: Any) -> list[Found]:
    """Return the articles of the XML of the retrieval interface."""
    return [read_element(each) for each in root.iter("{*}article")]


def read_element(article: Any) -> Found:
    """Return one article of the XML."""
    found = Found(
        title=squeezed(joined(article, "headline")),
        publisher=said(article, "sourceName") or said(article, "publisherName"),
        author=said(article, "byline"),
        day=said(article, "publicationDate"),
        language=said(article, "baseLanguage"),
        section=said(article, "sectionName"),
        page=said(article, "pages"),
        edition=said(article, "edition"),
        number=said(article, "accessionNo"),
        words=interface.declared_words(said(article, "wordCount")),
    )
    for part in ("leadParagraph", "tailParagraphs"):
        for element in article.findall(f"{{*}}{part}"):
            found.paragraphs.extend(texts(element))
    for name, kept in (
        ("copyright", "copyright"),
        ("sourceCode", "source_code"),
        ("publisherName", "publishing_house"),
        ("notes", "notes"),
    ):
        found.put(kept, said(article, name))
    for name, kept in (
        ("newsSubject", "subjects"),
        ("region", "regions"),
        ("company", "companies"),
    ):
        for element in article.findall(f"{{*}}{name}"):
            found.put(kept, squeezed("".join(element.itertext())))
    return found


def texts(element: Any) -> list[str]:
    """Return the paragraphs of a part: those marked so, else by indented lines."""
    marked = element.findall("{*}paragraph")
    if marked:
        return [squeezed("".join(each.itertext())) for each in marked]
    lines = "".join(element.itertext()).split("\n")
    # Wires indent the first line of a paragraph.
    return paragraphs_of(
        [each for line in lines for each in ([""] if is_indented(line) else []) + [line]]
    )


def is_indented(line: str) -> bool:
    """Say whether a line begins a paragraph of a wire."""
    return line.startswith("    ") and bool(line.strip())


def said(article: Any, name: str) -> str:
    """Return the text of a child."""
    found = article.find(f"{{*}}{name}")
    return "" if found is None else squeezed("".join(found.itertext()))


def joined(article: Any, name: str) -> str:
    """Return the paragraphs of a child as one line."""
    found = article.find(f"{{*}}{name}")
    return "" if found is None else " ".join("".join(each.itertext()) for each in found)
