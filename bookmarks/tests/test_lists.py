"""What a list promises: once each, in order, with room for so many, and no two changes lost."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from bookmarks import lists
from bookmarks.lists import UNDO_SPELL, ListFull, Product, adopt, forget, remove, save
from bookmarks.models import Bookmark, Shopper

VASE = Product("h1001", "Tide vase")
BOWL = Product("h1002", "Oak bowl")
NOW = timezone.now()


def refs(subject: str) -> list[str]:
    """What is in a list, the newest first."""
    kept = Bookmark.objects.filter(shopper__subject=subject, removed_at=None)
    return list(kept.values_list("ref", flat=True))


@pytest.mark.django_db
def test_saving_twice_keeps_one() -> None:
    assert save("user:1", VASE)
    assert not save("user:1", VASE)
    assert refs("user:1") == ["h1001"]


@pytest.mark.django_db
def test_saving_again_learns_the_new_name() -> None:
    save("user:1", VASE)
    save("user:1", Product("h1001", "Ebb vase"))
    assert Bookmark.objects.get().name == "Ebb vase"


@pytest.mark.django_db
def test_lists_are_each_shoppers_own() -> None:
    save("user:1", VASE)
    save("anon:1", BOWL)
    assert (refs("user:1"), refs("anon:1")) == (["h1001"], ["h1002"])
    assert not remove("anon:1", "h1001")
    assert refs("user:1") == ["h1001"]


@pytest.mark.django_db
def test_what_was_removed_a_moment_ago_comes_back_in_its_place() -> None:
    save("user:1", VASE, now=NOW)
    save("user:1", BOWL, now=NOW + timedelta(minutes=1))
    assert remove("user:1", "h1001", now=NOW + timedelta(minutes=2))
    assert refs("user:1") == ["h1002"]
    save("user:1", VASE, now=NOW + timedelta(minutes=3))
    assert refs("user:1") == ["h1002", "h1001"]


@pytest.mark.django_db
def test_what_was_removed_long_ago_is_saved_anew() -> None:
    save("user:1", VASE, now=NOW)
    save("user:1", BOWL, now=NOW + timedelta(minutes=1))
    remove("user:1", "h1001", now=NOW + timedelta(minutes=2))
    save("user:1", VASE, now=NOW + timedelta(minutes=3) + UNDO_SPELL)
    assert refs("user:1") == ["h1001", "h1002"]


@pytest.mark.django_db
def test_removing_twice_is_harmless() -> None:
    save("user:1", VASE)
    assert remove("user:1", "h1001")
    assert not remove("user:1", "h1001")


@pytest.mark.django_db
def test_what_was_removed_is_not_kept_for_ever() -> None:
    save("user:1", VASE, now=NOW)
    remove("user:1", "h1001", now=NOW)
    remove("user:1", "h1002", now=NOW + 2 * UNDO_SPELL)
    assert not Bookmark.objects.exists()


@pytest.mark.django_db
def test_a_list_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "LIMIT", 1)
    save("user:1", VASE)
    with pytest.raises(ListFull):
        save("user:1", BOWL)
    remove("user:1", "h1001")
    save("user:1", BOWL)
    with pytest.raises(ListFull):
        save("user:1", VASE)
    assert refs("user:1") == ["h1002"]


@pytest.mark.django_db
def test_signing_in_brings_along_what_was_saved_before() -> None:
    save("user:1", VASE)
    save("anon:1", VASE)
    save("anon:1", BOWL)
    assert adopt("user:1", "anon:1") == 1
    assert refs("user:1") == ["h1002", "h1001"]
    assert not Shopper.objects.filter(subject="anon:1").exists()
    assert adopt("user:1", "anon:1") == 0


@pytest.mark.django_db
def test_what_was_removed_before_signing_in_stays_removed() -> None:
    save("anon:1", VASE)
    remove("anon:1", "h1001")
    assert adopt("user:1", "anon:1") == 0
    assert refs("user:1") == []


@pytest.mark.django_db
def test_what_was_removed_from_the_account_comes_with_the_list_from_before() -> None:
    save("user:1", VASE)
    remove("user:1", "h1001")
    save("anon:1", VASE)
    assert adopt("user:1", "anon:1") == 1
    assert refs("user:1") == ["h1001"]


@pytest.mark.django_db
def test_the_newest_find_room_when_lists_become_one(monkeypatch: pytest.MonkeyPatch) -> None:
    save("user:1", VASE)
    save("anon:1", BOWL, now=NOW)
    save("anon:1", Product("h1003", "Cup"), now=NOW + timedelta(minutes=1))
    monkeypatch.setattr(lists, "LIMIT", 2)
    assert adopt("user:1", "anon:1") == 1
    assert set(refs("user:1")) == {"h1001", "h1003"}


@pytest.mark.django_db
def test_lists_of_visitors_are_forgotten_and_those_of_accounts_are_not() -> None:
    for subject in ("anon:old", "user:old"):
        save(subject, VASE, now=NOW - timedelta(days=400))
    save("anon:new", VASE)
    assert forget(NOW - timedelta(days=180)) == 1
    assert set(Shopper.objects.values_list("subject", flat=True)) == {"user:old", "anon:new"}


@pytest.mark.django_db
def test_the_command_forgets_lists_of_so_many_days(capsys: pytest.CaptureFixture[str]) -> None:
    save("anon:old", VASE, now=NOW - timedelta(days=31))
    call_command("forget_visitors")
    assert Shopper.objects.exists()
    call_command("forget_visitors", days=30)
    assert not Shopper.objects.exists()
    assert "forgot 1 lists" in capsys.readouterr().out
    with pytest.raises(CommandError, match="not 0"):
        call_command("forget_visitors", days=0)
