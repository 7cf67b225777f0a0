"""{% fragment %} in a template that is not a page."""

import asyncio

import pytest
from django.conf import LazySettings
from django.core.exceptions import BadRequest
from django.http import Http404
from django.template import engines
from django.test import RequestFactory
from fragment_contract.manifest import Asset
from fragment_contract.testing import Reply

from site_shell.composer import bridge, conf
from site_shell.composer.errors import FragmentUnavailable

from .kit import World


@pytest.fixture(autouse=True)
def fresh_runtime(world: World) -> object:
    conf.forget_runtime()
    yield
    bridge.run(conf.runtime().aclose())
    bridge.stop()
    conf.forget_runtime()


def render(tag: str, **context: object) -> str:
    template = engines["django"].from_string("{% load composer %}[" + tag + "]")
    return template.render(
        context, RequestFactory().get("/", headers={"x-request-id": "request-9"})
    )


def test_it_resolves_at_once_with_its_assets(world: World) -> None:
    css = (Asset(value="/static/list.css", type="text/css"),)
    content = world.fragment("reviews/list", "<p>Lovely.</p>", css=css)
    html = render('{% fragment "reviews/list" product=ref %}', ref="h1")
    assert html == '[<link rel="stylesheet" href="/static/list.css"><p>Lovely.</p>]'
    (request,) = world.services["reviews"].requests_for(content)
    assert request.query == "product=h1"
    assert request.headers["x-request-id"] == "request-9"


def test_it_uses_the_same_cache_and_the_same_log(world: World) -> None:
    content = world.fragment("reviews/list")
    for _ in range(3):
        render('{% fragment "reviews/list" %}')
    assert len(world.services["reviews"].requests_for(content)) == 1
    assert [slot["outcome"] for slot in world.slots()] == ["fresh", "cached", "cached"]


def test_it_falls_back_by_the_same_rules(world: World) -> None:
    world.fragment("reviews/list")
    world.services["reviews"].refuse()
    world.template("none.html", "<p>none</p>")
    assert render('{% fragment "reviews/list" fallback="none.html" %}') == "[<p>none</p>]"
    assert render('{% fragment "reviews/list" %}') == "[]"


def test_a_required_fragment_that_fails_is_an_error(world: World) -> None:
    world.fragment("reviews/list")
    world.services["reviews"].refuse()
    with pytest.raises(FragmentUnavailable, match="reviews/list is not available: connect-failed"):
        render('{% fragment "reviews/list" required=True %}')


def test_what_a_required_fragment_does_not_know_is_a_404(world: World) -> None:
    content = world.fragment("reviews/list")
    world.services["reviews"].respond(content, Reply(status=404))
    with pytest.raises(Http404):
        render('{% fragment "reviews/list" required=True %}')


def test_a_malformed_value_that_is_passed_through_is_a_bad_request(world: World) -> None:
    world.fragment("reviews/list")
    template = engines["django"].from_string(
        '{% load composer %}{% fragment "reviews/list" passthrough="query:page" %}'
    )
    with pytest.raises(BadRequest, match="The value of page is not UTF-8"):
        template.render({}, RequestFactory().get("/?page=%ff"))


def test_it_works_inside_a_running_event_loop(world: World) -> None:
    world.fragment("reviews/list")

    async def view() -> str:
        return render('{% fragment "reviews/list" %}')

    assert asyncio.run(view()) == "[<p>reviews/list</p>]"


def test_it_works_without_a_request(world: World) -> None:
    world.fragment("reviews/list")
    template = engines["django"].from_string('{% load composer %}{% fragment "reviews/list" %}')
    assert template.render() == "<p>reviews/list</p>"


def test_without_pages_a_fallback_is_any_template_of_the_project(
    world: World, settings: LazySettings
) -> None:
    world.fragment("reviews/list")
    world.services["reviews"].refuse()
    settings.STORAGES = {name: to for name, to in settings.STORAGES.items() if name != "pages"}
    world.template("none.html", "<p>none</p>")
    world.template("slots.html", '{% load composer %}{% fragment "reviews/list" %}')
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [str(world.folder / "pages")]}]
    assert render('{% fragment "reviews/list" fallback="none.html" %}') == "[<p>none</p>]"
    for name in ("slots.html", "missing.html"):
        assert render('{% fragment "reviews/list" fallback="' + name + '" %}') == "[]"
