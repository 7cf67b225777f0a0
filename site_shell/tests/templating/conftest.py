"""An S3 bucket over real HTTP, and a shop whose page templates are in it."""

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from django.conf import LazySettings
from django.core.files.storage import Storage, storages

from site_shell.composer import conf
from site_shell.composer.page_templates.opening import pages_storage
from site_shell.composer.page_templates.versions import TemplateVersions
from site_shell.tests.composing.conftest import world
from site_shell.tests.composing.kit import World
from site_shell.tests.discovery.conftest import aws, aws_environment, eventually

__all__ = ["aws", "aws_environment", "eventually", "world"]

BUCKET = "page-templates"


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    """Leave the next test no storage of this one."""
    yield
    conf.forget_runtime()


@pytest.fixture
def s3(aws: str, aws_environment: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws)
    client = boto3.session.Session().client("s3")
    where = {"LocationConstraint": "eu-central-1"}
    if BUCKET not in [bucket["Name"] for bucket in client.list_buckets()["Buckets"]]:
        client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=where)
    return client


@pytest.fixture
def prefix(s3: Any) -> str:
    return f"shop/{uuid.uuid4().hex}"


@pytest.fixture
def in_s3(prefix: str, world: World, settings: LazySettings, tmp_path: Path) -> LazySettings:
    """A site with its templates in the bucket, that looks for others all the time."""
    settings.PAGE_TEMPLATES = f"s3://{BUCKET}/{prefix}"
    settings.PAGE_TEMPLATES_COPY = str(tmp_path / "templates-copy.json")
    settings.PAGE_TEMPLATES_SECONDS = 0.05
    settings.STORAGES = {**settings.STORAGES, "pages": pages_storage(settings.PAGE_TEMPLATES)}
    return settings


@pytest.fixture(params=["s3", "folder"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    """An empty storage of each kind."""
    where = str(tmp_path / "versions")
    if request.param == "s3":
        request.getfixturevalue("s3")
        where = f"s3://{BUCKET}/{uuid.uuid4().hex}"
    return storages.create_storage(pages_storage(where))


@pytest.fixture
def versions(storage: Storage) -> TemplateVersions:
    return TemplateVersions(storage)


Publish = Callable[..., str]
