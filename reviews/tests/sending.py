"""The fragment reviews/form as a signed-in shopper fetches it and sends it."""

from typing import Any

from django.test import Client
from fragment_contract.testing import Element, parse
from fragment_contract.testing.identity import as_visitor

ACTION = "/fragments/form/actions/submit"
GOOD = {
    "product": "h1001",
    "return_to": "/products/h1001/oak-bowl/large/",
    "rating": "4",
    "title": "Nice",
    "body": "It holds soup.",
    "author": "Ada",
    "website": "",
}


def fetch(client: Client, **parameters: str) -> Element:
    given = {"product": "h1001", "return_to": "/products/h1001/oak-bowl/", **parameters}
    response = client.get("/fragments/form/", given)
    assert response.status_code == 200, response.content
    return parse(response.content)


def send(client: Client, **changes: str | None) -> Any:
    return client.post(ACTION, filled(changes), headers=as_visitor("user:1"))


def send_with_htmx(client: Client, **changes: str | None) -> Any:
    headers = {**as_visitor("user:1"), "HX-Request": "true"}
    return client.post(ACTION, filled(changes), headers=headers)


def filled(changes: dict[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
