"""CSV: `item,annotator,field,value`, or a column for each field; an item is `key#sentence`."""

from annotator.errors import RefusedError
from annotator.formats.articles import csv_tables
from annotator.formats.articles.faults import Faults
from annotator.formats.articles.records import RecordError
from annotator.formats.labels.documents import Document, Documents, Fields, Label
from annotator.formats.labels.files import Files

ITEM = "#"


def read(files: Files, fields: Fields) -> Documents:
    """Yield a document for each row: it is one claim, or one value of the claim of its item."""
    for name in files:
        sheet = csv_tables.open_sheet(files[name], name)
        item, annotator = fields.article or "item", fields.annotator or "annotator"
        if not {item, annotator} <= set(sheet.columns):
            raise RefusedError(
                f"its first line has no columns “{item}” and “{annotator}”; it has"
                f" {', '.join(sheet.columns[:20])}"
            )
        long = {"field", "value"} <= set(sheet.columns)
        faults = Faults()
        for line, cells in sheet.rows(faults):
            where = files.place(name, f"line {line}")
            row = dict(zip(sheet.columns, cells, strict=True))
            try:
                key, position = place_of(row.pop(item))
            except RefusedError as error:
                yield RecordError(f"{where}: {error}; left out")
                continue
            who = row.pop(annotator)
            said = [(row["field"], row["value"])] if long else list(row.items())
            values = tuple((column, value) for column, value in said if value.strip())
            labels = (Label(where, values=values),) if values else ()
            yield Document(where, who, key, sentence=position, labels=labels, whole=False)
        for fault in faults.named:
            yield RecordError(f"{files.place(name, str(fault))}; left out")


def place_of(item: str) -> tuple[str, int]:
    """Return article and sentence of an item."""
    key, sign, position = item.strip().rpartition(ITEM)
    if not sign or not position.isdecimal() or len(position) > 9:
        raise RefusedError(f"its item is not an article and sentence, for example 004{ITEM}12")
    return key, int(position)
