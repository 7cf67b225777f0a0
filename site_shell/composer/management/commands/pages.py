"""``manage.py pages``: which URLs are pages, and what is on them."""

from typing import Any

from django.core.management.base import BaseCommand

from ...checks import slots_of
from ...conf import runtime
from ...errors import SlotError


class Command(BaseCommand):
    help = "List the site's pages: routes, template, budget and slots."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one block for each page."""
        pages = runtime().library.current()
        for page in pages.pages:
            self.stdout.write(self.style.MIGRATE_HEADING(page.name))
            for route in page.routes:
                self.stdout.write(f"  /{route}")
            self.stdout.write(f"  {page.template}, {page.budget_ms} ms")
            for slot in slots_of(pages, page.template):
                if isinstance(slot, SlotError):
                    self.stdout.write(self.style.ERROR(f"    {slot}"))
                    continue
                facts = f"{slot.timeout_ms} ms, {slot.on_error}"
                required = ", required" if slot.required else ""
                self.stdout.write(f"    {slot.fragment}: {facts}{required}")
