"""The demonstration's stores, added once."""

import tomllib
from datetime import time
from pathlib import Path

from django.db import transaction

from ..models import OpeningHours, Store

_FILE = Path(__file__).parent / "catalogue" / "stores.toml"


@transaction.atomic
def seed_stores() -> int:
    """Add the stores that are missing, and return how many these were."""
    known = set(Store.objects.values_list("ref", flat=True))
    rows = tomllib.loads(_FILE.read_text(encoding="utf-8"))["store"]
    missing = [(number, row) for number, row in enumerate(rows) if row["ref"] not in known]
    for number, row in missing:
        hours = row.pop("hours")
        store = Store.objects.create(position=number, **row)
        OpeningHours.objects.bulk_create(
            OpeningHours(
                store=store,
                weekday=day,
                opens=time.fromisoformat(opens),
                closes=time.fromisoformat(closes),
            )
            for first, last, opens, closes in hours
            for day in range(first, last + 1)
        )
    return len(missing)
