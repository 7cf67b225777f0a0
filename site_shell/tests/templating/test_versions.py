"""Versions in a storage: whole or not at all, in S3 and in a folder."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages

from site_shell.composer.errors import TemplatesUnavailable
from site_shell.composer.page_templates.opening import pages_storage
from site_shell.composer.page_templates.versions import Pointer, TemplateVersions

from .conftest import BUCKET

NOW = datetime(2026, 11, 21, 14, 5, 12, tzinfo=UTC)
ONE = {"pages.toml": b"", "shop.html": b"one", "parts/head.html": "Grüße".encode()}
TWO = {**ONE, "shop.html": b"two"}


class Counting:
    """A storage that notes what is read."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self.opened: list[str] = []

    def open(self, name: str, mode: str = "rb") -> Any:
        self.opened.append(name.rpartition("/")[2])
        return self._storage.open(name, mode)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._storage, name)


def test_before_the_first_version_there_is_none(versions: TemplateVersions) -> None:
    assert versions.pointer() is None


def test_a_version_is_served_when_the_pointer_says_so(versions: TemplateVersions) -> None:
    one = versions.add(ONE, now=NOW)
    assert one.startswith("20261121T140512Z-")
    assert versions.pointer() is None
    assert versions.use(one) == Pointer("")
    two = versions.add(TWO, now=NOW + timedelta(seconds=1))
    assert versions.pointer() == Pointer(one)
    assert versions.use(two) == Pointer(one)
    assert versions.pointer() == Pointer(two, one)
    assert versions.names() == [one, two]
    assert versions.load(two).files == TWO
    assert versions.load(one).files == ONE


def test_going_back_is_one_step(versions: TemplateVersions) -> None:
    one, two = versions.add(ONE), versions.add(TWO)
    for name in (one, two, one):
        versions.use(name)
    assert versions.pointer() == Pointer(one, two)


def test_what_stayed_the_same_is_not_read_again(storage: Storage) -> None:
    counting = Counting(storage)
    versions = TemplateVersions(counting)  # type: ignore[arg-type]
    one, two = versions.add(ONE), versions.add(TWO)
    known = versions.load(one)
    counting.opened.clear()
    assert versions.load(two, known).files == TWO
    assert counting.opened == [f"{two}.json", "shop.html"]


def test_a_version_without_its_index_is_none(versions: TemplateVersions, storage: Storage) -> None:
    """Whoever publishes was interrupted: the index comes last."""
    storage.save("versions/half/shop.html", ContentFile(b"half"))
    with pytest.raises(TemplatesUnavailable, match="no version 'half'"):
        versions.use("half")
    assert versions.names() == []
    assert versions.pointer() is None


def test_a_file_that_is_not_what_was_published_is_refused(
    versions: TemplateVersions, storage: Storage
) -> None:
    one = versions.add(ONE)
    storage.delete(f"versions/{one}/shop.html")
    storage.save(f"versions/{one}/shop.html", ContentFile(b"another"))
    with pytest.raises(TemplatesUnavailable, match=r"shop\.html of .* is not what was published"):
        versions.load(one)


@pytest.mark.parametrize("name", ["../etc", "", "a/b", ".hidden", "x" * 65, "a b"])
def test_a_name_that_is_no_version_is_refused(versions: TemplateVersions, name: str) -> None:
    with pytest.raises(TemplatesUnavailable):
        versions.use(name)


@pytest.mark.parametrize("pointer", [b"", b"{", b"[]", b"{}", b'{"version": "../x"}', b"\xff"])
def test_a_pointer_that_points_nowhere_is_said(
    versions: TemplateVersions, storage: Storage, pointer: bytes
) -> None:
    storage.save("current", ContentFile(pointer))
    with pytest.raises(TemplatesUnavailable, match="current"):
        versions.pointer()


@pytest.mark.parametrize(
    "index",
    [{}, {"files": []}, {"files": {"../x": "0"}}, {"files": {"/x": "0"}}, {"files": {"x": 1}}],
)
def test_an_index_that_lists_no_files_is_refused(
    versions: TemplateVersions, storage: Storage, index: object
) -> None:
    storage.save("versions/odd.json", ContentFile(json.dumps(index).encode()))
    with pytest.raises(TemplatesUnavailable, match="lists no files"):
        versions.load("odd")


def test_more_versions_than_a_listing_has_are_all_listed(s3: Any, prefix: str) -> None:
    for number in range(1010):
        s3.put_object(Bucket=BUCKET, Key=f"{prefix}/versions/v{number:04}.json", Body=b"{}")
    storage = storages.create_storage(pages_storage(f"s3://{BUCKET}/{prefix}"))
    assert len(TemplateVersions(storage).names()) == 1010


def test_a_storage_out_of_reach_is_one_error(
    aws_environment: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    storage = storages.create_storage(pages_storage("s3://nowhere/at-all"))
    with pytest.raises(TemplatesUnavailable, match="current"):
        TemplateVersions(storage).pointer()
