"""A Django service that is a function, composed by the shell: nothing is made up but AWS."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ..composing.kit import World
from .fake_aws import Event, FakeAws

MACHINE = "arn:aws:states:eu-central-1:123456789012:stateMachine:reviews"
URLS = ["lambda:reviews:live/fragments/list", f"states:{MACHINE}/fragments/list"]
OURS = {"sec-fetch-site": "same-origin", "hx-request": "true"}
SLOT = '{% load composer %}{% fragment "reviews/list" product="h1" %}'


@pytest.fixture
def function(aws: FakeAws) -> Iterator[FakeAws]:
    """AWS with one instance of the function, which takes one event at a time."""
    program = [sys.executable, str(Path(__file__).with_name("django_function.py"))]
    with subprocess.Popen(
        program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        stdin, stdout, turn = process.stdin, process.stdout, threading.Lock()
        assert "ready" in stdout.readline()

        def invoke(event: Event) -> object:
            with turn:
                stdin.write(json.dumps(event) + "\n")
                stdin.flush()
                return json.loads(stdout.readline())

        aws.functions["reviews:live"] = aws.machines[MACHINE] = invoke
        yield aws
        stdin.close()
        process.wait(60)


@pytest.mark.parametrize("url", URLS, ids=["lambda", "states"])
@pytest.mark.parametrize("events", ["1.0", "2.0"])
def test_its_fragment_is_in_the_page_and_kept_as_it_says(
    world: World, function: FakeAws, url: str, events: str
) -> None:
    world.register("reviews/list", url, extras={"events": events})
    world.page(SLOT)
    with world.open("lane") as site:
        for _ in range(2):
            page = site.get("/shop/")
            assert "<p>Lovely h1, lovely café.</p>" in page.text
        assert "reviews:h1" in page.headers["surrogate-key"]
        assert "s-maxage=" in page.headers["cache-control"]
    assert [slot["outcome"] for slot in world.slots()] == ["fresh", "cached"]
    # Content and manifest, once each: the second page needed neither.
    assert len(function.calls) == 2


@pytest.mark.parametrize("url", URLS, ids=["lambda", "states"])
def test_its_action_gets_the_form_and_answers(world: World, function: FakeAws, url: str) -> None:
    world.register("reviews/list", url)
    path = "/actions/reviews/list/submit"
    with world.open("lane") as site:
        done = site.post(path, data={"title": "crème & co"}, headers=OURS)
        assert (done.status_code, done.text) == (200, "<p>Thank you for crème & co.</p>")
        moved = site.post(path, data={"title": "go"}, headers=OURS)
        assert (moved.status_code, moved.headers["hx-redirect"]) == (200, "/thanks/")


def test_a_parameter_that_it_refuses_leaves_the_page_without_it(
    world: World, function: FakeAws
) -> None:
    world.register("reviews/list", URLS[0])
    world.page(SLOT.replace("h1", "NO"))
    with world.open("lane") as site:
        page = site.get("/shop/")
    assert page.status_code == 200 and "Lovely" not in page.text
    assert world.slots()[-1]["outcome"] == "degraded"
