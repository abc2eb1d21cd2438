"""Where the program finds its own files and where it keeps the data.

In a checkout `templates/` and `static/` lie beside the package; in a wheel they lie inside it.
"""

import os
from collections.abc import Mapping
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
INSTALLED = (PACKAGE / "templates").is_dir()
SHARED = PACKAGE if INSTALLED else PACKAGE.parent
TEMPLATES = SHARED / "templates"
STATIC = SHARED / "static"
SAMPLES = PACKAGE / "samples"
MIGRATIONS = PACKAGE / "store" / "migrations"


def data_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the data folder: `ANNOTATOR_DATA`, else `instance/` of the checkout or of the cwd.

    Flask's own default for an installed package lies inside the virtual environment, where
    reinstalling would delete the labels.
    """
    beside = Path.cwd() if INSTALLED else SHARED
    return Path(environ.get("ANNOTATOR_DATA") or beside / "instance").resolve()
