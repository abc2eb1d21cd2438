"""What was lost or spoilt in a text before it was imported: nothing is mended, all is said."""

import re
from collections.abc import Iterator

from annotator.phrases import counted

# UTF-8 that was read as Windows-1252: "â€œ", "Ã©", "Ð¿"; a capital alone may be meant.
MISREAD = re.compile(
    "â€|[ÂÃÐÑ][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2026\u2030\u2039\u203a"
    "\u20ac\u2122]"
)
FEWEST = 2
# Only what nobody writes by hand: "&#8217;", "&#x2019;", "&rsquo;", "&amp;".
ENTITY = re.compile(
    r"&(?:#[0-9]{2,6}|#[xX][0-9A-Fa-f]{2,6}|amp|quot|apos|lt|gt|nbsp|[lr][sd]quo|[mn]dash|hellip"
    r"|[aeiouAEIOU](?:uml|acute|grave|circ)|szlig);"
)


def spoilt(text: str) -> Iterator[str]:
    """Say what of a text was saved wrongly: letters lost, misread, or left as HTML writes them."""
    broken = text.count("\ufffd")
    if broken:
        yield (
            f"The text contains {counted(broken, 'replacement character')} (\ufffd): "
            "letters were lost before the import."
        )
    misread = MISREAD.findall(text)
    if len(misread) >= FEWEST or "â€" in misread:
        yield (
            f"The text contains “{misread[0]}”: it was saved with the wrong encoding before the"
            " import."
        )
    entities = ENTITY.findall(text) if "&" in text else []
    if entities:
        yield (
            f"The text contains {counted(len(entities), 'sign')} written as in HTML, the first is"
            f" “{entities[0]}”: they are stored as they are. Replace them before the import."
        )
