"""Fill the shop with the demonstration's catalogue, its pictures and an editor."""

import os
import secrets
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand

from ...demo.catalogue import load
from ...demo.facets import seed_facets
from ...demo.german import seed_german
from ...demo.illustrate import illustrate
from ...demo.seeding import seed
from ...demo.stores import seed_stores

EDITOR = "editor"


class Command(BaseCommand):
    """Seeds once: a second run changes nothing, and so leaves the editors' work alone."""

    help = (
        "Add the demonstration's catalogue with its pictures, and a staff user named editor "
        "whose password is $DEMO_PASSWORD, or a random one that is printed."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Add what is missing."""
        seeded = seed(load(), default_storage, illustrate, self._say)
        if seeded.nothing:
            self._say("demonstration data is there already")
        else:
            self._say(
                f"wrote {seeded.categories} categories, {seeded.products} products"
                f" and {seeded.pictures} pictures"
            )
        if seed_facets(load()):
            self._say("wrote colours, materials and teasers")
        if stores := seed_stores():
            self._say(f"wrote {stores} stores")
        if seed_german(load()):
            self._say("wrote the catalogue in German")
        self._editor()

    def _editor(self) -> None:
        """Create the editor, with the right to edit the catalogue and nothing else."""
        users = get_user_model()
        if users.objects.filter(username=EDITOR).exists():
            return
        given = os.environ.get("DEMO_PASSWORD")
        password = given or secrets.token_urlsafe(12)
        user = users.objects.create_user(EDITOR, password=password, is_staff=True)
        ours = Permission.objects.filter(content_type__app_label="product_details")
        user.user_permissions.set(ours)
        if not given:
            self._say(f"user {EDITOR}, password {password}")

    def _say(self, words: str) -> None:
        self.stdout.write(f"product_details: {words}")
