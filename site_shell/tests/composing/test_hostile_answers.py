"""What a service says cannot break the page around its slot, nor reach anybody else's."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from fragment_contract.testing import Gate, Reply

from .conftest import Open
from .kit import PATIENCE, World, wait_until

KEPT = {"cache-control": "max-age=60"}


@pytest.mark.parametrize(
    "link",
    [
        'href="/a.css" integrity="x&#13;&#10;set-cookie: evil=1"',
        'href="/a.css" crossorigin="x&#13;&#10;set-cookie: evil=1"',
        'href="/a.css" crossorigin="日本"',
        'href="/日本.css"',
        'href="http://[x/a.css"',
        'href="http://℀.example/a.css"',
    ],
)
@pytest.mark.parametrize("required", ["True", "False"])
def test_a_stylesheet_that_no_header_can_carry_is_left_out(
    world: World, open_site: Open, link: str, required: str
) -> None:
    body = f'<head><link rel="stylesheet" {link}></head><p>reviews</p>'
    world.fragment("reviews/list", body, headers=KEPT)
    world.page(f'{{% fragment "reviews/list" required={required} %}}<p>after</p>')
    client = open_site()
    for _ in range(2):
        response = client.get("/shop/")
        assert response.status_code == 200
        assert "<p>reviews</p><p>after</p>" in response.text
        assert "set-cookie" not in response.headers


@pytest.mark.parametrize("name", ["reviews/日本", "a&#10;set-cookie: evil=1"])
def test_a_name_that_no_fragment_has_is_an_empty_place(
    world: World, open_site: Open, name: str
) -> None:
    world.page(f'<micro-frontend src="{name}"></micro-frontend><p>after</p>')
    response = open_site().get("/shop/")
    assert response.status_code == 200
    assert "<p>after</p>" in response.text
    assert "set-cookie" not in response.headers


def test_a_stand_in_is_kept_apart_by_what_it_was_told(world: World, open_site: Open) -> None:
    content = world.fragment("reviews/list")
    world.services["reviews"].respond(content, Reply(status=500))
    files = world.services["files"]
    files.respond(
        "/reviews.html",
        lambda request: Reply(body=f"<p>{request.headers['cookie']}</p>", headers=KEPT),
    )
    world.register(
        "reviews/list",
        world.server_of("reviews/list").url + "/fragments/list",
        fallbackUrl=f"{files.url}/reviews.html",
    )
    world.page('{% fragment "reviews/list" passthrough="cookie:who" %}')
    client = open_site()
    for who in ("ann", "bob"):
        text = client.get("/shop/", headers={"cookie": f"who={who}"}).text
        assert f"who={who}" in text


def test_a_kept_redirect_of_an_optional_fragment_is_no_stand_in(
    world: World, open_site: Open
) -> None:
    content = world.fragment("reviews/list")
    moved = Reply(status=301, headers={"location": "/elsewhere/", **KEPT})
    world.services["reviews"].respond(content, moved)
    world.template("parts/none.html", "<p>none</p>")
    world.page('{% fragment "reviews/list" fallback="parts/none.html" %}')
    client = open_site()
    for _ in range(2):
        assert "<p>none</p>" in client.get("/shop/").text


def test_a_404_that_depends_on_a_cookie_is_kept_by_nobody(world: World, open_site: Open) -> None:
    content = world.fragment("product/page")
    world.services["product"].respond(content, Reply(status=404, headers=KEPT))
    world.page('{% fragment "product/page" required=True passthrough="cookie:who" %}')
    response = open_site().get("/shop/")
    assert response.status_code == 404
    assert response.headers["cache-control"] == "no-store"


def test_a_page_composed_across_a_purge_is_kept_by_nobody(world: World, open_site: Open) -> None:
    headers = {"cache-control": "max-age=600", "surrogate-key": "product:h1"}
    content = world.fragment("product/page", "<p>first</p>", headers=headers)
    world.page('{% fragment "product/page" required=True %}')
    client = open_site()
    gate = Gate()
    service = world.services["product"]
    service.respond(content, Reply(body="<p>old</p>", headers=headers, gate=gate))
    with ThreadPoolExecutor(1) as pool:
        early = pool.submit(client.get, "/shop/")
        wait_until(lambda: bool(service.requests_for(content)))
        service.respond(content, Reply(body="<p>new</p>", headers=headers))
        token = {"authorization": "Bearer purge-token-of-the-tests"}
        client.post("/_composer/purge", json={"tags": ["product:h1"]}, headers=token)
        gate.open()
        response = early.result()
    assert "<p>old</p>" in response.text
    assert "s-maxage" not in response.headers["cache-control"]
    assert "<p>new</p>" in client.get("/shop/").text


@pytest.mark.parametrize(
    "element", ['<link rel="stylesheet" href="/{}.css">', "<style>{}</style>", "<meta name=a{}>"]
)
def test_a_head_block_without_end_is_cut_short(world: World, open_site: Open, element: str) -> None:
    many = "".join(element.format(number) for number in range(10_000))
    world.fragment("reviews/list", f"<head>{many}</head><p>reviews</p>", headers=KEPT)
    world.page('{% fragment "reviews/list" required=True %}<p>after</p>')
    response = open_site().get("/shop/")
    assert "<p>reviews</p><p>after</p>" in response.text
    assert response.text.count("<link") + response.text.count("<meta") <= 102
    assert len(world.records()) < 110


def test_a_head_block_cannot_act_as_a_header(world: World, open_site: Open) -> None:
    refresh = '<meta name="a" http-equiv="refresh" content="0; url=https://evil.example/">'
    world.fragment("reviews/list", f"<head>{refresh}</head><p>reviews</p>")
    world.page('{% fragment "reviews/list" required=True %}')
    assert "evil.example" not in open_site().get("/shop/").text


def test_a_fault_of_ours_is_the_sites_own_error_page(
    world: World, open_site: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object) -> None:
        raise RuntimeError("a fault of ours")

    world.page("Hello")
    client = open_site()
    monkeypatch.setattr("site_shell.composer.compose.Assembly", fail)
    response = client.get("/shop/")
    assert response.status_code == 500
    assert "<header>Our shop</header><h1>500</h1>" in response.text
    assert response.headers["cache-control"] == "no-store"
    assert [line["status"] for line in world.records()] == [500]


def test_a_stale_fragment_whose_service_fails_is_not_asked_for_every_visitor(
    world: World, open_site: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("site_shell.composer.resolve.REST_SECONDS", (PATIENCE, PATIENCE))
    headers = {"cache-control": "max-age=0, stale-while-revalidate=600"}
    content = world.fragment("reviews/list", "<p>old</p>", headers=headers)
    world.page('{% fragment "reviews/list" %}')
    client = open_site()
    client.get("/shop/")
    service = world.services["reviews"]
    service.respond(content, Reply(status=403))
    client.get("/shop/")
    wait_until(lambda: len(service.requests_for(content)) == 2)
    for _ in range(20):
        assert "<p>old</p>" in client.get("/shop/").text
    assert len(service.requests_for(content)) == 2
