"""Pages and actions whose fragments are functions and workflows: nothing else changes."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fragment_contract.manifest import Action, FragmentInfo
from fragment_contract.testing import FakeFragmentServer, Reply

from ..composing.kit import PATIENCE, World
from .fake_aws import AwsError, Event, FakeAws, Raised

MACHINE = "arn:aws:states:eu-central-1:123456789012:stateMachine:reviews"
SLOT = '{% load composer %}{% fragment "reviews/list" product="h1" %}'


def function_of(server: FakeFragmentServer) -> Callable[[Event], Event]:
    """A function that answers what a service answers, as API Gateway would hand it over."""

    def function(event: Event) -> Event:
        url = f"{server.url}{event['rawPath']}"
        if event["rawQueryString"]:
            url = f"{url}?{event['rawQueryString']}"
        http = event["requestContext"]["http"]
        with httpx.Client(trust_env=False, timeout=PATIENCE) as client:
            got = client.request(http["method"], url, content=event.get("body", ""))
        return {"statusCode": got.status_code, "headers": dict(got.headers), "body": got.text}

    return function


@pytest.fixture
def service(world: World, aws: FakeAws) -> FakeFragmentServer:
    """``reviews`` as a function and as a workflow."""
    info = FragmentInfo(name="reviews/list", actions=(Action("submit", "/actions/submit"),))
    world.fragment(
        "reviews/list", "<p>Lovely.</p>", register=False, fragment=info, fallback="<p>Later.</p>"
    )
    server = world.server_of("reviews/list")
    aws.functions["reviews:live"] = aws.machines[MACHINE] = function_of(server)
    world.page(SLOT)
    return server


TARGETS = [
    pytest.param("lambda:reviews:live/fragments/list", id="lambda"),
    pytest.param(f"states:{MACHINE}/fragments/list", id="states"),
]


@pytest.mark.parametrize("url", TARGETS)
def test_a_page_shows_what_a_function_renders_and_caches_it(
    world: World, aws: FakeAws, service: FakeFragmentServer, url: str
) -> None:
    world.register("reviews/list", url)
    with world.open("lane") as site:
        for _ in range(2):
            assert "<p>Lovely.</p>" in site.get("/shop/").text
        world.wait_for_fallback("reviews/list", "de")
    asked = {event["rawPath"] for event in aws.calls}
    assert sorted(asked) == [
        "/fragments/list/",
        "/fragments/list/fallback",
        "/fragments/list/manifest.json",
    ]
    assert service.requests_for("/fragments/list/")[0].query == "product=h1"
    assert aws.problems == []


@pytest.mark.parametrize("url", TARGETS)
def test_a_fallback_that_was_kept_stands_in_for_a_function_that_fails(
    world: World, aws: FakeAws, service: FakeFragmentServer, url: str
) -> None:
    world.register("reviews/list", url)
    service.respond("/fragments/list/", Reply(status=500))
    with world.open("lane") as site:
        site.get("/shop/")
        world.wait_for_fallback("reviews/list")

        def fails(event: Event) -> object:
            raise Raised("ValueError", "no")

        aws.functions["reviews:live"] = aws.machines[MACHINE] = fails
        assert "<p>Later.</p>" in site.get("/shop/").text
    slot = world.slots()[-1]
    assert (slot["outcome"], slot["via"], slot["reason"]) == (
        "fallback",
        "manifest",
        "function-failed",
    )


@pytest.mark.parametrize("url", TARGETS)
def test_an_action_reaches_a_function_with_its_body(
    world: World, aws: FakeAws, service: FakeFragmentServer, url: str
) -> None:
    world.register("reviews/list", url)
    service.respond("/fragments/list/actions/submit", Reply(body="<p>Thank you.</p>"))
    with world.open("lane") as site:
        headers = {"sec-fetch-site": "same-origin", "hx-request": "true"}
        got = site.post("/actions/reviews/list/submit", data={"title": "nice"}, headers=headers)
    assert (got.status_code, got.text) == (200, "<p>Thank you.</p>")
    (sent,) = service.requests_for("/fragments/list/actions/submit")
    assert (sent.method, sent.body) == ("POST", b"title=nice")


def test_an_action_larger_than_a_workflow_takes_is_too_large(
    world: World, aws: FakeAws, service: FakeFragmentServer
) -> None:
    world.register("reviews/list", f"states:{MACHINE}/fragments/list")
    world.template("action.html", '{% extends "base.html" %}')
    with world.open("lane") as site:
        headers = {"sec-fetch-site": "same-origin"}
        data = {"title": "x" * 300_000}
        got = site.post("/actions/reviews/list/submit", data=data, headers=headers)
    assert got.status_code == 413


def test_a_function_gets_the_events_that_its_release_names(
    world: World, aws: FakeAws, service: FakeFragmentServer
) -> None:
    url = "lambda:reviews:live/fragments/list"
    world.register("reviews/list", url, extras={"events": "1.0"})
    seen: list[Any] = []

    def version_1(event: Event) -> Event:
        seen.append(event["version"])
        http = {"method": event["httpMethod"]}
        upgraded = {
            "rawPath": event["path"],
            "rawQueryString": "",
            "requestContext": {"http": http},
        }
        return function_of(service)(upgraded)

    aws.functions["reviews:live"] = version_1
    with world.open("lane") as site:
        assert "<p>Lovely.</p>" in site.get("/shop/").text
    assert set(seen) == {"1.0"}


@pytest.mark.parametrize(
    ("error", "reason", "status"),
    [
        (AwsError(429, "TooManyRequestsException"), "overloaded", 503),
        (AwsError(403, "AccessDeniedException"), "access-denied", 502),
        (AwsError(404, "ResourceNotFoundException"), "no-such-target", 502),
        (Raised("Sandbox.Timedout", "Task timed out"), "timeout", 504),
        (Raised("ValueError", "no"), "function-failed", 502),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_a_page_that_cannot_do_without_a_function_says_so_by_its_status(
    world: World,
    aws: FakeAws,
    service: FakeFragmentServer,
    error: Exception,
    reason: str,
    status: int,
) -> None:
    world.register("reviews/list", "lambda:reviews:live/fragments/list")
    world.page('{% load composer %}{% fragment "reviews/list" required=True %}')
    healthy = function_of(service)

    def fails_for_content(event: Event) -> object:
        if event["rawPath"] == "/fragments/list/":
            raise error
        return healthy(event)

    aws.functions["reviews:live"] = fails_for_content
    with world.open("lane") as site:
        assert site.get("/shop/").status_code == status
    assert world.slots()[-1]["reason"] == reason


def test_an_asset_that_no_browser_can_load_is_the_manifests_mistake(
    world: World, aws: FakeAws
) -> None:
    podlet = {"name": "any", "version": "1", "content": "/", "js": [{"value": "assets/x.js"}]}
    aws.functions["podlet"] = lambda event: {
        "statusCode": 200,
        "headers": {"content-type": "application/json"},
        "body": json.dumps(podlet),
    }
    world.register("any/podlet", "lambda:podlet")
    world.page('{% load composer %}{% fragment "any/podlet" %}')
    with world.open("lane") as site:
        assert site.get("/shop/").status_code == 200
    slot = world.slots()[-1]
    assert slot["reason"] == "manifest" and "no browser can load" in slot["detail"]
