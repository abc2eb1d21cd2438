"""Static files under names that change with their contents, so that a browser asks for each once.

`/static/<version>/labelling/pump.js`: the version is a hash over all files, and the paths by which
scripts import each other stay as they are. A page that was open over an upgrade asks by the old
version and gets the file of today, not to be kept.
"""

import hashlib
import re
from pathlib import Path
from typing import Any

from flask import Flask, Response, g, request, send_from_directory

VERSION_LENGTH = 12
VERSIONED = re.compile(rf"([0-9a-f]{{{VERSION_LENGTH}}})/(.+)", re.DOTALL)
FOR_EVER = "public, max-age=31536000, immutable"
ASK_EACH_TIME = "no-cache"


def init_app(app: Flask) -> None:
    """Serve the static folder; pages name the version of today by `static_url("…")`."""
    folder = str(app.static_folder)
    version = version_of(Path(folder))

    def serve(filename: str) -> Response:
        named = VERSIONED.fullmatch(filename)
        if named and named[1] == version:
            g.static_lasts = FOR_EVER
        return send_from_directory(folder, named[2] if named else filename)

    @app.url_defaults
    def name_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and not VERSIONED.fullmatch(values.get("filename", "")):
            values["filename"] = f"{version}/{values['filename']}"

    def static_url(filename: str) -> str:
        return f"{request.script_root}{app.static_url_path}/{version}/{filename}"

    # A page names a dozen of them.
    app.jinja_env.globals["static_url"] = static_url
    app.view_functions["static"] = serve


def version_of(folder: Path) -> str:
    """Return a hash over the names and contents of all files of a folder."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(f"{path.relative_to(folder).as_posix()}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:VERSION_LENGTH]


def lasting(status: int) -> str:
    """Return how long a browser keeps the static file that this request has asked for."""
    return str(g.get("static_lasts", ASK_EACH_TIME)) if status in {200, 206, 304} else ASK_EACH_TIME
