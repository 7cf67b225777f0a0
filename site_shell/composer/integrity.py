"""The integrity of assets for which a manifest names none, from the collected static files.

Only where the name holds a hash of the content: such a file never changes, so its digest is right
for as long as any page or cache names it. Of other names a deployment changes the content, and a
page from a cache would lose its stylesheet.
"""

import base64
import hashlib
import re
from dataclasses import replace
from pathlib import Path
from typing import Final

from fragment_contract.manifest import Asset

from .known_manifest import KnownManifest

# Django's storage writes the first kind, esbuild the second.
HASHED: Final = re.compile(r"\.([0-9a-f]{12}|[0-9A-Z]{8})\.[a-z0-9]+(\.map)?$")
_MAX_BYTES: Final = 5_000_000


class CollectedFiles:
    """The files below ``root``, which browsers get below ``prefix``, a path of this site."""

    def __init__(self, root: Path, prefix: str) -> None:
        self._root = root.resolve()
        self._prefix = prefix
        self._known: dict[str, str] = {}

    def complete(self, known: KnownManifest) -> KnownManifest:
        """The manifest with every integrity that can be computed; the same one if none can."""
        if all(asset.integrity for asset in (*known.css, *known.js)):
            return known
        css = tuple([self._completed(asset) for asset in known.css])
        js = tuple([self._completed(asset) for asset in known.js])
        return replace(known, css=css, js=js)

    def _completed(self, asset: Asset) -> Asset:
        integrity = asset.integrity or self._integrity(asset.value)
        return replace(asset, integrity=integrity) if integrity else asset

    def _integrity(self, url: str) -> str:
        if not (url.startswith(self._prefix) and HASHED.search(url)):
            return ""
        if url not in self._known:
            self._known[url] = _digest(self._root, url.removeprefix(self._prefix))
        return self._known[url]


def _digest(root: Path, name: str) -> str:
    try:
        path = (root / name).resolve()
        # A manifest is a service's: no name in it leads out of the folder.
        if not path.is_relative_to(root) or path.stat().st_size > _MAX_BYTES:
            return ""
        digest = hashlib.sha384(path.read_bytes()).digest()
    except (OSError, ValueError):
        return ""
    return f"sha384-{base64.b64encode(digest).decode()}"
