"""One deployed version of a fragment, as the registry tells it."""

from dataclasses import dataclass
from typing import Literal

CredentialsOption = Literal["None", "ApiKey", "Authorization", "SignatureV4"]


@dataclass(frozen=True, slots=True)
class Release:
    """Where one version of a fragment is served and how it takes part in a rollout.

    ``url`` is the base to which ``/manifest.json`` and the manifest's paths are appended; it
    never ends in a slash. ``traffic`` is a share in percent. ``secret`` is a reference to a
    secret (``env:NAME``), never the secret itself.
    """

    fragment: str
    version: str
    url: str
    fallback_url: str | None = None
    traffic: float = 100.0
    default: bool = True
    credentials: CredentialsOption = "None"
    secret: str | None = None
    concurrency: int = 64
