"""How to cite a release: CITATION.cff 1.2.0 and BibTeX.

An author is written as "Family, Given", or as one name without a comma for a group.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from annotator.formats.release import yaml_writer
from annotator.formats.release.card.codebook import subjects
from annotator.formats.release.card.licences import spdx

Facts = Mapping[str, Any]

TEX = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
TEX |= {sign: f"\\{sign}" for sign in "{}&%$#_"}


def citation(facts: Facts) -> str:
    """Return CITATION.cff as text; the same facts give the same bytes."""
    return yaml_writer.block(dict(entries(facts)))


def entries(facts: Facts) -> Iterator[tuple[str, Any]]:
    """Yield what the file says, in its usual order."""
    yield "cff-version", "1.2.0"
    yield "message", "If you use this dataset, please cite it as below."
    yield "type", "dataset"
    yield "title", title(facts)
    yield "version", facts["name"]
    if day := day_of(facts):
        yield "date-released", day
    yield "authors", [person(name) for name in names(facts)]
    yield "abstract", f"News articles labelled sentence by sentence. {facts['target_question']}"
    yield "keywords", [*subjects(facts)]
    if licence := spdx(facts["licence"]["annotations"]):
        yield "license", licence


def title(facts: Facts) -> str:
    """Return the title in one line."""
    return " ".join(facts["title"].split())


def day_of(facts: Facts) -> str | None:
    """Return the day of the last label in the release, which is as near as bytes may know."""
    return facts["as_of"][:10] if facts["as_of"] else None


def names(facts: Facts) -> list[str]:
    """Return the authors; without any, the people who labelled as a group."""
    return list(facts["authors"]) or [f"The annotators of {title(facts)}"]


def person(name: str) -> dict[str, str]:
    """Return an author as the format has people and groups."""
    family, comma, given = (part.strip() for part in name.partition(","))
    if comma and family and given:
        return {"family-names": family, "given-names": given}
    return {"name": " ".join(name.split())}


def bibtex(facts: Facts) -> str:
    """Return an entry for BibTeX."""
    written = " and ".join(
        tex(name) if "given-names" in person(name) else f"{{{tex(name)}}}" for name in names(facts)
    )
    key = re.sub(r"[^a-z0-9]+", "-", f"{facts['project']}-{facts['name']}".lower()).strip("-")
    lines = [f"author = {{{written}}}", f"title = {{{{{tex(title(facts))}}}}}"]
    if day := day_of(facts):
        lines.append(f"year = {{{day[:4]}}}")
    lines.append(f"note = {{Dataset, release {tex(facts['name'])}}}")
    return f"@misc{{{key},\n" + "".join(f"  {line},\n" for line in lines) + "}"


def tex(text: str) -> str:
    """Return words with every sign that TeX would read as its own escaped."""
    return "".join(TEX.get(sign, sign) for sign in " ".join(text.split()))
