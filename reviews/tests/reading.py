"""The fragment reviews/list as its readers see it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.test import Client
from fragment_contract.testing import Element, parse

from reviews.models import Review

from .factories import ReviewFactory

START = datetime(2026, 1, 1, tzinfo=UTC)


def fetch(client: Client, **parameters: Any) -> Element:
    response = client.get("/fragments/list/", {"product": "h1001", **parameters})
    assert response.status_code == 200, response.content
    return parse(response.content)


def titles(page: Element) -> list[str]:
    return [element.text for element in page.all("h3", "reviews-list__title")]


def many(count: int, **fields: Any) -> None:
    Review.objects.bulk_create(
        ReviewFactory.build(
            rating=number % 5 + 1, created_at=START + timedelta(hours=number), **fields
        )
        for number in range(count)
    )
