"""The fragment under test, and how to ask it."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, Final, Self
from urllib.parse import quote, urlsplit

import httpx

from .. import wire
from ..errors import CannotAsk
from ..manifest import Identity, Manifest, parse_manifest

Pairs = Iterable[tuple[str, str]]

_TIMEOUT_SECONDS: Final = 10.0


class Target:
    """A fragment at its base URL (the one that a registry holds).

    ``parameters`` are values with which the fragment answers 200; those that the fragment does
    not know are left out, so that several fragments can share one list. ``assets`` is the
    origin of site-relative asset paths, if it is not the service's own. ``token`` is a context
    token of some visitor, for a fragment that answers nobody without one.
    """

    def __init__(
        self,
        url: str,
        *,
        name: str | None = None,
        parameters: Mapping[str, str] | None = None,
        assets: str | None = None,
        token: str = "",
        transport: httpx.BaseTransport | None = None,
        timeout: float = _TIMEOUT_SECONDS,
    ) -> None:
        self.base = url.removesuffix(wire.MANIFEST_PATH).rstrip("/")
        self.name = name
        self.parameters = dict(parameters or {})
        parts = urlsplit(self.base)
        self.origin = f"{parts.scheme}://{parts.netloc}"
        self.assets = (assets or self.origin).rstrip("/")
        self._token = token
        self._client = httpx.Client(transport=transport, timeout=timeout, trust_env=False)

    def close(self) -> None:
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    @cached_property
    def manifest(self) -> Manifest:
        """The valid manifest; raises InvalidManifest or httpx.HTTPStatusError."""
        response = self.request(wire.MANIFEST_PATH)
        response.raise_for_status()
        return parse_manifest(response.content)

    @property
    def schema(self) -> Mapping[str, Any]:
        """The JSON Schema of the parameters."""
        return self.manifest.fragment.parameters if self.manifest.fragment else {}

    @property
    def properties(self) -> Mapping[str, Mapping[str, Any]]:
        known: Mapping[str, Mapping[str, Any]] = self.schema.get("properties", {})
        return known

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(self.schema.get("required", ()))

    @property
    def varies(self) -> tuple[str, ...]:
        """The inputs beyond the parameters that the manifest declares."""
        return self.manifest.fragment.varies if self.manifest.fragment else ()

    @property
    def identity(self) -> Identity:
        """Whether the fragment wants to know who is asking."""
        return self.manifest.fragment.identity if self.manifest.fragment else "none"

    def known_parameters(self) -> dict[str, str]:
        """The given parameters that this fragment has. Raises CannotAsk if one is missing."""
        known = self.parameters
        if self.manifest.fragment:
            known = {key: value for key, value in known.items() if key in self.properties}
        missing = [name for name in self.required if name not in known]
        if missing:
            wanted = " ".join(f"--parameter {name}=VALUE" for name in missing)
            raise CannotAsk(f"required parameters have no value; give {wanted}")
        return known

    def content(
        self,
        method: str = "GET",
        *,
        parameters: Mapping[str, str] | None = None,
        raw: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Ask for the content, by default with all known parameters.

        ``raw`` is appended to the query as it is, already encoded.
        """
        known = self.known_parameters() if parameters is None else parameters
        query = [f"{quote(name)}={quote(value, safe='')}" for name, value in known.items()]
        query += [raw] if raw else []
        if self.identity == "required" and wire.AUTHORIZATION not in (headers or {}):
            if not self._token:
                raise CannotAsk("the fragment answers nobody without a context token; give --token")
            headers = {**(headers or {}), wire.AUTHORIZATION: f"Bearer {self._token}"}
        target = self.manifest.content + (f"?{'&'.join(query)}" if query else "")
        return self.request(target, method=method, headers=headers)

    def request(
        self, path: str, *, method: str = "GET", headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Ask the service; ``path`` is below the base, or a whole URL."""
        url = path if "://" in path else f"{self.base}{path}"
        response = self._client.request(method, url, headers=dict(headers or {}))
        # One request must not colour the next: a composer sends no cookies.
        self._client.cookies.clear()
        return response

    def asset_url(self, value: str) -> str:
        """Where a manifest's asset is: ours are site-relative, a podlet's below its base."""
        if "://" in value:
            return value
        root = self.assets if self.manifest.fragment else self.base
        return f"{root}/{value.lstrip('/')}"
