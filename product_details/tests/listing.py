"""The fragment product_details/list as a shopper reads it."""

from typing import Any

from django.test import Client
from fragment_contract.testing import Element, parse


def ask(client: Client, **query: Any) -> Any:
    """Ask for a list."""
    return client.get("/fragments/list/", query)


def shown(client: Client, **query: Any) -> Element:
    """A list, parsed."""
    response = ask(client, **query)
    assert response.status_code == 200, response.content
    return parse(response.content)


def names(html: Element) -> list[str]:
    """The names on the cards."""
    return [card.one("bdi").text for card in html.all("li", "product_details-card")]
