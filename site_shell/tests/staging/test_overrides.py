"""One fragment from another release or another machine, and the rest of the page as it is."""

from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from fragment_contract.manifest import Action, FragmentInfo
from fragment_contract.testing import FakeFragmentServer, Gate, Reply

from site_shell.composer import conf
from site_shell.tests.composing.conftest import Open
from site_shell.tests.composing.kit import World

from .conftest import cookie

FORM = FragmentInfo(name="reviews/form", actions=(Action("submit", "/actions/submit"),))
CACHED = {"cache-control": "max-age=60"}
BOTH = '<b>{% fragment "reviews/list" %}{% fragment "product/page" %}</b>'


@pytest.fixture
def laptop() -> Iterator[FakeFragmentServer]:
    with FakeFragmentServer() as server:
        yield server


def arrange(world: World, laptop: FakeFragmentServer) -> str:
    """Two public fragments; the wish to have one of them from a laptop."""
    world.fragment("reviews/list", "<p>public</p>", headers=CACHED)
    world.fragment("product/page", "<h1>Vase</h1>", headers=CACHED)
    world.page(BOTH)
    url = laptop.add_fragment("reviews/list", html="<p>laptop</p>", headers=CACHED)
    return f"override reviews/list={url}"


def test_one_fragment_comes_from_a_laptop_and_the_rest_stays(
    world: World, open_site: Open, laptop: FakeFragmentServer
) -> None:
    wish = arrange(world, laptop)
    client = open_site()
    client.get("/shop/")
    public = client.get("/shop/")
    assert "<b><p>public</p><h1>Vase</h1></b>" in public.text
    staged = client.get("/shop/", headers=cookie(wish))
    assert "<b><p>laptop</p><h1>Vase</h1></b>" in staged.text
    assert staged.headers["composer-staging"] == wish.removeprefix("override ")
    assert staged.headers["cache-control"] == "private, no-store"
    assert "etag" not in staged.headers and "surrogate-key" not in staged.headers
    # A validator of the public page does not bring it back.
    tag = {"if-none-match": public.headers["etag"]}
    assert client.get("/shop/", headers=cookie(wish) | tag).status_code == 200
    assert client.get("/shop/").text == public.text


def test_a_laptop_is_asked_each_time_and_nothing_of_it_is_kept(
    world: World, open_site: Open, laptop: FakeFragmentServer
) -> None:
    wish = arrange(world, laptop)
    client = open_site()
    headers = cookie(wish)
    for _ in range(3):
        assert "laptop" in client.get("/shop/", headers=headers).text
    assert len(laptop.requests_for("/fragments/list/")) == 3
    assert "laptop" not in client.get("/shop/").text


def test_a_laptop_sees_no_credential_of_the_release(
    world: World, open_site: Open, laptop: FakeFragmentServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    wish = arrange(world, laptop)
    monkeypatch.setenv("REVIEWS_KEY", "top-secret")
    url = world.services["reviews"].url + "/fragments/list"
    extras = {"credentials": "ApiKey", "secret": "env:REVIEWS_KEY"}
    world.register("reviews/list", url, extras=extras)
    client = open_site()
    client.get("/shop/")
    client.get("/shop/", headers=cookie(wish))
    assert "top-secret" in str(world.services["reviews"].requests_for("/fragments/list/"))
    assert "top-secret" not in str(laptop.requests)
    assert "staging=" not in str(laptop.requests)


def test_a_laptop_that_is_away_leaves_a_hole_and_no_trace(
    world: World, open_site: Open, laptop: FakeFragmentServer
) -> None:
    wish = arrange(world, laptop)
    client = open_site()
    headers = cookie(wish)
    laptop.refuse()
    for _ in range(8):
        assert "<b><h1>Vase</h1></b>" in client.get("/shop/", headers=headers).text
    assert {line["reason"] for line in world.slots() if line["fragment"] == "reviews/list"} == {
        "connect-failed"
    }
    assert "<b><p>public</p><h1>Vase</h1></b>" in client.get("/shop/").text
    assert conf.runtime().traffic.errors() == []


def test_another_registered_release_can_be_looked_at(world: World, open_site: Open) -> None:
    world.fragment("reviews/list", "<p>one</p>", headers=CACHED)
    world.page('<b>{% fragment "reviews/list" %}</b>')
    url = world.services["next"].add_fragment("reviews/list", html="<p>two</p>", version="2.0.0")
    old = world.registered["reviews/list"][0]
    new = {
        "url": url,
        "metadata": {"version": "2.0.0"},
        "deployment": {"traffic": 0, "default": False},
    }
    world.register("reviews/list", old["url"])
    world.registered["reviews/list"].append(new)
    world.register("unused/x", "http://127.0.0.1:9/x")
    client = open_site()
    assert "<b><p>one</p></b>" in client.get("/shop/").text
    staged = client.get("/shop/", headers=cookie("override reviews/list=2.0.0"))
    assert "<b><p>two</p></b>" in staged.text
    assert "<b><p>one</p></b>" in client.get("/shop/").text


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("9.9.9", "registered: 1.0.0"),
        ("https://evil.example/x", "allowed: http://127.0.0.1:*"),
        ("http://127.0.0.1.evil.example/x", "allowed: http://127.0.0.1:*"),
        ("http://127.0.0.1@evil.example/x", "a URL with a user name"),
        ("http://127.0.0.1:9100/x?y=1", "without user name, query or fragment"),
        ("http://[::1]:9100/x", "allowed: http://127.0.0.1:*"),
        ("http://2130706433:9100/x", "allowed: http://127.0.0.1:*"),
        ("http://169.254.169.254/latest/", "nobody may be sent to that address"),
        ("http://[fd00:ec2::254]/latest/", "nobody may be sent to that address"),
        ("http://[::ffff:a9fe:a9fe]/", "nobody may be sent to that address"),
        ("http://127.0.0.1:0/x", "an http or https URL with a host"),
        ("http://127.0.0.1:99999/x", "a URL"),
        ("http://", "an http or https URL with a host"),
    ],
)
def test_a_target_that_may_not_be_asked_is_refused_where_it_is_used(
    world: World, open_site: Open, target: str, told: str
) -> None:
    world.fragment("reviews/list", "<p>public</p>")
    world.page('<b>[{% fragment "reviews/list" %}]</b>')
    response = open_site().get("/shop/", headers=cookie(f"override reviews/list={target}"))
    assert "<b>[]</b>" in response.text
    line = world.slots()[-1]
    assert line["reason"] == "staging" and told in line["detail"]


def test_without_a_list_of_origins_no_url_is_asked(
    world: World, open_site: Open, laptop: FakeFragmentServer, settings: LazySettings
) -> None:
    settings.OVERRIDE_ORIGINS = []
    wish = arrange(world, laptop)
    response = open_site().get("/shop/", headers=cookie(wish))
    assert "laptop" not in response.text
    assert laptop.requests == ()
    assert any("OVERRIDE_ORIGINS is empty" in line.get("detail", "") for line in world.slots())


def test_a_redirect_of_a_laptop_is_not_followed(
    world: World, open_site: Open, laptop: FakeFragmentServer
) -> None:
    wish = arrange(world, laptop)
    moved = Reply(status=302, headers={"location": f"{laptop.url}/secret"})
    laptop.respond("/fragments/list/", moved)
    assert "<b><h1>Vase</h1></b>" in open_site().get("/shop/", headers=cookie(wish)).text
    assert laptop.requests_for("/secret") == ()


def test_an_action_goes_where_the_form_came_from(
    world: World, open_site: Open, laptop: FakeFragmentServer
) -> None:
    world.fragment("reviews/form", "<form></form>", fragment=FORM)
    url = laptop.add_fragment("reviews/form", html="<form></form>", fragment=FORM)
    laptop.respond("/fragments/form/actions/submit", Reply(body="<p>from the laptop</p>"))
    world.page('{% fragment "reviews/form" %}')
    client = open_site()
    headers = {"sec-fetch-site": "same-origin", "hx-request": "true"}
    response = client.post(
        "/actions/reviews/form/submit",
        data={"title": "x"},
        headers=headers | cookie(f"override reviews/form={url}"),
    )
    assert "from the laptop" in response.text
    assert len(laptop.requests_for("/fragments/form/actions/submit")) == 1
    assert world.services["reviews"].requests_for("/fragments/form/actions/submit") == ()
    assert "staging=" not in str(laptop.requests)


def test_an_action_can_fail_on_purpose(world: World, open_site: Open) -> None:
    world.fragment("reviews/form", "<form></form>", fragment=FORM)
    client = open_site()
    headers = {"sec-fetch-site": "same-origin", "hx-request": "true"} | cookie("reviews=500")
    response = client.post("/actions/reviews/form/submit", data={"title": "x"}, headers=headers)
    assert response.status_code >= 500
    assert world.services["reviews"].requests_for("/fragments/form/actions/submit") == ()


def test_a_page_that_is_streamed_tells_its_staging_too(
    world: World, open_site: Open, laptop: FakeFragmentServer
) -> None:
    wish = arrange(world, laptop)
    gate = Gate()
    laptop.respond("/fragments/list/", Reply(gate=gate))
    with open_site().stream("GET", "/shop/", headers=cookie(wish)) as response:
        assert response.headers["cache-control"] == "private, no-store"
        assert response.headers["composer-staging"] == wish.removeprefix("override ")
        gate.open()
        response.read()


def test_a_cookie_that_does_not_count_gets_the_public_page(
    world: World, open_site: Open, laptop: FakeFragmentServer
) -> None:
    wish = arrange(world, laptop)
    client = open_site()
    value = cookie(wish)["cookie"]
    public = client.get("/shop/")
    for header in (
        value.replace("the-session-of-ada", "another"),
        value.replace("staging=", "staging=x"),
        cookie(wish, seconds=-1)["cookie"],
        value.partition("; ")[2],
    ):
        response = client.get("/shop/", headers={"cookie": header})
        assert response.text == public.text
        assert response.headers["cache-control"].startswith("public")
        assert "composer-staging" not in response.headers
    assert laptop.requests == ()
