"""``manage.py fragments`` over both kinds of registry: register, promote, roll back, kill."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from site_shell.composer.registry.history import without_history
from site_shell.composer.registry.opening import open_writer

from .conftest import NAME, URL, Fragments, ParameterStore, States, release


def test_the_first_release_has_all_traffic_and_later_ones_none(
    fragments: Fragments, states: States
) -> None:
    fragments("register", NAME, URL, "1.0.0")
    fragments("register", NAME, URL, "2.0.0")
    assert states() == ["1.0.0 100*", "2.0.0 0"]


def test_registering_a_known_version_moves_it(
    three_releases: None, fragments: Fragments, states: States
) -> None:
    shown = fragments("register", NAME, "http://elsewhere/x", "2.0.0", "--fallback-url", URL)
    assert (
        '-    "url": "http://127.0.0.1:9002/2.0.0"' in shown
        and '+    "url": "http://elsewhere/x"' in shown
    )
    assert f'"fallbackUrl": "{URL}"' in fragments("show", NAME)
    assert states() == ["1.0.0 100*", "2.0.0 0", "3.0.0 0"]
    assert "Nothing to change." in fragments("register", NAME, "http://elsewhere/x", "2.0.0")


def test_promotions_are_rolled_back_one_by_one(
    three_releases: None, fragments: Fragments, states: States
) -> None:
    fragments("promote", NAME, "2.0.0")
    fragments("promote", NAME, "3.0.0")
    assert states() == ["1.0.0 0", "2.0.0 0", "3.0.0 100*"]
    fragments("rollback", NAME)
    assert states() == ["1.0.0 0", "2.0.0 100*", "3.0.0 0"]
    fragments("rollback", NAME)
    assert states() == ["1.0.0 100*", "2.0.0 0", "3.0.0 0"]
    with pytest.raises(CommandError, match=r"to promote there is 2\.0\.0, 3\.0\.0"):
        fragments("rollback", NAME)


def test_killing_the_default_release_goes_back_to_the_one_before(
    three_releases: None, fragments: Fragments, states: States
) -> None:
    fragments("promote", NAME, "2.0.0")
    fragments("kill", NAME, "2.0.0")
    assert states() == ["1.0.0 100*", "3.0.0 0"]
    with pytest.raises(CommandError, match="to promote there is 3"):
        fragments("kill", NAME, "1.0.0")
    fragments("kill", NAME, "3.0.0")
    with pytest.raises(CommandError, match="the only release"):
        fragments("kill", NAME, "1.0.0")
    fragments("kill", NAME)
    assert NAME not in fragments("list")


def test_list_names_every_release(three_releases: None, fragments: Fragments) -> None:
    shown = fragments("list")
    assert NAME in shown
    assert ["1.0.0", "default", "http://127.0.0.1:9002/1.0.0"] in [
        line.split() for line in shown.splitlines()
    ]
    assert ["2.0.0", "0", "%", "http://127.0.0.1:9002/2.0.0"] in [
        line.split() for line in shown.splitlines()
    ]


@pytest.mark.parametrize(
    "change",
    [
        ("register", NAME, URL, "4.0.0"),
        ("promote", NAME, "2.0.0"),
        ("kill", NAME, "3.0.0"),
        ("kill", NAME),
    ],
)
def test_a_dry_run_shows_the_difference_and_writes_nothing(
    three_releases: None, fragments: Fragments, change: tuple[str, ...]
) -> None:
    before = fragments("show", NAME)
    shown = fragments(*change, "--dry-run")
    assert f"--- {NAME} before" in shown and shown.endswith("Nothing was written.\n")
    assert fragments("show", NAME) == before
    said = fragments(*change)
    assert said.endswith("Written.\n")


@pytest.mark.parametrize("address", ["file"], indirect=True)
@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("register", "Reviews", URL, "1.0.0"), "name is 'Reviews'"),
        (("register", NAME, "ftp://x", "1.0.0"), r"\.url is 'ftp://x'"),
        (("register", NAME, URL, ""), r"metadata\.version is ''"),
        (
            ("promote", NAME, "9.9.9"),
            r"no release '9\.9\.9'; registered: 1\.0\.0, 2\.0\.0, 3\.0\.0",
        ),
        (("promote", "cart/mini", "1.0.0"), "not registered"),
        (("rollback", "cart/mini"), "not registered"),
        (("kill", "cart/mini"), "not registered"),
        (("show", "cart/mini"), f"no fragment 'cart/mini' is registered; registered: {NAME}"),
        (("check", "cart/mini"), "not registered: cart/mini"),
    ],
)
def test_a_wrong_change_is_refused_with_the_reason_and_changes_nothing(
    three_releases: None, fragments: Fragments, states: States, change: tuple[str, ...], says: str
) -> None:
    with pytest.raises(CommandError, match=says):
        fragments(*change)
    assert states() == ["1.0.0 100*", "2.0.0 0", "3.0.0 0"]


def test_a_sole_release_without_deployment_stays_the_default_one(
    address: str, fragments: Fragments, states: States
) -> None:
    bare = release("1.0.0")
    del bare["deployment"]
    open_writer(address).change(NAME, lambda entry: [bare])
    fragments("register", NAME, URL, "2.0.0")
    assert states() == ["1.0.0 100*", "2.0.0 0"]


def test_what_others_keep_in_an_entry_stays(address: str, fragments: Fragments) -> None:
    theirs = release("1.0.0", owner="team-reviews")
    open_writer(address).change(NAME, lambda entry: [theirs])
    fragments("register", NAME, URL, "2.0.0")
    fragments("promote", NAME, "2.0.0")
    fragments("rollback", NAME)
    assert without_history(open_writer(address).read()[NAME])[0] == theirs


def test_a_registry_file_that_is_broken_is_not_written_over(
    tmp_path: Path,
) -> None:
    path = tmp_path / "registry.json"
    path.write_text("{")
    with pytest.raises(CommandError, match="not JSON"):
        call_command("fragments", f"--registry={path}", "register", NAME, URL, "1.0.0")
    assert path.read_text() == "{"


def test_an_entry_that_is_broken_is_told_and_not_built_upon(store: ParameterStore) -> None:
    store.put(NAME, "broken")
    store.put("cart/mini", [release()])
    with pytest.raises(CommandError, match=f"{NAME}: entry is 'broken'"):
        call_command("fragments", f"--registry=ssm:{store.prefix}", "promote", NAME, "1.0.0")
    output, errors = StringIO(), StringIO()
    address = f"--registry=ssm:{store.prefix}"
    call_command("fragments", address, "list", stdout=output, stderr=errors)
    assert "cart/mini" in output.getvalue() and f"{NAME}: entry is 'broken'" in errors.getvalue()


def test_json_is_what_show_prints(three_releases: None, fragments: Fragments) -> None:
    assert json.loads(fragments("show", NAME))[0] == release("1.0.0")
