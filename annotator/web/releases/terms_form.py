"""The form for the terms on which a project publishes."""

from collections.abc import Iterator

from flask_wtf import FlaskForm
from wtforms import BooleanField, FloatField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from annotator.codebook.scheme import Codebook
from annotator.formats.release.gates import GATES, offered
from annotator.store.models import Project
from annotator.web.forms import NumberRange
from annotator.work.releases.terms import LONGEST_LINE, Terms, terms_of

PREFIX = "gate_"
RANGE = "Choose a number from 0 to 1, for example 0.67."


class GateField(FloatField):  # type: ignore[misc]
    """A number from 0 to 1, with a point or a comma; empty where the gate is not set."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed."""
        typed = (valuelist[0] if valuelist else "").strip().replace(",", ".")
        try:
            self.data = float(typed) if typed else None
        except ValueError as error:
            self.data = None
            raise ValueError(RANGE) from error


class PublishingForm(FlaskForm):  # type: ignore[misc]
    """Gates, licences and authors; `gate_*` is a field for each gate."""

    annotations_licence = StringField("Licence of the annotations", [Length(max=LONGEST_LINE)])
    texts_licence = StringField("Licence of the texts", [Length(max=LONGEST_LINE)])
    texts_may_be_shared = BooleanField("Releases may contain the texts of the articles")
    authors = TextAreaField("Authors")

    def gates_for(self, codebook: Codebook) -> Iterator[GateField]:
        """Yield the fields of the gates that a codebook has or that are set, in its words."""
        known = offered(codebook)
        for name in GATES:
            field: GateField = self[PREFIX + name]
            if name in known:
                field.label.text = known[name].label
            if name in known or field.data is not None:
                yield field

    def terms(self) -> Terms:
        """Return what was typed."""
        given = {name: self[PREFIX + name].data for name in GATES}
        return Terms(
            gates={name: value for name, value in given.items() if value is not None},
            annotations_licence=self.annotations_licence.data or "",
            texts_licence=self.texts_licence.data or "",
            texts_may_be_shared=self.texts_may_be_shared.data,
            authors=tuple((self.authors.data or "").splitlines()),
        )


for name, gate in GATES.items():
    field = GateField(gate.label, [Optional(), NumberRange(0, 1, RANGE)])
    setattr(PublishingForm, PREFIX + name, field)


def form_of(project: Project) -> PublishingForm:
    """Return the form with the terms as they are."""
    terms = terms_of(project)
    given = {PREFIX + name: value for name, value in terms.gates.items()}
    return PublishingForm(
        formdata=None,
        annotations_licence=terms.annotations_licence,
        texts_licence=terms.texts_licence,
        texts_may_be_shared=terms.texts_may_be_shared,
        authors="\n".join(terms.authors),
        **given,
    )
