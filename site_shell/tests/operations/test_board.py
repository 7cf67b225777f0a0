"""The desk shows what is so, changes what it is told to change, and says why when it does not."""

import json
import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from fragment_contract.testing import Reply

from site_shell.composer import conf
from site_shell.composer.release import Release
from site_shell.tests.composing.kit import World

BOARD = "/_composer/operations/"
LIST = f"{BOARD}reviews/list/"

pytestmark = pytest.mark.django_db


def two_releases(world: World, name: str = "reviews/list") -> None:
    world.fragment(name)
    (first,) = world.registered[name]
    second = {
        **first,
        "metadata": {"version": "2.0.0"},
        "deployment": {"traffic": 0, "default": False},
    }
    world.registered[name].append(second)
    write(world)


def write(world: World) -> None:
    document = {"schema": "https://example.org/schema", "microFrontends": world.registered}
    (world.folder / "registry.json").write_text(json.dumps(document))


def registered(world: World, name: str = "reviews/list") -> dict[str, Any]:
    document = json.loads((world.folder / "registry.json").read_text())
    return {entry["metadata"]["version"]: entry for entry in document["microFrontends"][name]}


def text_of(html: bytes) -> str:
    """What a reader sees."""
    found: list[str] = []

    class Reader(HTMLParser):
        def handle_data(self, data: str) -> None:
            found.append(data)

    Reader().feed(html.decode())
    return re.sub(r"\s+", " ", " ".join(found))


def hidden(html: bytes) -> dict[str, str]:
    pattern = rb'<input type="hidden" name="(\w+)" value="([^"]*)"'
    return {name.decode(): value.decode() for name, value in re.findall(pattern, html)}


def test_the_board_shows_every_fragment_with_its_numbers(world: World, desk: Client) -> None:
    two_releases(world)
    conf.forget_runtime()
    conf.runtime().measures.fetched(Release("reviews/list", "1.0.0", "http://x"), 0.2, failed=True)
    text = text_of(desk.get(BOARD).content)
    assert "reviews/list" in text and "1.0.0" in text and "2.0.0" in text
    assert "troubled" in text and "1 failed" in text
    assert "this process alone" in text


def test_the_board_says_so_when_nothing_is_registered(world: World, desk: Client) -> None:
    assert "No fragment is registered." in text_of(desk.get(BOARD).content)


def test_a_thousand_fragments_come_in_pages_and_can_be_filtered(world: World, desk: Client) -> None:
    releases = [{"url": "http://127.0.0.1:9", "metadata": {"version": "1"}}]
    world.registered |= {f"team{n}/part": releases for n in range(1_000)}
    write(world)
    conf.forget_runtime()
    conf.runtime().measures.fetched(Release("team777/part", "1", "http://x"), 0.2, failed=True)
    first = text_of(desk.get(BOARD).content)
    assert "Page 1 of 20" in first
    # Whatever is in trouble stands in front of all others.
    assert first.index("team777/part") < first.index("team0/part")
    assert "team999/part" in text_of(desk.get(BOARD, {"page": "20"}).content)
    assert "team42/part" in text_of(desk.get(BOARD, {"q": "TEAM42"}).content)
    assert "1 of 1000" in text_of(desk.get(BOARD, {"condition": "troubled"}).content)
    assert "No fragment fits." in text_of(desk.get(BOARD, {"q": "<script>"}).content)


def test_what_a_service_says_is_shown_as_text(world: World, desk: Client) -> None:
    content = world.fragment("reviews/list", version="<i>1</i>")
    world.services["reviews"].respond(content, Reply(status=302, headers={"location": "<img>"}))
    world.page('{% fragment "reviews/list" %}')
    with world.open("lane") as client:
        client.get("/shop/", headers={"x-request-id": "request-number-7"})
        html = desk.get(LIST).content
        assert desk.get(BOARD).status_code == 200
    assert b"<img>" not in html and b"<i>1</i>" not in html
    assert b"&lt;img&gt;" in html and b"request-number-7" in html


def test_the_board_refreshes_itself_until_it_is_told_to_stop(world: World, desk: Client) -> None:
    live = desk.get(BOARD).content.decode()
    assert 'hx-trigger="every 5s"' in live and 'http-equiv="refresh"' in live
    still = desk.get(BOARD, {"live": "off"}).content.decode()
    assert "hx-trigger" not in still and "refresh" not in still.replace("Refresh", "")


@pytest.mark.parametrize("path", [BOARD, LIST])
def test_a_refresh_brings_the_numbers_and_no_script(world: World, desk: Client, path: str) -> None:
    two_releases(world)
    conf.forget_runtime()
    part = desk.get(path, headers={"hx-request": "true"}).content.decode()
    assert 'id="live"' in part and "<script" not in part and "<html" not in part


@pytest.mark.parametrize("path", [BOARD, LIST, f"{LIST}promote/?version=2.0.0"])
def test_pages_of_the_desk_keep_to_the_policy(world: World, desk: Client, path: str) -> None:
    two_releases(world)
    conf.forget_runtime()
    answer = desk.get(path)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert " style=" not in html and "<style" not in html
    assert not re.search(r"<script(?![^>]*\bsrc=)", html) and not re.search(r"\son\w+=", html)
    assert "no-store" in answer.headers["cache-control"]


@pytest.mark.parametrize("path", [BOARD, LIST, f"{LIST}kill/"])
def test_nobody_else_sees_the_desk(world: World, client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer.headers["location"].startswith("/_composer/staff/sign-in/?next=")


def test_a_release_is_promoted_and_rolled_back_after_a_look_at_what_is_written(
    world: World, desk: Client
) -> None:
    two_releases(world)
    conf.forget_runtime()
    question = desk.get(f"{LIST}promote/", {"version": "2.0.0"})
    assert "Promote reviews/list 2.0.0?" in text_of(question.content)
    assert registered(world)["1.0.0"]["deployment"]["default"] is True
    done = desk.post(f"{LIST}promote/", hidden(question.content), follow=True)
    assert "reviews/list 2.0.0 is promoted" in text_of(done.content)
    assert registered(world)["2.0.0"]["deployment"] == {"traffic": 100, "default": True}
    back = desk.get(f"{LIST}rollback/")
    assert desk.post(f"{LIST}rollback/", hidden(back.content)).status_code == 302
    assert registered(world)["1.0.0"]["deployment"]["default"] is True


def test_a_release_is_killed(world: World, desk: Client) -> None:
    two_releases(world)
    conf.forget_runtime()
    question = desk.get(f"{LIST}kill/", {"version": "2.0.0"})
    desk.post(f"{LIST}kill/", hidden(question.content))
    assert list(registered(world)) == ["1.0.0"]


def test_a_change_of_somebody_else_in_between_is_not_overwritten(
    world: World, desk: Client
) -> None:
    two_releases(world)
    conf.forget_runtime()
    question = desk.get(f"{LIST}promote/", {"version": "2.0.0"})
    world.registered["reviews/list"][0]["extras"] = {"concurrency": 7}
    write(world)
    answer = desk.post(f"{LIST}promote/", hidden(question.content))
    assert answer.status_code == 409
    assert "Somebody has changed this fragment" in text_of(answer.content)
    assert registered(world)["1.0.0"]["deployment"]["default"] is True


@pytest.mark.parametrize(
    ("action", "version", "sentence"),
    [
        ("promote", "9.9.9", "there is no release &#x27;9.9.9&#x27;; registered: 1.0.0, 2.0.0"),
        ("rollback", "", "no other release has been the default one"),
        ("kill", "9.9.9", "there is no release"),
    ],
)
def test_what_cannot_be_done_is_told_plainly(
    world: World, desk: Client, action: str, version: str, sentence: str
) -> None:
    two_releases(world)
    conf.forget_runtime()
    answer = desk.get(f"{LIST}{action}/", {"version": version})
    assert answer.status_code == 409
    assert sentence in answer.content.decode()


def test_a_registry_that_cannot_be_written_is_told_plainly(
    world: World, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_releases(world)
    (world.folder / "registry.json").write_text("{broken")
    answer = desk.get(f"{LIST}promote/", {"version": "2.0.0"})
    assert answer.status_code == 409
    assert "not JSON" in text_of(answer.content)


def test_who_may_only_look_is_offered_nothing_and_refused(
    world: World, desk: Client, operator: User
) -> None:
    two_releases(world)
    conf.forget_runtime()
    right = Permission.objects.get(codename="change_releases")
    operator.user_permissions.remove(right)
    assert "Promote" not in text_of(desk.get(LIST).content)
    for ask in (desk.get, desk.post):
        answer = ask(f"{LIST}promote/", {"version": "2.0.0"})
        assert answer.status_code == 403
        assert "not change them" in text_of(answer.content)


def test_a_change_needs_the_token_of_our_own_form(
    world: World, desk: Client, operator: User
) -> None:
    two_releases(world)
    conf.forget_runtime()
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(operator)
    form = hidden(careful.get(f"{LIST}promote/", {"version": "2.0.0"}).content)
    token = form.pop("csrfmiddlewaretoken")
    assert careful.post(f"{LIST}promote/", form).status_code == 403
    assert registered(world)["1.0.0"]["deployment"]["default"] is True
    form["csrfmiddlewaretoken"] = token
    assert careful.post(f"{LIST}promote/", form).status_code == 302


def test_changes_are_logged_under_the_name_of_who_made_them(
    world: World, desk: Client, caplog: pytest.LogCaptureFixture
) -> None:
    two_releases(world)
    conf.forget_runtime()
    question = desk.get(f"{LIST}promote/", {"version": "2.0.0"})
    desk.post(f"{LIST}promote/", hidden(question.content))
    assert "reviews/list 2.0.0 promoted by ada" in caplog.text
    assert conf.runtime().measures.counts()["changes", "action", "promote"] == 1


def test_an_unknown_fragment_has_no_page(world: World, desk: Client) -> None:
    assert desk.get(f"{BOARD}no/such/").status_code == 404


def test_a_rollout_shows_its_share_its_next_step_and_its_owner(world: World, desk: Client) -> None:
    two_releases(world)
    start = datetime.now(UTC) - timedelta(minutes=1)
    world.registered["reviews/list"][1]["extras"] = {
        "strategy": "Canary10Percent30Minutes",
        "start": start.isoformat(timespec="seconds"),
        "owner": "Team <Reviews>",
    }
    write(world)
    conf.forget_runtime()
    text = text_of(desk.get(LIST).content)
    assert "Canary10Percent30Minutes" in text and "10 % of visitors" in text
    assert "90 % of visitors" in text
    assert f"100 % at {start + timedelta(minutes=30):%H:%M:%S} UTC" in text
    assert "Team <Reviews>" in text
    assert "reviews/list" in text_of(desk.get(BOARD, {"q": "team <rev"}).content)


def test_a_halted_canary_shows_why_and_the_halt_can_be_cleared(world: World, desk: Client) -> None:
    two_releases(world)
    halted = {"at": "2026-11-21T13:00:00Z", "reason": "12 % of its answers failed"}
    world.registered["reviews/list"][1]["extras"] = {"halted": halted}
    write(world)
    conf.forget_runtime()
    assert "Halted 2026-11-21T13:00:00Z: 12 % of its answers failed" in text_of(
        desk.get(LIST).content
    )
    assert "halted" in text_of(desk.get(BOARD).content)
    question = desk.get(f"{LIST}clear-halt/", {"version": "2.0.0"})
    assert desk.post(f"{LIST}clear-halt/", hidden(question.content)).status_code == 302
    assert "extras" not in registered(world)["2.0.0"]


def test_changes_are_remembered_with_who_made_them(world: World, desk: Client) -> None:
    two_releases(world)
    conf.forget_runtime()
    question = desk.get(f"{LIST}promote/", {"version": "2.0.0"})
    assert "history" not in text_of(question.content)
    desk.post(f"{LIST}promote/", hidden(question.content))
    conf.forget_runtime()
    for path in (BOARD, LIST):
        assert re.search(r"promote 2\.0\.0 20\d\d-\S+ by ada", text_of(desk.get(path).content))
