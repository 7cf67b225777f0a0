"""Who is told who is asking, and what nobody else ever gets."""

import asyncio
import re

import httpx
import pytest
from django.conf import LazySettings
from fragment_contract.testing import Reply

from site_shell.accounts.cookie import new_key
from site_shell.accounts.identities import own_cookie
from site_shell.composer import identity as identity_module
from site_shell.composer.conf import runtime
from site_shell.composer.identity import Somebody
from site_shell.composer.request import PageRequest

from ..composing.conftest import Open
from ..composing.kit import TRUSTS_NOBODY, World
from ..delivery.lazy_page import source
from .conftest import Asks, told

PUBLIC = {"cache-control": "max-age=600"}
LAZY = '{% fragment "cart/mini" delivery="lazy" %}{% fragment "product/page" %}'


def shown(response: httpx.Response) -> str:
    found = re.search(r"\[([^]]*)\]", response.text)
    assert found, response.text
    return found[1]


def test_a_fragment_that_does_not_ask_is_told_nothing(world: World, open_site: Open) -> None:
    world.fragment("product/page", "<p>lamp</p>", headers=PUBLIC)
    world.page('{% fragment "product/page" %}')
    site = open_site()
    site.get("/shop/", headers={"authorization": "Bearer of-the-browser"})
    assert all("authorization" not in r.headers for r in world.services["product"].requests)


def test_where_it_is_optional_somebody_new_is_nobody_and_gets_no_cookie(
    world: World, open_site: Open, asks: Asks
) -> None:
    asks("cart/mini", "optional")
    world.page('{% fragment "cart/mini" %}')
    response = open_site().get("/shop/")
    assert shown(response) == "nobody"
    assert "set-cookie" not in response.headers
    assert "no-store" in response.headers["cache-control"]


def test_where_it_is_required_somebody_new_is_given_an_identity_and_keeps_it(
    world: World, open_site: Open, asks: Asks
) -> None:
    asks("cart/mini", "required")
    world.fragment("product/page", "<p>lamp</p>", headers=PUBLIC)
    world.page(LAZY)
    site = open_site()
    page = site.get("/shop/")
    assert "set-cookie" not in page.headers, "a public page"
    first = site.get(source(page))
    line = first.headers["set-cookie"]
    assert re.fullmatch(r"visitor=[\w:.-]+; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax", line)
    assert shown(first).startswith("anon:")
    second = site.get(source(page))
    assert shown(second) == shown(first)
    assert "set-cookie" not in second.headers


def test_over_https_the_cookie_is_this_hosts_alone(
    world: World, open_site: Open, asks: Asks, settings: LazySettings
) -> None:
    settings.SITE_ORIGIN = "https://shop.test"
    asks("cart/mini", "required")
    world.page('{% fragment "cart/mini" required=True %}')
    line = open_site().get("/shop/").headers["set-cookie"]
    about = r"Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax; Secure"
    assert re.fullmatch(rf"__Host-visitor=[\w:.-]+; {about}", line)


def test_a_page_with_it_inline_is_one_visitors_alone(
    world: World, open_site: Open, asks: Asks
) -> None:
    asks("cart/page", "required", cache="public, max-age=600")
    world.page('{% fragment "cart/page" required=True %}')
    site = open_site()
    site.get("/shop/")  # the manifest is known from now on
    one, two = httpx.Client(base_url=site.base_url), httpx.Client(base_url=site.base_url)
    with one, two:
        mine, yours = one.get("/shop/"), two.get("/shop/")
        assert shown(mine) != shown(yours)
        assert mine.headers["set-cookie"] != yours.headers["set-cookie"]
        for response in (mine, yours):
            assert "no-store" in response.headers["cache-control"]
            assert "etag" not in response.headers
        assert shown(one.get("/shop/")) == shown(mine)
        assert shown(two.get("/shop/")) == shown(yours)


def test_what_a_service_calls_public_is_kept_for_nobody_all_the_same(
    world: World, open_site: Open, asks: Asks
) -> None:
    asks("cart/mini", "optional", cache="public, max-age=600")
    world.page('{% fragment "cart/mini" %}')
    site = open_site()
    for _ in range(3):
        site.get("/shop/")
    assert len(world.server_of("cart/mini").requests_for("/fragments/mini/")) == 3


def test_visitors_at_the_same_moment_get_their_own(
    world: World, open_site: Open, asks: Asks
) -> None:
    asks("cart/mini", "required")
    world.page('{% fragment "cart/mini" required=True %}')
    site = open_site()
    site.get("/shop/")

    async def visit(address: str) -> tuple[str, str]:
        async with httpx.AsyncClient(base_url=address, verify=TRUSTS_NOBODY) as browser:
            found = [shown(await browser.get("/shop/")) for _ in range(4)]
            assert len(set(found)) == 1
            return found[0], browser.cookies["visitor"]

    async def all_of_them() -> list[tuple[str, str]]:
        return await asyncio.gather(*(visit(str(site.base_url)) for _ in range(8)))

    found = asyncio.run(all_of_them())
    assert len({who for who, _ in found}) == 8


def test_the_first_visitors_of_a_process_get_their_own_while_no_manifest_is_known(
    world: World, open_site: Open, asks: Asks
) -> None:
    """Nobody knows yet that the fragment asks who is asking; one fetch must not serve them all."""
    asks("cart/mini", "optional")
    server = world.server_of("cart/mini")
    path = "/fragments/mini/manifest.json"
    text = httpx.get(f"{server.url}{path}").text
    server.respond(path, Reply(body=text, content_type="application/json", delay=0.3))
    world.page('{% fragment "cart/mini" required=True %}')
    site = open_site()
    names = [new_key() for _ in range(8)]

    async def visit(browser: httpx.AsyncClient, name: str) -> str:
        cookie = own_cookie().anonymous(name).partition(";")[0]
        return shown(await browser.get("/shop/", headers={"cookie": cookie}))

    async def all_of_them() -> list[str]:
        async with httpx.AsyncClient(base_url=site.base_url) as browser:
            return await asyncio.gather(*(visit(browser, name) for name in names))

    assert asyncio.run(all_of_them()) == [f"anon:{name}" for name in names]
    assert len(server.requests_for(path)) == 2, "ours, and one for all of them"


def test_two_fragments_of_one_page_meet_the_same_visitor(
    world: World, open_site: Open, asks: Asks
) -> None:
    asks("cart/mini", "required")
    asks("bookmarks/list", "required")
    world.page(
        '{% fragment "cart/mini" required=True %}{% fragment "bookmarks/list" required=True %}'
    )
    response = open_site().get("/shop/")
    one, two = re.findall(r"\[([^]]*)\]", response.text)
    assert one == two


def test_a_token_is_for_one_service_alone(world: World, open_site: Open, asks: Asks) -> None:
    asks("cart/mini", "required")
    world.page('{% fragment "cart/mini" required=True %}')
    open_site().get("/shop/")
    (request,) = world.server_of("cart/mini").requests_for("/fragments/mini/")
    assert told(request, "cart")
    with pytest.raises(Exception, match="aud is 'cart', not 'reviews'"):
        told(request, "reviews")


@pytest.mark.parametrize(
    "cookie",
    ["visitor=forged", "visitor=" + "x" * 600, "visitor=e30:1w:AA", "visitor=", "visitor=.eJw:1:x"],
)
def test_a_cookie_that_is_not_ours_names_nobody(
    world: World, open_site: Open, asks: Asks, cookie: str
) -> None:
    asks("cart/mini", "optional")
    world.page('{% fragment "cart/mini" %}')
    assert shown(open_site().get("/shop/", headers={"cookie": cookie})) == "nobody"


def test_the_cookie_itself_never_reaches_a_service(world: World, open_site: Open) -> None:
    world.fragment("cart/mini", "<p></p>", headers={"cache-control": "no-store"})
    world.page('{% fragment "cart/mini" passthrough="cookie:all" %}')
    open_site().get("/shop/", headers={"cookie": "visitor=secret; theme=dark"})
    (request,) = world.server_of("cart/mini").requests_for("/fragments/mini/")
    assert request.headers["cookie"] == "theme=dark"


def test_no_cookie_of_a_visitor_is_ever_kept_with_a_page(
    world: World, open_site: Open, asks: Asks
) -> None:
    """The service fails after the identity was made, and what caches may keep stands in."""
    asks("cart/mini", "required")
    world.template("fallbacks/cart.html", "<p>no cart</p>")
    world.page('{% fragment "cart/mini" fallback="fallbacks/cart.html" %}')
    site = open_site()
    site.get("/shop/")
    world.server_of("cart/mini").respond("/fragments/mini/", Reply(status=500))
    response = httpx.get(f"{site.base_url}/shop/")
    assert "no cart" in response.text
    assert "no-store" in response.headers["cache-control"]


def test_when_nobody_can_tell_who_it_is_the_fragment_is_missing(
    world: World, open_site: Open, asks: Asks, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken:
        cookies = frozenset({"visitor"})

        async def known(self, request: PageRequest) -> Somebody | None:
            raise OSError("the database is down")

        def welcome(self, request: PageRequest) -> Somebody:
            raise AssertionError

        def sign_in_path(self, back: str, locale: str) -> str:
            raise AssertionError

    monkeypatch.setattr(identity_module, "_used", [Broken])
    asks("cart/mini", "optional")
    world.page('before{% fragment "cart/mini" %}after')
    response = open_site().get("/shop/", headers={"cookie": "visitor=x"})
    assert response.status_code == 200
    assert "nobody" not in response.text
    (line,) = world.slots()
    assert line["reason"] == "identity"


def test_a_project_without_identities_tells_nobody_anything(
    world: World, open_site: Open, asks: Asks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity_module, "_used", [])
    asks("cart/mini", "required")
    world.page('{% fragment "cart/mini" %}')
    response = open_site().get("/shop/")
    assert shown(response) == "nobody"
    assert "set-cookie" not in response.headers
    assert runtime().site.callers.identities is None
