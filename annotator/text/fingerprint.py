"""Fingerprints: the same text has the same digest, on every machine."""

import hashlib


def digest(text: str) -> str:
    """Give the SHA-256 of the text's UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
