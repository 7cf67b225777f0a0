"""What a fragment has to keep so that a page with a strict policy can hold it among others."""

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urlsplit

from ..errors import NotApplicable
from .check import check, demand
from .target import Target

# Where an element loads from, and the directive that has to allow it.
_LOADS: Final = {
    ("img", "src"): "img-src",
    ("img", "srcset"): "img-src",
    ("source", "srcset"): "img-src",
    ("input", "src"): "img-src",
    ("video", "poster"): "img-src",
    ("video", "src"): "media-src",
    ("audio", "src"): "media-src",
    ("source", "src"): "media-src",
    ("track", "src"): "media-src",
    ("iframe", "src"): "frame-src",
    ("script", "src"): "script-src",
    ("form", "action"): "form-action",
    ("button", "formaction"): "form-action",
}


@check("csp", "What the HTML loads from other origins is declared in the manifest's csp")
def csp(target: Target) -> None:
    declared = target.manifest.fragment.csp if target.manifest.fragment else ()
    assets = (*target.manifest.css, *target.manifest.js)
    own = {target.origin, target.assets, *(_origin(asset.value) for asset in assets)}
    for directive, url in _loads(_html(target)):
        origin = _origin(url)
        known = not origin or origin in own or (directive, origin) in declared
        demand(known, f"{url[:200]} needs csp {{{directive!r}: [{origin!r}]}} in the manifest")


@check("integrity", "Assets of other origins have an integrity, so that nobody can change them")
def integrity(target: Target) -> None:
    own = {"", target.origin, target.assets}
    for asset in (*target.manifest.css, *target.manifest.js):
        foreign = _origin(asset.value) not in own
        demand(not foreign or asset.integrity, f"{asset.value} has no integrity")
        readable = asset.crossorigin is not None
        demand(
            not (foreign and asset.integrity) or readable,
            f"{asset.value} has an integrity, but no crossorigin: browsers cannot check it",
        )


@check("ids", "No id occurs twice in the HTML")
def ids(target: Target) -> None:
    parser = _Elements()
    parser.feed(_html(target))
    parser.close()
    seen: set[str] = set()
    for _, name, value in parser.attributes:
        if name == "id":
            demand(value not in seen, f"two elements have the id {value!r:.80}")
            seen.add(value)


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.attributes: list[tuple[str, str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]


def _loads(html: str) -> Iterator[tuple[str, str]]:
    """Directive and URL of everything that the HTML makes a browser load or send to."""
    parser = _Elements()
    parser.feed(html)
    parser.close()
    for tag, name, value in parser.attributes:
        directive = _LOADS.get((tag, name))
        if directive and name == "srcset":
            yield from ((directive, item.split()[0]) for item in value.split(",") if item.strip())
        elif directive:
            yield directive, value.strip()


def _origin(url: str) -> str:
    """The origin of an absolute URL, or nothing."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if not parts.netloc:
        return ""
    # Without a scheme it is that of the page, which is https.
    return f"{parts.scheme or 'https'}://{parts.netloc}".lower()


def _html(target: Target) -> str:
    response = target.content()
    if response.status_code != 200:
        raise NotApplicable(f"the content answers {response.status_code}")
    return response.text
