"""The codebook in force as a page to read, with an anchor for each rule and value."""

from collections.abc import Mapping

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from annotator.codebook.scheme import Codebook, Value
from annotator.web.access import project_for

bp = Blueprint("codebook", __name__)


@bp.get("/projects/<slug>/codebook")
def show(slug: str) -> ResponseReturnValue:
    """Show the codebook to everybody who works in the project."""
    project, membership = project_for(slug)
    codebook = project.codebook
    return render_template(
        "codebook/page.html",
        project=project,
        membership=membership,
        codebook=codebook,
        values=values_of(codebook),
    )


def values_of(codebook: Codebook) -> Mapping[str, tuple[Value, ...]]:
    """Return the values to explain in each section; a section without values is absent."""
    return {
        "target": codebook.aspects if "aspect" in codebook.fields else (),
        "status": codebook.statuses,
        "speaker": codebook.speaker_types,
        "stance": codebook.stances,
        "certainty": codebook.certainties,
    }
