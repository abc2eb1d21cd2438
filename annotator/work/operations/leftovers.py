"""What imports leave behind whose process was killed: taken back, or finished where it appears."""

from functools import partial

from annotator.store.db import Steps
from annotator.work import staging
from annotator.work.articles import appearing
from annotator.work.label_import import appearing as staged_labels


def tidy() -> Steps[list[str]]:
    """Take back or finish every import that was cut off; return in words what was done."""
    said = []
    for each in staging.leftovers():
        number, name, state = each.id, each.name, each.state
        try:
            if state == staging.APPEARING:
                yield partial(staging.move, number, state)
                module = appearing if each.kind == staging.ARTICLES else staged_labels
                yield from module.appear(number)
                said.append(f"The import of {name} was interrupted at its end; it is now complete.")
            elif state == staging.CLEANING:
                yield from staging.clean(number)
            else:
                yield from staging.take_back(number)
                said.append(f"The import of {name} was interrupted; nothing was stored.")
        except staging.TakenBackError:
            continue  # another process is quicker
    return said
