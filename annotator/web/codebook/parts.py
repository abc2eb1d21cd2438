"""What several pages of a codebook share: the names of its parts, and its file."""

from typing import Any

from flask import Response

from annotator.codebook.difference import Change

PLACES = {
    "": "Title, question and settings",
    "sections": "Sections",
    "rules": "Rules",
    "statuses": "Sentence",
    "speaker_types": "Speaker types",
    "stances": "Stances",
    "certainties": "Certainties",
    "aspects": "Aspects",
}


def toml_file(text: str, name: str) -> Response:
    """Return a text as a file to keep."""
    reply = Response(text, content_type="application/toml; charset=utf-8")
    reply.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return reply


def grouped(changes: tuple[Change, ...]) -> dict[str, list[Change]]:
    """Return changes by the part of the codebook they are in, in its order."""
    found: dict[str, Any] = {place: [] for place in PLACES}
    for change in changes:
        found[change.place].append(change)
    return {place: each for place, each in found.items() if each}
