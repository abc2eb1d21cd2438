"""What imports leave behind whose process was killed: taken back, or finished where it appears."""

from functools import partial

from sqlalchemy import select

from annotator.store.db import Steps, db
from annotator.store.models import LabelImport
from annotator.work import staging


def tidy() -> Steps[list[str]]:
    """Take back or finish every import that was cut off; return in words what was done."""
    said = []
    for each in staging.leftovers():
        number, name, state, kind = each.id, each.name, each.state, each.kind
        try:
            if state == staging.APPEARING:
                yield partial(staging.move, number, state)
                yield from appear(number, kind)
                said.append(f"The import of {name} was interrupted at its end; it is now complete.")
            elif state == staging.CLEANING:
                yield from staging.clean(number)
            else:
                yield from staging.take_back(number)
                if kind == staging.REMOVAL:
                    said.append(f"Removing {name} was interrupted; it is now complete.")
                else:
                    said.append(f"The import of {name} was interrupted; nothing was stored.")
        except staging.TakenBackError:
            continue  # another process is quicker
    if db.session.scalar(select(LabelImport.id).where(LabelImport.unfinished).limit(1)):
        from annotator.work.imported_labels.settling import finish  # noqa: PLC0415

        yield from finish()
    return said


def appear(number: int, kind: str) -> Steps[None]:
    """Finish an import that was cut off at its end."""
    # What articles and labels are stored with takes half as long to import as all else that a
    # server starts with.
    if kind == staging.ARTICLES:
        from annotator.work.articles.appearing import appear  # noqa: PLC0415
    else:
        from annotator.work.label_import.appearing import appear  # noqa: PLC0415
    yield from appear(number)
