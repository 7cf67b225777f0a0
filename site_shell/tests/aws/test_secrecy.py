"""Every way in which a fragment with credentials fails; nothing that can be read tells them."""

import logging
from collections.abc import Callable

import pytest
from fragment_contract.testing import BreakOff, Hang, Raw, Received, Reply

from site_shell.composer import conf
from site_shell.operations.metrics import exposition
from site_shell.operations.report import report
from site_shell.operations.standing import standing
from site_shell.operations.summary import Summary

from ..composing.kit import World
from .fake_aws import AwsError, Event, FakeAws, Raised, html

SECRET = "hunter2-0123456789"
SLOT = (
    '{% load composer %}{% fragment "reviews/list" timeout=300 required=True '
    'response_headers="x-robots-tag" set_cookies="a" %}'
)
URL = "lambda:reviews:live/fragments/list"


def repeats_in_its_error(event: Event) -> object:
    raise Raised("ValueError", f"no: {event['headers']}")


def denies(event: Event) -> object:
    raise AwsError(403, "AccessDeniedException", f"no: {event['headers']}")


def refuses(event: Event) -> object:
    return html(statusCode=401)


@pytest.mark.parametrize(
    "function", [repeats_in_its_error, denies, refuses, lambda event: b"rubbish"]
)
@pytest.mark.parametrize("option", ["ApiKey", "Authorization"])
def test_a_function_that_fails_gives_nothing_away(
    world: World,
    aws: FakeAws,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    function: Callable[[Event], object],
    option: str,
) -> None:
    caplog.set_level(logging.DEBUG, logger="site_shell")
    monkeypatch.setenv("REVIEWS_KEY", f"Bearer {SECRET}")
    aws.functions["reviews:live"] = function
    aws.repeats_headers = True
    world.register("reviews/list", URL, extras={"credentials": option, "secret": "env:REVIEWS_KEY"})
    assert SECRET not in everything(world, caplog)
    assert SECRET in str(aws.calls)


@pytest.mark.parametrize(
    "answer",
    [
        Reply(status=500, body=SECRET),
        Reply(status=401, body=SECRET),
        Reply(content_type="text/plain", body=SECRET),
        Reply(body=f"<p>{SECRET}</p>", headers={"cache-control": "max-age=60"}),
        Reply(content_type=f"text/{SECRET}", body="x"),
        Reply(content_type=f"text/html; charset={SECRET}", body="x"),
        Reply(body="<p>x</p>", headers={"content-encoding": SECRET}),
        Reply(status=302, headers={"location": f"https://x.example/{SECRET}"}),
        Reply(status=302, headers={"location": f"{SECRET}:no"}),
        Reply(body="<p>x</p>", headers={"podlet-version": SECRET}),
        Reply(body="<p>x</p>", headers={"link": f"</{SECRET}.css>; rel=stylesheet"}),
        Reply(body="<p>x</p>", headers={"set-cookie": f"a={SECRET}", "x-robots-tag": SECRET}),
        Raw(b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"),
        BreakOff(),
        Hang(),
    ],
    ids=lambda answer: type(answer).__name__,
)
@pytest.mark.parametrize("option", ["ApiKey", "Authorization"])
def test_a_service_that_fails_gives_nothing_away(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    answer: Reply,
    option: str,
) -> None:
    caplog.set_level(logging.DEBUG, logger="site_shell")
    monkeypatch.setenv("REVIEWS_KEY", SECRET)
    path = world.fragment("reviews/list", register=False)
    server = world.server_of("reviews/list")
    server.respond(path, answer)
    extras = {"credentials": option, "secret": "env:REVIEWS_KEY"}
    world.register("reviews/list", f"{server.url}/fragments/list", extras=extras)
    assert SECRET not in everything(world, caplog)
    name = "x-api-key" if option == "ApiKey" else "authorization"
    (request, *_) = server.requests_for(path)
    assert _sent(request, name) == SECRET


@pytest.mark.parametrize(
    "extras",
    [
        {"credentials": "ApiKey", "secret": SECRET},
        {"credentials": "ApiKey", "secret": "env:BROKEN"},
        {"credentials": "Authorization", "secret": "env:BROKEN"},
        {"credentials": "mTLS", "certificate": "env:BROKEN", "key": "env:BROKEN"},
        {"credentials": "mTLS", "certificate": SECRET, "key": SECRET},
        {"credentials": "Basic", "secret": SECRET},
    ],
    ids=str,
)
def test_a_registry_that_is_wrong_gives_nothing_away(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    extras: dict[str, str],
) -> None:
    caplog.set_level(logging.DEBUG, logger="site_shell")
    monkeypatch.setenv("BROKEN", f"{SECRET}\r\nx: y")
    world.register("reviews/list", "https://127.0.0.1:1/fragments/list", extras=extras)
    assert SECRET not in everything(world, caplog)


def everything(world: World, caplog: pytest.LogCaptureFixture) -> str:
    """What a visitor, a log and the checks get to read."""
    world.page(SLOT)
    with world.open("lane") as site:
        pages = [site.get("/shop/"), site.get("/shop/"), site.get("/readyz")]
        records = f"{world.records()} {operations()}"
    read = "".join(f"{page.headers} {page.text}" for page in pages)
    return f"{read} {records} {world.lines} {caplog.text}"


def operations() -> str:
    """All that the operations page and Prometheus are made of."""
    parts = conf.runtime()
    told = report(parts)
    summary = Summary([told])
    rows = [standing(parts, summary, name) for name in parts.registry.fragments()]
    return f"{told} {rows} {exposition(parts, [told], '')}"


def _sent(request: Received, name: str) -> str | None:
    return dict(request.headers).get(name)
