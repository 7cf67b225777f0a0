"""The faces give the same status, headers and bytes for the same request."""

import httpx
import pytest
from fragment_contract.manifest import Asset
from fragment_contract.testing import Reply

from .kit import Face, World, comparable

# Method, target, headers. All are asked one after the other, through each face.
REQUESTS: list[tuple[str, bytes, dict[str, str]]] = [
    ("GET", b"/shop/h1/", {}),
    ("GET", b"/shop/h1/", {}),
    ("HEAD", b"/shop/h1/", {}),
    ("GET", b"/shop/h1/?page=2&page=3&utm=%ff", {}),
    ("GET", b"/shop/h1/", {"if-none-match": "*"}),
    ("GET", b"/shop/h1", {}),
    ("GET", b"/shop/missing/", {}),
    ("GET", b"/shop/moved/", {}),
    ("GET", b"/shop/broken/", {}),
    ("GET", b"/shop/uncached/", {}),
    ("GET", b"/shop/h1/?page=x", {}),
    ("GET", b"/nowhere/", {}),
    ("GET", b"/shop/%00/", {}),
    ("GET", b"/shop/%ff/", {}),
    ("POST", b"/shop/h1/", {}),
    ("OPTIONS", b"/shop/h1/", {}),
    ("GET", b"/shop/h1/", {"host": "evil.example"}),
    ("GET", b"/healthz", {}),
    ("GET", b"/readyz", {}),
]


def product(path: str) -> Reply:
    headers = {"cache-control": "max-age=86400", "surrogate-key": "product:x"}
    if "missing" in path:
        return Reply(status=404, headers=headers)
    if "moved" in path:
        return Reply(status=301, headers=headers | {"location": "/shop/h1/"})
    if "broken" in path:
        return Reply(status=500)
    if "uncached" in path:
        headers = {"cache-control": "no-store"}
    return Reply(body=f"<head><title>{path}</title></head><p>{path}</p>", headers=headers)


@pytest.fixture
def site(world: World) -> World:
    css = (Asset(value="/static/page.css", type="text/css"),)
    content = world.fragment("product/page", css=css)
    world.services["product"].respond(content, lambda request: product(request.query))
    world.page(
        '{{ page_path }}{% fragment "product/page" ref=ref required=True %}',
        routes=("shop/<slug:ref>/",),
        extra='[page.query]\npage = { type = "integer", minimum = 1, default = 1 }',
    )
    return world


def ask(site: World, face: Face) -> list[tuple[int, dict[str, str], bytes]]:
    answers: list[tuple[int, dict[str, str], bytes]] = []
    with site.open(face) as client:
        for number, (method, target, headers) in enumerate(REQUESTS):
            url = client.base_url.copy_with(raw_path=target)
            given = {"x-request-id": f"request-{number:04}", **headers}
            response = client.request(method, url, headers=given)
            answers.append((response.status_code, settled(response), response.content))
    return answers


def settled(response: httpx.Response) -> dict[str, str]:
    headers = comparable(response.headers)
    # Counts down from a day while the test runs.
    control = headers.get("cache-control", "")
    if "s-maxage=86" in control:
        headers["cache-control"] = control.partition("s-maxage=86")[0]
    # Signed with the time.
    if headers.get("set-cookie", "").startswith("notices="):
        headers["set-cookie"] = "notices"
    return headers


@pytest.mark.parametrize("other", ["view", "wsgi"])
def test_every_answer_is_the_same(site: World, other: Face) -> None:
    expected, found = ask(site, "lane"), ask(site, other)
    for (method, target, _), one, two in zip(REQUESTS, expected, found, strict=True):
        assert one == two, f"{method} {target!r}"
    expected_statuses = [200, 200, 200, 200, 304, 301, 404, 301, 502, 200]
    expected_statuses += [301, 404, 400, 400, 405, 405, 400, 200, 200]
    assert [status for status, _, _ in expected] == expected_statuses
