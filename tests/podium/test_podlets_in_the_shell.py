"""A real Podium podlet, composed by the shell: what its author expects of a layout."""

import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from html import unescape
from threading import Event

import httpx
import pytest

from .programs import PATIENCE_SECONDS, Program, Shell, wait_for

Start = Callable[..., Program]
SLOT = '{% fragment "foreign/greeter" required=True %}'
OURS = {"sec-fetch-site": "same-origin"}


@dataclass
class World:
    """One podlet that stays, one that goes away, and one that gets a new version."""

    podlet: Program
    leaver: Program
    changer: Program
    shell: Shell
    client: httpx.Client


@pytest.fixture(scope="module")
def world(start: Start, shell: Shell) -> World:
    names = ("greeter", "leaver", "changer")
    podlet, leaver, changer = [start("podlet.js", name, "1.0.0") for name in names]
    origins = [each.origin for each in (podlet, leaver, changer)]
    for name, origin in zip(names, origins, strict=True):
        shell.register(f"foreign/{name}", origin)
    shell.page("plain", SLOT)
    shell.page("device", f'{SLOT[:-2]} passthrough="header:podium-device-type" %}}')
    more = 'tone="warm" passthrough="query:all" response_headers="x-podlet"'
    shell.page("query", f"{SLOT[:-2]} {more} %}}")
    shell.page("ahead", f'{SLOT[:-2]} slow="1" %}}')
    shell.page("leaving", '{% fragment "foreign/leaver" %}')
    shell.page("changing", '{% fragment "foreign/changer" required=True on_error="degrade" %}')
    return World(podlet, leaver, changer, shell, shell.open(*origins))


@pytest.fixture
def site(world: World) -> httpx.Client:
    return world.client


@pytest.fixture
def podlet(world: World) -> Program:
    return world.podlet


def test_its_content_is_on_the_page_with_the_assets_of_the_content(
    site: httpx.Client, podlet: Program
) -> None:
    response = site.get("/plain/")
    assert response.status_code == 200
    head, _, body = response.text.partition("</head>")
    assert '<section class="podlet" data-version="1.0.0"' in body
    base = f"{podlet.origin}/assets/1.0.0"
    assert re.findall(r'href="(http[^"]+)"', head) == [f"{base}/main.css"]
    (script,) = re.findall(r"<script[^>]+></script>", head)
    assert f'src="{base}/main.js"' in script
    assert 'type="module"' in script and 'integrity="sha384-OLBgp' in script
    scripts = re.search(r"script-src ([^;]*)", response.headers["content-security-policy"])
    assert scripts and podlet.origin in scripts[1].split()
    # Neither the fallback's stylesheet nor that of its shadow root; none of them twice.
    assert "sorry.css" not in response.text and "inside.css" not in response.text
    for asset in re.findall(rf"{re.escape(base)}/[\w.]+", head):
        assert httpx.get(asset, timeout=PATIENCE_SECONDS, trust_env=False).status_code == 200


def test_it_gets_every_context_header_of_a_layout(world: World) -> None:
    phone = {"user-agent": "Mozilla/5.0 (iPhone) Mobile/15E148"}
    response = world.client.get("/device/", headers=phone)
    (text,) = re.findall(r"<pre>(.*?)</pre>", response.text)
    assert json.loads(unescape(text)) == {
        "debug": "false",
        "deviceType": "mobile",
        "locale": "en",
        "mountOrigin": world.shell.origin,
        "mountPathname": "/",
        "publicPathname": "/actions/foreign/greeter/",
        "requestedBy": "site-shell",
    }
    assert response.headers["vary"] == "sec-ch-ua-mobile, user-agent"


def test_its_query_and_response_headers_pass_as_the_slot_says(site: httpx.Client) -> None:
    response = site.get("/query/?b=1&a=2&tone=cold")
    assert 'data-query="tone,a,b"' in response.text
    assert response.headers["x-podlet"] == "greeter"


def test_an_answer_whose_headers_are_sent_ahead_is_whole(site: httpx.Client) -> None:
    assert 'data-query="slow"' in site.get("/ahead/").text


def test_its_fallback_with_the_fallbacks_assets_stands_in_when_it_is_away(world: World) -> None:
    site = world.client
    wait_for(lambda: "data-version" in site.get("/leaving/").text)
    world.leaver.stop()
    text = site.get("/leaving/").text
    assert '<p class="sorry">leaver 1.0.0 is away</p>' in text
    assert "sorry.css" in text and "main.css" in text
    assert "data-version" not in text


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_its_proxy_is_reached_below_its_public_pathname(site: httpx.Client, method: str) -> None:
    path = "/actions/foreign/greeter/api/items/7?a=1&b=%20"
    body = {"content": b'{"x": 1}', "headers": {**OURS, "content-type": "application/json"}}
    response = site.request(method, path, **({} if method == "GET" else body))  # type: ignore[arg-type]
    assert response.status_code == 200
    seen = response.json()
    assert (seen["method"], seen["path"], seen["query"]) == (
        method,
        "/items/7",
        {"a": "1", "b": " "},
    )
    assert seen["body"] == (None if method == "GET" else {"x": 1})
    assert seen["headers"]["podium-public-pathname"] == "/actions/foreign/greeter/"
    assert "set-cookie" not in response.headers


def test_its_proxy_keeps_statuses_and_refuses_what_leaves_its_target(site: httpx.Client) -> None:
    assert site.get("/actions/foreign/greeter/api/teapot").status_code == 418
    moved = site.get("/actions/foreign/greeter/deep/page")
    assert (moved.status_code, moved.headers["location"]) == (302, "/elsewhere")
    assert site.get("/actions/foreign/greeter/deep/%2e%2e/other").status_code in {400, 404}
    assert site.get("/actions/foreign/greeter/hidden/other").status_code == 404
    foreign = {"content-type": "application/json", "sec-fetch-site": "cross-site"}
    refused = site.post("/actions/foreign/greeter/api/x", content=b"{}", headers=foreign)
    assert refused.status_code == 403


def pairs(text: str) -> set[str]:
    """Every version that a page shows or loads."""
    return set(re.findall(r'(?:data-version="|/assets/)(\d\.0\.0)', text))


def test_a_new_version_under_load_never_meets_the_assets_of_the_old_one(
    start: Start, world: World
) -> None:
    port = world.changer.origin.rpartition(":")[2]
    client = world.client
    assert pairs(client.get("/changing/").text) == {"1.0.0"}
    seen: list[set[str]] = []
    ended = Event()

    def visit() -> None:
        while not ended.is_set():
            seen.append(pairs(client.get("/changing/").text))

    with ThreadPoolExecutor(6) as pool:
        visitors = [pool.submit(visit) for _ in range(6)]
        try:
            wait_for(lambda: len(seen) > 50)
            world.changer.stop()
            start("podlet.js", "changer", "2.0.0", port)
            wait_for(lambda: {"2.0.0"} in seen, lambda: world.shell.log[-3000:])
            before = len(seen)
            wait_for(lambda: len(seen) > before + 100)
        finally:
            ended.set()
        for visitor in visitors:
            visitor.result()
    assert [versions for versions in seen if len(versions) > 1] == []
    assert {"1.0.0"} in seen and {"2.0.0"} in seen
