"""What a release says of itself as a whole: its card, its counts, its gates and its figures."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from annotator.codebook.markdown import to_markdown
from annotator.codebook.scheme import Codebook
from annotator.errors import RefusedError
from annotator.formats.release import folder as names
from annotator.formats.release import gates
from annotator.formats.release.card import codebook as card_codebook
from annotator.formats.release.card.card import CardError, card, facts_of
from annotator.formats.release.card.citation import citation
from annotator.formats.release.card.croissant import croissant
from annotator.formats.release.schemas import misfits
from annotator.work.agreement.report import Report
from annotator.work.agreement.report_json import as_json
from annotator.work.releases.facts import looked_at, published, publishers
from annotator.work.verification.counts import Tallied
from annotator.work.verification.faults import Fault
from annotator.work.verification.files import allowed
from annotator.work.verification.first_difference import faults_of

FILES = "the files of the release give"
LATER_COUNTS = {"eligible_sentences", "changed_answers", "soft_sentences"}
"""Counts that releases of before do not have; their gates are checked without them."""
ARTICLE = "article"
"""What the intervals of releases of before draw, with near-duplicates as articles of their own."""
AFTER = (names.CARD, names.CROISSANT, names.SUMS)
"""What is written after croissant.json has listed all files."""


def read_card(folder: Path) -> tuple[dict[str, Any], list[Fault]]:
    """Return the facts on the card of a release, and what is wrong with it."""
    try:
        found = facts_of((folder / names.CARD).read_bytes().decode("utf-8"))
        return found, [Fault(names.CARD, None, said) for said in misfits("card", found)]
    except UnicodeDecodeError as error:
        return {}, [Fault(names.CARD, None, f"byte {error.start + 1} of it is not UTF-8")]
    except CardError as error:
        said = str(error).removeprefix(names.CARD).lstrip(": ")  # the fault names the file
        return {}, [Fault(names.CARD, None, said)]


def facts(
    found: dict[str, Any],
    report: Report,
    tallied: Tallied,
    documents: dict[str, Any],
    *,
    parquet: bool,
) -> Iterator[Fault]:
    """Yield where the card says something else than the files; `parquet`: whether some are that."""
    splits = documents[names.SPLITS]
    counted = tallied.everything(documents)
    own = {
        "project": report.project,
        "codebook_version": documents[names.CODEBOOK]["current"],
        "as_of": counted.as_of,
        "parquet": parquet,
        **looked_at(counted, report),
        "splits": {"settings": splits["settings"], "counts": splits["counts"]},
        "languages": sorted({each.language for each in tallied.articles}),
        "published": published(tallied.articles),
        "publishers": publishers(tallied.articles),
        "codebook": card_codebook.facts_of(tallied.codebook),
    }
    if card_codebook.TITLES not in found.get("codebook", {}):  # releases of before do not have them
        own["codebook"].pop(card_codebook.TITLES, None)
    own["counts"] = {
        name: n
        for name, n in own["counts"].items()
        if name in found.get("counts", {}) or name not in LATER_COUNTS
    }
    for key, value in own.items():
        yield from faults_of(names.CARD, {key: found.get(key)}, {key: value}, FILES)
    yield from gated(found, own)


def gated(found: dict[str, Any], own: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield where the gates or what follows from them are not what the counts and figures give."""
    try:
        wanted = gates.read({each["gate"]: each["wanted"] for each in found["gates"]})
        results = gates.check(wanted, own)
    except RefusedError as error:
        yield Fault(names.CARD, None, f"“gates” cannot be checked: {error}")
        return
    expected = {
        "gates": [each.to_json() for each in results],
        "status": gates.status_of(results),
    }
    here = {key: found.get(key) for key in expected}
    yield from faults_of(names.CARD, here, expected, FILES)


def draws_clusters(found: dict[str, Any]) -> bool:
    """Say whether the intervals of agreement.json draw near-duplicates together."""
    return bool(found["settings"]["unit"] != ARTICLE)


def agreement(found: dict[str, Any], report: Report) -> Iterator[Fault]:
    """Yield where agreement.json is not what the annotations give.

    What the figure of the speakers was before merges cannot be known from a release: its rows name
    speakers as they are known today.
    """
    expected = json.loads(as_json(report))
    expected["speaker_before_merges"] = found["speaker_before_merges"]
    if not draws_clusters(found):
        expected["settings"]["unit"] = ARTICLE
        for field in expected["fields"].values():
            del field["n_clusters"]
    for name in LATER_COUNTS & expected["scope"].keys() - found["scope"].keys():
        del expected["scope"][name]
    file = names.document_name(names.AGREEMENT)
    yield from faults_of(file, found, expected, "the annotations give")


def papers(
    folder: Path, found: dict[str, Any], codebook: Codebook, hashes: Mapping[str, str]
) -> Iterator[Fault]:
    """Yield the texts that do not say what they are made from."""
    files = [
        (name, (folder / name).stat().st_size, sha256)
        for name, sha256 in sorted(hashes.items())
        if name not in AFTER and allowed(name)
    ]
    made = {
        names.CODEBOOK_TEXT: (to_markdown(codebook), "the codebook in force in codebook.json"),
        names.CARD: (card(found), "its own front matter"),
        names.CITATION: (citation(found), f"the front matter of {names.CARD}"),
        names.CROISSANT: (
            croissant(found, files),
            f"the front matter of {names.CARD} and the files",
        ),
    }
    for name, (expected, source) in made.items():
        raw = (folder / name).read_bytes()
        if raw != expected.encode():
            line = first_other_line(raw, expected.encode())
            yield Fault(name, line, f"it differs from what {source} gives")


def first_other_line(found: bytes, expected: bytes) -> int:
    """Return the first line in which two texts differ."""
    here, there = found.split(b"\n"), expected.split(b"\n")
    pairs = enumerate(zip(here, there, strict=False), start=1)
    return next((n for n, (a, b) in pairs if a != b), min(len(here), len(there)))
