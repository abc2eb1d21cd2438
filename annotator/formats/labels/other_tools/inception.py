"""Files of INCEpTION: what their paths say, and what its two formats have in common.

An export has a folder for each document with a file (or an archive) for each annotator:
`annotation/talks.txt/A07.tsv`. `talks.A07.tsv` by itself is read, too.
"""

from pathlib import PurePosixPath

from annotator.errors import RefusedError

# The document as it was before anybody annotated it.
NOBODY = "INITIAL_CAS"
ENDINGS = {".txt", ".xml", ".xmi", ".html", ".htm", ".md", ".pdf"}


def document_and_annotator(path: str) -> tuple[str, str]:
    """Return document and annotator that the path of a file names.

    Raises:
        RefusedError: it does not name them.

    """
    own = PurePosixPath(path)
    parents = [part.name for part in own.parents if part.name]
    for above, name in zip(parents[1:], parents, strict=False):
        if PurePosixPath(above).suffix.lower() in ENDINGS:  # talks.txt/A07/talks.tsv
            return above, name
    if parents:
        return parents[0], own.stem
    document, dot, annotator = own.stem.rpartition(".")
    if not dot or f".{annotator.lower()}" in ENDINGS:
        raise RefusedError(
            "its path does not say whose labels of which document these are; expected"
            f" talks.txt/A07{own.suffix} or talks.A07{own.suffix}"
        )
    return document, annotator


def short(layer: str) -> str:
    """Return what people call a layer: the end of its name."""
    return layer.rpartition(".")[2]
