"""Which answers reports on models read: those that count, and beside them those of models."""

from dataclasses import replace

from annotator.work.agreement.report import Selection

MODEL = "model"


def with_models(selection: Selection) -> Selection:
    """Return a selection that has the answers of models beside those that count."""
    return replace(selection, origins=(*selection.origins, MODEL))
