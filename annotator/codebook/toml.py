"""Write a codebook as TOML that people can change and load again."""

import json
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import MISSING, fields
from typing import Any

from annotator.codebook.load import LISTS, TABLES, TEXTS
from annotator.codebook.scheme import OPTIONAL_FIELDS, Codebook, Entry

WIDTH = 100
DELETE = "\x7f"  # JSON leaves it as it is, TOML does not take it


def to_toml(codebook: Codebook) -> str:
    """Write the whole codebook; the same codebook gives the same text, and loads as the same."""
    blocks = ["\n".join(line(name, getattr(codebook, name)) for name in TEXTS)]
    for name in TABLES:
        blocks.append("\n".join([f"[{name}]", *lines_of(getattr(codebook, name))]))
    switches = ((name, name in codebook.fields) for name in OPTIONAL_FIELDS)
    blocks.append("\n".join(["[fields]", *(line(*each) for each in switches)]))
    measures = codebook.measures.items()
    blocks.append("\n".join(["[measures]", *(line(*each) for each in measures)]))
    for name in LISTS:
        for entry in getattr(codebook, name):
            blocks.append("\n".join([f"[[{name}]]", *lines_of(entry)]))
    return "\n\n".join(blocks) + "\n"


def lines_of(entry: Entry) -> Iterator[str]:
    """Yield the lines of one table; what is as it would be without being said is left out."""
    for each in fields(entry):
        value = getattr(entry, each.name)
        if each.default is MISSING or value != each.default:
            yield line(each.name, value)


def line(name: str, value: Any) -> str:
    """Return one key with its value."""
    if isinstance(value, tuple):
        return f"{name} = {listed(value)}"
    if isinstance(value, str):
        written = quoted(value)
        if len(f"{name} = {written}") > WIDTH and " " in value:
            written = folded(written[1:-1])
        return f"{name} = {written}"
    return f"{name} = {json.dumps(value)}"


def listed(values: Iterable[str]) -> str:
    """Return a list of texts, in one line where that is short."""
    written = [quoted(value) for value in values]
    short = f"[{', '.join(written)}]"
    if len(short) <= WIDTH - 12:
        return short
    return "[\n" + "".join(f"  {each},\n" for each in written) + "]"


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace(DELETE, "\\u007f")


def folded(escaped: str) -> str:
    """Return a long text over several lines; line breaks count as spaces when it is loaded."""
    wrapped = textwrap.wrap(escaped, WIDTH, break_long_words=False, break_on_hyphens=False)
    return '"""\n' + "\n".join(wrapped) + '"""'
