"""TLS with a certificate of one's own (mTLS), made of PEM text, and how a service refuses it."""

import hashlib
import os
import ssl
import tempfile
import threading
from collections import OrderedDict
from typing import Final

from ..errors import RegistryError

_MAX_CONTEXTS: Final = 64
# Where it exists, nothing that is written there reaches a disk.
_MEMORY: Final = "/dev/shm"  # noqa: S108 - the file below it is created for us alone
# Since TLS 1.3 a client is through with its handshake before the service has looked at its
# certificate: the refusal comes as an alert, in the place of a response to an unread request.
_REFUSALS: Final = ("CERTIFICATE", "UNKNOWN_CA", "ACCESS_DENIED", "HANDSHAKE_FAILURE")


class ClientContexts:
    """Contexts by what they are made of, so that a rotated certificate gets a new one."""

    def __init__(self) -> None:
        self._contexts: OrderedDict[bytes, ssl.SSLContext] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, certificate: str, key: str, authority: str | None) -> ssl.SSLContext:
        """The context for PEM texts; raises RegistryError if they do not make one.

        Blocks for some milliseconds where it has to be made.
        """
        parts = (certificate, key, authority or "")
        digest = hashlib.sha256("\0".join(parts).encode()).digest()
        with self._lock:
            context = self._contexts.get(digest)
            if context is None:
                context = self._contexts[digest] = _make(certificate, key, authority)
                if len(self._contexts) > _MAX_CONTEXTS:
                    self._contexts.popitem(last=False)
            else:
                self._contexts.move_to_end(digest)
        return context


def _make(certificate: str, key: str, authority: str | None) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cadata=authority)
    except (ssl.SSLError, ValueError, TypeError):
        raise RegistryError("the authority is no certificate in PEM") from None
    folder = _MEMORY if os.access(_MEMORY, os.W_OK) else None
    # OpenSSL takes a path only. The file is readable by us alone, and gone in a millisecond.
    with tempfile.NamedTemporaryFile("w", dir=folder, prefix="tls-", suffix=".pem") as file:
        file.write(f"{certificate.strip()}\n{key.strip()}\n")
        file.flush()
        try:
            # Without a password an encrypted key would be asked for on the terminal.
            context.load_cert_chain(file.name, password=lambda: "")
        except (ssl.SSLError, OSError, ValueError) as error:
            raise RegistryError(_problem(error)) from None
    return context


def _problem(error: Exception) -> str:
    reason = getattr(error, "reason", "") or ""
    if "MISMATCH" in reason:
        return "the key is not that of the certificate"
    return "certificate and key are not both in PEM, the key without a password"


def refuses_our_certificate(error: Exception | None) -> bool:
    """Whether a connection ended because the service will not have our part of TLS."""
    reason = getattr(error, "reason", None) or "" if isinstance(error, ssl.SSLError) else ""
    return "ALERT" in reason and any(word in reason for word in _REFUSALS)
