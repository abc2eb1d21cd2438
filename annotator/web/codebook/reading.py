"""One version of a codebook as a page to read, with an anchor for each rule and value."""

import re
from collections.abc import Mapping

from flask import render_template, request

from annotator.codebook.own_keys import with_own_keys
from annotator.codebook.scheme import Codebook, Value
from annotator.store.models import CodebookVersion, Membership, Project
from annotator.web.security import person
from annotator.work.codebook import usage

SENTENCE = re.compile(r"https?://[^/]+(/label/\d+/\d+)(?:[?#].*)?", re.ASCII)


def codebook_page(project: Project, membership: Membership, version: CodebookVersion) -> str:
    """Render one version of a codebook."""
    # The keys printed here are those that work for whoever reads it.
    codebook = with_own_keys(version.codebook, person().own_keys)
    return render_template(
        "codebook/page.html",
        project=project,
        membership=membership,
        version=version,
        in_force=version.number == project.codebook_version.number,
        codebook=codebook,
        values=values_of(codebook),
        sentence=sentence_of(request.referrer),
        # Annotators may not know which sentences are decided.
        cited=usage.citations(project) if membership.lead or membership.adjudicator else {},
    )


def sentence_of(referrer: str | None) -> str | None:
    """Return the address of the sentence a reader came from, None from anywhere else."""
    found = SENTENCE.fullmatch(referrer or "")
    return found[1] if found else None


def values_of(codebook: Codebook) -> Mapping[str, tuple[Value, ...]]:
    """Return the values to explain in each section; a section without values is absent."""
    return {
        codebook.aspect_section: codebook.aspects if "aspect" in codebook.fields else (),
        "status": codebook.statuses,
        "speaker": codebook.speaker_types,
        "stance": codebook.stances,
        "certainty": codebook.certainties,
    }
