"""Headers on every response, the CSRF check on every POST, and who is signed in."""

from flask import Flask, Response, request
from flask_login import LoginManager
from flask_wtf import CSRFProtect

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
ONE_YEAR = 31_536_000

csrf = CSRFProtect()
login = LoginManager()


def init_app(app: Flask) -> None:
    """Put the protections on."""
    csrf.init_app(app)
    login.init_app(app)
    # Sessions are rows that we end ourselves; flask-login's own check compares addresses.
    login.session_protection = None
    app.after_request(add_headers)


def add_headers(response: Response) -> Response:
    """Add the strict policy; pages with someone's work are never stored on the way."""
    response.headers.extend(HEADERS)
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = (
            f"max-age={ONE_YEAR}; includeSubDomains"
        )
    if request.endpoint == "static":
        response.headers["Cache-Control"] = "no-cache"
    else:
        response.headers["Cache-Control"] = "no-store"
    return response
