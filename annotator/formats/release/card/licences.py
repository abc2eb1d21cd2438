"""Licences by the names that machines know."""

import re

KNOWN = {
    name.lower(): name
    for name in (
        "Apache-2.0",
        "MIT",
        "CC0-1.0",
        *(
            f"CC-{kind}-{version}"
            for kind in ("BY", "BY-SA", "BY-NC", "BY-ND", "BY-NC-SA", "BY-NC-ND")
            for version in ("2.0", "2.5", "3.0", "4.0")
        ),
        "ODbL-1.0",
        "ODC-By-1.0",
        "PDDL-1.0",
    )
}
# The model and dataset pages of the Hugging Face hub have names of their own for these.
HUB = {"ODbL-1.0": "odbl", "ODC-By-1.0": "odc-by", "PDDL-1.0": "pddl"}


def spdx(licence: str) -> str | None:
    """Return the SPDX identifier of a licence as people write it ("CC BY 4.0"), if it is known."""
    return KNOWN.get(re.sub(r"[\s_-]+", "-", licence.strip()).lower())


def hub_name(licence: str) -> str:
    """Return the licence as a front matter has it: a known name, "other", or "unknown"."""
    if not licence.strip():
        return "unknown"
    known = spdx(licence)
    return "other" if known is None else HUB.get(known, known.lower())
