"""A provider of single sign-on on loopback; it signs with its own key, and can be made to lie."""

import threading
import time
from base64 import b64decode
from hashlib import sha256
from urllib.parse import parse_qs, urlencode, urlsplit

from authlib.common.encoding import urlsafe_b64encode
from flask import Flask, redirect, request
from joserfc import jwt
from joserfc.jwk import ECKey
from werkzeug.serving import make_server

from annotator.config import SsoProvider

CLIENT, SECRET = "annotator-test", "a secret of the client"


class OidcProvider:
    """What it says of the person is in `claims`, what it says wrongly in `lies`."""

    def __init__(self):
        self.key = ECKey.generate_key("P-256", {"kid": "one", "alg": "ES256", "use": "sig"})
        self.claims = {"sub": "ann-1", "email": "Ann@Example.org", "email_verified": True}
        self.lies, self.codes = {}, {}
        self.broken = ""
        self.answers_by_userinfo = False
        self.server = make_server("127.0.0.1", 0, self.make_app(), threaded=True)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def end(self):
        self.server.shutdown()
        self.thread.join(10)
        self.server.server_close()

    def settings(self, **given):
        """Return what the operator sets."""
        return SsoProvider(self.issuer, CLIENT, SECRET, "Example University", **given)

    def make_app(self):
        app = Flask("provider")
        app.add_url_rule("/.well-known/openid-configuration", view_func=self.discovery)
        app.add_url_rule("/authorize", view_func=self.authorize)
        app.add_url_rule("/token", view_func=self.token, methods=["POST"])
        app.add_url_rule("/keys", view_func=self.keys)
        app.add_url_rule("/userinfo", view_func=self.userinfo)
        return app

    def discovery(self):
        if self.broken == "discovery":
            return "out of order", 500
        return {
            "issuer": self.lies.get("discovered_issuer", self.issuer),
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        }

    def keys(self):
        return {"keys": [self.key.as_dict(private=False)]}

    def authorize(self):
        """Sign the person in without asking, and send the browser back with a code."""
        asked = request.args
        assert (asked["client_id"], asked["response_type"]) == (CLIENT, "code")
        assert asked["code_challenge_method"] == "S256"
        if self.broken == "authorize":
            return redirect(f"{asked['redirect_uri']}?{urlencode({'error': 'access_denied'})}")
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked.to_dict()
        back = {"code": code, "state": asked["state"], "iss": self.issuer}
        return redirect(f"{asked['redirect_uri']}?{urlencode(back)}")

    def token(self):
        """Give a token for a code, once, to our client with the verifier of the challenge."""
        if self.broken == "token":
            return {"error": "server_error"}, 500
        given = b64decode(request.headers["Authorization"].removeprefix("Basic ")).decode()
        assert given == f"{CLIENT}:{SECRET}"
        asked = self.codes.pop(request.form["code"], None)
        challenge = urlsafe_b64encode(sha256(request.form["code_verifier"].encode()).digest())
        if asked is None or asked["code_challenge"] != challenge.decode():
            return {"error": "invalid_grant"}, 400
        assert request.form["redirect_uri"] == asked["redirect_uri"]
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            **({"sub": self.claims["sub"]} if self.answers_by_userinfo else self.claims),
            **{name: value for name, value in self.lies.items() if name != "discovered_issuer"},
        }
        key = ECKey.generate_key("P-256", {"kid": "one"}) if self.broken == "key" else self.key
        token = jwt.encode({"alg": "ES256", "kid": "one"}, claims, key)
        return {"access_token": "access", "token_type": "Bearer", "id_token": token}

    def userinfo(self):
        assert request.headers["Authorization"] == "Bearer access"
        return self.claims


def path_of(address):
    """Return path and query of an address, for a test client."""
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


def query_of(address):
    """Return the query of an address, each name once."""
    return {name: value for name, [value] in parse_qs(urlsplit(address).query).items()}
