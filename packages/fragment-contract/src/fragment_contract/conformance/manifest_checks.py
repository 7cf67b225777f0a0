"""What a manifest promises, and the files it names."""

import base64
import hashlib

from .. import wire
from ..errors import InvalidManifest, NotApplicable
from ..manifest import Asset, parse_manifest, podium_name
from .check import check, demand
from .html import media_type
from .target import Target

_KINDS = {"css": ("text/css",), "js": ("text/javascript", "application/javascript")}


@check("manifest-valid", "manifest.json answers 200 with a valid manifest")
def manifest_valid(target: Target) -> None:
    response = target.request(wire.MANIFEST_PATH)
    demand(response.status_code == 200, f"manifest.json answers {response.status_code}, not 200")
    kind = media_type(response)
    demand(kind == wire.JSON, f"manifest.json has content type {kind!r}, not {wire.JSON}")
    try:
        parse_manifest(response.content)
    except InvalidManifest as error:
        demand(False, str(error))


@check("manifest-name", "The manifest is that of the fragment that was asked for")
def manifest_name(target: Target) -> None:
    manifest = target.manifest
    if target.name and not manifest.fragment:
        expected = podium_name(target.name)
        demand(manifest.name == expected, f"name is {manifest.name!r}, not {expected!r}")
    elif target.name and manifest.fragment:
        name = manifest.fragment.name
        demand(name == target.name, f"fragment.name is {name!r}, not {target.name!r}")
    elif manifest.fragment and "/fragments/" in target.base:
        short, last = manifest.fragment.name.partition("/")[2], target.base.rpartition("/")[2]
        demand(short == last, f"fragment.name ends in {short!r}, but the URL in {last!r}")
    else:
        raise NotApplicable("no name was given to compare with")


@check("fallback", "The fallback answers 200 with HTML, without any parameter")
def fallback(target: Target) -> None:
    path = target.manifest.fallback
    if not path:
        raise NotApplicable("the manifest names no fallback")
    response = target.request(path)
    demand(response.status_code == 200, f"the fallback answers {response.status_code}, not 200")
    kind = media_type(response)
    demand(kind == wire.HTML, f"the fallback has content type {kind!r}, not {wire.HTML}")
    demand(response.text.strip(), "the fallback is empty; name none in the manifest instead")


@check("assets", "Every stylesheet and script can be loaded, and its integrity is right")
def assets(target: Target) -> None:
    if not target.manifest.css and not target.manifest.js:
        raise NotApplicable("the manifest names no css and no js")
    for asset in target.manifest.css:
        _check_asset(target, asset, _KINDS["css"])
    for asset in target.manifest.js:
        _check_asset(target, asset, _KINDS["js"])


def _check_asset(target: Target, asset: Asset, kinds: tuple[str, ...]) -> None:
    url = target.asset_url(asset.value)
    response = target.request(url)
    demand(
        response.status_code == 200,
        f"{url} answers {response.status_code}, not 200 (is it served by another origin? then "
        f"name that with --assets)",
    )
    kind = media_type(response)
    demand(kind in kinds, f"{url} has content type {kind!r}, not {kinds[0]}")
    claimed = set(asset.integrity.split())
    actual = {_digest(item.partition("-")[0], response.content) for item in claimed}
    right = not claimed or actual & claimed
    demand(right, f"{url} has integrity {' '.join(sorted(actual))}, not {asset.integrity}")


@check("actions", "An action answers 405 to GET, and names its methods in Allow", files=False)
def actions(target: Target) -> None:
    declared = target.manifest.fragment.actions if target.manifest.fragment else ()
    if not declared:
        raise NotApplicable("the fragment has no actions")
    for action in declared:
        response = target.request(action.target)
        status = response.status_code
        demand(status == 405, f"GET of action {action.name!r} answers {status}, not 405")
        allowed = {word.strip() for word in response.headers.get("allow", "").split(",")}
        demand(
            set(action.methods) <= allowed,
            f"action {action.name!r} allows {', '.join(sorted(allowed))}, but the manifest "
            f"declares {', '.join(action.methods)}",
        )


@check("healthz", "The service says that it lives", files=False)
def healthz(target: Target) -> None:
    _check_health(target, "/healthz")


@check("readyz", "The service says that it can serve", files=False)
def readyz(target: Target) -> None:
    _check_health(target, "/readyz")


def _check_health(target: Target, path: str) -> None:
    response = target.request(f"{target.origin}{path}")
    demand(response.status_code == 200, f"{path} answers {response.status_code}, not 200")


def _digest(algorithm: str, data: bytes) -> str:
    digest = hashlib.new(algorithm, data, usedforsecurity=False).digest()
    return f"{algorithm}-{base64.b64encode(digest).decode()}"
