"""Fill the database with what the demonstration needs: somebody who looks after orders."""

import os
import secrets
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.management.base import BaseCommand
from django.db import transaction

CLERK = "clerk"


class Command(BaseCommand):
    """Seeds once: a second run changes nothing. Orders come from shoppers alone."""

    help = (
        "Add a staff user named clerk whose password is $DEMO_PASSWORD, or a random one that is "
        "printed."
    )

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Create the clerk, with the right to look after orders and nothing else."""
        users = get_user_model()
        if users.objects.filter(username=CLERK).exists():
            return
        given = os.environ.get("DEMO_PASSWORD")
        password = given or secrets.token_urlsafe(12)
        user = users.objects.create_user(CLERK, password=password, is_staff=True)
        wanted = ("view_order", "change_order", "view_orderline", "view_letter", "change_letter")
        user.user_permissions.set(
            Permission.objects.filter(content_type__app_label="cart", codename__in=wanted)
        )
        if not given:
            self.stdout.write(f"cart: user {CLERK}, password {password}")
