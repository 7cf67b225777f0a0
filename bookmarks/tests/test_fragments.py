"""What the fragments show, to whom."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from fragment_contract.testing import Element, parse
from fragment_contract.testing.identity import as_visitor

from bookmarks.fragments import bookmark_list, recent, state
from bookmarks.lists import Product, remove, save
from bookmarks.selectors import PAGE_SIZE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("trusted_visitors")]

HOSTILE = '"><img src=x onerror=alert(1)><micro-frontend src="reviews/form"></micro-frontend>'


def shown(
    client: Client, fragment: str, subject: str = "", locale: str = "en", **query: Any
) -> Element:
    """A fragment as somebody sees it, parsed."""
    headers = {"podium-locale": locale, **(as_visitor(subject) if subject else {})}
    response = client.get(f"/fragments/{fragment}/", query, headers=headers)
    assert response.status_code == 200, response.content
    return parse(response.content)


def fill(subject: str, *names: str) -> None:
    """Save products of these names; the last one is the newest."""
    for number, name in enumerate(names, 1001):
        save(subject, Product(f"h{number}", name))


def refs(html: Element) -> list[str]:
    """The references of the cards that a fragment asks for."""
    return [slot.attributes["ref"] for slot in html.all("micro-frontend")]


def states(html: Element) -> list[str]:
    """What the forms within would make of their products."""
    fields = [field.attributes for field in html.all("input")]
    return [field["value"] for field in fields if field["name"] == "state"]


def rel(html: Element, value: str) -> str:
    """Where the link of a kind leads."""
    (href,) = [a.attributes["href"] for a in html.all("a") if a.attributes.get("rel") == value]
    return href


def test_a_reference_that_is_not_there_is_named(client: Client) -> None:
    fill("user:1", "Tide vase")
    html = shown(client, "list", "user:1", ref="h9")
    assert html.one("p", "notice").text == "None of your bookmarks is called “h9”."


def test_everybody_gets_the_same_button(client: Client) -> None:
    save("user:1", Product("h1001", "Tide vase"))
    query = {"ref": "h1001", "name": "Tide vase"}
    somebody = client.get("/fragments/toggle/", query, headers=as_visitor("user:1"))
    nobody = client.get("/fragments/toggle/", query)
    assert somebody.content == nobody.content
    assert nobody["cache-control"].startswith("public")
    assert parse(nobody.content).one("button").text.strip() == "Bookmark Tide vase"


def test_the_state_names_what_is_saved_by_whom_the_token_names(client: Client) -> None:
    fill("user:1", "Tide vase", "Oak bowl")
    html = shown(client, "state", "user:1")
    assert html.one("bookmarks-state").attributes["data-refs"] == "h1002 h1001"
    assert "2 bookmarks" in html.one("a").text
    other = shown(client, "state", "anon:1")
    assert other.one("bookmarks-state").attributes["data-refs"] == ""


@pytest.mark.parametrize("fragment", ["state", "list"])
def test_what_is_personal_is_private(client: Client, fragment: str) -> None:
    response = client.get(f"/fragments/{fragment}/", headers=as_visitor("user:1"))
    assert response["cache-control"].startswith("private")


@pytest.mark.parametrize("name", ["userid", "user", "subject", "sub"])
def test_a_user_in_the_query_is_refused_and_not_believed(client: Client, name: str) -> None:
    fill("user:1", "Tide vase")
    response = client.get("/fragments/list/", {name: "user:1"}, headers=as_visitor("user:2"))
    assert response.status_code == 400
    assert b"Tide" not in response.content


def test_a_list_shows_what_is_saved_the_newest_first(client: Client) -> None:
    fill("user:1", "Tide vase", "Oak bowl")
    html = shown(client, "list", "user:1")
    assert refs(html) == ["h1002", "h1001"]
    assert html.one("p", "bookmarks-list__count").text == "2 bookmarks"


def test_without_anything_saved_a_list_says_how_to_begin(client: Client) -> None:
    html = shown(client, "list")
    assert refs(html) == []
    assert "no bookmarks yet" in html.one("section", "bookmarks-list").text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"name": "bowl"}, ["h1003", "h1002"]),
        ({"name": "OAK bow"}, ["h1002"]),
        ({"name": "eclair"}, ["h1003"]),
        ({"name": "h1001"}, ["h1001"]),
        ({"ref": "h1002"}, ["h1002"]),
        ({"ref": "h1001", "name": "bowl"}, []),
        ({"name": "%"}, []),
    ],
)
def test_a_list_is_filtered_by_name_and_by_reference(
    client: Client, query: dict[str, str], found: list[str]
) -> None:
    fill("user:1", "Tide vase", "Oak bowl", "Éclair bowl")
    html = shown(client, "list", "user:1", **query)
    assert refs(html) == found
    assert html.by_id("bookmarks-name").attributes["value"] == query.get("name", "")


def test_a_long_list_has_pages_that_keep_the_filter(client: Client) -> None:
    fill("user:1", *[f"Bowl & {number}" for number in range(PAGE_SIZE + 3)])
    first = shown(client, "list", "user:1", name="bowl &")
    assert len(refs(first)) == PAGE_SIZE
    link = rel(first, "next")
    assert link == "/bookmarks/?name=bowl%20%26&page=2"
    assert len(refs(shown(client, "list", "user:1", name="bowl &", page=2))) == 3
    beyond = shown(client, "list", "user:1", page=1000)
    assert len(refs(beyond)) == 3


def test_what_was_just_removed_can_come_back(client: Client) -> None:
    fill("user:1", "Tide vase", "Oak bowl")
    remove("user:1", "h1001")
    html = shown(client, "list", "user:1")
    notice = html.one("li", "bookmarks-list__undo")
    assert notice.text.startswith("Keep Tide vase after all?")
    assert states(notice)[0] == "added"


def test_the_newest_are_shown_on_other_pages(client: Client) -> None:
    fill("user:1", *"abcdef")
    assert refs(shown(client, "recent", "user:1")) == ["h1006", "h1005", "h1004", "h1003"]
    nobody = client.get("/fragments/recent/", headers=as_visitor("user:2"))
    assert nobody.status_code == 204


@pytest.mark.parametrize("fragment", ["list", "recent", "toggle"])
def test_hostile_names_are_shown_and_nothing_else(client: Client, fragment: str) -> None:
    save("user:1", Product("h1001", HOSTILE))
    query = {"ref": "h1001", "name": HOSTILE} if fragment == "toggle" else {}
    html = shown(client, fragment, "user:1", **query)
    assert not html.all("img")
    assert all(
        slot.attributes["src"] == "product_details/card" for slot in html.all("micro-frontend")
    )


def test_whoever_comes_with_a_former_list_sees_it_at_once(client: Client) -> None:
    fill("anon:1", "Tide vase")
    headers = as_visitor("user:1", former="anon:1")
    html = parse(client.get("/fragments/list/", headers=headers).content)
    assert refs(html) == ["h1001"]


def test_german_pages_have_german_words_and_links(client: Client) -> None:
    fill("user:1", "Tide vase")
    headers = {**as_visitor("user:1"), "podium-locale": "de", "podium-mount-pathname": "/de/"}
    html = parse(client.get("/fragments/state/", headers=headers).content)
    assert html.one("a").attributes["href"] == "/de/bookmarks/"
    assert "1 Stück auf dem Merkzettel" in html.one("a").text


def test_only_who_did_not_sign_in_is_told_where_the_list_is(client: Client) -> None:
    for subject, told in (("anon:1", True), ("user:1", False)):
        fill(subject, "Tide vase")
        assert bool(shown(client, "list", subject).all("p", "bookmarks-list__hint")) is told


def test_the_personal_fragments_keep_the_contract(
    fragment_conformance: Callable[..., None],
) -> None:
    fill("anon:conformance", "Tide vase", "Oak bowl")
    fragment_conformance(state)
    fragment_conformance(bookmark_list, name="vase", page=1)
    fragment_conformance(recent, limit=2)
