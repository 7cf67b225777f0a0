"""A site with its page templates in S3: switched as a whole, and never without any."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.conf import LazySettings
from django.core.management import CommandError

from site_shell.composer import conf
from site_shell.tests.composing.kit import Face, World

from .conftest import BUCKET, eventually
from .publishing import opened, pages, publish


@pytest.mark.parametrize("face", ["lane", "view"])
def test_what_is_published_is_served_and_taken_back_by_one_command(
    world: World, in_s3: LazySettings, face: Face
) -> None:
    world.fragment("reviews/list", "<p>Lovely.</p>")
    world.page('one {% fragment "reviews/list" required=True %}')
    one = publish(world)
    with opened(world, face) as client:
        assert "one <p>Lovely.</p>" in client.get("/shop/").text
        world.page('two {% fragment "reviews/list" required=True %}', routes=("shop/", "more/"))
        two = publish(world)
        eventually(lambda: "two <p>" in client.get("/shop/").text)
        assert client.get("/more/").status_code == 200
        listed = pages("versions")
        assert f"{one}  previous" in listed and f"{two}  current" in listed
        assert f"{one} is served within" in pages("use", "previous")
        eventually(lambda: "one <p>" in client.get("/shop/").text)
        eventually(lambda: client.get("/more/").status_code == 404)


def test_no_page_is_ever_a_mix_of_two_versions(world: World, in_s3: LazySettings) -> None:
    def write(word: str) -> None:
        base = f"{word}-base {{% block main %}}{{% endblock %}}"
        world.template("base.html", f"<!doctype html><html><body>{base}</body></html>")
        world.page(f"{word}-page")

    write("one")
    names = [publish(world)]
    write("two")
    names.append(publish(world))
    seen: set[str] = set()

    def look(client: httpx.Client) -> bool:
        text = client.get("/shop/").text
        found = {word for word in ("one", "two") if f"{word}-base" in text}
        assert found == {word for word in ("one", "two") if f"{word}-page" in text}
        seen.update(found)
        return len(seen) > 1

    with opened(world) as client:
        for _ in range(2):
            seen.clear()
            look(client)
            names.reverse()
            pages("use", names[1])
            eventually(lambda: look(client))


def test_a_broken_version_leaves_the_last_good_one_and_readiness_tells(
    world: World, in_s3: LazySettings, s3: Any, prefix: str
) -> None:
    world.fragment("reviews/list")
    world.page("good")
    publish(world)
    with opened(world) as client:
        assert "good" in client.get("/shop/").text
        # Past the command, which would refuse it.
        from django.core.files.storage import storages

        from site_shell.composer.page_templates.versions import TemplateVersions

        versions = TemplateVersions(storages["pages"])
        toml = (world.folder / "pages" / "pages.toml").read_bytes()
        versions.use(versions.add({"pages.toml": toml, "shop.html": b"new\n{% if %}"}))
        eventually(lambda: "warnings" in client.get("/readyz").json())
        ready = client.get("/readyz")
        assert ready.status_code == 200
        (warning,) = ready.json()["warnings"]
        assert "shop.html:2" in warning
        assert "good" in client.get("/shop/").text


def test_through_an_outage_the_last_version_is_served_also_after_a_restart(
    world: World, in_s3: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.fragment("reviews/list")
    world.page("kept")
    publish(world)
    with opened(world) as client:
        assert "kept" in client.get("/shop/").text
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    # Another entry makes another storage, with a client of its own.
    in_s3.STORAGES = {**in_s3.STORAGES}
    with opened(world) as client:
        assert "kept" in client.get("/shop/").text
        eventually(lambda: "warnings" in client.get("/readyz").json())
        assert client.get("/readyz").status_code == 200


def test_a_copy_of_another_site_is_of_no_use(
    world: World, in_s3: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.page("ours")
    publish(world)
    copy = Path(in_s3.PAGE_TEMPLATES_COPY)
    copy.write_text(json.dumps({"source": "s3://another/site", "version": "x", "files": {}}))
    with opened(world) as client:
        assert "ours" in client.get("/shop/").text
    assert json.loads(copy.read_text())["source"] == in_s3.PAGE_TEMPLATES


def test_what_is_wrong_is_not_published(world: World, in_s3: LazySettings, s3: Any) -> None:
    world.page("{% if %}")
    with pytest.raises(CommandError, match="Nothing was written"):
        publish(world)
    world.page('{% fragment "reviews/list" timeout="soon" %}')
    with pytest.raises(CommandError, match="Nothing was written"):
        publish(world)
    assert pages("versions") == ""


def test_a_dry_run_shows_what_would_change(world: World, in_s3: LazySettings) -> None:
    world.page("one")
    publish(world)
    assert "Nothing to publish" in pages("publish", str(world.folder / "pages"))
    world.page("two")
    world.template("new.html", "new")
    out = pages("publish", str(world.folder / "pages"), "--dry-run")
    assert out.splitlines() == ["+ new.html", "~ shop.html", "Nothing was written."]
    assert len(pages("versions").splitlines()) == 1


def test_a_folder_that_is_edited_in_place_takes_no_versions(
    world: World, settings: LazySettings
) -> None:
    world.page("one")
    with pytest.raises(CommandError, match="has no versions"):
        publish(world)


def test_versions_work_in_a_folder_as_well(
    world: World, settings: LazySettings, tmp_path: Path
) -> None:
    from site_shell.composer.page_templates.opening import pages_storage

    settings.PAGE_TEMPLATES = str(tmp_path / "published")
    settings.PAGE_TEMPLATES_COPY = str(tmp_path / "copy.json")
    settings.PAGE_TEMPLATES_SECONDS = 0.05
    settings.STORAGES = {**settings.STORAGES, "pages": pages_storage(settings.PAGE_TEMPLATES)}
    world.page("one")
    publish(world)
    conf.forget_runtime()
    with opened(world) as client:
        assert "one" in client.get("/shop/").text
        world.page("two")
        publish(world)
        eventually(lambda: "two" in client.get("/shop/").text)


def test_only_the_pointer_is_read_while_nothing_changes(
    world: World, in_s3: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from site_shell.composer.page_templates.versions import TemplateVersions

    world.page("one")
    publish(world)
    read: list[str] = []
    original = TemplateVersions._read

    def note(self: TemplateVersions, path: str) -> bytes:
        read.append(path)
        return original(self, path)

    with opened(world):
        monkeypatch.setattr(TemplateVersions, "_read", note)
        eventually(lambda: len(read) > 4)
    assert set(read) == {"current"}
    assert BUCKET in in_s3.PAGE_TEMPLATES
