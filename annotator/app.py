"""The application factory: nothing happens at import, nothing is configured twice."""

import logging
import os

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from annotator.config import Settings
from annotator.database import open_database
from annotator.log_lines import log_to_stderr
from annotator.store import health, serving
from annotator.web import (
    compression,
    errors,
    late_views,
    metrics,
    rendering,
    request_log,
    screens,
    security,
    static_files,
)

log = logging.getLogger("annotator")


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application for these settings, by default those of the environment."""
    settings = settings or Settings.from_environ()
    app = open_database(settings)
    if settings.behind_proxy:
        hops = settings.behind_proxy
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )
    request_log.init_app(app)
    metrics.init_app(app)
    security.init_app(app)
    errors.init_app(app)
    rendering.init_app(app)
    static_files.init_app(app)
    compression.init_app(app)
    screens.init_app(app)
    return app


def create_served_app() -> Flask:
    """Return the application for a server such as gunicorn, with its log on standard error."""
    settings = Settings.from_environ()
    log_to_stderr(settings.log)
    app = create_app(settings)
    # Such a server answers many at once: none of them waits, and with --preload its workers share
    # this memory.
    late_views.import_all(app)
    if settings.is_sqlite:
        # Open as long as this process lives, so that others see that it serves.
        app.extensions["annotator_serving"] = serving.open_beside(settings.database_url)
        if others := serving.servers_of(settings.database_url):
            log.warning("%s", health.several_servers([os.getpid(), *others]))
    return app
