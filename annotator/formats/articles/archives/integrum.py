"""Integrum: pages with a list of links above the articles, and spreadsheets; both in Russian.

Behind the anchor of an article stand publication, day, page and title, then its text.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from annotator.errors import RefusedError
from annotator.formats.articles import csv_tables
from annotator.formats.articles.archives import interface
from annotator.formats.articles.archives.containers import parse_html, squeezed
from annotator.formats.articles.archives.found import Found

NAME = "Integrum"
DAY = re.compile(r"(?<!\d)\d{1,2}\.\d{1,2}\.\d{4}(?!\d)")
LINK = re.compile(r"""<a\s[^>]{0,300}href\s*=\s*["']?#([\w.-]{1,60})""", re.IGNORECASE)
LINK_BYTES = re.compile(rb"""<a\s[^>]{0,300}href\s*=\s*["']?#\w""", re.IGNORECASE)
PAGE = re.compile(
    r"(?:с\.|стр\.?|страница|полоса|page|p\.)?\s*(?P<page>(?:№\s?)?\d{1,4}(?:[-,]\s?\d{1,4})*)\.?",
    re.IGNORECASE,
)
HEADINGS = {
    "title": ("заголовок", "название", "заглавие", "название статьи", "название документа"),
    "text": ("текст", "текст статьи", "текст документа", "полный текст", "содержание"),
    "publisher": ("источник", "издание", "название издания", "сми", "название источника"),
    "day": ("дата", "дата публикации", "дата выхода", "дата документа"),
    "author": ("автор", "авторы"),
    "page": ("страница", "полоса", "стр.", "стр"),
    "section": ("рубрика", "раздел"),
    "edition": ("номер", "выпуск", "номер выпуска"),
    "url": ("url", "ссылка", "адрес"),
    "number": ("номер документа", "id", "идентификатор"),
    "language": ("язык",),
    "words": ("количество слов", "слов"),
}
OURS = {"published_on": "day", "key": "number", "licence": ""}


def knows(text: str) -> bool:
    """Say whether a page is such a download: each link of its list leads to an anchor with a day.

    Pages of the web have anchors and days, too, but they also have scripts.
    """
    if not re.search("[а-яё]{3}", text, re.IGNORECASE) or SCRIPTED.search(text):
        return False
    targets = set(LINK.findall(text))
    places = {each[2]: each.end() for each in ANCHOR.finditer(text) if each[2] in targets}
    heads = [TAG.sub(" ", text[place : place + LONGEST_HEAD]) for place in places.values()]
    return bool(heads) and all(map(DAY.search, heads))


SCRIPTED = re.compile(r"<(?:script|article|meta\s+property)\b", re.IGNORECASE)
TAG = re.compile(r"<[^<>]*>")
LONGEST_HEAD = 800
ANCHOR = re.compile(r"""<a\s[^>]{0,300}(name|id)\s*=\s*["']?([\w.-]{1,60})""", re.IGNORECASE)


def read_page(text: str) -> list[Found]:
    """Return the articles of a page."""
    targets = set(LINK.findall(text))
    root = parse_html(text)
    parts: list[list[str]] = []
    line: list[str] = []

    def end() -> None:
        words = squeezed("".join(line))
        line.clear()
        if words and parts:
            parts[-1].append(words)

    for kind, element in events(root):
        name = element.get("name") or element.get("id")
        if kind == "start" and element.tag == "a" and name in targets:
            end()
            parts.append([])
        if element.tag in PARTING:
            end()
        words = element.text if kind == "start" else element.tail
        pieces = (words or "").split("\n")
        for place, piece in enumerate(pieces):
            if place:
                end()
            line.append(piece)
    end()
    return [read_lines(part) for part in parts if part]


PARTING = interface.listed("p div tr td table br hr h1 h2 h3 h4 h5 h6 li ul ol center")


def events(root: Any) -> Iterator[tuple[str, Any]]:
    """Yield each element at its start and at its end."""
    stack: list[tuple[str, Any]] = [("start", root)]
    while stack:
        kind, element = stack.pop()
        if not isinstance(element.tag, str):
            continue
        yield kind, element
        if kind == "start":
            stack.append(("end", element))
            stack.extend(("start", child) for child in reversed(element))


def read_lines(lines: Sequence[str]) -> Found:
    """Return one article by the order of its lines."""
    found = Found(language="ru")
    parts: list[str] = []
    place = 0
    for place, line in enumerate(lines):  # noqa: B007 - where the header ends is asked below
        parts.extend(part for each in line.split(";") if (part := squeezed(each)))
        if DAY.search(line):
            break
    day = next((number for number, part in enumerate(parts) if DAY.search(part)), None)
    if day is None:
        found.title, found.paragraphs = lines[0], list(lines[1:])
        return found
    match = DAY.search(parts[day])
    assert match is not None  # the part was chosen for its day
    found.day = match.group()
    before = squeezed(parts[day][: match.start()]).strip(" ,;")
    found.publisher = " ".join(filter(None, [*parts[:day], before])).strip(" ,;")
    behind = [squeezed(parts[day][match.end() :]).strip(" ,;"), *parts[day + 1 :]]
    rest = [part for part in behind if part] + list(lines[place + 1 :])
    if rest and (page := PAGE.fullmatch(rest[0])):
        found.page = page["page"]
        rest = rest[1:]
    found.title, found.paragraphs = (rest[0], rest[1:]) if rest else ("", [])
    return found


def columns_of(heading: Sequence[str]) -> dict[str, int]:
    """Return the column of each field, by its name in Russian, or as in any table."""
    folded = [interface.folded(squeezed(cell)) for cell in heading]
    places = {
        name: folded.index(way)
        for name, ways in HEADINGS.items()
        for way in reversed(ways)
        if way in folded
    }
    for name, column in csv_tables.propose(tuple(heading)).items():
        own = OURS.get(name, name)
        if own:
            places.setdefault(own, list(heading).index(column))
    return places


def read_rows(rows: Sequence[Sequence[str]]) -> tuple[str, list[Found]]:
    """Return the articles of a spreadsheet, and the database that they are of, if it is known.

    Raises:
        RefusedError: no column is headed as a text.

    """
    tops = ((number, columns_of(row)) for number, row in enumerate(rows[:20]))
    found_top = next((each for each in tops if {"text"} < set(each[1])), None)
    if found_top is None:
        shown = ", ".join(f"“{cell[:30]}”" for cell in (rows[0] if rows else [])[:8] if cell)
        raise RefusedError(
            f"no column of the spreadsheet is headed as a text; it has {shown or 'no heading'}:"
            " name a column “text”"
        )
    number, places = found_top
    heading = rows[number]
    russian = any(interface.folded(cell) in HEADINGS["text"] for cell in heading)
    found = [
        read_row(row, places, heading) for row in rows[number + 1 :] if any(map(squeezed, row))
    ]
    return (NAME if russian else "", found)


def read_row(row: Sequence[str], places: dict[str, int], heading: Sequence[str]) -> Found:
    """Return one article of a row."""
    cells = [*row, *[""] * (len(heading) - len(row))]
    found = Found()
    for name, place in places.items():
        if name == "text":
            found.paragraphs = cells[place].split("\n")
        elif name == "words":
            found.words = interface.declared_words(cells[place])
        else:
            setattr(found, name, squeezed(cells[place]))
    own = set(places.values())
    for place, column in enumerate(heading):
        if place not in own and place < len(cells):
            found.put(column, cells[place])
    return found
