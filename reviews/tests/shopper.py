"""Somebody in front of the shop, as the shell would let a service know him."""

import json
from typing import Any

from django.test import Client
from fragment_contract.testing import Element, parse
from fragment_contract.testing.identity import as_visitor

FORM = "/fragments/form/"
SUBMIT = "/fragments/form/actions/submit"
HERE = "/products/h1001/oak-bowl/"
WORDS = {
    "product": "h1001",
    "return_to": HERE,
    "rating": "4",
    "title": "Nice",
    "body": "It holds soup.",
    "author": "Ada",
    "website": "",
}


class Shopper:
    """A visitor and his browser. ``htmx`` says whether that runs scripts."""

    def __init__(
        self, subject: str, *, name: str = "", former: str = "", htmx: bool = True
    ) -> None:
        self.subject = subject
        self._claims = {"name": name, "former": former}
        self._htmx = {"HX-Request": "true"} if htmx else {}
        self._client = Client()

    def looks(self, product: str = "h1001") -> Element:
        """What the fragment shows him."""
        given = {"product": product, "return_to": HERE}
        response = self._client.get(FORM, given, headers=self._token())
        assert response.status_code == 200, response.content
        assert "private" in response["cache-control"]
        return parse(response.content)

    def sends(self, **changes: Any) -> Any:
        """The form, with some of it changed."""
        return self.acts("form", "submit", **{**WORDS, **changes})

    def acts(self, fragment: str, action: str, **data: Any) -> Any:
        """Any action."""
        address = f"/fragments/{fragment}/actions/{action}"
        return self._client.post(address, data, headers={**self._token(), **self._htmx})

    def votes(self, review: int, vote: str = "yes", **data: Any) -> Any:
        """For a review, or no longer."""
        given = {"review": review, "return_to": HERE, "vote": vote, **data}
        return self.acts("list", "vote", **given)

    def reports(self, review: int, **data: Any) -> Any:
        """A review, with or without a reason."""
        return self.acts("list", "report", review=review, return_to=HERE, **data)

    def _token(self) -> dict[str, str]:
        return as_visitor(self.subject, **self._claims)


def told(response: Any) -> str:
    """What the shopper is told in words, if anything."""
    events = json.loads(response.headers.get("hx-trigger", "{}"))
    return str(events.get("notification:show", {}).get("message", ""))
