"""The codebook in force as a page to read, with an anchor for each rule and value."""

import re
from collections.abc import Mapping

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from annotator.codebook.own_keys import with_own_keys
from annotator.codebook.scheme import Codebook, Value
from annotator.web.access import project_for
from annotator.web.security import person

bp = Blueprint("codebook", __name__)

SENTENCE = re.compile(r"https?://[^/]+(/label/\d+/\d+)(?:[?#].*)?", re.ASCII)


@bp.get("/projects/<slug>/codebook")
def show(slug: str) -> ResponseReturnValue:
    """Show the codebook to everybody who works in the project."""
    project, membership = project_for(slug)
    # The keys printed here are those that work for whoever reads it.
    codebook = with_own_keys(project.codebook, person().own_keys)
    return render_template(
        "codebook/page.html",
        project=project,
        membership=membership,
        codebook=codebook,
        values=values_of(codebook),
        sentence=sentence_of(request.referrer),
    )


def sentence_of(referrer: str | None) -> str | None:
    """Return the address of the sentence a reader came from, None from anywhere else."""
    found = SENTENCE.fullmatch(referrer or "")
    return found[1] if found else None


def values_of(codebook: Codebook) -> Mapping[str, tuple[Value, ...]]:
    """Return the values to explain in each section; a section without values is absent."""
    return {
        "target": codebook.aspects if "aspect" in codebook.fields else (),
        "status": codebook.statuses,
        "speaker": codebook.speaker_types,
        "stance": codebook.stances,
        "certainty": codebook.certainties,
    }
