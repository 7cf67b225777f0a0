"""The site that is measured: three pages with three fragments each, made anew in a folder."""

import json
from collections.abc import Sequence
from pathlib import Path

SERVICES = ("cached", "missed", "slow")
NAMES = ("details", "list", "form")
DELAYS_MS = (0, 50, 300)

# The shop's product page in size and shape: what is measured should be about what is served.
_LITERAL = "<li class='cluster'><a class='link-plain' href='/categories/lamps/'>Lamps</a></li>\n"
LINE = (
    "<li class='cluster reviews-list__item'><h4>Warm light</h4>"
    "<p class='card__body'>A lamp for the late evening, dimmable, and easy to put together.</p>"
    "<a class='link-plain' href='/products/h1001/arc-lamp/'>Arc lamp</a></li>\n"
)
LINES = 11

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Measured</title>
</head>
<body>
<header><ul>
{literal}</ul></header>
<main>
{slots}
</main>
<footer><ul>
{literal}</ul></footer>
</body>
</html>
"""
_SLOT = '{{% fragment "{service}/{name}"{parameters} timeout=2000 on_error="degrade" %}}'

_POLICIES = {
    "cached": "public, max-age=3600, stale-while-revalidate=60",
    "missed": "no-store",
}


def locations() -> str:
    """How nginx answers for fragments: from files, but what may not be cached never twice alike."""
    parts = [
        f'location /{service}/fragments/ {{ add_header cache-control "{policy}"; }}'
        for service, policy in _POLICIES.items()
    ]
    parts += [
        f"location = /missed/fragments/{name}/content.html {{"
        f' add_header cache-control "no-store"; default_type text/html;'
        f' return 200 "{fragment("missed", name)}<!-- $request_id -->"; }}'
        for name in NAMES
    ]
    return "\n".join(parts)


def fragment(service: str, name: str) -> str:
    """The HTML of a fragment."""
    return f"<ul class='{service}-{name}'>\n{LINE * LINES}</ul>"


def manifest(service: str, name: str, *, content: str) -> str:
    """The manifest of a fragment with one style sheet."""
    css = {"value": f"/static/{service}/{name}.css", "type": "default"}
    return json.dumps(
        {
            "name": f"{service}-{name}",
            "version": "1.0.0",
            "content": content,
            "css": [css],
            "js": [],
            "fragment": {"name": f"{service}/{name}"},
        }
    )


def write_fragments(root: Path) -> None:
    """The files of the fast upstream: a manifest and the HTML of each fragment."""
    for service in _POLICIES:
        for name in NAMES:
            folder = root / service / "fragments" / name
            folder.mkdir(parents=True)
            described = manifest(service, name, content="/content.html")
            (folder / "manifest.json").write_text(described)
            (folder / "content.html").write_text(fragment(service, name))


def page(slots: Sequence[str]) -> str:
    """The page with something in the places of its fragments."""
    return _PAGE.format(literal=_LITERAL * 20, slots="\n".join(slots))


def write_pages(folder: Path) -> None:
    """Page templates and their pages.toml."""
    folder.mkdir()
    pages = []
    for service in SERVICES:
        slots = [
            _SLOT.format(
                service=service,
                name=name,
                parameters=f" delay={delay}" if service == "slow" else "",
            )
            for name, delay in zip(NAMES, DELAYS_MS, strict=True)
        ]
        (folder / f"{service}.html").write_text(page(slots))
        pages.append(
            f'[[page]]\nname = "{service}"\nroutes = ["{service}/"]\n'
            f'template = "{service}.html"\nbudget = 3000\n'
        )
    (folder / "pages.toml").write_text("\n".join(pages))


def write_registry(file: Path, *, fast: str, slow: str) -> None:
    """Where the fragments are: ``fast`` and ``slow`` are the origins of the upstreams."""
    bases = {service: f"{fast}/{service}" for service in _POLICIES} | {"slow": slow}
    fragments = {
        f"{service}/{name}": [
            {
                "url": f"{base}/fragments/{name}",
                "metadata": {"version": "1.0.0"},
                "deployment": {"traffic": 100, "default": True},
            }
        ]
        for service, base in bases.items()
        for name in NAMES
    }
    file.write_text(json.dumps({"schema": "1.0", "microFrontends": fragments}))
