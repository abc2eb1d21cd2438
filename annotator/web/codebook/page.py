"""The codebook in force."""

from flask.typing import ResponseReturnValue

from annotator.web.access import project_for
from annotator.web.codebook.reading import codebook_page


def show(slug: str) -> ResponseReturnValue:
    """Show the codebook to everybody who works in the project."""
    project, membership = project_for(slug)
    return codebook_page(project, membership, project.codebook_version)
