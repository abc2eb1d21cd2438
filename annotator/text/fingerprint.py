"""Fingerprints: the same text has the same digest, on every machine."""

import hashlib


def digest(text: str) -> str:
    """Give the SHA-256 of the text's UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def twins(text: str) -> set[str]:
    """Give the digests that this text has with other line ends, and with or without a last one.

    A text that went through another system is the same text, whatever that did to its line ends.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")
    ends = ("\n", "\r\n", "\r")
    shapes = {text} | {end.join(lines) + last for end in ends for last in ("", end)}
    return {digest(shape) for shape in shapes}
