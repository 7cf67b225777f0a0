"""The catalogue over HTTP. What an answer holds is checked here, and nowhere else."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar
from urllib.parse import quote

import httpx
from django.utils.translation import get_language

from .catalogue import MOST_SKUS, Image, Item, KeyTaken, Offer, OutOfDate, Store, Unreachable

Read = TypeVar("Read")

logger = logging.getLogger(__name__)

# A page that shows a cart goes on without an answer, and says so.
READING: Final = httpx.Timeout(1.0, connect=0.5)
# Placing an order reads once and writes once; the gateway waits 8 seconds for all of it.
WRITING: Final = httpx.Timeout(4.0, connect=0.5)
LIMITS: Final = httpx.Limits(max_connections=32, max_keepalive_connections=8)
# All our calls may be repeated. A second one mends a connection that was kept for too long.
ATTEMPTS: Final = 2
# PostgreSQL keeps no more in the column of a price: 21 million in most currencies.
MOST_MINOR: Final = 2**31 - 1


class HttpCatalogue:
    """Asks product_details at ``url``, with the token that services share."""

    def __init__(self, url: str, token: str) -> None:
        self._client = httpx.Client(
            base_url=url,
            headers={"authorization": f"Bearer {token}", "accept": "application/json"},
            limits=LIMITS,
            # A proxy meant for the outside world is not on the way to a service beside us.
            trust_env=False,
        )

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def offers(self, skus: Iterable[str]) -> Mapping[str, Offer]:
        """Several requests where there are more articles than one may name."""
        wanted = sorted(set(skus))
        found: dict[str, Offer] = {}
        for start in range(0, len(wanted), MOST_SKUS):
            batch = [("sku", sku) for sku in wanted[start : start + MOST_SKUS]]
            found |= _read(self._ask("GET", "/api/offers", params=batch), _offers)
        return found

    def reserve(self, key: str, items: Sequence[Item]) -> None:
        """PUT, which the catalogue does once for each key."""
        wanted = [
            {"sku": item.sku, "quantity": item.quantity, "price_minor": item.price_minor}
            for item in items
        ]
        answer = self._ask("PUT", _reservation(key), json={"items": wanted}, also=(409, 410, 422))
        if answer.status_code == 409:
            raise OutOfDate(f"reservation {key} was refused: {answer.text[:300]}")
        if answer.status_code in (410, 422):
            raise KeyTaken(f"reservation {key} cannot be made: {answer.text[:300]}")

    def release(self, key: str) -> None:
        """DELETE; what is not there any more is as good as put back."""
        self._ask("DELETE", _reservation(key), also=(404,))

    def stores(self) -> Sequence[Store]:
        """All shops."""
        return _read(self._ask("GET", "/api/stores"), _stores)

    def _ask(
        self, method: str, path: str, *, also: tuple[int, ...] = (), **options: Any
    ) -> httpx.Response:
        headers = {"accept-language": get_language() or "en-gb"}
        timeout = READING if method == "GET" else WRITING
        for attempt in range(1, ATTEMPTS + 1):
            try:
                answer = self._client.request(
                    method, path, headers=headers, timeout=timeout, **options
                )
            except httpx.TransportError as error:
                # Who hangs once hangs twice: only what broke at once is tried again.
                if attempt == ATTEMPTS or isinstance(error, httpx.TimeoutException):
                    logger.warning("catalogue: %s %s: %r", method, path, error)
                    raise Unreachable(f"{method} {path}: {error!r}") from error
            else:
                if answer.is_success or answer.status_code in also:
                    return answer
                logger.warning("catalogue: %s %s: %d", method, path, answer.status_code)
                raise Unreachable(f"{method} {path}: {answer.status_code}")
        raise AssertionError  # the last attempt returns or raises


def _read(answer: httpx.Response, read: Callable[[Any], Read]) -> Read:
    """What a body says. An answer that is not understood is as good as none."""
    try:
        return read(answer.json())
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        logger.warning("catalogue: %s is not understood: %r", answer.url, error)
        raise Unreachable(f"{answer.url} is not understood: {error!r}") from error


def _stores(document: Any) -> list[Store]:
    names = Store.__dataclass_fields__
    return [Store(**{name: str(entry[name]) for name in names}) for entry in document["stores"]]


def _offers(document: Any) -> dict[str, Offer]:
    return {offer.sku: offer for offer in map(_offer, document["offers"])}


def _reservation(key: str) -> str:
    return f"/api/reservations/{quote(key, safe='')}"


def _offer(entry: Mapping[str, Any]) -> Offer:
    image = entry["image"]
    return Offer(
        sku=str(entry["sku"]),
        ref=str(entry["ref"]),
        name=str(entry["name"])[:200],
        label=str(entry["label"])[:100],
        path=str(entry["path"]),
        image=image and Image(str(image["src"]), int(image["width"]), int(image["height"])),
        price_minor=_amount(entry["price"]["minor"]),
        currency=str(entry["price"]["currency"]),
        stock=_amount(entry["stock"]),
        offered=bool(entry["offered"]),
        delivery=str(entry.get("delivery", "parcel")),
    )


def _amount(value: Any) -> int:
    number = int(value)
    if not 0 <= number <= MOST_MINOR:
        raise ValueError(f"an amount is from 0 to {MOST_MINOR}, not {value!r}")
    return number
