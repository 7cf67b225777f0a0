"""Failures on purpose: one person sees what shoppers would see, and nobody else sees anything."""

import asyncio

import httpx
import pytest
from fragment_contract.testing import Reply

from site_shell.composer import conf
from site_shell.composer.errors import FetchTimeout
from site_shell.composer.faults import FaultyTransport
from site_shell.composer.release import Release
from site_shell.composer.staging import parse_fault
from site_shell.composer.transport import FetchRequest, FetchResponse
from site_shell.tests.composing.conftest import Open
from site_shell.tests.composing.kit import World, other_page

from .conftest import cookie

CACHED = {"cache-control": "max-age=60, stale-if-error=600"}
SHOWN = "<b>[<p>real</p>]</b>"


def arrange(world: World, *, options: str = "", headers: dict[str, str] | None = None) -> str:
    """A page with one fragment that has a fallback of its own; another that waits for nothing."""
    content = world.fragment(
        "reviews/list", "<p>real</p>", headers=headers or {}, fallback="<p>stand-in</p>"
    )
    hurried = other_page("hurried", budget=300)
    world.page(f'<b>[{{% fragment "reviews/list" {options} %}}]</b>', extra=hurried)
    return content


def under(client: httpx.Client, fault: str) -> httpx.Response:
    """The page under a fault; where that is to wait in vain, with little time for it."""
    path = "/hurried/" if fault in ("timeout", "slow:900") else "/shop/"
    return client.get(path, headers=cookie(f"reviews/list={fault}"))


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("timeout", "timeout"),
        ("refused", "connect-failed"),
        ("500", "http-500"),
        ("503", "http-503"),
        ("garbage", "malformed-response"),
        ("slow:900", "timeout"),
        ("stale", "connect-failed"),
        ("fallback", "connect-failed"),
    ],
)
def test_a_fault_shows_what_shoppers_would_see(
    world: World, open_site: Open, fault: str, reason: str
) -> None:
    arrange(world)
    client = open_site()
    assert SHOWN in client.get("/shop/").text
    world.wait_for_fallback("reviews/list")
    staged = under(client, fault)
    assert "<b>[<p>stand-in</p>]</b>" in staged.text
    assert world.slots()[-1] | {"outcome": "fallback", "reason": reason} == world.slots()[-1]
    assert staged.headers["cache-control"] == "private, no-store"
    assert staged.headers["composer-staging"] == f"reviews/list={fault}"


@pytest.mark.parametrize("fault", ["absent", "404"])
def test_a_service_can_be_made_to_have_nothing(world: World, open_site: Open, fault: str) -> None:
    arrange(world)
    assert "<b>[]</b>" in open_site().get("/shop/", headers=cookie(f"reviews={fault}")).text


def test_a_required_fragment_that_fails_decides_the_page(world: World, open_site: Open) -> None:
    arrange(world, options="required=True on_error='fail'")
    client = open_site()
    statuses = {
        fault: under(client, fault).status_code
        for fault in ("404", "500", "timeout", "503", "garbage")
    }
    assert statuses == {"404": 404, "500": 502, "timeout": 504, "503": 503, "garbage": 502}
    assert client.get("/shop/").status_code == 200


def test_an_error_page_under_a_fault_tells_it_and_is_kept_by_nobody(
    world: World, open_site: Open
) -> None:
    arrange(world, options="required=True", headers=CACHED)
    response = open_site().get("/shop/", headers=cookie("reviews=404"))
    assert response.status_code == 404
    assert response.headers["cache-control"] == "private, no-store"
    assert response.headers["composer-staging"] == "reviews=404"


@pytest.mark.parametrize("fault", ["stale", "timeout", "500", "refused"])
def test_a_kept_copy_is_shown_as_it_would_be_after_its_time(
    world: World, open_site: Open, fault: str
) -> None:
    arrange(world, headers=CACHED)
    client = open_site()
    client.get("/shop/")
    response = under(client, fault)
    assert SHOWN in response.text
    assert world.slots()[-1]["via"] == "stale-if-error"


def test_a_copy_that_may_not_outlive_its_time_is_not_shown(world: World, open_site: Open) -> None:
    arrange(world, headers={"cache-control": "max-age=60"})
    client = open_site()
    client.get("/shop/")
    world.wait_for_fallback("reviews/list")
    response = client.get("/shop/", headers=cookie("reviews/list=stale"))
    assert "<b>[<p>stand-in</p>]</b>" in response.text


def test_stale_while_revalidate_shows_the_copy_without_waiting(
    world: World, open_site: Open
) -> None:
    arrange(world, headers={"cache-control": "max-age=60, stale-while-revalidate=60"})
    client = open_site()
    client.get("/shop/")
    assert SHOWN in client.get("/shop/", headers=cookie("reviews/list=stale")).text
    assert (world.slots()[-1]["outcome"], world.slots()[-1]["reason"]) == ("stale", "revalidating")


def test_slow_delays_an_answer_that_comes_in_time(world: World, open_site: Open) -> None:
    arrange(
        world,
    )
    client = open_site()
    client.get("/shop/")
    assert SHOWN in client.get("/shop/", headers=cookie("reviews/list=slow:200")).text
    assert world.slots()[-1]["outcome"] == "fresh"
    assert world.slots()[-1]["ms"] >= 200


def test_nobody_else_notices(world: World, open_site: Open) -> None:
    content = arrange(world, headers=CACHED)
    client = open_site()
    client.get("/shop/")
    parts = conf.runtime()
    (release,) = parts.registry.releases("reviews/list")
    before = parts.measures.window("reviews/list", "1.0.0"), parts.traffic.errors()
    public = client.get("/shop/")
    for fault in ("timeout", "500", "garbage", "refused", "stale", "fallback", "absent", "404"):
        for _ in range(3):
            under(client, fault)
    assert parts.transport.state(release) == "closed"
    after = parts.measures.window("reviews/list", "1.0.0"), parts.traffic.errors()
    assert after == before
    again = client.get("/shop/")
    assert again.text == public.text
    assert again.headers["etag"] == public.headers["etag"]
    assert "composer-staging" not in again.headers
    assert len(world.services["reviews"].requests_for(content)) == 1


def test_a_page_that_fails_on_purpose_is_not_counted(world: World, open_site: Open) -> None:
    arrange(world, options="required on_error=fail")
    client = open_site()
    client.get("/shop/")
    counted = {key: n for key, n in conf.runtime().traffic.total().items() if key[0] == "page"}
    assert client.get("/shop/", headers=cookie("reviews/list=500")).status_code >= 500
    total = conf.runtime().traffic.total()
    assert {key: n for key, n in total.items() if key[0] == "page"} == counted


def test_a_fault_keeps_nothing_even_where_nothing_was_kept(world: World, open_site: Open) -> None:
    content = arrange(world, headers=CACHED)
    client = open_site()
    for fault in ("slow:1", "absent"):
        client.get("/shop/", headers=cookie(f"reviews/list={fault}"))
    seen = len(world.services["reviews"].requests_for(content))
    assert SHOWN in client.get("/shop/").text
    assert len(world.services["reviews"].requests_for(content)) == seen + 1


def test_the_fallback_of_the_registry_is_really_asked(world: World, open_site: Open) -> None:
    arrange(world)
    world.services["backup"].respond("/reviews", Reply(body="<p>backup</p>"))
    url = world.services["reviews"].url + "/fragments/list"
    world.register("reviews/list", url, fallbackUrl=f"{world.services['backup'].url}/reviews")
    response = open_site().get("/shop/", headers=cookie("reviews/list=500"))
    assert "<b>[<p>backup</p>]</b>" in response.text


class _Late:
    """Answers after 150 ms."""

    async def fetch(self, release: Release, request: FetchRequest) -> FetchResponse:
        await asyncio.sleep(0.15)
        return FetchResponse(200, (), b"")


async def test_a_slow_answer_never_takes_longer_than_there_is_time() -> None:
    transport = FaultyTransport(_Late(), parse_fault("slow:60000"))
    loop = asyncio.get_running_loop()
    started = loop.time()
    with pytest.raises(FetchTimeout, match="60000 ms late"):
        await transport.fetch(
            Release("a/b", "1", "http://x"), FetchRequest("http://x", timeout=0.3)
        )
    assert loop.time() - started < 2
