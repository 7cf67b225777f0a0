"""The desk: looked at by who may, changed by nobody."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from bookmarks.lists import Product, save
from bookmarks.models import Bookmark, Shopper

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def keeper(client: Client) -> Client:
    """A client logged in as the user of the demonstration would be."""
    user = User.objects.create_user("kim", is_staff=True)
    may = Permission.objects.filter(
        content_type__app_label="bookmarks", codename__regex="^(view|delete)_"
    )
    user.user_permissions.set(may)
    client.force_login(user)
    return client


def test_it_tells_how_many_saved_a_product(keeper: Client) -> None:
    for subject in ("user:1", "user:2", "anon:1"):
        save(subject, Product("h1001", "Tide vase"))
    page = keeper.get("/admin/bookmarks/bookmark/", {"q": "h1001"}).content.decode()
    assert page.count(">3<") == 3


def test_hostile_names_are_shown_harmlessly(keeper: Client) -> None:
    save("user:1", Product("h1001", HOSTILE))
    for path in ("/admin/bookmarks/bookmark/", "/admin/bookmarks/shopper/"):
        page = keeper.get(path).content.decode()
        assert HOSTILE not in page
    row = Shopper.objects.get()
    page = keeper.get(f"/admin/bookmarks/shopper/{row.pk}/change/").content.decode()
    assert HOSTILE not in page
    assert "&lt;script&gt;" in page


def test_nothing_is_added_or_changed(keeper: Client) -> None:
    save("user:1", Product("h1001", "Tide vase"))
    row = Bookmark.objects.get()
    assert keeper.get("/admin/bookmarks/bookmark/add/").status_code == 403
    keeper.post(f"/admin/bookmarks/bookmark/{row.pk}/change/", {"name": "Mine"})
    row.refresh_from_db()
    assert row.name == "Tide vase"


def test_a_shopper_is_forgotten_with_everything(keeper: Client) -> None:
    save("user:1", Product("h1001", "Tide vase"))
    row = Shopper.objects.get()
    keeper.post(f"/admin/bookmarks/shopper/{row.pk}/delete/", {"post": "yes"})
    assert not Bookmark.objects.exists()


@pytest.mark.parametrize("state", ["kept", "removed"])
def test_the_state_can_be_filtered(keeper: Client, state: str) -> None:
    save("user:1", Product("h1001", "Tide vase"))
    page = keeper.get("/admin/bookmarks/bookmark/", {"state": state}).content.decode()
    assert ("Tide vase" in page) is (state == "kept")
