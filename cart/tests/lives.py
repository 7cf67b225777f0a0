"""What a mortal process does: ordering, settling and cancelling, as the service does them."""

from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils import timezone

from cart import fulfilment, placing
from cart.catalogue import catalogue
from cart.catalogue_client import HttpCatalogue
from cart.models import Order
from cart.payment import Declined, Unheard
from cart.settling import settle

from .ledger import Ledger
from .mortal import Steps

WISHES = {
    "name": "Ada Lovelace",
    "email": "ada@example.com",
    "phone": "",
    "method": "delivery",
    "street": "12 St James's Square",
    "extra": "",
    "city": "London",
    "postcode": "SW1Y 4JH",
    "store_ref": "",
    "store_address": "",
    "payment_method": "demo-card",
    "locale": "en-gb",
}


def prepare(task: dict[str, Any]) -> None:
    """What takes time, and is the same for all: it is done before they are forked."""
    connection.settings_dict["NAME"] = task["database"]
    settings.PRODUCT_DETAILS_URL = task["catalogue"]
    catalogue()


def live(task: dict[str, Any], steps: Steps) -> None:
    """Do one task. ``provider`` is late (charges after all is over) or slow (long enough for
    others to give the order up, and to find no charge)."""
    shops, ledger = catalogue(), Ledger(Path(task["ledger"]))
    now = timezone.now() + timedelta(seconds=task.get("later", 0))
    ledger.is_late = task.get("provider") == "late"
    if task.get("provider") == "slow":

        def give_up(number: str) -> None:
            placing.release(Order.objects.get(number=number), shops, Ledger(ledger.file))

        ledger.before_landing = give_up
    for kind, names in ((HttpCatalogue, ("reserve", "release")), (Ledger, ("charge", "refund"))):
        for name in names:
            setattr(kind, name, steps.counting(getattr(kind, name)))
    with connection.execute_wrapper(steps.writing):
        match task["act"]:
            case "order":
                wishes = placing.Wishes(**WISHES | task.get("change", {}))
                key = UUID(task["key"])
                with suppress(placing.Changed, Declined, Unheard):  # which the shopper is told
                    placing.place(task["owner"], key, task["seen"], wishes, shops, ledger)
            case "settle":
                settle(shops, ledger, now=now)
            case "cancel":
                fulfilment.cancel(Order.objects.filter(owner=task["owner"]), shops, ledger)
