"""Encrypts what has to be read again, under a key that is made of the key of the installation."""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from annotator.errors import RefusedError

PURPOSE = b"annotator second factor"


class SealBrokenError(RefusedError):
    """What was sealed cannot be read: the key of the installation is another one now."""


class Sealer:
    """Seals and opens texts: Fernet (AES-128-CBC, HMAC-SHA256), its key by HKDF-SHA256."""

    def __init__(self, secret_key: str) -> None:
        derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE)
        self.fernet = Fernet(urlsafe_b64encode(derived.derive(secret_key.encode())))

    def seal(self, text: str) -> str:
        """Return what is stored of a text."""
        return self.fernet.encrypt(text.encode()).decode("ascii")

    def open(self, sealed: str) -> str:
        """Return the text.

        Raises:
            SealBrokenError: it was sealed under another key, or changed.

        """
        try:
            return self.fernet.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise SealBrokenError(
                "Your second factor cannot be checked, because the secret key of the server has"
                " changed. Use a recovery code, or ask your lead or the administrator to reset your"
                " second factor."
            ) from error
