"""Clicks and sign-ins at the same moment: everything is kept, once, and the limit holds."""

import pytest
from fragment_contract.testing.crowd import SIZE, Crowd

from bookmarks import lists
from bookmarks.lists import ListFull, Product, adopt, save
from bookmarks.models import Bookmark

VASE = Product("h1001", "Tide vase")
CUPS = [Product(f"h{number}", "Cup") for number in range(2000, 2000 + SIZE)]

pytestmark = pytest.mark.django_db(transaction=True)


def refs() -> set[str]:
    """What is in the list of the one user."""
    kept = Bookmark.objects.filter(shopper__subject="user:1", removed_at=None)
    return set(kept.values_list("ref", flat=True))


def has_room_for(product: Product) -> bool:
    try:
        save("user:1", product)
    except ListFull:
        return False
    return True


def test_one_of_many_clicks_at_once_saves(crowd: Crowd) -> None:
    results = crowd.at_once(*[lambda: save("user:1", VASE)] * SIZE)
    assert sorted(map(bool, results)) == [False] * (SIZE - 1) + [True]
    assert crowd.one(refs) == {"h1001"}


def test_changes_in_several_tabs_lose_nothing(crowd: Crowd) -> None:
    crowd.at_once(*[lambda cup=cup: save("user:1", cup) for cup in CUPS])
    assert crowd.one(refs) == {cup.ref for cup in CUPS}


def test_the_end_of_the_list_holds_for_clicks_at_once(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "LIMIT", 3)
    results = crowd.at_once(*[lambda cup=cup: has_room_for(cup) for cup in CUPS])
    assert sorted(results) == [False] * (SIZE - 3) + [True] * 3
    assert len(crowd.one(refs)) == 3


def test_two_sign_ins_at_once_bring_everything_once(crowd: Crowd) -> None:
    crowd.one(lambda: [save("anon:1", cup) for cup in CUPS])
    moved = crowd.at_once(*[lambda: adopt("user:1", "anon:1")] * 4)
    assert sorted(moved) == [0, 0, 0, SIZE]
    assert len(crowd.one(refs)) == SIZE
