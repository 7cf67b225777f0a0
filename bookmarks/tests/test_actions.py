"""What the browser sends through the shell, and what it never may."""

import json
from typing import Any

import pytest
from django.test import Client
from fragment_contract.testing import parse
from fragment_contract.testing.identity import as_visitor

from bookmarks import lists
from bookmarks.lists import Product, save
from bookmarks.models import Bookmark, Shopper

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("trusted_visitors")]

VASE = {"ref": "h1001", "name": "Tide vase", "state": "added"}
TOGGLE, LIST = "/fragments/toggle/actions/set", "/fragments/list/actions/set"
ADOPT = "/fragments/state/actions/adopt"
FORGET = "/fragments/state/actions/forget"
HTMX = {"HX-Request": "true"}


def refs(subject: str) -> list[str]:
    """What is in a list."""
    kept = Bookmark.objects.filter(shopper__subject=subject, removed_at=None)
    return list(kept.values_list("ref", flat=True))


def send(
    client: Client, path: str, data: dict[str, Any], subject: str = "user:1", **more: str
) -> Any:
    """Send a form as somebody."""
    return client.post(path, data, headers={**as_visitor(subject), **more})


@pytest.mark.parametrize("path", [TOGGLE, LIST])
def test_with_script_the_page_learns_by_an_event(client: Client, path: str) -> None:
    answer = send(client, path, VASE, **HTMX)
    assert answer.status_code == 204
    assert json.loads(answer["HX-Trigger"]) == {"bookmark:toggled": VASE}
    assert refs("user:1") == ["h1001"]


def test_sending_it_again_changes_nothing(client: Client) -> None:
    for _ in range(3):
        assert send(client, TOGGLE, VASE, **HTMX).status_code == 204
    assert refs("user:1") == ["h1001"]
    for _ in range(3):
        send(client, TOGGLE, {**VASE, "state": "removed"}, **HTMX)
    assert refs("user:1") == []


def test_without_script_a_page_says_what_happened(client: Client) -> None:
    html = parse(send(client, TOGGLE, VASE).content)
    assert html.one("h1").text == "Tide vase is in your bookmarks"
    assert html.all("input")[2].attributes["value"] == "removed"
    html = parse(send(client, TOGGLE, {**VASE, "state": "removed"}).content)
    assert html.one("h1").text == "Tide vase is no longer in your bookmarks"
    assert refs("user:1") == []


def test_without_script_the_list_is_shown_again_and_tells_what_happened(client: Client) -> None:
    save("user:1", Product("h1001", "Tide vase"))
    headers = {**as_visitor("user:1"), "podium-mount-pathname": "/de/"}
    answer = client.post(LIST, {**VASE, "state": "removed"}, headers=headers)
    assert (answer.status_code, answer["location"]) == (303, "/de/bookmarks/")
    assert json.loads(answer["HX-Trigger"])["bookmark:toggled"]["state"] == "removed"


@pytest.mark.parametrize(
    "wrong",
    [
        {"ref": ""},
        {"ref": "H1001"},
        {"ref": "h1001\n"},
        {"ref": "a" * 21},
        {"name": ""},
        {"name": "a" * 201},
        {"name": "a\x00b"},
        {"state": ""},
        {"state": "toggled"},
    ],
)
def test_what_no_page_of_ours_sends_is_refused(client: Client, wrong: dict[str, str]) -> None:
    answer = send(client, TOGGLE, VASE | wrong)
    assert answer.status_code == 400
    assert next(iter(wrong)) in answer.content.decode()
    assert not Bookmark.objects.exists()


def test_a_user_in_the_form_is_not_believed(client: Client) -> None:
    save("user:2", Product("h1001", "Tide vase"))
    claims = {"userid": "user:2", "user": "user:2", "subject": "user:2", "shopper": "user:2"}
    send(client, TOGGLE, {**VASE, **claims, "state": "removed"}, "user:1")
    assert refs("user:2") == ["h1001"]
    send(client, f"{TOGGLE}?userid=user:2", {**VASE, "ref": "h1002"}, "user:1")
    assert refs("user:2") == ["h1001"]


@pytest.mark.parametrize("path", [TOGGLE, LIST, ADOPT, FORGET])
def test_nobody_may_do_anything(client: Client, path: str) -> None:
    assert client.post(path, VASE).status_code == 401
    assert client.get(path, headers=as_visitor("user:1")).status_code == 405
    assert not Shopper.objects.exists()


def test_a_full_list_says_so_with_and_without_script(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "LIMIT", 1)
    save("user:1", Product("h1002", "Oak bowl"))
    answer = send(client, TOGGLE, VASE)
    assert answer.status_code == 409
    assert "You have 1 of them" in parse(answer.content).one("section").text
    notice = json.loads(send(client, TOGGLE, VASE, **HTMX)["HX-Trigger"])["notification:show"]
    assert notice == {
        "message": "You have 1 bookmarks. Remove one to add another.",
        "level": "warning",
    }
    assert refs("user:1") == ["h1002"]


def test_signing_in_tells_how_many_things_came_along(client: Client) -> None:
    save("anon:1", Product("h1001", "Tide vase"))
    save("anon:1", Product("h1002", "Oak bowl"))
    headers = as_visitor("user:1", former="anon:1")
    answer = client.post(ADOPT, headers=headers)
    assert answer.status_code == 204
    notice = json.loads(answer["HX-Trigger"])["notification:show"]
    assert notice["message"] == "2 things from before are in your bookmarks now."
    assert "HX-Trigger" not in client.post(ADOPT, headers=headers)
    assert len(refs("user:1")) == 2


def test_a_change_brings_along_what_was_not_adopted_yet(client: Client) -> None:
    save("anon:1", Product("h1002", "Oak bowl"))
    client.post(TOGGLE, VASE, headers=as_visitor("user:1", former="anon:1"))
    assert set(refs("user:1")) == {"h1001", "h1002"}


def test_of_who_closes_the_account_nothing_is_kept(client: Client) -> None:
    save("user:1", Product("h1001", "Tide vase"))
    save("user:2", Product("h1001", "Tide vase"))
    for _ in range(2):
        assert client.post(FORGET, headers=as_visitor("user:1")).status_code == 204
    assert [shopper.subject for shopper in Shopper.objects.all()] == ["user:2"]
