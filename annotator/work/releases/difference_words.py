"""Says the difference of two releases in words: the same at the command line and on the page."""

from collections.abc import Iterator
from typing import Any

from annotator.codebook.scheme import LABELS
from annotator.formats.release.card.codebook import word_of
from annotator.formats.release.folder import ANNOTATIONS, GOLD
from annotator.phrases import MINUS, coefficient, counted, method_name, percent
from annotator.work.releases.difference import Difference, Row, TableDifference, most_first

TABLES = {GOLD: "Gold labels", ANNOTATIONS: "Labels of annotators"}
NOTHING = "nothing"


def summary(found: Difference) -> str:
    """Say in one sentence what became different: articles, then gold labels by field."""
    gold, articles = found.tables[GOLD], found.tables["articles"].rows
    parts = []
    for n, sign in ((articles.added, "+"), (articles.removed, MINUS)):
        if n:
            parts.append(f"{sign}{counted(n, 'article')}")
    changed = sum(tally.changed for tally in gold.fields.values())
    if changed:
        parts.append(f"{counted(changed, 'gold label')} changed")
    by_field = "; ".join(field_words(gold, found.after))
    said = ", ".join(parts) or "No articles added or removed, and no gold labels changed"
    return f"{said}: {by_field}." if by_field else f"{said}."


def settings(found: Difference) -> str:
    """Say in which settings two releases differ; empty where in none."""
    said = (
        f"{name.replace('_', ' ')} {setting(name, before)} to {setting(name, after)}"
        for name, before, after in found.settings
    )
    return f"Different settings: {'; '.join(said)}." if found.settings else ""


def setting(name: str, known: Any) -> str:
    """Return one setting as it is read."""
    if name == "method" and isinstance(known, str):
        return method_name(known)
    if isinstance(known, bool):
        return "yes" if known else "no"
    if isinstance(known, dict):
        return ", ".join(percent(share) for share in known.values())
    return "none" if known is None else str(known)


def field_word(name: str, facts: Row) -> str:
    """Return a field of a table in the words of a release's codebook; `facts`: of its card."""
    return word_of(facts, name) if name in ("speaker", *LABELS) else name.replace("_", " ")


def field_words(table: TableDifference, facts: Row) -> Iterator[str]:
    """Say of each field what differs: "21 stance (most neutral to support)"."""
    for name, tally in table.fields.items():
        said = []
        if tally.changed:
            most = most_first(tally.moves)
            move = f" (most {most[0][0][0]} to {most[0][0][1]})" if most else ""
            said.append(f"{tally.changed:,} changed{move}")
        said += [
            f"{n:,} {word}" for n, word in ((tally.added, "added"), (tally.removed, "removed")) if n
        ]
        if said:
            yield f"{field_word(name, facts)} {', '.join(said)}"


def heading(known: Row) -> str:
    """Name a release: "v1.0 (gold, codebook 2)"."""
    return f"{known['name']} ({known.get('status')}, codebook {known.get('codebook_version')})"


def step(before: int | None, after: int | None) -> str:
    """Say how a count moved: "+12", or a dash where one of both is not known."""
    if before is None or after is None:
        return "–"
    n = after - before
    return f"+{n:,}" if n > 0 else f"{MINUS}{-n:,}" if n else "0"


def number(n: int | None) -> str:
    """Return a count, a dash where it is not known."""
    return "–" if n is None else f"{n:,}"


def figure(known: Row | None) -> str:
    """Return a figure with its interval."""
    if known is None:
        return "missing"
    if known["value"] is None:
        return "not defined"
    value = coefficient(known["value"])
    if known["low"] is None or known["high"] is None:
        return value
    return f"{value} ({coefficient(known['low'])} to {coefficient(known['high'])})"


def value(known: Any) -> str:
    """Return one value of a label as it is read."""
    if known is None:
        return NOTHING
    if known is True:
        return "yes"
    if isinstance(known, dict) and {"start", "end"} <= set(known):
        return f"characters {known['start']} to {known['end']}"
    if isinstance(known, list):
        return ", ".join(value(each) for each in known)
    return str(known)
