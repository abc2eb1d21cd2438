"""LexisNexis before 2019: TXT, HTML and RTF, "3 of 10 DOCUMENTS" above each article.

Above a text stand publication, date, title and fields in this order; below it further fields and
the copyright line. In HTML the classes of elements mean nothing; a field is known by its bold word.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from annotator.formats.articles.archives import interface
from annotator.formats.articles.archives.containers import lines_of, parse_html, squeezed
from annotator.formats.articles.archives.found import Found, has_ink, visible

NAME = "LexisNexis"
HEAD = re.compile(
    r"^[ \t\u00a0]*(?P<number>\d{1,6}) [^\W\d_]{1,4} (?P<many>\d{1,6})"
    r" (?:DOCUMENT|DOKUMENT|DOCUMENTO|DOCUMENTI|ДОКУМЕНТ)[^\W\d_]{0,4}[ \t]*\r?$",
    re.MULTILINE,
)
FULL = "<DOCFULL>"
CAPITALS = r"[^\Wa-zà-ÿа-я]"
LABEL = re.compile(
    rf"^(?P<label>(?!\d){CAPITALS}{{3,}}(?:[ -]{CAPITALS}+){{0,3}}):\s*(?P<value>.*)$", re.DOTALL
)
RIGHTS = re.compile(
    r"^\W*(?:copyright|©|\(c\)|copy)\W{0,3}(?:\d{4}|\(c\))|all rights reserved"
    r"|tous droits réservés|alle rechte vorbehalten|todos los derechos",
    re.IGNORECASE,
)
FIELDS = {
    interface.folded(label): name
    for name, labels in {
        "author": "BYLINE AUTOR AUTEUR AUTORE VERFASSER",
        "section": "SECTION RUBRIK RUBRIQUE SECCION SEZIONE RESSORT",
        "words": "LENGTH LÄNGE LAENGE LONGUEUR LONGITUD LUNGHEZZA",
        "title": "HEADLINE TITEL TITRE TITULAR TITOLO",
        "language": "LANGUAGE SPRACHE LANGUE IDIOMA LINGUA",
        "dateline": "DATELINE",
        "highlight": "HIGHLIGHT ENCART HERVORHEBUNG",
        "load_date": "LOAD-DATE UPDATE DATE-CHARGEMENT FECHA-CARGA",
        "graphic": "GRAPHIC GRAFIK GRAPHIQUE",
        "publication_type": "PUBLICATION-TYPE PUBLIKATIONSTYP TYPE-PUBLICATION",
        "journal_code": "JOURNAL-CODE ZEITUNGS-CODE JOURNAL-CODE:",
    }.items()
    for label in labels.split()
}
# What stands below a text and never above it; which labels these are is known where the words are.
BELOW = interface.listed(
    "LOAD-DATE UPDATE DATE-CHARGEMENT FECHA-CARGA LANGUAGE SPRACHE LANGUE IDIOMA GRAPHIC GRAFIK"
    " GRAPHIQUE PUBLICATION-TYPE PUBLIKATIONSTYP TYPE-PUBLICATION JOURNAL-CODE ZEITUNGS-CODE"
    " SUBJECT SUJET COMPANY SOCIETE ORGANIZATION PERSON TICKER SYMBOLE-BOURSIER INDUSTRY"
    " SECTEUR-ACTIVITE GEOGRAPHIC LOCALISATION-GEO COUNTRY STATE CITY DISTRIBUTION"
    " CORRECTION-DATE CORRECTION DOCUMENT-TYPE ACC-NO"
)


@dataclass(frozen=True)
class Block:
    """A paragraph with its lines; `label` is the field that it holds, "" where it is text."""

    text: str
    label: str = ""
    bold: bool = False

    @property
    def line(self) -> str:
        """Return it on one line; what looked like a label belongs to a text."""
        words = squeezed(visible(self.text))
        return f"{self.label}: {words}" if self.label else words

    @property
    def name(self) -> str:
        """Return the label as it is looked up."""
        return interface.folded(self.label)


def knows(text: str) -> bool:
    """Say whether a text or page is such a download."""
    return HEAD.search(text) is not None or (FULL in text and "DOC NUMBER=" in text)


def knows_lines(lines: Sequence[str]) -> bool:
    """Say whether the lines of a document are such a download."""
    return any(map(HEAD.match, lines))


def read_text(text: str) -> list[Found]:
    """Return the articles of a text file; its lines are hard-wrapped."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    found = [read_one(list(wrapped_blocks(part)), wrapped=True) for part in cut(text)]
    return checked(found, text)


def read_lines(lines: Sequence[str]) -> list[Found]:
    """Return the articles of an RTF document; each line is a paragraph."""
    text = "\n".join(lines)
    return checked([read_one(list(map(labelled, lines_of(part)))) for part in cut(text)], text)


def read_page(text: str) -> list[Found]:
    """Return the articles of a page; each stands between two comments."""
    root = parse_html(text)
    parts: list[list[Block]] = []
    for element in root.iter():
        if not isinstance(element.tag, str):
            if FULL in (element.text or "") and "</DOCFULL>" not in element.text:
                parts.append([])
        elif parts and (element.tag == "tr" or (element.tag == "p" and not in_table(element))):
            parts[-1].append(block_of(element))
    found = [read_one([each for each in part if not HEAD.match(each.text)]) for part in parts]
    heads = [each.text for part in parts for each in part if HEAD.match(each.text)]
    return checked(found, "\n".join(heads))


def checked(found: list[Found], text: str) -> list[Found]:
    """Say where the file numbers more documents than there are."""
    numbers = {int(each["number"]) for each in HEAD.finditer(text)}
    missing = set(range(min(numbers, default=1), max(numbers, default=0) + 1)) - numbers
    if missing and found:
        found[0].warnings.append(
            f"The file numbers its documents, and {len(missing):,} of the numbers are missing, the"
            f" first is {min(missing)}."
        )
    return found


def cut(text: str) -> Iterator[str]:
    """Yield the part of each article of a text."""
    heads = list(HEAD.finditer(text))
    for head, after in zip(heads, [*heads[1:], None], strict=True):
        yield text[head.end() : after.start() if after else len(text)]


def wrapped_blocks(part: str) -> Iterator[Block]:
    """Yield the paragraphs of hard-wrapped lines."""
    for each in re.split(r"\n[ \t\u00a0]*(?=\n)", part):
        if each.strip():
            yield labelled("\n".join(line.strip() for line in each.strip().split("\n")))


def labelled(text: str) -> Block:
    """Return a paragraph with its label: capital letters and a colon."""
    found = LABEL.match(text)
    return Block(found["value"], found["label"].strip()) if found else Block(text)


def in_table(element: Any) -> bool:
    """Say whether a paragraph belongs to a row, which is read as a whole."""
    return next(element.iterancestors("td"), None) is not None


def block_of(element: Any) -> Block:
    """Return the paragraph of an element; a row is one, too."""
    if element.tag == "tr":
        cells = [squeezed(cell.text_content()) for cell in element.iter("td", "th")]
        return Block(" | ".join(filter(None, cells)))
    text = visible(element.text_content().replace("\u00a0", " ")).strip()
    span = next(element.iter("span"), None)
    first = squeezed(span.text_content()) if span is not None else ""
    label = LABEL.match(first) if first.endswith(":") else None
    # Words of speakers, bold as labels are, stand in the middle of a text.
    if label is not None and is_first(element):
        return Block(text.removeprefix(first).strip(), first.rstrip(": "), bold=True)
    return Block(text)


def is_first(element: Any) -> bool:
    """Say whether nothing but breaks stands before a paragraph in its division."""
    return all(each.tag == "br" for each in element.itersiblings(preceding=True))


def read_one(blocks: Sequence[Block], *, wrapped: bool = False) -> Found:
    """Return one article; `wrapped` says that the lines of a paragraph belong together."""
    found = Found()
    blocks = [block for block in blocks if has_ink(block.text) or block.label]
    days = (place for place, block in enumerate(blocks[:8]) if place and is_day(block))
    day = next(days, None)
    named = day is not None or any(block.label for block in blocks)
    place = day if day is not None else int(named)
    above = [block for block in blocks[:place] if not keep_rights(block, found)]
    found.publisher = " ".join(block.line for block in above)
    if day is not None:
        found.day = blocks[day].line
        found.edition = ", ".join(interface.behind_day(blocks[day].text)).replace(";,", ";")
        place = day + 1
    place = read_head(blocks, place, found)
    end = text_end(blocks, place)
    for block in blocks[place:end]:
        found.paragraphs.extend([block.line] if wrapped or block.label else lines_of(block.text))
    read_tail(blocks[end:], found)
    return found


def is_day(block: Block) -> bool:
    """Say whether a paragraph is the date line of an article."""
    return not block.label and not RIGHTS.search(block.text) and interface.is_day_line(block.line)


def keep_rights(block: Block, found: Found) -> bool:
    """Keep a copyright line; say whether it is one."""
    is_one = not block.label and bool(RIGHTS.search(block.text[:600]))
    if is_one:
        found.put("copyright", block.text)
    return is_one


def read_head(blocks: Sequence[Block], place: int, found: Found) -> int:
    """Read title and fields; return where the text begins."""
    above = any(is_above(block) for block in blocks[place:])
    titles: list[str] = []
    labels = False
    while place < len(blocks):
        block, rest = blocks[place], blocks[place + 1 :]
        if block.label and is_head(block, rest):
            labels = True
            put_field(block, found)
        elif keep_rights(block, found):
            pass
        elif not labels and (any(map(is_above, rest[:4])) or (not above and not titles)):
            titles.append(block.line)
        else:
            break
        place += 1
    if not found.title and titles:
        found.title, *more = titles
        for each in more:
            found.put("subtitle", each)
    return place


def is_above(block: Block) -> bool:
    """Say whether a paragraph is a field that stands above texts."""
    return bool(block.label) and block.name in FIELDS and block.name not in BELOW


def is_head(block: Block, rest: Sequence[Block]) -> bool:
    """Say whether a label is one of those above a text."""
    if block.name in BELOW:
        return False
    # "MOSCOW: The talks" is text, unless a field that is known follows.
    return block.name in FIELDS or block.bold or any(map(is_above, rest[:6]))


def text_end(blocks: Sequence[Block], place: int) -> int:
    """Return where what stands below the text begins."""
    for number in range(place, len(blocks)):
        block = blocks[number]
        if block.label and (block.bold or block.name in BELOW):
            return number
        if RIGHTS.search(block.text[:600]) and not block.label:
            rest = (each for each in blocks[number + 1 :] if not each.label)
            if all(RIGHTS.search(each.text[:600]) for each in rest):
                return number
    return len(blocks)


def read_tail(blocks: Sequence[Block], found: Found) -> None:
    """Keep the fields below a text; a paragraph without a label belongs to the label before it."""
    name = "notes"
    for block in blocks:
        if block.label:
            put_field(block, found)
            name = FIELDS.get(block.name, block.label)
        elif not keep_rights(block, found):
            found.put(name, block.text)


def put_field(block: Block, found: Found) -> None:
    """Keep a field under its name."""
    words = squeezed(visible(block.text))
    name = FIELDS.get(block.name, "")
    if name == "words" or (not name and interface.is_count(words)):
        found.words = interface.declared_words(words)
    elif name in ("section", "author", "language", "title"):
        setattr(found, name, words)
    else:
        found.put(name or block.label, words)
