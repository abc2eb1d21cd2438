"""Nexis Uni and Lexis Advance: a DOCX with one article or many, behind a cover and a list.

Headings are known by the names of their bookmarks, which are the same in every language of the
interface, else by their words; the parts above the text by their order.
"""

import re
from collections.abc import Iterator, Sequence

from annotator.errors import RefusedError
from annotator.formats.articles.archives import interface
from annotator.formats.articles.archives.containers import squeezed
from annotator.formats.articles.archives.documents import Document, Line
from annotator.formats.articles.archives.found import Found, visible

NAME = "Nexis Uni"
BODY_MARK = re.compile(r"Body(?:_\d+)?")
TAIL_MARK = re.compile(r"(?:Classification|Graphic|Correction|Notes|Load-Date)(?:_\d+)?")
ARTICLE_MARK = re.compile(r"Bookmark_\d+")
ENDS = frozenset(
    map(
        interface.folded,
        (
            "End of Document",
            "Ende des Dokuments",
            "Dokumentende",
            "Fin du document",
            "Fin del documento",
            "Fine del documento",
            "Fim do documento",
            "Einde van document",
            "Конец документа",
            "文档结尾",
            "文件结束",
            "문서의 끝",
        ),
    )
)
BODIES = frozenset(
    map(
        interface.folded,
        (
            *("Body", "Text", "Haupttext", "Hauptteil", "Corps", "Corps du texte", "Texte"),
            *("Cuerpo", "Texto", "Corpo", "Testo", "Текст", "Основной текст", "正文", "본문"),
        ),
    )
)
TAILS = frozenset(
    map(
        interface.folded,
        (
            *("Classification", "Klassifizierung", "Klassifikation", "Clasificación"),
            *("Classificação", "Classificazione", "Классификация", "分类", "분류"),
            *("Graphic", "Grafik", "Graphique", "Gráfico", "Notes", "Correction"),
        ),
    )
)
# The fields of a label, in the languages of the interface.
LABELS = {
    interface.folded(label): name
    for name, labels in {
        "section": "Section Rubrik Ressort Rubrique Sección Seção Sezione Раздел 版面 섹션",
        "words": "Length Länge Longueur Longitud Extensión Tamanho Lunghezza Длина Объем 长度 길이",
        "author": "Byline Autor Verfasser Auteur Signature Autoría Autore Автор 作者 저자",
        "dateline": "Dateline Ort Datumszeile Lieu Fechado Место 电头",
        "highlight": "Highlight Hervorhebung Encart Resumen Выдержка 摘要",
        "edition": "Edition Ausgabe Édition Edición Edizione Edição Выпуск 版本",
        "language": "Language Sprache Langue Idioma Lingua Язык 语言 언어",
        "load_date": "Load-Date Ladedatum Date-Chargement Fecha-de-carga",
    }.items()
    for label in labels.split()
}
LABELLED = re.compile(r"^\s*(?P<label>[^:\n]{2,40}):(?P<sign>[\s\u00a0]+)(?P<value>.*)$", re.DOTALL)
RIGHTS = re.compile(r"^\W*(?:copyright|©|\(c\))|all rights reserved", re.IGNORECASE)
COVER = re.compile(
    r"^(?:\d{1,4}\.\s|client/matter|search (?:terms|type)|narrowed by|content type|sources?:"
    r"|quellen|suchbegriffe|fuentes|источники|来源)",
    re.IGNORECASE,
)
COUNT_ON_COVER = re.compile(r"^[^\W\d_]+(?: [^\W\d_]+)? ?\((?P<many>\d{1,4})\)$")
ABSTRACT, FULL_TEXT = "abstract", "full text"


def knows(document: Document) -> bool:
    """Say whether a document is a download of Nexis: a heading of a text, or the end of one."""
    lines = document.lines
    marked = any(is_body(line) for line in lines)
    ended = any(is_end(line) for line in lines)
    return (marked and ended) or (ended and any(map(field_of, lines))) or is_contents(document)


def is_contents(document: Document) -> bool:
    """Say whether a document is the list that comes beside a download of single files."""
    covers = [line for line in document.lines if is_cover(line)]
    worded = any(not line.text.strip()[:1].isdigit() for line in covers)
    return len(covers) > 3 and worded and not any(map(is_end, document.lines))


def is_cover(line: Line) -> bool:
    """Say whether a paragraph belongs to a cover: a numbered title, or what was searched for."""
    text = line.text.strip()
    return COVER.match(text) is not None and not interface.is_day_line(text)


def is_body(line: Line) -> bool:
    """Say whether a paragraph heads the text of an article."""
    return any(map(BODY_MARK.fullmatch, line.marks)) or (
        len(line.text) < 30 and interface.folded(squeezed(line.text)) in BODIES
    )


def is_end(line: Line) -> bool:
    """Say whether a paragraph ends an article."""
    return len(line.text) < 40 and interface.folded(squeezed(line.text)) in ENDS


def is_tail(line: Line) -> bool:
    """Say whether a paragraph heads what stands below a text."""
    return any(map(TAIL_MARK.fullmatch, line.marks)) or (
        len(line.text) < 40 and interface.folded(squeezed(line.text)) in TAILS
    )


def read(document: Document) -> list[Found]:
    """Return the articles of a download.

    Raises:
        RefusedError: it is only the list of contents.

    """
    if is_contents(document):
        raise RefusedError("it is a table of contents without any article")
    parts = list(articles_of(document.lines))
    cover, first = cover_of(parts[0])
    found = [read_one(part) for part in (first, *parts[1:])]
    many = next((int(each["many"]) for line in cover if (each := counted(line))), len(found))
    if many != len(found):
        found[0].warnings.append(
            f"The cover names {many:,} documents, {len(found):,} were read: download the file again"
            " if any is missing."
        )
    return found


def counted(line: Line) -> re.Match[str] | None:
    """Return the count of documents that a cover names."""
    return COUNT_ON_COVER.match(squeezed(line.text))


def articles_of(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Yield the paragraphs of each article, the cover with those of the first."""
    part: list[Line] = []
    for line in lines:
        if is_end(line):
            yield part
            part = []
        else:
            part.append(line)
    if any(is_body(line) for line in part):
        yield part


def cover_of(part: list[Line]) -> tuple[list[Line], list[Line]]:
    """Part the cover from the first article: at its bookmark, else above its title."""
    body = next((place for place, line in enumerate(part) if is_body(line)), len(part))
    for place in range(body - 1, -1, -1):
        if any(map(ARTICLE_MARK.fullmatch, part[place].marks)) and not is_cover(part[place]):
            return part[:place], part[place:]
    last = max((place for place in range(body) if is_cover(part[place])), default=-1)
    return part[: last + 1], part[last + 1 :]


def read_one(part: Sequence[Line]) -> Found:
    """Return one article."""
    found = Found()
    body = next((place for place, line in enumerate(part) if is_body(line)), None)
    head = part[:body] if body is not None else [line for line in part if field_of(line)]
    rest = part[body + 1 :] if body is not None else []
    read_head([line for line in head if squeezed(visible(line.text))], found)
    tail = next(
        (place for place, line in enumerate(rest) if is_tail(line) or is_tail_field(line)),
        len(rest),
    )
    read_tail(rest[tail:], found)
    texts = [text for line in rest[:tail] for text in line.breaks]
    found.paragraphs = without_abstract(texts, found)
    return found


def read_head(lines: Sequence[Line], found: Found) -> None:
    """Read title, publication, date and fields, which stand in this order."""
    days = [place for place, line in enumerate(lines) if interface.is_day_line(one_line(line))]
    fields = [place for place, line in enumerate(lines) if place and field_of(line)]
    day = next((place for place in days if place), None)
    if day is not None and fields and day > fields[0]:
        day = None
    top = (
        day
        if day is not None
        else next(
            (
                place
                for place, line in enumerate(lines)
                if place and (field_of(line) or rights(line))
            ),
            len(lines),
        )
    )
    above = [one_line(line) for line in lines[:top]]
    if len(above) > 1:
        found.title, found.publisher = " ".join(above[:-1]), above[-1]
    elif above:
        found.title = above[0]
    if day is not None:
        read_date(one_line(lines[day]), found)
    for line in lines[top + (day is not None) :]:
        if rights(line):
            found.put("copyright", line.text)
        elif field_of(line):
            put_field(line, found)
        elif not found.edition and day is not None:
            found.edition = one_line(line)
        else:
            found.put("header", line.text)


def read_date(words: str, found: Found) -> None:
    """Keep the day, and the edition that stands behind it: "…, Late Edition - Final"."""
    found.day = words
    _, comma, behind = words[(interface.find_day(words) or (0, 0, 0))[2] :].partition(",")
    if comma and any(map(str.isalpha, behind)):
        found.edition = squeezed(behind)


def rights(line: Line) -> bool:
    """Say whether a paragraph is a copyright line."""
    return bool(RIGHTS.search(line.text[:300]))


def one_line(line: Line) -> str:
    """Return a paragraph on one line."""
    return squeezed(visible(line.text))


def field_of(line: Line) -> re.Match[str] | None:
    """Return the label and value of a field: a label that is known, or a no-break space behind."""
    found = LABELLED.match(line.text.strip("\n"))
    if found is None:
        return None
    known = interface.folded(squeezed(found["label"])) in LABELS
    return found if known or "\u00a0" in found["sign"] else None


def is_tail_field(line: Line) -> bool:
    """Say whether a paragraph below a text is a field, by the no-break space behind its label."""
    found = LABELLED.match(line.text.strip("\n"))
    return (
        found is not None
        and found["sign"].startswith("\u00a0")
        and len(found["label"].split()) < 4
        and found["label"].strip()[:1].isupper()
    )


def put_field(line: Line, found: Found) -> None:
    """Keep a field under its name; what looks like a count of words is one in any language."""
    match = field_of(line)
    if match is None:
        return
    label, value = squeezed(match["label"]), squeezed(visible(match["value"]))
    name = LABELS.get(interface.folded(label), "")
    if name == "words" or (not name and interface.is_count(value)):
        found.words = interface.declared_words(value)
    elif name in ("section", "author", "edition", "language"):
        setattr(found, name, value)
    else:
        found.put(name or label, value)


def read_tail(lines: Sequence[Line], found: Found) -> None:
    """Keep the fields below a text."""
    heading = ""
    for line in lines:
        if field_of(line):
            put_field(line, found)
        elif is_tail(line):
            heading = one_line(line)
        elif one_line(line):
            found.put(heading or "notes", line.text)


def without_abstract(texts: list[str], found: Found) -> list[str]:
    """Return the paragraphs of the full text; an abstract above it is kept beside it."""
    names = [text.casefold().strip(" :") for text in texts]
    if names[:1] != [ABSTRACT]:
        return texts[1:] if names[:1] == [FULL_TEXT] else texts
    if FULL_TEXT in names:
        place = names.index(FULL_TEXT)
        found.put(ABSTRACT, " ".join(texts[1:place]))
        return texts[place + 1 :]
    found.warnings.append("Only an abstract was found, not the full text.")
    return texts[1:]
