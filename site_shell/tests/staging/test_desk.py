"""The page on which staff set overrides and faults, and what it hands to their browser."""

import io
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import Permission, User
from django.core.management import CommandError, call_command
from django.test import Client
from fragment_contract.manifest import Asset
from fragment_contract.testing import FakeFragmentServer, Reply

from site_shell.composer import conf
from site_shell.composer.staging_cookie import SECONDS
from site_shell.tests.composing.kit import World

PAGE = "/_composer/staging/"
# The composer looks at the header itself, which Django's client leaves out.
HOST = {"host": "testserver"}
CACHED = {"cache-control": "max-age=60"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def laptop() -> Iterator[FakeFragmentServer]:
    with FakeFragmentServer() as server:
        yield server


@pytest.fixture
def staff(world: World, settings: LazySettings) -> Iterator[Client]:
    """A browser in which ada is signed in, on a site with one page and two fragments."""
    world.fragment("reviews/list", "<p>public</p>", headers=CACHED)
    world.fragment("product/page", "<h1>Vase</h1>", headers=CACHED)
    world.page('<b>{% fragment "reviews/list" %}{% fragment "product/page" %}</b>')
    with ExitStack() as stack:
        stack.enter_context(world.open("view"))
        user = User.objects.create_user("ada", password="x", is_staff=True)
        user.user_permissions.add(Permission.objects.get(codename="stage"))
        client = Client(headers=HOST)
        client.force_login(user)
        yield client


def page(client: Client) -> bytes:
    """The page, however it is sent."""
    return b"".join(client.get("/shop/"))


def set_one(client: Client, **fields: str | list[str]) -> int:
    return client.post(PAGE, fields).status_code


def test_an_override_is_set_seen_and_taken_back(staff: Client, laptop: FakeFragmentServer) -> None:
    url = laptop.add_fragment("reviews/list", html="<p>laptop</p>")
    done = staff.post(
        PAGE,
        {"action": "override", "fragment": "reviews/list", "target": url, "next": "/shop/"},
    )
    assert (done.status_code, done["Location"]) == (302, "/shop/")
    cookie = staff.cookies["staging"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["max-age"] == SECONDS
    changed = page(staff)
    assert b"<p>laptop</p>" in changed and b"public" not in changed
    assert b"composer-overlay" in changed, "nobody forgets that this is not the shop"
    set_one(staff, action="overlay")
    assert b"<b><p>laptop</p><h1>Vase</h1></b>" in page(staff)
    assert url.encode() in staff.get(PAGE).content
    set_one(staff, action="remove", wish=f"reviews/list={url}")
    assert b"<b><p>public</p><h1>Vase</h1></b>" in page(staff)


def test_a_fault_and_the_overlay_are_set_and_all_is_taken_back(staff: Client) -> None:
    set_one(staff, action="fault", name="reviews", fault="slow:MS", ms="50")
    set_one(staff, action="overlay", overlay="on")
    assert staff.get("/shop/")["composer-staging"] == "overlay; reviews=slow:50"
    set_one(staff, action="clear")
    assert "composer-staging" not in staff.get("/shop/")


def test_a_link_only_asks_and_a_button_sets(staff: Client, laptop: FakeFragmentServer) -> None:
    url = laptop.add_fragment("reviews/list", html="<p>laptop</p>")
    out = io.StringIO()
    call_command("staging", f"reviews/list={url}", "product=404", page="/shop/", stdout=out)
    link = out.getvalue().strip().removeprefix("https://shop.example")
    asked = staff.get(link)
    assert b"Set this?" in asked.content and url.encode() in asked.content
    assert "staging" not in staff.cookies
    wishes = [f"reviews/list={url}", "product=404"]
    done = staff.post(PAGE, {"action": "accept", "set": wishes, "next": "/shop/"})
    assert done["Location"] == "/shop/"
    assert staff.get("/shop/")["composer-staging"] == f"overlay; reviews/list={url}; product=404"


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"action": "override", "fragment": "no/such", "target": "1"}, "no fragment"),
        ({"action": "override", "fragment": "reviews/list", "target": "9"}, "registered: 1.0.0"),
        (
            {"action": "override", "fragment": "reviews/list", "target": "https://evil.example/"},
            "allowed: http://127.0.0.1:*",
        ),
        ({"action": "override", "fragment": "reviews/list", "target": ""}, "the target must be"),
        ({"action": "fault", "name": "no/such", "fault": "500"}, "no fragment"),
        ({"action": "fault", "name": "nosuch", "fault": "500"}, "services: product, reviews"),
        ({"action": "fault", "name": "reviews", "fault": "explode"}, "slow:MS, garbage"),
        ({"action": "fault", "name": "reviews", "fault": "slow:MS", "ms": "x"}, "slow:MS"),
        ({"action": "explode"}, "asks for nothing that is known"),
        ({}, "asks for nothing that is known"),
    ],
)
def test_what_cannot_be_set_is_told_with_what_can(
    staff: Client, fields: dict[str, str], told: str
) -> None:
    answer = staff.post(PAGE, fields)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert "staging" not in staff.cookies


def test_only_signed_in_staff_and_only_with_a_token(staff: Client) -> None:
    shopper = User.objects.create_user("sam", password="x")
    other = Client(headers=HOST)
    assert other.get(PAGE)["Location"].startswith("/_composer/staff/sign-in/")
    other.force_login(shopper)
    assert other.get(PAGE).status_code == 403
    strict = Client(enforce_csrf_checks=True, headers=HOST)
    strict.force_login(User.objects.get(username="ada"))
    assert strict.post(PAGE, {"action": "overlay", "overlay": "on"}).status_code == 403
    assert "staging" not in strict.cookies


@pytest.mark.parametrize("back", ["//evil.example/", "https://evil.example/", "/\\evil.example"])
def test_nobody_is_sent_to_another_site(staff: Client, back: str) -> None:
    done = staff.post(PAGE, {"action": "overlay", "overlay": "on", "next": back})
    assert done["Location"] == PAGE


def test_to_change_pages_is_a_right_of_its_own(staff: Client) -> None:
    set_one(staff, action="fault", name="reviews", fault="500")
    User.objects.get().user_permissions.clear()
    kept = staff.cookies["staging"].value
    shown = staff.get(PAGE)
    assert b"Let it fail" not in shown.content
    assert staff.get("/shop/")["composer-staging"] == "overlay", "the fault is taken away"
    for fields in (
        {"action": "fault", "name": "reviews", "fault": "500"},
        {"action": "override", "fragment": "reviews/list", "target": "1.0.0"},
        {"action": "accept", "set": "reviews/list=500"},
    ):
        refused = staff.post(PAGE, fields)
        assert refused.status_code == 422 and b"not change them" in refused.content
    assert set_one(staff, action="overlay", overlay="on") == 302
    assert staff.get("/shop/")["composer-staging"] == "overlay"
    # With the cookie of before one cannot get it back by a look at the page.
    staff.cookies["staging"] = kept
    staff.get(PAGE)
    assert staff.get("/shop/")["composer-staging"] == "overlay"


def test_a_look_at_the_page_begins_the_time_anew(
    staff: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_one(staff, action="fault", name="reviews", fault="500")
    late = time.time() + SECONDS - 5
    monkeypatch.setattr(time, "time", lambda: late)
    conf.runtime().stagings._clock = lambda: late
    assert staff.head(PAGE).status_code == 200
    conf.runtime().stagings._clock = lambda: late + SECONDS - 5
    assert staff.get("/shop/")["composer-staging"] == "overlay; reviews=500"


def test_who_leaves_the_staff_gets_no_more_time(staff: Client) -> None:
    set_one(staff, action="fault", name="reviews", fault="500")
    User.objects.update(is_staff=False)
    before = staff.cookies["staging"].value
    assert staff.get(PAGE).status_code == 403
    assert staff.cookies["staging"].value == before
    conf.runtime().stagings._clock = lambda: time.time() + SECONDS + 1
    assert "composer-staging" not in staff.get("/shop/")


def test_signing_out_ends_it(staff: Client) -> None:
    set_one(staff, action="fault", name="reviews", fault="404")
    kept = staff.cookies["staging"].value
    staff.post("/_composer/staff/sign-out/")
    assert staff.cookies["staging"].value == ""
    staff.cookies["staging"] = kept
    assert "composer-staging" not in staff.get("/shop/")


def test_another_member_of_staff_cannot_use_the_cookie(staff: Client) -> None:
    set_one(staff, action="fault", name="reviews", fault="404")
    other = Client(headers=HOST)
    other.force_login(User.objects.create_user("eve", password="x", is_staff=True))
    other.cookies["staging"] = staff.cookies["staging"].value
    assert "composer-staging" not in other.get("/shop/")
    key = ("staging_refused", "reason", "foreign-session")
    assert conf.runtime().measures.counts()[key] == 1


def test_the_assets_of_a_laptop_come_through_the_shell(
    staff: Client, laptop: FakeFragmentServer
) -> None:
    css = Asset(value="/static/reviews/list.css", type="text/css")
    js = Asset(value=f"{laptop.url}/static/reviews/list.js", type="module")
    url = laptop.add_fragment("reviews/list", html="<p>laptop</p>", css=(css,), js=(js,))
    laptop.respond("/static/reviews/list.css", Reply(body="p{}", content_type="text/css"))
    laptop.respond("/static/reviews/page.html", Reply(body="<script>alert(1)</script>"))
    set_one(staff, action="override", fragment="reviews/list", target=url)
    policy = staff.get("/shop/")["Content-Security-Policy"]
    text = page(staff).decode()
    base = f"{PAGE}at/reviews/list/static/reviews"
    assert f'href="{base}/list.css"' in text
    assert f'src="{base}/list.js"' in text
    assert laptop.url not in policy
    got = staff.get(f"{base}/list.css")
    assert (got.status_code, got.content, got["Content-Type"]) == (200, b"p{}", "text/css")
    assert got["Cache-Control"] == "private, no-store"
    # No page of another machine becomes one of this site.
    assert staff.get(f"{base}/page.html").status_code == 502
    assert staff.get(f"{base}/missing.css").status_code == 404
    assert staff.post(f"{base}/list.css").status_code == 404
    assert Client(headers=HOST).get(f"{base}/list.css").status_code == 404
    assert staff.get(f"{PAGE}at/product/page/static/x.css").status_code == 404


@pytest.mark.parametrize("wish", ["reviews/list", "reviews/list=a b", "reviews=explode"])
def test_the_command_refuses_what_nobody_could_set(wish: str) -> None:
    with pytest.raises(CommandError, match="slow:MS"):
        call_command("staging", wish)
