"""Invalidations at CloudFront: together, repeated until they are made, and never waited for."""

import logging
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError

from site_shell.composer.cloudfront import EVERYTHING, Invalidations
from site_shell.tests.discovery.conftest import aws, aws_environment, eventually

__all__ = ["aws", "aws_environment"]


def distribution(client: Any) -> str:
    """A new distribution; returns its id."""
    origin = {
        "Id": "shell",
        "DomainName": "shop.example",
        "CustomOriginConfig": {
            "HTTPPort": 80,
            "HTTPSPort": 443,
            "OriginProtocolPolicy": "https-only",
        },
    }
    made = client.create_distribution(
        DistributionConfig={
            "CallerReference": uuid.uuid4().hex,
            "Comment": "",
            "Enabled": True,
            "Origins": {"Quantity": 1, "Items": [origin]},
            "DefaultCacheBehavior": {
                "TargetOriginId": "shell",
                "ViewerProtocolPolicy": "redirect-to-https",
            },
        }
    )
    identifier: str = made["Distribution"]["Id"]
    return identifier


def invalidations(client: Any, identifier: str) -> list[dict[str, Any]]:
    found = client.list_invalidations(DistributionId=identifier)["InvalidationList"]
    return [
        client.get_invalidation(DistributionId=identifier, Id=item["Id"])["Invalidation"]
        for item in found.get("Items", [])
    ]


def _are(client: Any, identifier: str, number: int) -> bool:
    return len(invalidations(client, identifier)) == number


@pytest.fixture
def client(aws: str, aws_environment: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws)
    return boto3.session.Session().client("cloudfront", region_name="us-east-1")


def test_purges_of_a_moment_are_one_invalidation_of_everything(client: Any) -> None:
    identifier = distribution(client)
    asked = Invalidations(identifier, gather=0.3)
    for _ in range(5):
        asked.soon()
    eventually(lambda: invalidations(client, identifier))
    asked.close()
    (made,) = invalidations(client, identifier)
    assert made["InvalidationBatch"]["Paths"]["Items"] == [EVERYTHING]


def test_a_purge_after_that_is_another_one(client: Any) -> None:
    identifier = distribution(client)
    asked = Invalidations(identifier, gather=0.01)
    for number in (1, 2):
        asked.soon()
        eventually(partial(_are, client, identifier, number))
    asked.close()


def test_what_waits_is_asked_for_when_the_process_ends(client: Any) -> None:
    identifier = distribution(client)
    asked = Invalidations(identifier, gather=60)
    asked.soon()
    asked.close()
    assert len(invalidations(client, identifier)) == 1


class Failing:
    """Fails a few times, and notes the references it was asked with."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.references: list[str] = []

    def create_invalidation(self, **request: Any) -> dict[str, Any]:
        self.references.append(request["InvalidationBatch"]["CallerReference"])
        if len(self.references) <= self.failures:
            raise EndpointConnectionError(endpoint_url="https://cloudfront.example")
        return {"Invalidation": {"Id": "I1"}}


@pytest.fixture
def follow(caplog: pytest.LogCaptureFixture) -> Callable[[Failing], None]:
    caplog.set_level(logging.INFO)

    def follow(client: Failing) -> None:
        asked = Invalidations("E1", client=lambda: client, gather=0, pauses=(0.01,) * 4)
        asked.soon()
        eventually(lambda: asked._thread is None)

    return follow


def test_a_failure_is_logged_and_tried_again_with_the_same_reference(
    follow: Callable[[Failing], None], caplog: pytest.LogCaptureFixture
) -> None:
    client = Failing(2)
    follow(client)
    assert len(client.references) == 3
    assert len(set(client.references)) == 1
    assert caplog.text.count("again in") == 2
    assert "invalidation I1" in caplog.text


def test_what_fails_for_long_is_given_up_and_said(
    follow: Callable[[Failing], None], caplog: pytest.LogCaptureFixture
) -> None:
    client = Failing(99)
    follow(client)
    assert len(client.references) == 5
    assert "given up" in caplog.text
