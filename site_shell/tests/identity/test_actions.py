"""Actions: who sends them, and who has to sign in first."""

import json

import httpx
import pytest
from django.core import signing
from fragment_contract.manifest import FragmentInfo, Identity
from fragment_contract.testing import Received, Reply

from ..composing.conftest import Open
from ..composing.kit import World
from .conftest import action, told

OURS = {"sec-fetch-site": "same-origin"}
HTMX = {**OURS, "hx-request": "true"}
PATH = "/actions/reviews/form/submit"


@pytest.fixture
def form(world: World) -> World:
    world.template("action.html", "<html><head><title>x</title></head><body>{{ answer }}</body>")
    world.page("x")
    return world


def declare(world: World, identity: Identity, reply: Reply | None = None) -> None:
    info = FragmentInfo(
        name="reviews/form",
        identity="none",
        actions=(action("submit", identity),),
        events=("notification:show",),
    )
    world.fragment("reviews/form", "<p></p>", fragment=info)

    def answer(request: Received) -> Reply:
        found = told(request, "reviews")
        return reply or Reply(body=f"<p>[{found[0] if found else 'nobody'}]</p>")

    world.server_of("reviews/form").respond("/fragments/form/actions/submit", answer)


def send(site: httpx.Client, headers: dict[str, str] = OURS) -> httpx.Response:
    return site.post(PATH, data={"a": "b"}, headers=headers)


def test_an_action_that_does_not_ask_is_told_nothing(form: World, open_site: Open) -> None:
    declare(form, "none")
    response = send(open_site())
    assert "[nobody]" in response.text
    assert "set-cookie" not in response.headers


def test_an_action_that_has_to_know_gives_somebody_new_an_identity(
    form: World, open_site: Open
) -> None:
    declare(form, "required")
    site = open_site()
    first = send(site)
    assert first.headers["set-cookie"].startswith("visitor=")
    second = send(site)
    assert "anon:" in first.text
    assert "set-cookie" not in second.headers
    assert first.text[first.text.index("[") :] == second.text[second.text.index("[") :]


def test_an_action_that_would_like_to_know_gives_nobody_a_cookie(
    form: World, open_site: Open
) -> None:
    declare(form, "optional")
    response = send(open_site())
    assert "[nobody]" in response.text
    assert "set-cookie" not in response.headers


def test_a_401_leads_to_the_sign_in_page_and_back(form: World, open_site: Open) -> None:
    declare(form, "required", Reply(status=401, headers={"www-authenticate": "Bearer"}))
    site = open_site()
    origin = f"http://{site.base_url.netloc.decode()}"
    response = send(site, {**OURS, "referer": f"{origin}/shop/?page=2"})
    assert response.status_code == 303
    assert response.headers["location"] == "/account/sign-in/?next=/shop/%3Fpage%3D2"
    # Who has signed in then is told what to do by the page.
    assert "notices" in response.cookies


def test_htmx_is_sent_there_with_the_whole_window(form: World, open_site: Open) -> None:
    declare(form, "required", Reply(status=401))
    response = send(open_site(), HTMX)
    assert response.status_code == 200
    assert response.headers["hx-redirect"] == "/account/sign-in/?next=/"


def test_one_comes_back_in_the_language_one_left(form: World, open_site: Open) -> None:
    declare(form, "required", Reply(status=401))
    site = open_site()
    origin = f"http://{site.base_url.netloc.decode()}"
    response = send(site, {**OURS, "referer": f"{origin}/de/shop/"})
    assert response.headers["location"] == "/de/account/sign-in/?next=/de/shop/"


def test_a_service_may_say_where_to_come_back_to_and_why_to_sign_in(
    form: World, open_site: Open
) -> None:
    told_why = {"notification:show": {"message": "Your review is kept.", "level": "info"}}
    headers = {"location": "/shop/?a=b#form", "hx-trigger": json.dumps(told_why)}
    declare(form, "required", Reply(status=401, headers=headers))
    response = send(open_site(), HTMX)
    assert response.headers["hx-redirect"] == "/account/sign-in/?next=/shop/%3Fa%3Db%23form"
    said = signing.loads(response.cookies["notices"], salt="site_shell.composer.notices")
    assert said["m"] == [["info", "Your review is kept."]]


@pytest.mark.parametrize("location", ["https://evil.test/", "//evil.test/", "/\\evil.test", "x"])
def test_a_service_leads_to_no_other_site_by_way_of_signing_in(
    form: World, open_site: Open, location: str
) -> None:
    declare(form, "required", Reply(status=401, headers={"location": location}))
    response = send(open_site(), HTMX)
    assert response.headers["hx-redirect"] == "/account/sign-in/?next=/"


@pytest.mark.parametrize(
    "referer",
    ["https://evil.test/x", "//evil.test", "http://[", "javascript:alert(1)", "http://{}//evil/"],
)
def test_one_never_comes_back_to_another_site(form: World, open_site: Open, referer: str) -> None:
    declare(form, "required", Reply(status=401))
    site = open_site()
    host = site.base_url.netloc.decode()
    response = send(site, {**OURS, "referer": referer.format(host)})
    assert response.headers["location"] == "/account/sign-in/?next=/"


def test_a_service_that_refuses_our_token_is_a_fault_of_ours(form: World, open_site: Open) -> None:
    refusal = {"www-authenticate": 'Bearer error="invalid_token"'}
    declare(form, "required", Reply(status=401, headers=refusal))
    assert send(open_site()).status_code == 503


def test_a_401_of_an_action_that_asks_nobody_is_no_reason_to_sign_in(
    form: World, open_site: Open
) -> None:
    declare(form, "none", Reply(status=401))
    assert send(open_site()).status_code == 502


def test_what_the_browser_claims_is_not_passed_on(form: World, open_site: Open) -> None:
    declare(form, "none")
    send(open_site(), {**OURS, "authorization": "Bearer forged"})
    (request,) = form.server_of("reviews/form").requests_for("/fragments/form/actions/submit")
    assert "authorization" not in request.headers
    assert json.dumps(dict(request.headers)).count("forged") == 0
