"""Fill the database with the demonstration's lists and somebody who may look at them."""

import os
import secrets
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.management.base import BaseCommand
from django.db import transaction

from ...demo.plan import demo_lists
from ...models import Bookmark, Shopper

KEEPER = "keeper"


class Command(BaseCommand):
    """Seeds once: a second run changes nothing."""

    help = (
        "Add the demonstration's lists of made-up visitors, and a staff user named keeper whose "
        "password is $DEMO_PASSWORD, or a random one that is printed."
    )

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Write the lists and the user where they are missing."""
        if Shopper.objects.filter(subject__startswith="anon:demo-").exists():
            self.stdout.write("bookmarks: demonstration data is there already")
        else:
            written = 0
            for subject, bookmarks in demo_lists():
                shopper = Shopper.objects.create(subject=subject)
                for bookmark in bookmarks:
                    bookmark.shopper = shopper
                written += len(Bookmark.objects.bulk_create(bookmarks))
            self.stdout.write(f"bookmarks: wrote {written} saved things of made-up visitors")
        self._keeper()

    def _keeper(self) -> None:
        """Create the user, with the right to look at lists and to delete them."""
        users = get_user_model()
        if users.objects.filter(username=KEEPER).exists():
            return
        given = os.environ.get("DEMO_PASSWORD")
        password = given or secrets.token_urlsafe(12)
        user = users.objects.create_user(KEEPER, password=password, is_staff=True)
        user.user_permissions.set(
            Permission.objects.filter(
                content_type__app_label="bookmarks", codename__regex="^(view|delete)_"
            )
        )
        if not given:
            self.stdout.write(f"bookmarks: user {KEEPER}, password {password}")
