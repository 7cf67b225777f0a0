"""A page of healthy fragments, through every face."""

import re

import pytest

from .conftest import Open
from .kit import World


def test_fragments_stand_where_the_template_asks_for_them(world: World, open_site: Open) -> None:
    world.fragment("reviews/list", "<p>Lovely.</p>")
    world.fragment("product/page", "<h1>Vase</h1>")
    world.page(
        '<main>{% fragment "product/page" %}<hr>'
        '<micro-frontend src="reviews/list">Loading</micro-frontend></main>'
    )
    response = open_site().get("/shop/")
    assert response.status_code == 200
    assert "<main><h1>Vase</h1><hr><p>Lovely.</p></main></body></html>" in response.text
    assert response.headers["content-type"] == "text/html; charset=utf-8"


def test_a_tag_in_a_comment_script_or_attribute_is_no_slot(world: World, open_site: Open) -> None:
    tag = "<micro-frontend src='reviews/list'></micro-frontend>"
    body = (
        f'<!-- {tag} --><template data-x="{tag}"></template><textarea>{tag}</textarea>'
        f"<script type=text/plain>{tag}</script>"
    )
    world.fragment("reviews/list")
    world.page(body)
    assert body in open_site().get("/shop/").text
    assert world.services["reviews"].requests == ()


def test_route_and_query_values_reach_the_service_as_parameters(
    world: World, open_site: Open
) -> None:
    content = world.fragment("reviews/list")
    world.page(
        '{% fragment "reviews/list" product=ref page=page sort=sort a="" b=None yes=True %}',
        routes=("products/<slug:ref>/",),
        extra="[page.query]\npage = {type = 'integer', default = 1}\n"
        "sort = {type = 'string', choices = ['newest', 'best'], default = 'newest'}",
    )
    assert open_site().get("/products/h1001/?page=2&utm_source=x").status_code == 200
    (request,) = world.services["reviews"].requests_for(content)
    assert request.parameters == [
        ("page", "2"),
        ("product", "h1001"),
        ("sort", "newest"),
        ("yes", "true"),
    ]


def test_plain_tags_get_escaped_values(world: World, open_site: Open) -> None:
    content = world.fragment("reviews/list")
    world.page(
        '<micro-frontend src="reviews/list" q="{{ q }}" page="2"></micro-frontend>',
        extra='[page.query]\nq = {type = "string", default = ""}',
    )
    hostile = '"><micro-frontend src="product/page">&amp;'
    open_site().get("/shop/", params={"q": hostile})
    (request,) = world.services["reviews"].requests_for(content)
    assert request.parameters == [("page", "2"), ("q", hostile)]


def test_services_see_what_is_declared_and_nothing_of_the_visitor(
    world: World, open_site: Open
) -> None:
    content = world.fragment("reviews/list")
    world.page('{% fragment "reviews/list" timeout=40000 %}')
    open_site().get(
        "/shop/",
        headers={
            "cookie": "session=secret",
            "authorization": "Bearer secret",
            "user-agent": "Mozilla",
            "x-forwarded-for": "10.0.0.1",
            "x-request-id": "request-0001",
        },
    )
    (request,) = world.services["reviews"].requests_for(content)
    deadline = int(request.headers["fragment-deadline-ms"])
    assert 0 < deadline <= 40_000
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-01", request.headers["traceparent"])
    own = {
        name: value
        for name, value in request.headers.items()
        if name not in {"fragment-deadline-ms", "traceparent", "host", "accept-encoding"}
    }
    assert own == {
        "podium-locale": "en",
        "accept-language": "en",
        "podium-requested-by": "site-shell",
        "podium-mount-origin": "https://shop.example",
        "podium-mount-pathname": "/",
        "podium-public-pathname": "/actions/reviews/list/",
        "podium-debug": "false",
        "x-request-id": "request-0001",
    }


def test_passthrough_lets_through_what_it_names_and_makes_the_page_vary(
    world: World, open_site: Open
) -> None:
    content = world.fragment("reviews/list")
    world.page(
        '{% fragment "reviews/list" passthrough="query:page header:X-Country cookie:theme" %}'
    )
    client = open_site()
    headers = {"x-country": "CH", "cookie": "session=secret; theme=dark"}
    response = client.get("/shop/?page=2&other=1", headers=headers)
    (request,) = world.services["reviews"].requests_for(content)
    assert request.parameters == [("page", "2")]
    assert request.headers["x-country"] == "CH"
    assert request.headers["cookie"] == "theme=dark"
    vary = client.get("/shop/?page=2", headers=headers).headers["vary"]
    assert vary == "cookie, x-country"
    assert response.headers["cache-control"] == "no-store"
    client.get("/shop/?page=2", headers=headers | {"x-country": "DE"})
    assert len(world.services["reviews"].requests_for(content)) == 2


def test_a_path_without_its_slash_is_redirected(world: World, open_site: Open) -> None:
    world.page("Hello")
    response = open_site().get("/shop?page=2")
    assert response.status_code == 301
    assert response.headers["location"] == "/shop/?page=2"


def test_two_slashes_at_the_start_lead_to_no_other_site(world: World, open_site: Open) -> None:
    world.page("Hello", routes=("<path:anything>/",))
    client = open_site()
    url = client.base_url.copy_with(raw_path=b"//evil.example/x")
    # wsgiref takes the second slash away before anyone sees it.
    assert not client.get(url).headers.get("location", "").startswith("//")


def test_an_unknown_path_is_the_sites_own_404(world: World, open_site: Open) -> None:
    world.page("Hello")
    response = open_site().get("/nowhere/")
    assert response.status_code == 404
    assert "<header>Our shop</header><h1>404</h1>" in response.text
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_pages_can_only_be_read(world: World, open_site: Open, method: str) -> None:
    world.page("Hello")
    response = open_site().request(method, "/shop/")
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, HEAD"
    assert "<h1>405</h1>" in response.text


def test_head_has_the_headers_of_get_and_no_body(world: World, open_site: Open) -> None:
    world.fragment("reviews/list")
    world.page('{% fragment "reviews/list" %}')
    client = open_site()
    head = client.head("/shop/")
    get = client.get("/shop/")
    assert head.content == b""
    assert head.status_code == 200
    assert head.headers["content-length"] == str(len(get.content))
    assert head.headers["etag"] == get.headers["etag"]


def test_a_page_that_was_not_changed_is_not_sent_again(world: World, open_site: Open) -> None:
    world.fragment("reviews/list")
    world.page('{% fragment "reviews/list" required=True %}')
    client = open_site()
    first = client.get("/shop/")
    again = client.get("/shop/", headers={"if-none-match": f'"other", W/{first.headers["etag"]}'})
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["etag"] == first.headers["etag"]
    assert "cache-control" in again.headers
    assert client.get("/shop/", headers={"if-none-match": '"other"'}).status_code == 200


def test_every_answer_has_the_security_headers_and_a_request_id(
    world: World, open_site: Open
) -> None:
    world.page("Hello")
    client = open_site()
    for path in ("/shop/", "/shop", "/nowhere/", "/healthz", "/%zz/"):
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["strict-transport-security"].startswith("max-age=31536000")
        assert re.fullmatch(r"[0-9a-f]{16}", headers["x-request-id"])
        assert len(headers.get_list("x-request-id")) == 1


@pytest.mark.parametrize(
    ("given", "is_kept"),
    [("abcdef-0123", True), ("short", False), ("x" * 65, False), ("has a space in it", False)],
)
def test_a_sane_request_id_is_kept(
    world: World, open_site: Open, given: str, *, is_kept: bool
) -> None:
    world.page("Hello")
    answered = open_site().get("/shop/", headers={"x-request-id": given}).headers["x-request-id"]
    assert (answered == given) is is_kept


def test_a_foreign_host_is_refused(world: World, open_site: Open) -> None:
    world.page("Hello")
    response = open_site().get("/shop/", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert "<h1>400</h1>" in response.text


def test_the_templates_variables_are_the_documented_ones(world: World, open_site: Open) -> None:
    world.page(
        "{{ page_path }} {{ locale }} {{ site_origin }} [{{ request }}{{ settings }}]",
        routes=("shop/<slug:x>/",),
    )
    assert "/shop/a/ en https://shop.example []" in open_site().get("/shop/a/?q=1").text
