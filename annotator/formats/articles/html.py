"""HTML: the article in a saved web page, found by trafilatura; nothing is fetched or run.

The stored text is not the page: it is the headline and the paragraphs that were found, with a
blank line between them. The page itself is not kept.
"""

import codecs
import importlib
import re
from collections.abc import Mapping
from dataclasses import replace
from html import unescape
from itertools import islice
from typing import Any

from annotator.errors import MissingExtraError, RefusedError
from annotator.formats.articles.article import (
    LONGEST_TITLE,
    ArticleDraft,
    Given,
    make_draft,
    unseen,
)
from annotator.formats.articles.dates import read_day
from annotator.formats.articles.records import short
from annotator.phrases import counted
from annotator.text.decode import Decoded, UndecodableText, check_text, decode
from annotator.text.words import count_words

LARGEST_PAGE = 5 * 1024 * 1024
HEAD = 4096
DECLARED = re.compile(
    rb"<(?:meta|\?xml)[^>]{0,400}?(?:charset|encoding)\s*=\s*[\"']?([\w.:-]{1,40})"
)
ENTRY = re.compile(r"<article\b[^<>]*>", re.IGNORECASE)
ENTRY_END = re.compile(r"</article", re.IGNORECASE)
PARAGRAPH = re.compile(r"<p\b[^<>]*>", re.IGNORECASE)
PARAGRAPH_END = re.compile(r"</p\b", re.IGNORECASE)
TAG = re.compile(r"<[^<>]*>")
# So many characters of a paragraph tell an entry from a teaser.
LEAST_ENTRY = 80
LANGUAGE = re.compile(
    r"<html\b[^>]{0,1000}?\s(?:xml:)?lang\s*=\s*[\"']?([A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8}){0,2})\b",
    re.IGNORECASE,
)
# Shorter texts are looked at: a wall before the article, or the teasers of a list.
FEW_WORDS = 200
FEWEST_SIGNS = 3
CONSENT = re.compile(
    r"\b(?:cookies?|consent|privacy|personal data|our partners|advertis(?:ing|ers)|accept all"
    r"|reject all|preferences|einwillig\w+|datenschutz\w*|zustimm\w+|partnern|consentement"
    r"|partenaires|confidentialité|données personnelles|consentimiento|privacidad)\b",
    re.IGNORECASE,
)
LINK = re.compile(r"<a\s[^<>]*?href", re.IGNORECASE)
MANY_LINKS = 20
WORDS_OF_A_LIST = 60
MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# The web reads these names as Windows-1252, the larger of the sets.
LATIN = {"iso-8859-1", "iso8859-1", "latin-1", "latin1", "ascii", "us-ascii"}
INSTALL = "reading HTML needs the extra extract: pip install 'annotator[extract]'"
SHORTENED = {"Jr", "Sr", "Dr", "St", "Ph", "Prof"}
LONGEST_NAME = 100
# Few names are looked for, in the beginning of a page, and so many times each: a page may be large.
MOST_NAMES = 20
LONGEST_LOOK = 200_000
MOST_LOOKS = 100
NOT_PLAIN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def read(raw: bytes, key: str, language: str = "") -> ArticleDraft:
    """Read one saved page; its name without the extension becomes the key.

    Raises:
        MissingExtraError: trafilatura is not installed.
        RefusedError: the page is too large, cannot be decoded, or holds no article.

    """
    library = load()
    if len(raw) > LARGEST_PAGE:
        raise RefusedError(f"the page is larger than {LARGEST_PAGE // 1024 // 1024} MB")
    try:
        page = decode_page(raw)
        check_text(page.text)
        found = extract(library, page.text)
        text = "\n\n".join(paragraphs(found))
        given = given_by(found, page.text, library.__version__)
        given = replace(given, language=language or declared_language(page.text))
        return make_draft(key, text, page.encoding, given)
    except UndecodableText as error:
        raise RefusedError(str(error)) from error


def load() -> Any:
    """Return the library, or say which command installs it."""
    try:
        # Optional, and slow to load: only who reads HTML pays.
        return importlib.import_module("trafilatura")
    except ModuleNotFoundError as error:
        if error.name != "trafilatura":
            raise
        raise MissingExtraError(INSTALL) from error


def decode_page(raw: bytes) -> Decoded:
    """Decode by byte order mark, else as the page declares, else like any text."""
    declared = DECLARED.search(raw[:HEAD], re.IGNORECASE) if not raw.startswith(MARKS) else None
    if declared is None:
        return decode(raw)
    name = declared.group(1).decode("ascii").lower()
    name = "cp1252" if name in LATIN else name
    try:
        codec = codecs.lookup(name)
        if codec.name.startswith("utf-16") or not codec._is_text_encoding:
            raise LookupError
        return Decoded(raw.decode(name), codec.name)
    except LookupError as error:
        raise UndecodableText(f"it declares the unknown encoding “{name}”") from error
    except UnicodeError as error:
        raise UndecodableText(
            f"it declares the encoding {name}, but its bytes are not valid in it; save it as UTF-8"
        ) from error


def declared_language(page: str) -> str:
    """Return the language that a page says it is in, "" where it says none."""
    said = LANGUAGE.search(page[:LONGEST_LOOK])
    return said.group(1).replace("_", "-") if said else ""


def extract(library: Any, page: str) -> Mapping[str, Any]:
    """Return body, title, date, author and site as the library finds them."""
    found = library.bare_extraction(
        page, with_metadata=True, include_comments=False, include_tables=False, favor_precision=True
    )
    said = found.as_dict() if found is not None else {}
    if not (said.get("text") or "").strip():
        raise RefusedError("no article was found in this page; paste its text instead")
    return {name: value for name, value in said.items() if isinstance(value, str)}


def paragraphs(found: Mapping[str, Any]) -> list[str]:
    """Return the headline and the paragraphs; the headline once."""
    lines = [plain(line) for line in found["text"].split("\n")]
    lines = [line for line in lines if line]
    headline = plain(found.get("title", ""))
    if headline and headline not in lines[:2]:
        lines.insert(0, headline)
    return lines


def plain(line: str) -> str:
    """Return a line without white space around it and without control characters."""
    return NOT_PLAIN.sub(" ", line).strip()


def visible(words: str) -> str:
    """Return words without what nobody sees: a page hyphenates and joins them by such signs."""
    return "".join(sign for sign in words if sign.isspace() or not unseen(sign))


def with_stops(authors: str, page: str) -> str:
    """Give the names their stops back, which the library takes away: "A Writer", "M Roe Jr"."""
    names = authors.split("; ")
    if len(names) > MOST_NAMES:
        return authors
    text = unescape(page[:LONGEST_LOOK])
    return "; ".join(as_written(name, text) for name in names)


def as_written(name: str, text: str) -> str:
    """Return a name as the page writes it; as it is where the page never does."""
    words = name.split()
    if len(name) > LONGEST_NAME or not any(map(is_shortened, words)):
        return name
    pattern = r"\s+".join(
        re.escape(word) + (r"\.?" if is_shortened(word) else "") for word in words
    )
    found = islice(re.finditer(rf"(?<!\w){pattern}(?!\w)", text), MOST_LOOKS)
    return max((" ".join(each.group().split()) for each in found), key=len, default=name)


def is_shortened(word: str) -> bool:
    """Say whether a part of a name is an initial or is cut short."""
    return len(word) == 1 or word in SHORTENED


def given_by(found: Mapping[str, Any], page: str, version: str) -> Given:
    """Return what the page says about its article."""
    title, author = visible(found.get("title", "")), visible(found.get("author", ""))
    return Given(
        title=short("title", title[:LONGEST_TITLE]),
        published_on=read_day(found.get("date", "")),
        author=short("author", with_stops(author, page)),
        publisher=short("publisher", found.get("sitename", "") or found.get("hostname", "")),
        url=short("url", found.get("url", "")),
        metadata={"extracted_by": f"trafilatura-{version}"},
        warnings=(
            "Extracted from a web page: compare it with the page. Only this text is kept.",
            *of_entries(page, found["text"]),
            *of_no_article(page, found["text"]),
        ),
    )


def of_entries(page: str, text: str) -> tuple[str, ...]:
    """Warn of a page with several entries, as live blogs have, some of which are not in a text.

    Teasers of other articles are short; an entry has a paragraph of its own.
    """
    parts = (ENTRY_END.split(part, maxsplit=1)[0] for part in ENTRY.split(page)[1:])
    longest = [max(map(words_of, PARAGRAPH.split(part)[1:]), key=len, default="") for part in parts]
    entries = [words for words in longest if len(words) >= LEAST_ENTRY]
    whole = " ".join(text.split())
    missing = sum(words[:LEAST_ENTRY] not in whole for words in entries)
    if len(entries) < 2 or not missing:
        return ()
    return (
        f"The page has {len(entries)} entries, as a live blog has; {missing} of them are not in"
        " this text. Paste them, or save each entry as a page of its own.",
    )


def of_no_article(page: str, text: str) -> tuple[str, ...]:
    """Warn of what is hardly an article: a wall that asks for consent, or a list of others."""
    words = count_words([text])
    if words >= FEW_WORDS:
        return ()
    asked = {each.casefold() for each in CONSENT.findall(text)}
    if len(asked) >= FEWEST_SIGNS:
        return (
            "This reads like a notice that asks for consent (cookies, privacy), not like an"
            " article: open the page, agree or refuse, and save it again.",
        )
    links = len(LINK.findall(page))
    if words >= WORDS_OF_A_LIST or links < MANY_LINKS:
        return ()
    return (
        f"The page has {links:,} links and only {counted(words, 'word')} of text: it may be a list"
        " of articles. Open each article and save it as a page of its own.",
    )


def words_of(part: str) -> str:
    """Return the words of a paragraph that begins here."""
    return " ".join(unescape(TAG.sub("", PARAGRAPH_END.split(part, maxsplit=1)[0])).split())
