"""A fragment that keeps the contract without Django, and a hundred ways to break it.

``Service`` is what a team in any other language might write. A breakage takes a request and the
right answer and gives a wrong one.
"""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from fragment_contract import wire
from fragment_contract.manifest import Action, Asset, FragmentInfo, Manifest
from fragment_contract.testing import FakeFragmentServer, Received, Reply

Breakage = Callable[[Received, Reply], Reply]

BASE: Final = "/fragments/hello"
CONTENT: Final = f"{BASE}/"
CSS: Final = b".greeting-hello { color: red }"
JS: Final = b"export {};"
HTML: Final = """
<head>
  <title>Hello</title>
  <meta name="description" content="Hello">
  <link rel="canonical" href="/hello/">
  <script type="application/ld+json">{"@type": "Thing"}</script>
</head>
<p class="greeting-hello">Hello</p>
<script type="application/json">{"is": "data"}</script>
"""
HEADERS: Final = {
    wire.VERSION: "1.0.0",
    "cache-control": "public, max-age=60, stale-if-error=600",
    "surrogate-key": "greeting greeting:ada",
    "vary": "x-currency",
}
PARAMETERS: Final[dict[str, Any]] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "maxLength": 20},
        "page": {"type": "integer", "minimum": 1, "maximum": 9, "default": 1},
        "tone": {"type": "string", "enum": ["warm", "cool"], "default": "warm"},
        "loud": {"type": "boolean", "default": False},
    },
}


def sha384(data: bytes) -> str:
    return f"sha384-{base64.b64encode(hashlib.sha384(data).digest()).decode()}"


MANIFEST: Final = Manifest(
    name="greeting-hello",
    version="1.0.0",
    fallback="/fallback",
    css=(Asset(value="/static/hello.css", type="text/css", integrity=sha384(CSS)),),
    js=(Asset(value="/static/hello.js", type="module", integrity=f"sha256-AA== {sha384(JS)}"),),
    fragment=FragmentInfo(
        name="greeting/hello",
        parameters=PARAMETERS,
        actions=(Action("wave", "/actions/wave", ("POST",)),),
        varies=("query:preview", "header:X-Currency"),
    ),
)


class Service:
    """Answers like a correct fragment service, unless a breakage is given."""

    def __init__(
        self,
        server: FakeFragmentServer,
        breakage: Breakage | None = None,
        *,
        manifest: Manifest = MANIFEST,
    ) -> None:
        self._break = breakage or (lambda request, reply: reply)
        self._manifest = manifest
        self.url = f"{server.url}{BASE}"
        server.respond("*", self.answer)

    def answer(self, request: Received) -> Reply:
        return self._break(request, self._right(request))

    def _right(self, request: Received) -> Reply:
        path = request.path
        if path == CONTENT:
            return self._content(request)
        if path == f"{BASE}/manifest.json":
            return Reply(body=self._manifest.to_json(), content_type=wire.JSON)
        if path == f"{BASE}/actions/wave" and request.method != "POST":
            return Reply(status=405, headers={"allow": "POST"})
        return {
            f"{BASE}/fallback": Reply(body="<p>Hello.</p>"),
            "/static/hello.css": Reply(body=CSS, content_type="text/css"),
            "/static/hello.js": Reply(body=JS, content_type="text/javascript"),
            "/healthz": Reply(body="ok"),
            "/readyz": Reply(body="ready"),
        }.get(path, Reply(status=404))

    def _content(self, request: Received) -> Reply:
        if request.method not in ("GET", "HEAD"):
            return Reply(status=405, headers={"allow": "GET, HEAD"})
        problem = _problem(request)
        if problem:
            return Reply(status=400, body=problem, content_type="text/plain")
        etag = f'"{hashlib.sha256(HTML.encode()).hexdigest()[:16]}"'
        headers = {**HEADERS, "etag": etag}
        if request.headers.get("if-none-match") == etag:
            return Reply(status=304, headers=headers)
        return Reply(body=HTML, headers=headers)


def _problem(request: Received) -> str:
    """The sentence for bad parameters, or nothing."""
    seen: dict[str, str] = {}
    for name, value in request.parameters:
        if name == "preview":
            continue
        if name not in PARAMETERS["properties"]:
            return f"unknown parameter {name}"
        if name in seen:
            return f"{name} is given twice"
        seen[name] = value
    if "name" not in seen:
        return "name is required"
    legal = {
        "name": len(seen["name"]) <= 20 and seen["name"].isalnum() and seen["name"].isascii(),
        "page": seen.get("page", "1") in "123456789" and seen.get("page") != "",
        "tone": seen.get("tone", "warm") in ("warm", "cool"),
        "loud": seen.get("loud", "true") in ("true", "false"),
    }
    return next((f"{name} is not legal" for name, good in legal.items() if not good), "")


def on(path: str, *, method: str | None = None, **changes: Any) -> Breakage:
    """Change the answers of one path that would be 200, or those to one method."""

    def change(request: Received, reply: Reply) -> Reply:
        wanted = request.method == method if method else reply.status == 200
        return replace(reply, **changes) if request.path == path and wanted else reply

    return change


def with_header(name: str, value: str | None) -> Breakage:
    """Content with another header, or without it."""

    def change(request: Received, reply: Reply) -> Reply:
        if request.path != CONTENT or reply.status not in (200, 304):
            return reply
        headers = {**dict(reply.headers), name: value}
        kept = {key: text for key, text in headers.items() if text is not None}
        return replace(reply, headers=kept)

    return change


def depending_on(header: str) -> Breakage:
    """Content that shows a request header."""

    def change(request: Received, reply: Reply) -> Reply:
        if request.path == CONTENT and header in request.headers and reply.status == 200:
            return replace(reply, body=HTML + request.headers[header])
        return reply

    return change


def accepting(*names: str) -> Breakage:
    """Content that does not refuse bad parameters whose problem is about one of the names."""

    def change(request: Received, reply: Reply) -> Reply:
        about = any(str(reply.body).startswith(name) for name in names)
        good = Reply(body=HTML, headers=HEADERS)
        return good if reply.status == 400 and about else reply

    return change


def silent_about(what: str) -> Breakage:
    """400s that do not say what is wrong."""

    def change(request: Received, reply: Reply) -> Reply:
        return replace(reply, body="no") if reply.status == 400 and what in reply.body else reply

    return change
