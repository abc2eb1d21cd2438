"""What somebody asks for on the page: a file of labels, what they are, and how they are read."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from flask import request

from annotator.errors import RefusedError
from annotator.formats.articles.records import RecordError
from annotator.formats.labels import files
from annotator.formats.labels import rows as annotation_rows
from annotator.formats.labels.files import Files
from annotator.formats.labels.mapping import read_mapping
from annotator.formats.labels.other_tools import reading
from annotator.formats.labels.rows import AnswerRow
from annotator.formats.models import results
from annotator.web.security import person
from annotator.web.uploads import unpack_bytes
from annotator.work.imported_labels.kinds import Said, kind_of
from annotator.work.label_import.checking import not_given_here
from annotator.work.label_import.mapped import answer_rows
from annotator.work.label_import.model_answers import model_rows
from annotator.work.label_import.rows import Importer, Plan

# What is chosen where rows of our own export say themselves what they are.
ITSELF = "rows"


@dataclass(frozen=True)
class Order:
    """A file of labels, what somebody says it is, and how it is read.

    Without a kind its rows say it themselves, which only those of our own export do.
    """

    name: str
    raw: bytes
    said: Said
    toml: str
    skip: bool = False

    @cached_property
    def files(self) -> Files:
        """Return the files that were sent."""
        return files.of_bytes(self.name, self.raw)

    @cached_property
    def form(self) -> str:
        """Return the format of the file by its content.

        Raises:
            RefusedError: it is none that is known, or nobody has said what its labels are.

        """
        form = reading.recognise(self.files)
        if form == reading.RESULTS:
            if not self.said.model:
                raise RefusedError(
                    "These are answers of a model to requests of a project: choose that, and enter"
                    " the name of the model."
                )
            return form
        if form != reading.OWN and self.said.kind is None:
            raise RefusedError(
                f"Labels of {reading.FORMATS[form].title} do not say what they are: choose it."
            )
        return form

    @property
    def is_own(self) -> bool:
        """Say whether it holds rows of our own export, which need no mapping."""
        return not self.toml and self.form == reading.OWN

    @property
    def is_results(self) -> bool:
        """Say whether it holds a model's answers to our own requests, which need no mapping."""
        return self.form == reading.RESULTS

    @property
    def is_mapped(self) -> bool:
        """Say whether a mapping says what its labels mean."""
        return not (self.is_own or self.is_results)

    @property
    def leaves_out(self) -> bool:
        """Say whether what does not fit is left out; models answer badly now and then."""
        return self.skip or self.is_results

    def plan(self, importer: Importer) -> Plan:
        """Check every label; nothing is stored."""
        if self.is_own:
            return importer.plan(self.own_rows())
        if self.is_results:
            return importer.plan(self.results(importer))
        mapped = read_mapping(self.toml.encode())
        form = mapped.format or self.form
        documents = reading.read(self.files, form, mapped.of_file)
        return importer.plan(answer_rows(importer, documents, mapped))

    def results(self, importer: Importer) -> Iterator[AnswerRow | RecordError]:
        """Yield the answers of a model as rows."""
        for name in self.files:
            yield from model_rows(importer, results.read(io.BytesIO(self.files[name]), name))

    def own_rows(self) -> Iterator[AnswerRow | RecordError]:
        """Yield the rows of our own export."""
        for name in self.files:
            rows = annotation_rows.read(io.BytesIO(self.files[name]))
            yield from rows if self.said.kind else not_given_here(rows)


def ordered() -> Order:
    """Return what was asked for.

    Raises:
        RefusedError: a part of it is missing or damaged; the message says which.

    """
    sent = request.files.get("file")
    if sent is not None and sent.filename:
        name, raw = sent.filename, sent.read()
    else:
        name = request.form.get("name", "")
        try:
            raw = unpack_bytes(request.form.get("carried", ""))
        except ValueError as error:
            raise RefusedError("The file was damaged on its way. Choose it again.") from error
    if not raw:
        raise RefusedError("Choose a file.")
    if "kind" not in request.form:
        raise RefusedError("Say what the labels are: nothing is assumed.")
    kind = None if request.form["kind"] == ITSELF else kind_of(request.form["kind"])
    is_model = kind is not None and kind.name == "model"
    model = " ".join(request.form.get("model", "").split()) if is_model else ""
    if is_model and not model:
        raise RefusedError("Enter the name of the model.")
    said = Said(kind, model, source=name[:200], user_id=person().id)
    return Order(name, raw, said, request.form.get("mapping", ""), "skip" in request.form)
